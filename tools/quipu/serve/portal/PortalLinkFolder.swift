internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger

/// The files of links: one each, of mode 0600, named by the SHA-256 of the link's text; who copies them has
/// no link.
///
///     keys/portal/5f2a….json  {"by":"ana","expires":"…","made":"…","revoked":null,"spent":null,"subject":"S-1","tries":0}
struct PortalLinkFolder: Sendable {
  private static let name = "keys/portal"
  private static let suffix = ".json"
  private let ledger: String

  init(_ ledger: String) { self.ledger = ledger }

  /// The link of a name; nil where there is none, or nothing that reads as one.
  func read(_ name: String) -> PortalLinks.Link? {
    let place = "\(Self.name)/\(name)\(Self.suffix)"
    let bytes = try? LedgerDirectory(ledger, on: SystemDisk()).read(place)
    guard let bytes, let value = try? JSONValue(parsing: bytes.span, as: .json),
      let subject = value["subject"]?.stringValue, let by = value["by"]?.stringValue,
      let made = value["made"]?.stringValue.flatMap({ Instant($0) }),
      let expires = value["expires"]?.stringValue.flatMap({ Instant($0) }),
      case .integer(let tries)? = value["tries"]
    else { return nil }
    return PortalLinks.Link(
      subject: subject, by: by, made: made, expires: expires,
      spent: value["spent"]?.stringValue.flatMap { Instant($0) },
      revoked: value["revoked"]?.stringValue.flatMap { Instant($0) }, tries: tries)
  }

  /// Writes a link, synced. Throws ``LogError``.
  func write(_ link: PortalLinks.Link, as name: String) throws {
    func text(_ moment: Instant?) -> JSONValue { moment.map { .string($0.text) } ?? .null }
    let value = JSONValue.object([
      "by": .string(link.by), "expires": text(link.expires), "made": text(link.made),
      "revoked": text(link.revoked), "spent": text(link.spent),
      "subject": .string(link.subject), "tries": .integer(link.tries),
    ])
    try SecretFile.write(
      value.canonicalBytes + [UInt8(ascii: "\n")],
      to: "\(ledger)/\(Self.name)/\(name)\(Self.suffix)")
  }

  /// Names of the links there are, sorted. Throws ``LogError``.
  func names() throws -> [String] {
    let directory = LedgerDirectory(ledger, on: SystemDisk())
    guard try directory.facts(Self.name) != nil else { return [] }
    return try directory.list(Self.name).filter { $0.hasSuffix(Self.suffix) }
      .map { String($0.dropLast(Self.suffix.count)) }
  }

  /// Takes a link's file away. Throws what the system says.
  func remove(_ name: String) throws {
    try SystemDisk().remove("\(ledger)/\(Self.name)/\(name)\(Self.suffix)")
  }

  /// Does what reads a link and writes it while nobody else does, in this process or another. Waits for
  /// whoever does. Throws ``LogError``, and what `body` throws.
  func alone<Result>(_ body: () throws -> Result) throws -> Result {
    let path = "\(ledger)/\(Self.name)/lock"
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw LogError(.io, "cannot be opened", file: path) }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else { throw LogError(.io, "cannot be locked", file: path) }
    }
    return try body()
  }
}
