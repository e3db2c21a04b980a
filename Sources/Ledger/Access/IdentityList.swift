internal import CanonicalJSON
package import Collections
package import EventStore

/// The people and programs a ledger knows, in `keys/identities.json`: mode 0600, tokens as digests.
///
///     {"identities":[{"name":"ana","role":"dpo","subjects":[],"token":"5f2a…"},
///       {"kind":"service","name":"crm","rate":500,"role":"recorder","subjects":[],"token":"c07d…"}]}
package struct IdentityList: Sendable {
  /// Where it lies in the ledger.
  package static let name = "keys/identities.json"

  /// Everybody, in the order they were added; the revoked ones stay, for their names are in the log.
  package private(set) var identities: [Identity] = []
  /// Where each token's identity is, by digest.
  private var places: [String: Int] = [:]
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
      places[identity.digest] = identities.count
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
    try checkValidity(of: identity, at: now)
    return Grant(identity)
  }

  /// What whoever holds a token may do, and how many requests a second the service takes from him.
  ///
  /// For callers that say a token and no name. The look-up goes by the token's SHA-256, whose bytes
  /// nobody who does not know the token can choose: how long it takes tells nothing. O(1).
  /// - Throws: ``Refusal``: `wrong_token`, `identity_revoked`, `token_expired`; its field is `token`.
  package func grant(
    token: String, at now: Instant
  ) throws(Refusal) -> (grant: Grant, rate: Int64) {
    try grant(digest: Self.digest(of: token), at: now)
  }

  /// What whoever showed a token of some digest may still do: for what remembers him without keeping
  /// his token. O(1); throws as above.
  package func grant(
    digest: String, at now: Instant
  ) throws(Refusal) -> (grant: Grant, rate: Int64) {
    guard let place = places[digest] else {
      throw Refusal(
        "wrong_token", field: "token",
        expected: "a token that `quipu token add` or `quipu identity add` gave")
    }
    let identity = identities[place]
    do {
      try checkValidity(of: identity, at: now)
    } catch {
      var refusal = error
      refusal.field = "token"
      throw refusal
    }
    return (Grant(identity), identity.rate ?? Identity.standardRate)
  }

  private func checkValidity(of identity: Identity, at now: Instant) throws(Refusal) {
    if let revoked = identity.revoked {
      throw Refusal(
        "identity_revoked", field: "as", value: identity.name,
        expected: "another identity: this one was revoked at \(revoked.text)")
    }
    if let expires = identity.expires, expires <= now {
      throw Refusal(
        "token_expired", field: "as", value: identity.name,
        expected: "a new token: this one expired at \(expires.text)")
    }
  }

  /// Adds somebody and gives his token, which is kept nowhere.
  ///
  /// The first one is a person and an admin; every later one is added by an admin. A name that was
  /// revoked may be given again, with another token.
  ///
  /// A service may have any role but `admin`: people answer for who may do what. Only an agent has
  /// `subjects`, the persons he serves. The token is worth nothing from `expires` on, nil for never; the
  /// service takes `rate` requests a second, nil for ``Identity/standardRate``.
  ///
  /// - Throws: ``Refusal``: `not_an_id`, `first_is_admin`, `not_permitted`, `not_for_services`,
  ///   `wrong_scope`, `wrong_rate`, `identity_exists`.
  package mutating func add(
    _ name: String, _ role: Role, kind: Identity.Kind = .person, subjects: [String] = [],
    expires: Instant? = nil, rate: Int64? = nil, by grant: Grant
  ) throws(Refusal) -> String {
    try check(name, role, kind, subjects, rate, by: grant)
    let earlier = identities.firstIndex { $0.name == name }
    if let earlier, identities[earlier].revoked == nil {
      throw Refusal(
        "identity_exists", field: "name", value: name, expected: "a name that nobody has")
    }
    do throws(LogError) {
      let token = "quipu_" + Hexadecimal.text(try folder.disk.randomBytes(32))
      let made = Identity(
        name: name, kind: kind, role: role, subjects: subjects, expires: expires, revoked: nil,
        rate: rate, digest: Self.digest(of: token))
      if let earlier {
        places[identities[earlier].digest] = nil
        identities[earlier] = made
      } else {
        identities.append(made)
      }
      places[made.digest] = earlier ?? identities.count - 1
      try save()
      return token
    } catch {
      throw Refusal(unread: error)
    }
  }

  private func check(
    _ name: String, _ role: Role, _ kind: Identity.Kind, _ subjects: [String], _ rate: Int64?,
    by grant: Grant
  ) throws(Refusal) {
    guard isIdentifier(name) else {
      throw Refusal(
        "not_an_id", field: "name", expected: "1 to 64 letters, digits, dots, _, : and -")
    }
    if identities.isEmpty {
      guard role == .admin, kind == .person else {
        throw Refusal(
          "first_is_admin", field: "role", value: role.rawValue,
          expected: "first a person who adds the others: "
            + "`quipu identity add NAME --role admin --save`")
      }
    } else {
      try grant.require(.manageIdentities)
    }
    guard kind == .person || role != .admin else {
      throw Refusal(
        "not_for_services", field: "role", value: role.rawValue,
        expected: "another role: only people add people, keep keys and approve")
    }
    for subject in subjects where !isIdentifier(subject) {
      throw Refusal("not_an_id", field: "subject", expected: "the pseudonym of a person")
    }
    guard role.isScoped != subjects.isEmpty else {
      throw Refusal(
        "wrong_scope", field: "subject", value: role.rawValue,
        expected: role.isScoped ? "the persons he serves" : "no persons: only an agent has some")
    }
    guard rate.map(Identity.rates.contains) ?? true else {
      throw Refusal(
        "wrong_rate", field: "rate", value: rate.map(String.init) ?? "",
        expected: "\(Identity.rates.lowerBound) to \(Identity.rates.upperBound) requests a second")
    }
  }

  /// Makes a token of one kind worth nothing from now on.
  ///
  /// - Throws: ``Refusal``: `not_permitted`, `unknown_identity`, `last_admin`.
  package mutating func revoke(
    _ name: String, kind: Identity.Kind = .person, at now: Instant, by grant: Grant
  ) throws(Refusal) {
    try grant.require(.manageIdentities)
    let place = identities.firstIndex { $0.name == name && $0.kind == kind && $0.revoked == nil }
    guard let place else {
      let command = kind == .person ? "identity" : "token"
      throw Refusal(
        "unknown_identity", field: "name", value: isIdentifier(name) ? name : "",
        expected: "a name that `quipu \(command) list` shows as valid")
    }
    let admins = identities.filter { $0.role == .admin && $0.isValid(at: now) }
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

  /// SHA-256 of a token in hexadecimal, by which the list knows it.
  package static func digest(of token: String) -> String { Digest(hashing: token).hex }
}
