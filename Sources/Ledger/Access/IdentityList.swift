internal import CanonicalJSON
package import Collections
package import EventStore

/// Somebody who may show who he is.
package struct Identity: Equatable, Sendable {
  /// His id, which stands in what he records.
  package var name: String
  /// What he may do.
  package var role: Role
  /// The persons he serves, for an agent.
  package var subjects: [String]
  /// From when on his token is worth nothing; nil for never.
  package var expires: Instant?
  /// When it was revoked.
  package var revoked: Instant?
  /// SHA-256 of the token, which is 32 random bytes: nobody guesses it back.
  fileprivate var digest: String
}

/// The people a ledger knows, in `keys/identities.json`: mode 0600, tokens as digests.
///
///     {"identities":[{"name":"ana","role":"dpo","subjects":[],"token":"5f2a…"}]}
package struct IdentityList: Sendable {
  /// Where it lies in the ledger.
  package static let name = "keys/identities.json"

  /// Everybody, in the order they were added; the revoked ones stay, for their names are in the log.
  package private(set) var identities: [Identity] = []
  private let folder: LedgerDirectory

  /// Reads a ledger's list; empty where it has none. Throws `damaged` for one that does not read.
  package init(of directory: String, disk: any Disk = SystemDisk()) throws(LogError) {
    folder = LedgerDirectory(directory, on: disk)
    guard let facts = try folder.facts(Self.name) else { return }
    guard facts.mode & 0o077 == 0 else {
      throw LogError(
        .damaged, "others can read or write it: its mode must be 0600", file: Self.name)
    }
    let bytes = try folder.read(Self.name)
    guard let list = try? JSONValue(parsing: bytes.span, as: .json),
      let rows = list["identities"]?.arrayValue
    else { throw LogError(.damaged, "it is no list of identities", file: Self.name) }
    for row in rows {
      guard let identity = Identity(row) else {
        throw LogError(.damaged, "an identity has not the form of one", file: Self.name)
      }
      identities.append(identity)
    }
  }

  /// What somebody may do, if his token is right.
  ///
  /// - Throws: ``Refusal``: `unknown_identity`, `wrong_token`, `identity_revoked`, `token_expired`.
  package func grant(to name: String, token: String, at now: Instant) throws(Refusal) -> Grant {
    guard let identity = identities.first(where: { $0.name == name }) else {
      throw Refusal(
        "unknown_identity", field: "as", value: isIdentifier(name) ? name : "",
        expected: "a name that `quipu identity list` shows")
    }
    guard LibCrypto.areEqual(Array(Self.digest(of: token).utf8), Array(identity.digest.utf8)) else {
      throw Refusal(
        "wrong_token", field: "as", value: name,
        expected: "the token that `quipu identity add` gave for this name")
    }
    if let revoked = identity.revoked {
      throw Refusal(
        "identity_revoked", field: "as", value: name,
        expected: "another identity: this one was revoked at \(revoked.text)")
    }
    if let expires = identity.expires, expires <= now {
      throw Refusal(
        "token_expired", field: "as", value: name,
        expected: "a new token: this one expired at \(expires.text)")
    }
    return Grant(identity)
  }

  /// Adds somebody and gives his token, which is kept nowhere.
  ///
  /// The first one is an admin; every later one is added by an admin. A name that was revoked may be
  /// given again, with another token.
  package mutating func add(
    _ name: String, _ role: Role, subjects: [String] = [], expires: Instant? = nil,
    by grant: Grant
  ) throws(Refusal) -> String {
    guard isIdentifier(name) else {
      throw Refusal(
        "not_an_id", field: "name", expected: "1 to 64 letters, digits, dots, _, : and -")
    }
    if identities.isEmpty {
      guard role == .admin else {
        throw Refusal(
          "first_is_admin", field: "role", value: role.rawValue,
          expected: "admin: the first identity adds the others")
      }
    } else {
      try grant.require(.manageIdentities)
    }
    for subject in subjects where !isIdentifier(subject) {
      throw Refusal("not_an_id", field: "subject", expected: "the pseudonym of a person")
    }
    guard role.isScoped != subjects.isEmpty else {
      throw Refusal(
        "wrong_scope", field: "subject", value: role.rawValue,
        expected: role.isScoped ? "the persons he serves" : "no persons: only an agent has some")
    }
    let earlier = identities.firstIndex { $0.name == name }
    if let earlier, identities[earlier].revoked == nil {
      throw Refusal(
        "identity_exists", field: "name", value: name, expected: "a name that nobody has")
    }
    do throws(LogError) {
      var bytes = [UInt8](repeating: 0, count: 32)
      do { try folder.disk.random(into: &bytes) } catch { throw LogError(.io, "no random bytes") }
      let token = "quipu_" + Hexadecimal.text(bytes)
      let made = Identity(
        name: name, role: role, subjects: subjects, expires: expires, revoked: nil,
        digest: Self.digest(of: token))
      if let earlier { identities[earlier] = made } else { identities.append(made) }
      try save()
      return token
    } catch {
      throw Refusal(unread: error)
    }
  }

  /// Makes somebody's token worth nothing from now on.
  package mutating func revoke(
    _ name: String, at now: Instant, by grant: Grant
  ) throws(Refusal) {
    try grant.require(.manageIdentities)
    guard let place = identities.firstIndex(where: { $0.name == name && $0.revoked == nil }) else {
      throw Refusal(
        "unknown_identity", field: "name", value: isIdentifier(name) ? name : "",
        expected: "a name that `quipu identity list` shows as valid")
    }
    let admins = identities.filter {
      $0.role == .admin && $0.revoked == nil && $0.expires.map { $0 > now } ?? true
    }
    guard admins.map(\.name) != [name] else {
      throw Refusal(
        "last_admin", field: "name", value: name,
        expected: "another admin to be added before the last one goes")
    }
    identities[place].revoked = now
    do { try save() } catch { throw Refusal(unread: error) }
  }

  private func save() throws(LogError) {
    if try folder.facts("keys") == nil {
      try folder.makeDirectory("keys", mode: 0o700)
      try folder.syncDirectory("")
    }
    let list = JSONValue.object(["identities": .array(identities.map(\.json))])
    try folder.replace(Self.name, with: list.canonicalBytes + [UInt8(ascii: "\n")], mode: 0o600)
    try folder.syncDirectory("keys")
  }

  private static func digest(of token: String) -> String {
    Digest(hashing: Array(token.utf8).span).hex
  }
}

extension Identity {
  fileprivate init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue, isIdentifier(name),
      let role = value["role"]?.stringValue.flatMap(Role.init),
      let digest = value["token"]?.stringValue, digest.utf8.count == 64
    else { return nil }
    self.init(
      name: name, role: role,
      subjects: value["subjects"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      expires: value["expires"]?.stringValue.flatMap { Instant($0) },
      revoked: value["revoked"]?.stringValue.flatMap { Instant($0) }, digest: digest)
    // A moment that does not read must not become never.
    guard (value["expires"] == nil) == (expires == nil),
      (value["revoked"] == nil) == (revoked == nil)
    else { return nil }
  }

  fileprivate var json: JSONValue {
    var members = [
      JSONMember(key: "name", value: .string(name)),
      JSONMember(key: "role", value: .string(role.rawValue)),
      JSONMember(key: "subjects", value: .array(subjects.map { .string($0) })),
      JSONMember(key: "token", value: .string(digest)),
    ]
    if let expires { members.append(JSONMember(key: "expires", value: .string(expires.text))) }
    if let revoked { members.append(JSONMember(key: "revoked", value: .string(revoked.text))) }
    return JSONValue(members: members)
  }
}
