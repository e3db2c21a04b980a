internal import CLinux
internal import Glibc

/// An open file or directory, as the operating system numbers it.
package struct Descriptor: Hashable, Sendable {
  /// The operating system's number for it, from 0.
  package let number: Int32

  /// A descriptor of that number, which is not opened here.
  package init(_ number: Int32) {
    self.number = number
  }
}

/// A system call that did not work, and why.
package struct SystemError: Error, Equatable, Sendable {
  /// Name of the call, as in its manual page.
  package var call: String
  /// The `errno` it left behind.
  package var number: Int32

  /// The failure of `call` with an `errno`.
  package init(_ call: String, _ number: Int32) {
    self.call = call
    self.number = number
  }
}

/// How a file is opened.
package enum Access: Sendable {
  /// An existing file or directory, for reading.
  case read
  /// An existing file, for reading and writing.
  case write
  /// A new file, for reading and writing; one that exists is refused with `EEXIST`.
  case create
}

/// What kind of hold `flock` asks for, never waiting for it.
package enum Hold: Sendable {
  case shared
  case exclusive
}

/// What `stat` tells that the store cares about.
package struct FileFacts: Equatable, Sendable {
  /// Length in bytes.
  package var size: Int
  package var isDirectory: Bool
  /// Permission bits, e.g. `0o644`.
  package var mode: UInt16
  /// When its content, name or mode last changed, in nanoseconds since 1970 by the disk's clock.
  package var changed: Int64

  /// Facts of given values.
  package init(size: Int, isDirectory: Bool, mode: UInt16, changed: Int64 = 0) {
    self.size = size
    self.isDirectory = isDirectory
    self.mode = mode
    self.changed = changed
  }
}

/// Every way in which the store touches the world outside its memory.
///
/// Each requirement is one system call, done once: interrupted calls and short reads and writes are
/// the caller's to go on with (`OpenFile`). `SystemDisk` is the real one; the tests' simulated disk
/// loses power, fills up and fails on purpose.
package protocol Disk: Sendable {
  /// Opens a file or directory; `mode` is that of a file that is made.
  func open(_ path: String, _ access: Access, mode: UInt16) throws(SystemError) -> Descriptor
  /// Ends the use of a descriptor and of its lock.
  func close(_ file: Descriptor)
  /// Reads into `bytes[place]` from `offset` of the file; fewer bytes than asked, zero at the end.
  func read(
    _ file: Descriptor, into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int
  ) throws(SystemError) -> Int
  /// Maps the first `count` bytes of a file, at least one, for reading; they stay readable when the
  /// file is closed, renamed or removed, but not when it is cut.
  func map(_ file: Descriptor, count: Int) throws(SystemError) -> MappedBytes
  /// Writes at `offset`; possibly fewer bytes than given.
  func write(_ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int) throws(SystemError) -> Int
  /// Makes a file's bytes and length durable.
  func syncData(_ file: Descriptor) throws(SystemError)
  /// Makes a file with its metadata, or a directory's entries, durable.
  func sync(_ file: Descriptor) throws(SystemError)
  /// Makes everything on the file's file system durable, as many syncs at once.
  func syncFileSystem(_ file: Descriptor) throws(SystemError)
  /// Cuts a file to `size` bytes, or lengthens it with zeros. Durable after a sync.
  func truncate(_ file: Descriptor, to size: Int) throws(SystemError)
  /// Makes a file `size` bytes long, all of them with room on the device; throws `ENOSPC`, possibly
  /// with a part of it, where there is too little.
  func allocate(_ file: Descriptor, to size: Int) throws(SystemError)
  /// The number of the kind of file system that `path` is on, as `statfs` gives it.
  func fileSystemType(at path: String) throws(SystemError) -> Int
  /// Asks that the next read of the file come from the device; advice, which may be ignored.
  func forgetCached(_ file: Descriptor)
  /// Takes or changes the descriptor's hold on the file; throws `EWOULDBLOCK` where another forbids it.
  func lock(_ file: Descriptor, _ hold: Hold) throws(SystemError)
  /// What an open file or directory is.
  func facts(_ file: Descriptor) throws(SystemError) -> FileFacts
  /// What lies at `path`; throws `ENOENT` where nothing does.
  func facts(at path: String) throws(SystemError) -> FileFacts
  /// Names in a directory without `.` and `..`, in no order.
  func list(_ path: String) throws(SystemError) -> [String]
  /// Makes a directory. Durable after a sync of its parent, as are the next two calls.
  func makeDirectory(_ path: String, mode: UInt16) throws(SystemError)
  /// Gives a file or directory another name, replacing a file that has it.
  func rename(_ path: String, to other: String) throws(SystemError)
  /// Takes a file's name away.
  func remove(_ path: String) throws(SystemError)
  /// Takes an empty directory away.
  func removeDirectory(_ path: String) throws(SystemError)
  /// Changes permission bits.
  func changeMode(_ path: String, _ mode: UInt16) throws(SystemError)
  /// How many bytes this user may still write to the file system that `path` is on.
  func freeSpace(at path: String) throws(SystemError) -> Int
  /// Fills `bytes` with unpredictable bytes.
  func random(into bytes: inout [UInt8]) throws(SystemError)
  /// Lets time pass while somebody else's lock may go.
  func pause(milliseconds: Int)
}

