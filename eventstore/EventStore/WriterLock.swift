/// The one writer's hold on the ledger: an exclusive `flock` of the lock file, gone with the process.
struct WriterLock: ~Copyable {
  private let file: OpenFile

  /// Readers hold the lock shared for a moment when they open; so it is tried for about a second.
  private static let attempts = 100
  private static let pause = 10

  private init(file: consuming OpenFile) {
    self.file = file
  }

  /// Takes the hold, or throws `inUse`; the durable size is unknown to readers until `publish`.
  static func taken(_ directory: LedgerDirectory) throws(LogError) -> WriterLock {
    let exists = try directory.facts(LedgerDirectory.lockName) != nil
    let file = try directory.open(LedgerDirectory.lockName, exists ? .write : .create)
    try hold(file, directory.disk)
    let lock = WriterLock(file: file)
    do { try lock.publish(nil) } catch { throw LogError(error, LedgerDirectory.lockName) }
    return lock
  }

  private static func hold(_ file: borrowing OpenFile, _ disk: any Disk) throws(LogError) {
    for _ in 1...attempts {
      do {
        return try uninterrupted { () throws(SystemError) in
          try disk.lock(file.descriptor, .exclusive)
        }
      } catch {
        guard error.number == ErrorNumber.wouldBlock else { throw LogError(error, file.name) }
      }
      disk.pause(milliseconds: pause)
    }
    throw LogError(.inUse, "another process writes to this ledger", file: file.name)
  }

  /// Tells readers how far they may read. Not synced: after a crash nobody holds the lock, and the
  /// log itself says how far it goes.
  func publish(_ size: DurableSize?) throws(SystemError) {
    try file.write(DurableSize.text(size).span, at: 0)
  }
}

/// What a reader learns from the lock file.
enum WriterPresence: ~Copyable {
  /// Nobody writes, and nobody can begin to while the file is kept open; `nil` without lock file.
  case absent(OpenFile?)
  /// A writer is at work and has made this much durable.
  case present(DurableSize)

  private static let attempts = 200
  private static let pause = 10

  /// Probes; waits up to two seconds for a writer that is just opening, then throws `inUse`.
  static func probe(_ directory: LedgerDirectory) throws(LogError) -> WriterPresence {
    guard try directory.facts(LedgerDirectory.lockName) != nil else { return .absent(nil) }
    let file = try directory.open(LedgerDirectory.lockName, .read)
    for _ in 1...attempts {
      do {
        try uninterrupted { () throws(SystemError) in
          try directory.disk.lock(file.descriptor, .shared)
        }
        return .absent(file)
      } catch {
        guard error.number == ErrorNumber.wouldBlock else {
          throw LogError(error, LedgerDirectory.lockName)
        }
      }
      if let size = DurableSize(parsing: try file.read(2 * DurableSize.length, from: 0)) {
        return .present(size)
      }
      directory.disk.pause(milliseconds: pause)
    }
    throw LogError(
      .inUse, "a writer is still opening this ledger", file: LedgerDirectory.lockName)
  }
}
