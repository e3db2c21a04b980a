/// Room kept on the disk, to be given up when the disk is full: `ballast`, a file of allocated space
/// whose bytes mean nothing.
///
/// What was begun can then be taken back, recovered and signed. While the ballast does not stand whole
/// nothing is appended, so the disk never fills to the last byte with events that cannot be signed.
struct Ballast {
  static let name = "ballast"

  let directory: LedgerDirectory
  /// Bytes of a whole one; 0 where none is wanted.
  let size: Int
  /// Whether it is whole, as far as this process knows.
  private(set) var stands = false

  init(_ directory: LedgerDirectory, size: Int) {
    self.directory = directory
    self.size = size
  }

  /// Looks whether it has its length.
  mutating func look() throws(LogError) {
    let length = try directory.facts(Self.name)?.size
    stands = size == 0 || length == size
  }

  /// Makes it whole and durable where it is not. Throws `diskFull`, with all of its room given back,
  /// while there is too little.
  mutating func raise() throws(LogError) {
    if size == 0 {
      stands = true
      return
    }
    let exists = try directory.facts(Self.name) != nil
    let file = try directory.open(Self.name, exists ? .write : .create, mode: 0o600)
    do throws(SystemError) {
      // A file of the right length may still have holes, as after a copy; then this fills them.
      if !stands { try file.truncate(to: 0) }
      try file.allocate(size)
      try file.sync()
    } catch {
      stands = false
      guard error.isDiskFull else { throw LogError(error, Self.name) }
      try Self.empty(file)
      throw LogError(
        .diskFull, "there is no room for the ballast: \(error.call) failed", file: Self.name,
        errno: error.number)
    }
    if !exists { try directory.syncDirectory("") }
    stands = true
  }

  /// Gives its room back, durably.
  mutating func release() throws(LogError) {
    stands = false
    guard try directory.facts(Self.name) != nil else { return }
    try Self.empty(try directory.open(Self.name, .write))
  }

  private static func empty(_ file: borrowing OpenFile) throws(LogError) {
    do throws(SystemError) {
      try file.truncate(to: 0)
      try file.sync()
    } catch { throw LogError(error, name) }
  }
}

// What the one writer does with it.
extension EventLog {
  /// Does a piece of work; if the disk is too full for it, gives up the ballast and does it again.
  func withRoom<Result: ~Copyable>(
    _ work: () throws(LogError) -> Result
  ) throws(LogError) -> Result {
    let stood = ballast.stands
    do throws(LogError) {
      return try work()
    } catch {
      guard error.code == .diskFull, stood else { throw error }
      try releaseBallast()
      return try work()
    }
  }

  /// Gives up the ballast, if it stands. Throws only where that poisons.
  func releaseBallast() throws(LogError) {
    guard ballast.stands else { return }
    do {
      try ballast.release()
      notices.append(
        LogNotice(
          .ballast, Ballast.name,
          "the disk is full: the ballast was given up, and nothing is appended until there is room "
            + "for it again"))
    } catch {
      if error.isFailedSync {
        poison(error)
        throw poison ?? error
      }
      notices.append(LogNotice(.ballast, Ballast.name, "it was not given up: \(error.detail)"))
    }
  }

  /// Makes sure of the ballast before an append. Throws `diskFull` while there is no room for it.
  func requireBallast() throws(LogError) {
    if ballast.stands { return }
    do {
      try ballast.raise()
    } catch {
      if error.isFailedSync {
        poison(error)
        throw poison ?? error
      }
      throw error
    }
    notices.append(LogNotice(.ballast, Ballast.name, "there is room again, and it stands again"))
  }

  /// Makes sure of the ballast at opening; without room for it the ledger opens all the same.
  func settleBallast() throws(LogError) {
    let stood = ballast.stands
    do {
      try ballast.raise()
      if !stood {
        notices.append(
          LogNotice(.ballast, Ballast.name, "it was missing or of another length; made anew"))
      }
    } catch {
      guard error.code == .diskFull else { throw error }
      notices.append(
        LogNotice(
          .ballast, Ballast.name, "there is no room for it: nothing is appended until there is"))
    }
  }
}