extension Disk {
  /// So many unpredictable bytes. Throws ``LogError`` `io`.
  package func randomBytes(_ count: Int) throws(LogError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    do { try random(into: &bytes) } catch { throw LogError(.io, "no random bytes") }
    return bytes
  }
}

/// The machine's own file system.
package struct SystemDisk: Disk {
  /// The one disk there is: it holds no state of its own.
  package init() {}

  /// `open`, never inherited by a child process. `mode` is that of a new file.
  package func open(
    _ path: String, _ access: Access, mode: UInt16
  ) throws(SystemError) -> Descriptor {
    let flags =
      switch access {
      case .read: O_RDONLY | O_CLOEXEC
      case .write: O_RDWR | O_CLOEXEC
      case .create: O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
      }
    return Descriptor(try checked("open", unsafe Glibc.open(path, flags, mode_t(mode))))
  }

  /// `close`; its result is not looked at, for what matters was synced before.
  package func close(_ file: Descriptor) {
    _ = Glibc.close(file.number)
  }

  /// `pread`: how many bytes it gave; 0 at the end of the file.
  package func read(
    _ file: Descriptor, into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int
  ) throws(SystemError) -> Int {
    precondition(place.lowerBound >= 0 && place.upperBound <= bytes.count)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(
        file.number, buffer.baseAddress?.advanced(by: place.lowerBound), place.count, offset)
    }
    return try checked("pread", count)
  }

  /// `mmap`, shared and read-only; pages come in as they are touched.
  package func map(_ file: Descriptor, count: Int) throws(SystemError) -> MappedBytes {
    let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, file.number, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else {
      throw SystemError("mmap", errno)
    }
    return unsafe MappedBytes(mapping: UnsafeRawPointer(start), count: count)
  }

  /// `pwrite`: how many bytes it took.
  package func write(
    _ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int
  ) throws(SystemError) -> Int {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe pwrite(file.number, buffer.baseAddress, buffer.count, offset)
    }
    return try checked("pwrite", count)
  }

  /// `fdatasync`. After a failure the pages may be lost and still count as clean.
  package func syncData(_ file: Descriptor) throws(SystemError) {
    _ = try checked("fdatasync", fdatasync(file.number))
  }

  /// `fsync`, of files and directories.
  package func sync(_ file: Descriptor) throws(SystemError) {
    _ = try checked("fsync", fsync(file.number))
  }

  /// `syncfs`, which since Linux 5.8 tells of failed writes as `fsync` does.
  package func syncFileSystem(_ file: Descriptor) throws(SystemError) {
    _ = try checked("syncfs", quipu_syncfs(file.number))
  }

  /// `ftruncate`, to `size` bytes.
  package func truncate(_ file: Descriptor, to size: Int) throws(SystemError) {
    _ = try checked("ftruncate", ftruncate(file.number, size))
  }

  /// `posix_fallocate`: writes zeros where the file system knows no `fallocate`.
  package func allocate(_ file: Descriptor, to size: Int) throws(SystemError) {
    // It gives its error back and leaves `errno` alone.
    let number = posix_fallocate(file.number, 0, size)
    guard number == 0 else { throw SystemError("posix_fallocate", number) }
  }

  /// `statfs`: its `f_type`.
  package func fileSystemType(at path: String) throws(SystemError) -> Int {
    Int(try checked("statfs", unsafe quipu_file_system_type(path)))
  }

  /// `posix_fadvise(POSIX_FADV_DONTNEED)` for the whole file; its result is not looked at.
  package func forgetCached(_ file: Descriptor) {
    _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
  }

  /// `flock` with `LOCK_NB`: throws `EWOULDBLOCK` instead of waiting.
  package func lock(_ file: Descriptor, _ hold: Hold) throws(SystemError) {
    let operation = hold == .exclusive ? LOCK_EX : LOCK_SH
    _ = try checked("flock", flock(file.number, operation | LOCK_NB))
  }

  /// `fstat`.
  package func facts(_ file: Descriptor) throws(SystemError) -> FileFacts {
    var facts = stat()
    _ = try checked("fstat", unsafe fstat(file.number, &facts))
    return FileFacts(facts)
  }

  /// `stat`, following symbolic links.
  package func facts(at path: String) throws(SystemError) -> FileFacts {
    var facts = stat()
    _ = try checked("stat", unsafe stat(path, &facts))
    return FileFacts(facts)
  }

  /// `opendir` and `readdir` to the end.
  package func list(_ path: String) throws(SystemError) -> [String] {
    guard let directory = unsafe opendir(path) else { throw SystemError("opendir", errno) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { text in
          unsafe String(cString: text)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw SystemError("readdir", errno) }
    return names
  }

  /// `mkdir`; the process's umask applies to `mode`.
  package func makeDirectory(_ path: String, mode: UInt16) throws(SystemError) {
    _ = try checked("mkdir", unsafe mkdir(path, mode_t(mode)))
  }

  /// `rename`: replaces a file at `other` in one step.
  package func rename(_ path: String, to other: String) throws(SystemError) {
    _ = try checked("rename", unsafe Glibc.rename(path, other))
  }

  /// `unlink`: files, not directories.
  package func remove(_ path: String) throws(SystemError) {
    _ = try checked("unlink", unsafe unlink(path))
  }

  /// `rmdir`: empty directories alone.
  package func removeDirectory(_ path: String) throws(SystemError) {
    _ = try checked("rmdir", unsafe rmdir(path))
  }

  /// `chmod`; the umask does not apply.
  package func changeMode(_ path: String, _ mode: UInt16) throws(SystemError) {
    _ = try checked("chmod", unsafe chmod(path, mode_t(mode)))
  }

  /// `statvfs`: blocks free to this user, in bytes.
  package func freeSpace(at path: String) throws(SystemError) -> Int {
    var facts = statvfs()
    _ = try checked("statvfs", unsafe statvfs(path, &facts))
    return Int(clamping: UInt64(facts.f_bavail)) * Int(clamping: UInt64(facts.f_frsize))
  }

  /// Fills `bytes` from libcrypto's generator, seeded by the kernel; throws `EIO` if it refuses.
  package func random(into bytes: inout [UInt8]) throws(SystemError) {
    guard LibCrypto.randomBytes(into: &bytes) else { throw SystemError("RAND_bytes", EIO) }
  }

  /// `nanosleep`; a signal may end it early, which costs one more attempt.
  package func pause(milliseconds: Int) {
    var wait = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    unsafe nanosleep(&wait, nil)
  }

  /// Turns a call's −1 into the error it left in `errno`, which the very next call may overwrite.
  private func checked<Result: BinaryInteger>(
    _ call: String, _ result: Result
  ) throws(SystemError) -> Result {
    guard result >= 0 else { throw SystemError(call, errno) }
    return result
  }
}

