internal import CanonicalJSON

extension LedgerDirectory {
  /// The type of the event that opens every ledger; its data is the ledger's identity.
  static let openingType = "LedgerOpened"

  /// What the ledger is, as the first event of its first segment says.
  ///
  /// `LEDGER.json` says the same for quick reading, but the log is the truth.
  func identityFromLog() throws(LogError) -> LedgerIdentity {
    let name = Self.segmentName(0)
    guard try facts(name) != nil else {
      throw LogError(.damaged, "the first segment is missing", file: name)
    }
    let file = try open(name, .read)
    guard let header = try file.line(at: 0), let line = try file.line(at: header.count + 1) else {
      throw LogError(.damaged, "the ledger's first event is missing", file: name, lines: 1...2)
    }
    do {
      return try LedgerIdentity(opening: try EventEnvelope(parsing: line.span), line.span)
    } catch {
      throw LogError(
        .damaged, "the ledger's first event does not say what the ledger is: \(error)", file: name,
        lines: 2...2, byte: header.count + 1)
    }
  }

  /// The content of `LEDGER.json`.
  static func identityFile(_ identity: LedgerIdentity) -> [UInt8] {
    identity.canonicalBytes + [UInt8(ascii: "\n")]
  }

  /// Whether `LEDGER.json` says what the log does.
  func isIdentityCurrent(_ identity: LedgerIdentity) throws(LogError) -> Bool {
    guard try facts(Self.identityName) != nil else { return false }
    return try read(Self.identityName) == Self.identityFile(identity)
  }

  /// Writes `LEDGER.json` anew where it is missing or wrong, with a notice.
  func rebuildIdentity(
    _ identity: LedgerIdentity, _ notices: inout [LogNotice]
  ) throws(LogError) {
    if try isIdentityCurrent(identity) { return }
    try replace(Self.identityName, with: Self.identityFile(identity))
    try syncDirectory("")
    notices.append(
      LogNotice(.stale, Self.identityName, "it did not say what the log says; written anew"))
  }

  /// Gives a file another name, replacing one that has it.
  package func rename(_ name: String, to other: String) throws(LogError) {
    try uninterrupted(name) { () throws(SystemError) in
      try disk.rename(path(name), to: path(other))
    }
  }

  /// Takes a file away.
  package func remove(_ name: String) throws(LogError) {
    try uninterrupted(name) { () throws(SystemError) in try disk.remove(path(name)) }
  }

  /// Takes an empty directory away.
  func removeDirectory(_ name: String) throws(LogError) {
    try uninterrupted(name) { () throws(SystemError) in try disk.removeDirectory(path(name)) }
  }
}

extension LedgerIdentity {
  /// What a ledger's first event says. Throws for any other event.
  init(opening event: borrowing EventEnvelope, _ line: Span<UInt8>) throws(JSONError) {
    let (seq, type, name) = (event.seq, event.type, LedgerDirectory.openingType.utf8)
    guard seq == 0, type.count == name.count, zip(type, name).allSatisfy({ line[$0] == $1 }) else {
      throw JSONError(.unexpectedByte, at: type.lowerBound)
    }
    try self.init(parsing: line.extracting(event.data))
  }

  /// What a ledger says of itself, read from its first event without checking the log.
  ///
  /// Throws `notALedger`, `damaged`, `io`.
  package static func read(
    directory path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> LedgerIdentity {
    let directory = LedgerDirectory(path, on: disk)
    try directory.requireLedger()
    return try directory.identityFromLog()
  }
}
