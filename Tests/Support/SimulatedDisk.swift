package import EventStore
import Synchronization

/// A disk in memory that can lose power, fill up, fail and be slow to finish, all from one seed.
///
/// It keeps apart what a process sees (the page cache) and what would survive a power cut, sector by
/// sector and directory entry by directory entry. After `cutPower` every call fails until `restart`.
package final class SimulatedDisk: Disk {
  /// A system call that fails, once.
  package struct Failure: Equatable, Sendable {
    /// At the so-manieth call from now that can fail so.
    package var after: Int
    /// With which `errno`; `nil` cuts a read or write short instead.
    package var number: Int32?
    /// The only call that fails so; any that can where it is `nil`.
    package var only: String?

    /// A failure at the so-manieth call, from 1.
    package init(after: Int, number: Int32?, only: String? = nil) {
      self.after = after
      self.number = number
      self.only = only
    }

    private static let filling: Set<String> = [
      "open", "pwrite", "fdatasync", "fsync", "syncfs", "mkdir", "rename", "posix_fallocate",
    ]

    /// Whether a call can fail so: only some calls run out of room, only two are cut short.
    func concerns(_ call: String) -> Bool {
      if let only, only != call { return false }
      return switch number {
      case nil: call == "pread" || call == "pwrite"
      case ErrorNumber.noSpace: Self.filling.contains(call)
      default: true
      }
    }
  }

  /// What becomes of everything that was not synced when the power goes.
  package enum Fate: Sendable, CaseIterable {
    /// It never was, and neither was the call that the power went in.
    case lost
    /// It is there, as if synced, and so is what the last call wrote.
    case kept
    /// Sectors are there in part; of names the first few.
    case torn
    /// Sectors are zeros at their full length; of names the first few.
    case zeroed
  }

  /// What goes wrong, and how often.
  package struct Faults: Equatable, Sendable {
    /// The power goes at the so-manieth call that changes something, counted from now.
    package var powerCutIn: Int?
    /// What the power cut leaves; luck decides for each file and sector where it is `nil`.
    package var fate: Fate?
    /// Whether only the process ends when the power is due to go: what was written stays.
    package var losesNothing = false
    /// The so-manieth sync from now fails; its pages then count as clean although they are lost.
    package var syncFailureIn: Int?
    /// A call that is to fail; `nil` once it has.
    package var failure: Failure?
    /// The so-manieth write from now is put, when it is synced, where it does not belong.
    package var misdirectedWriteIn: Int?
    /// Bytes that still fit on the disk.
    package var room: Int?
    /// Whether the medium is mounted read-only.
    package var isReadOnly = false
    /// Whether calls are now and then interrupted, and reads and writes cut short.
    package var isErratic = false

    /// No faults unless given; numbers as the properties say.
    package init(
      powerCutIn: Int? = nil, losesNothing: Bool = false, syncFailureIn: Int? = nil,
      room: Int? = nil, isErratic: Bool = false
    ) {
      self.powerCutIn = powerCutIn
      self.losesNothing = losesNothing
      self.syncFailureIn = syncFailureIn
      self.room = room
      self.isErratic = isErratic
    }
  }

  private let state: Mutex<SimulatedState>

  /// An empty disk, its root directory `/`. What luck decides on it follows from `seed` alone.
  package init(seed: UInt64) {
    state = Mutex(SimulatedState(seed: seed))
  }

  /// Another disk with everything as it is on this one, for something else to happen to it.
  package func copy() -> SimulatedDisk {
    let other = SimulatedDisk(seed: 0)
    let now = state.withLock { $0 }
    other.state.withLock { $0 = now }
    return other
  }

  /// What is still to go wrong: counters run down as calls are made; `restart` clears them.
  package var faults: Faults {
    get { state.withLock { $0.faults } }
    set { state.withLock { $0.faults = newValue } }
  }

  /// Calls `body` with the name of each call that writes or syncs, before it is done; `nil` ends it.
  package func observe(_ body: (@Sendable (_ call: String) -> Void)?) {
    state.withLock { $0.observer = body }
  }

  /// What power cuts, failed syncs and stray writes have cost so far.
  package var losses: SimulatedLosses { state.withLock { $0.losses } }

  /// How many syncs, of files and directories, went well.
  package var syncs: Int { state.withLock { $0.syncs } }

  /// Drops all that is cached and counts as clean, so that what is on the device shows.
  package func dropCaches() { state.withLock { $0.dropCaches() } }

  /// How many calls there were, of every kind, failed ones too.
  package var calls: Int { state.withLock { $0.calls } }

  /// How many writes of data there were.
  package var writes: Int { state.withLock { $0.writes } }

  /// How many calls that change something there were.
  package var changes: Int { state.withLock { $0.changes } }

  /// Whether calls work: false from a power cut until `restart`.
  package var hasPower: Bool { state.withLock { $0.hasPower } }

  /// Power goes now: of everything not synced, each part survives, is lost, torn or zeroed.
  package func cutPower() { state.withLock { $0.cutPower() } }

  /// Power comes back: what survived is what everybody sees, and nothing is open or locked.
  package func restart() { state.withLock { $0.restart() } }

  /// All bytes of a file as a process sees them; `nil` if there is none.
  package func contents(_ path: String) -> [UInt8]? {
    state.withLock { state in
      guard let number = state.find(path), case .file(let file) = state.nodes[number] else {
        return nil
      }
      return file.cached
    }
  }

  /// Replaces a file's bytes for good, as nobody but a test could.
  package func overwrite(_ path: String, _ bytes: [UInt8]) {
    state.withLock { state in
      guard let number = state.find(path) else { return }
      state.nodes[number] = .file(SimulatedFile(durable: bytes))
    }
  }

  /// As `open`: `ENOENT`, `EEXIST`, and `EACCES` for writing what is read-only.
  package func open(
    _ path: String, _ access: Access, mode: UInt16
  ) throws(SystemError) -> Descriptor {
    try call("open") { state throws(SystemError) in
      Descriptor(try state.open(path, access, mode))
    }
  }

  /// Forgets a descriptor and the hold it had. Cannot fail.
  package func close(_ file: Descriptor) {
    state.withLock { $0.close(file.number) }
  }

  /// As `pread`; shorter than asked now and then while the disk is erratic.
  package func read(
    _ file: Descriptor, into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int
  ) throws(SystemError) -> Int {
    let found = try call("pread") { state throws(SystemError) -> [UInt8] in
      try state.read(file.number, place.count, from: offset)
    }
    bytes.replaceSubrange(place.lowerBound..<place.lowerBound + found.count, with: found)
    return found.count
  }

  /// As `mmap`: what a process sees of the file now.
  package func map(_ file: Descriptor, count: Int) throws(SystemError) -> MappedBytes {
    let bytes = try call("mmap") { state throws(SystemError) in
      try state.map(file.number, count)
    }
    return MappedBytes(copying: bytes)
  }

  /// As `pwrite`; shorter when erratic or when the room ends, then `ENOSPC`.
  package func write(
    _ file: Descriptor, _ bytes: Span<UInt8>, at offset: Int
  ) throws(SystemError) -> Int {
    let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    announce("pwrite")
    return try call("pwrite") { state throws(SystemError) in
      try state.write(file.number, copy, at: offset)
    }
  }

  /// As `fdatasync`; `EIO` when a failing sync is due.
  package func syncData(_ file: Descriptor) throws(SystemError) {
    announce("fdatasync")
    try call("fdatasync") { state throws(SystemError) in try state.sync(file.number, "fdatasync") }
  }

  /// As `fsync`, also of directories; `EIO` when a failing sync is due.
  package func sync(_ file: Descriptor) throws(SystemError) {
    announce("fsync")
    try call("fsync") { state throws(SystemError) in try state.sync(file.number, "fsync") }
  }

  /// As `syncfs`: every file and directory there is; `EIO` when a failing sync is due.
  package func syncFileSystem(_ file: Descriptor) throws(SystemError) {
    announce("syncfs")
    try call("syncfs") { state throws(SystemError) in try state.syncAll() }
  }

  /// As `ftruncate`, in bytes; gives room back. Not durable before a sync.
  package func truncate(_ file: Descriptor, to size: Int) throws(SystemError) {
    try call("ftruncate") { state throws(SystemError) in
      try state.truncate(file.number, to: size)
    }
  }

  /// As `posix_fallocate`, in bytes: `ENOSPC` where the room is too small, with what fits.
  package func allocate(_ file: Descriptor, to size: Int) throws(SystemError) {
    try call("posix_fallocate") { state throws(SystemError) in
      try state.allocate(file.number, to: size)
    }
  }

  /// As `statfs`: what `state.fileSystemType` was set to.
  package func fileSystemType(at path: String) throws(SystemError) -> Int {
    try call("statfs") { state in state.fileSystemType }
  }

  /// Puts the disk on another kind of file system, by its number.
  package func mount(asType type: Int) { state.withLock { $0.fileSystemType = type } }

  /// Drops what is cached and counts as clean, as the kernel may.
  package func forgetCached(_ file: Descriptor) {
    state.withLock { $0.forgetCached(file.number) }
  }

  /// As a non-blocking `flock`: `EWOULDBLOCK` while another descriptor's hold forbids it.
  package func lock(_ file: Descriptor, _ hold: Hold) throws(SystemError) {
    try call("flock") { state throws(SystemError) in try state.lock(file.number, hold) }
  }

  /// As `fstat`.
  package func facts(_ file: Descriptor) throws(SystemError) -> FileFacts {
    try call("fstat") { state throws(SystemError) in
      state.facts(try state.node(file.number, "fstat"))
    }
  }

  /// As `stat`: `ENOENT` where nothing is.
  package func facts(at path: String) throws(SystemError) -> FileFacts {
    try call("stat") { state throws(SystemError) in
      guard let number = state.find(path) else {
        throw SystemError("stat", ErrorNumber.notFound)
      }
      return state.facts(number)
    }
  }

  /// Names in a directory, in the dictionary's order: in none.
  package func list(_ path: String) throws(SystemError) -> [String] {
    try call("opendir") { state throws(SystemError) in try state.list(path) }
  }

  /// As `mkdir`; the name is durable once its parent is synced.
  package func makeDirectory(_ path: String, mode: UInt16) throws(SystemError) {
    try call("mkdir") { state throws(SystemError) in
      _ = try state.make(path, .directory(SimulatedDirectory()), mode, "mkdir")
    }
  }

  /// As `rename`; within one directory a power cut undoes all of it or nothing.
  package func rename(_ path: String, to other: String) throws(SystemError) {
    try call("rename") { state throws(SystemError) in try state.rename(path, to: other) }
  }

  /// As `unlink`; undone by a power cut before the directory is synced.
  package func remove(_ path: String) throws(SystemError) {
    try call("unlink") { state throws(SystemError) in try state.remove(path) }
  }

  /// As `rmdir`; undone by a power cut before the parent is synced.
  package func removeDirectory(_ path: String) throws(SystemError) {
    try call("rmdir") { state throws(SystemError) in try state.removeDirectory(path) }
  }

  /// As `chmod`, durable at once.
  package func changeMode(_ path: String, _ mode: UInt16) throws(SystemError) {
    try call("chmod") { state throws(SystemError) in
      try state.requireWritable("chmod")
      guard let number = state.find(path) else {
        throw SystemError("chmod", ErrorNumber.notFound)
      }
      state.modes[number] = mode
    }
  }

  /// The room of the faults; without one, a TiB.
  package func freeSpace(at path: String) throws(SystemError) -> Int {
    try call("statvfs") { state throws(SystemError) in
      guard state.find(path) != nil else { throw SystemError("statvfs", ErrorNumber.notFound) }
      return state.faults.room ?? 1 << 40
    }
  }

  /// Bytes from the disk's own generator: the same for the same seed and history.
  package func random(into bytes: inout [UInt8]) throws(SystemError) {
    let count = bytes.count
    bytes = state.withLock { state in
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &state.generator) }
    }
  }

  /// Returns at once: nobody else runs while a simulated process waits.
  package func pause(milliseconds: Int) { announce("pause \(milliseconds)") }

  /// Tells the observer; the disk is not held meanwhile, so it may be used.
  private func announce(_ call: String) {
    let observer = state.withLock { $0.observer }
    observer?(call)
  }

  /// Does one system call, unless there is no power or a signal comes first.
  private func call<Result: Sendable>(
    _ name: String, _ body: (inout SimulatedState) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    try state.withLock { state throws(SystemError) in
      guard state.hasPower else { throw SystemError(name, ErrorNumber.io) }
      state.calls += 1
      if state.faults.isErratic, state.generator.once(in: 40) {
        throw SystemError(name, ErrorNumber.interrupted)
      }
      // A failing sync and a short read or write are the state's own business.
      let isPlain =
        state.faults.failure?.number != nil && !["fsync", "fdatasync", "syncfs"].contains(name)
      if isPlain, state.isFailureDue(name), let number = state.lastFailure {
        throw SystemError(name, number)
      }
      return try body(&state)
    }
  }
}
