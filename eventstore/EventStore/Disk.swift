internal import Glibc

/// An open file or directory, as the operating system numbers it.
package struct Descriptor: Hashable, Sendable {
  package let number: Int32

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

  package init(size: Int, isDirectory: Bool, mode: UInt16) {
    self.size = size
    self.isDirectory = isDirectory
    self.mode = mode
  }
}

/// Every way in which the store touches the world outside its memory.
///
/// Each requirement is one system call, done once: interrupted calls and short reads and writes are
/// the caller's to go on with (`OpenFile`). `SystemDisk` is the real one; the tests' simulated disk
/// loses power, fills up and fails on purpose.
package protocol Disk: Sendable {
  func open(_ path: String, _ access: Access, mode: UInt16) throws(SystemError) -> Descriptor
  func close(_ file: Descriptor)
  /// Reads into `bytes[place]` from `offset` of the file; fewer bytes than asked, zero at the end.
  func read(
    _ file: Descriptor, into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int
  ) throws(SystemError) -> Int
  /// Writes at `offset`; possibly fewer bytes than given.
  func write(_ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int) throws(SystemError) -> Int
  /// Makes a file's bytes and length durable.
  func syncData(_ file: Descriptor) throws(SystemError)
  /// Makes a file with its metadata, or a directory's entries, durable.
  func sync(_ file: Descriptor) throws(SystemError)
  func truncate(_ file: Descriptor, to size: Int) throws(SystemError)
  /// Asks that the next read of the file come from the device; advice, which may be ignored.
  func forgetCached(_ file: Descriptor)
  func lock(_ file: Descriptor, _ hold: Hold) throws(SystemError)
  func facts(_ file: Descriptor) throws(SystemError) -> FileFacts
  func facts(at path: String) throws(SystemError) -> FileFacts
  /// Names in a directory without `.` and `..`, in no order.
  func list(_ path: String) throws(SystemError) -> [String]
  func makeDirectory(_ path: String, mode: UInt16) throws(SystemError)
  func rename(_ path: String, to other: String) throws(SystemError)
  func remove(_ path: String) throws(SystemError)
  func changeMode(_ path: String, _ mode: UInt16) throws(SystemError)
  /// Fills `bytes` with unpredictable bytes.
  func random(into bytes: inout [UInt8]) throws(SystemError)
  /// Lets time pass while somebody else's lock may go.
  func pause(milliseconds: Int)
}

/// The machine's own file system.
package struct SystemDisk: Disk {
  package init() {}

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

  package func close(_ file: Descriptor) {
    _ = Glibc.close(file.number)
  }

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

  package func write(
    _ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int
  ) throws(SystemError) -> Int {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe pwrite(file.number, buffer.baseAddress, buffer.count, offset)
    }
    return try checked("pwrite", count)
  }

  package func syncData(_ file: Descriptor) throws(SystemError) {
    _ = try checked("fdatasync", fdatasync(file.number))
  }

  package func sync(_ file: Descriptor) throws(SystemError) {
    _ = try checked("fsync", fsync(file.number))
  }

  package func truncate(_ file: Descriptor, to size: Int) throws(SystemError) {
    _ = try checked("ftruncate", ftruncate(file.number, size))
  }

  package func forgetCached(_ file: Descriptor) {
    _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
  }

  package func lock(_ file: Descriptor, _ hold: Hold) throws(SystemError) {
    let operation = hold == .exclusive ? LOCK_EX : LOCK_SH
    _ = try checked("flock", flock(file.number, operation | LOCK_NB))
  }

  package func facts(_ file: Descriptor) throws(SystemError) -> FileFacts {
    var facts = stat()
    _ = try checked("fstat", unsafe fstat(file.number, &facts))
    return FileFacts(facts)
  }

  package func facts(at path: String) throws(SystemError) -> FileFacts {
    var facts = stat()
    _ = try checked("stat", unsafe stat(path, &facts))
    return FileFacts(facts)
  }

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

  package func makeDirectory(_ path: String, mode: UInt16) throws(SystemError) {
    _ = try checked("mkdir", unsafe mkdir(path, mode_t(mode)))
  }

  package func rename(_ path: String, to other: String) throws(SystemError) {
    _ = try checked("rename", unsafe Glibc.rename(path, other))
  }

  package func remove(_ path: String) throws(SystemError) {
    _ = try checked("unlink", unsafe unlink(path))
  }

  package func changeMode(_ path: String, _ mode: UInt16) throws(SystemError) {
    _ = try checked("chmod", unsafe chmod(path, mode_t(mode)))
  }

  package func random(into bytes: inout [UInt8]) throws(SystemError) {
    guard LibCrypto.randomBytes(into: &bytes) else { throw SystemError("RAND_bytes", EIO) }
  }

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
      mode: UInt16(facts.st_mode & 0o7777))
  }
}

/// The `errno` values the store tells apart, so that nothing else need import the C library for them.
package enum ErrorNumber {
  package static let interrupted = EINTR
  package static let wouldBlock = EWOULDBLOCK
  package static let noSpace = ENOSPC
  package static let quota = EDQUOT
  package static let exists = EEXIST
  package static let notFound = ENOENT
  package static let notDirectory = ENOTDIR
  package static let notEmpty = ENOTEMPTY
  package static let io = EIO
  package static let notPermitted = EACCES

  /// The system's own words for an `errno`.
  package static func text(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
