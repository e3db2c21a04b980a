internal import CanonicalJSON

/// What a ledger that is mirrored is to others, in `REPLICATION.json`: one canonical object and a newline.
///
///     {"role":"replica","servers":"nats://…","stream":"books","term":"0b7fd05d…"}
///
/// A ledger without that file was never anybody's replica, and its term is its own number. A replica is
/// written by its follower alone. One that is promoted begins a new term: the stream takes no more from
/// the writer of the term before, so that there are never two histories on it.
package struct ReplicationRole: Equatable, Sendable {
  /// Who may write.
  package enum Kind: String, Sendable {
    /// The ledger's own commands.
    case primary
    /// Only what follows the stream.
    case replica
  }

  /// Who may write it.
  package var kind: Kind
  /// Where the ledger was followed from.
  package var servers: String
  /// The stream's name.
  package var stream: String
  /// Whose writing the stream takes: 32 lower-case hexadecimal digits.
  package var term: String

  static let fileName = "REPLICATION.json"

  /// A role of given parts.
  package init(_ kind: Kind, servers: String, stream: String, term: String) {
    self.kind = kind
    self.servers = servers
    self.stream = stream
    self.term = term
  }

  /// Reads `bytes` back; `nil` for what they could not be.
  init?(parsing bytes: [UInt8]) {
    guard bytes.last == UInt8(ascii: "\n"),
      let value = try? JSONValue(parsing: bytes.span.extracting(droppingLast: 1), as: .event),
      let kind = value["role"]?.stringValue.flatMap({ Kind(rawValue: $0) }),
      let servers = value["servers"]?.stringValue, let stream = value["stream"]?.stringValue,
      let term = value["term"]?.stringValue
    else { return nil }
    self.init(kind, servers: servers, stream: stream, term: term)
    guard self.bytes == bytes else { return nil }
  }

  var bytes: [UInt8] {
    let value = JSONValue.object([
      "role": .string(kind.rawValue), "servers": .string(servers), "stream": .string(stream),
      "term": .string(term),
    ])
    return value.canonicalBytes + [UInt8(ascii: "\n")]
  }

  /// The role of a ledger; `nil` where it never had one. Throws `damaged` for a file that says none.
  package static func read(
    directory path: String, disk: any Disk = SystemDisk()
  ) throws(LogError) -> ReplicationRole? {
    try LedgerDirectory(path, on: disk).replicationRole()
  }
}

extension LedgerDirectory {
  func replicationRole() throws(LogError) -> ReplicationRole? {
    guard try facts(ReplicationRole.fileName) != nil else { return nil }
    guard let role = ReplicationRole(parsing: try read(ReplicationRole.fileName)) else {
      throw LogError(
        .damaged, "it does not say whether this ledger is a replica",
        file: ReplicationRole.fileName)
    }
    return role
  }

  /// Refuses a ledger that only its follower writes. Throws `replica`.
  func requirePrimary() throws(LogError) {
    guard let role = try replicationRole(), role.kind == .replica else { return }
    throw LogError(
      .replica,
      "the ledger is a replica of the stream \(role.stream), and only `quipu follow` writes it",
      file: path)
  }
}