extension FileFacts {
  fileprivate init(_ facts: stat) {
    self.init(
      size: Int(facts.st_size),
      isDirectory: facts.st_mode & S_IFMT == S_IFDIR,
      mode: UInt16(facts.st_mode & 0o7777),
      changed: Int64(facts.st_ctim.tv_sec) * 1_000_000_000 + Int64(facts.st_ctim.tv_nsec))
  }
}

/// The `errno` values the store tells apart, so that nothing else need import the C library for them.
package enum ErrorNumber {
  /// `EINTR`: a signal came first; nothing was done, and the call is made again.
  package static let interrupted = EINTR
  /// `EWOULDBLOCK`: somebody else holds the lock.
  package static let wouldBlock = EWOULDBLOCK
  /// `ENOSPC`: the disk is full.
  package static let noSpace = ENOSPC
  /// `EDQUOT`: the user's share of the disk is full.
  package static let quota = EDQUOT
  /// `EEXIST`: a name that was to be new is taken.
  package static let exists = EEXIST
  /// `ENOENT`: nothing has that name.
  package static let notFound = ENOENT
  /// `ENOTDIR`: a file stands where the path goes on.
  package static let notDirectory = ENOTDIR
  /// `EIO`: the device failed.
  package static let io = EIO
  /// `EACCES`: the permission bits forbid it.
  package static let notPermitted = EACCES
  /// `EPERM`: the file's owner or attributes forbid it.
  package static let notOwner = EPERM
  /// `EROFS`: the file system is mounted read-only.
  package static let readOnly = EROFS

  /// The system's own words for an `errno`.
  package static func text(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

/// What keeps secrets in this process's memory alone.
package enum ProcessMemory {
  /// Forbids core dumps and the eyes of other processes of the same user; where the system will not,
  /// nothing is lost but that.
  package static func forbidDumps() { _ = quipu_forbid_dumps() }

  /// Leaves pages out of a core dump, should there be one.
  static func leaveOutOfDumps(_ start: UnsafeMutableRawPointer, _ count: Int) {
    _ = unsafe quipu_leave_out_of_dumps(start, UInt(count))
  }
}

/// The processor's own copies of memory.
enum ProcessorCache {
  /// Asks for the memory at a place; advice, which does nothing but fill the cache.
  @inline(__always)
  static func fetch(_ place: UnsafeRawPointer) { unsafe quipu_fetch(place) }
}

extension SystemDisk {
  /// Whether a time service keeps the machine's clock right; `adjtimex`.
  package static var clockIsKept: Bool { quipu_clock_is_kept() == 1 }
}
