internal import CanonicalJSON
package import Collections

/// Somebody who may show who he is: a person, or a program of the house.
package struct Identity: Equatable, Sendable {
  /// Its id, which stands in what it records.
  package var name: String
  /// Whether it is a person.
  package var kind: Kind
  /// What it may do.
  package var role: Role
  /// The persons it serves, for an agent.
  package var subjects: [String]
  /// From when on its token is worth nothing; nil for never.
  package var expires: Instant?
  /// When it was revoked.
  package var revoked: Instant?
  /// How many requests a second the service takes from it; nil for ``standardRate``.
  package var rate: Int64?
  /// SHA-256 of the token in hexadecimal; the token is 32 random bytes, so nobody guesses it back.
  let digest: String

  /// What an identity is.
  package enum Kind: String, CaseIterable, Sendable {
    /// Somebody who can be asked why; may be a second person.
    case person
    /// A program: it records as a system, and approves nothing.
    case service
  }

  /// Requests a second that the service takes from whoever has no rate of his own.
  package static let standardRate: Int64 = 100

  /// The rates that can be given, in requests a second.
  package static let rates: ClosedRange<Int64> = 1...1_000_000

  /// Whether its token is worth anything at a moment.
  package func isValid(at now: Instant) -> Bool {
    revoked == nil && expires.map { $0 > now } ?? true
  }
}

// As it lies in `keys/identities.json`. A person's row names no kind, as rows did before there were
// services.
extension Identity {
  init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue, isIdentifier(name),
      let role = value["role"]?.stringValue.flatMap(Role.init),
      let digest = value["token"]?.stringValue, digest.utf8.count == 64
    else { return nil }
    // A kind, a moment or a rate that does not read must not become person, never or the standard.
    var kind = Kind.person
    if let stated = value["kind"] {
      guard let known = stated.stringValue.flatMap(Kind.init) else { return nil }
      kind = known
    }
    self.init(
      name: name, kind: kind, role: role,
      subjects: value["subjects"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      expires: value["expires"]?.stringValue.flatMap { Instant($0) },
      revoked: value["revoked"]?.stringValue.flatMap { Instant($0) },
      rate: value["rate"]?.integerValue, digest: digest)
    guard (value["expires"] == nil) == (expires == nil),
      (value["revoked"] == nil) == (revoked == nil),
      (value["rate"] == nil) == (rate == nil), rate.map(Self.rates.contains) ?? true
    else { return nil }
  }

  var json: JSONValue {
    var members = [
      JSONMember(key: "name", value: .string(name)),
      JSONMember(key: "role", value: .string(role.rawValue)),
      JSONMember(key: "subjects", value: .array(subjects.map { .string($0) })),
      JSONMember(key: "token", value: .string(digest)),
    ]
    if kind != .person { members.append(JSONMember(key: "kind", value: .string(kind.rawValue))) }
    if let rate { members.append(JSONMember(key: "rate", value: .integer(rate))) }
    if let expires { members.append(JSONMember(key: "expires", value: .string(expires.text))) }
    if let revoked { members.append(JSONMember(key: "revoked", value: .string(revoked.text))) }
    return JSONValue(members: members)
  }
}
