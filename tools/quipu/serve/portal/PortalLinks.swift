internal import CanonicalJSON
internal import Collections
internal import Dispatch
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
  struct Link: Equatable, Sendable {
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

  private let ledger: String
  /// Links of which a try is not in their files yet, by name. Whatever has no place here is as its file says.
  private let unwritten = Mutex<[String: Link]>([:])
  /// Where files are written, one after the other: nobody who tries a link waits here.
  let writing = DispatchQueue(label: "portal links")

  init(_ ledger: String) { self.ledger = ledger }

  /// Makes a link for a person; gives its text, which is kept nowhere. Throws ``LogError`` `io`.
  func make(
    for subject: String, by name: String, at now: Instant, until expires: Instant
  ) throws -> String {
    let text = Hexadecimal.text(try SystemDisk().randomBytes(32))
    try write(
      Link(subject: subject, by: name, made: now, expires: expires), as: Digest(hashing: text).hex)
    return text
  }

  /// Tries a link with the people the second fact led to; it is spent, on the disk, when this gives it.
  ///
  /// Nil alike where there is none, it is over, or the fact is another's, which counts against it from
  /// then on, and on the disk after ``keep(_:_:)``: nothing is waited for. Throws what kept it from being
  /// spent; then it is not.
  func enter(_ text: String, as people: [String], at now: Instant) throws -> Link? {
    let name = Digest(hashing: text).hex
    let entered = unwritten.withLock { unwritten -> Link? in
      let found = unwritten[name] ?? read(name)
      let wanted = Array(Digest(hashing: found?.subject ?? "").bytes)
      var isHers = false
      for person in people where LibCrypto.areEqual(Array(Digest(hashing: person).bytes), wanted) {
        isHers = true
      }
      guard var link = found, link.isAlive(at: now) else { return nil }
      if isHers { link.spent = now } else { link.tries += 1 }
      unwritten[name] = link
      return isHers ? link : nil
    }
    guard let entered else { return nil }
    do { try writing.sync { try writeDown(name) } } catch {
      unwritten.withLock { $0[name]?.spent = nil }
      throw error
    }
    return entered
  }

  /// Has it kept on the disk how often a link was tried, soon; nothing for what is none. `failed` is told
  /// why it could not be: then it is remembered, and kept with the next try.
  func keep(_ text: String, _ failed: @escaping @Sendable (any Error) -> Void) {
    let name = Digest(hashing: text).hex
    writing.async { [self] in
      do { try writeDown(name) } catch { failed(error) }
    }
  }

  /// Writes a link as it was tried, if it was; on ``writing`` alone.
  private func writeDown(_ name: String) throws {
    guard let link = unwritten.withLock({ $0[name] }) else { return }
    try write(link, as: name)
    unwritten.withLock { unwritten in
      if unwritten[name] == link { unwritten[name] = nil }
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
