internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Synchronization

/// Links by which one person each enters the portal, once, until a moment.
///
/// A link is 256 random bits. What is kept of it is a file of mode 0600 in the ledger, named by the
/// SHA-256 of its text; who copies the files has no link:
///
///     keys/portal/5f2a….json  {"by":"ana","expires":"…","made":"…","spent":null,"subject":"S-1","tries":0}
final class PortalLinks: Sendable {
  /// What is known of a link.
  struct Link: Sendable {
    let subject: String
    /// Who made it.
    let by: String
    let made: Instant
    let expires: Instant
    /// When the second fact was right.
    var spent: Instant?
    /// How often it was wrong.
    var tries: Int64 = 0

    /// Whether it still leads anywhere.
    func isAlive(at now: Instant) -> Bool {
      spent == nil && now < expires && tries < PortalLinks.mostTries
    }
  }

  private static let folder = "keys/portal"
  /// Wrong second facts after which a link is dead.
  static let mostTries: Int64 = 5
  /// Links remembered beside their files.
  private static let mostKnown = 4_096

  private let ledger: String
  /// Links asked about, by name.
  private let known = Mutex<[String: Link]>([:])

  init(_ ledger: String) { self.ledger = ledger }

  /// Makes a link for a person; gives its text, which is kept nowhere. Throws ``LogError`` `io`.
  func make(
    for subject: String, by name: String, at now: Instant, until expires: Instant
  ) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    do { try SystemDisk().random(into: &bytes) } catch { throw LogError(.io, "no random bytes") }
    let text = Hexadecimal.text(bytes)
    try write(
      Link(subject: subject, by: name, made: now, expires: expires), as: Self.name(of: text))
    return text
  }

  /// The name of a link's file.
  static func name(of text: String) -> String {
    let bytes = Array(text.utf8)
    return Digest(hashing: bytes.span).hex
  }

  /// Tries a link with the people the second fact led to; it is spent, on the disk, when this gives it.
  ///
  /// Nil alike where there is none, it is over, or the fact is another's, which counts against it: on
  /// the disk after ``keep(_:)``. The same work is done for each. Throws what kept it from being spent.
  func enter(_ text: String, as people: [String], at now: Instant) throws -> Link? {
    let name = Self.name(of: text)
    return try known.withLock { known -> Link? in
      let found = known[name] ?? read(name)
      let wanted = Array(Self.name(of: found?.subject ?? "").utf8)
      var isHers = false
      for person in people where LibCrypto.areEqual(Array(Self.name(of: person).utf8), wanted) {
        isHers = true
      }
      guard var link = found, link.isAlive(at: now) else { return nil }
      if known.count >= Self.mostKnown {
        for (name, link) in known { try write(link, as: name) }
        known.removeAll()
      }
      if isHers { link.spent = now } else { link.tries += 1 }
      if isHers { try write(link, as: name) }
      known[name] = link
      return isHers ? link : nil
    }
  }

  /// Whether a link still leads somewhere, whoever tries it.
  func isAlive(_ text: String, at now: Instant) -> Bool {
    let name = Self.name(of: text)
    return known.withLock { $0[name] ?? read(name) }?.isAlive(at: now) ?? false
  }

  /// Keeps on the disk how often a link was tried; nothing for what is none.
  func keep(_ text: String) throws {
    let name = Self.name(of: text)
    try known.withLock { known in
      if let link = known[name] { try write(link, as: name) }
    }
  }

  private func read(_ name: String) -> Link? {
    let bytes = try? LedgerDirectory(ledger, on: SystemDisk()).read("\(Self.folder)/\(name).json")
    guard let bytes, let value = try? JSONValue(parsing: bytes.span, as: .json),
      let subject = value["subject"]?.stringValue, let by = value["by"]?.stringValue,
      let made = value["made"]?.stringValue.flatMap({ Instant($0) }),
      let expires = value["expires"]?.stringValue.flatMap({ Instant($0) }),
      case .integer(let tries)? = value["tries"]
    else { return nil }
    return Link(
      subject: subject, by: by, made: made, expires: expires,
      spent: value["spent"]?.stringValue.flatMap { Instant($0) }, tries: tries)
  }

  private func write(_ link: Link, as name: String) throws {
    let value = JSONValue.object([
      "by": .string(link.by), "expires": .string(link.expires.text),
      "made": .string(link.made.text), "spent": link.spent.map { .string($0.text) } ?? .null,
      "subject": .string(link.subject), "tries": .integer(link.tries),
    ])
    try SecretFile.write(
      value.canonicalBytes + [UInt8(ascii: "\n")], to: "\(ledger)/\(Self.folder)/\(name).json")
  }
}
