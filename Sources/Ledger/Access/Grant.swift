internal import Collections

/// What somebody who showed who he is may do.
///
/// Made by ``IdentityList/grant(to:token:at:)`` and ``IdentityList/grant(token:at:)`` alone, so that
/// holding one is proof.
package struct Grant: Equatable, Sendable {
  /// Who it is: the id of the actor in what is recorded.
  package let name: String
  /// The role; nil for whoever showed nothing.
  package let role: Role?
  /// Whether it is a person; nobody is taken for one.
  package let kind: Identity.Kind
  /// The persons a scoped role reaches.
  package let subjects: Set<String>
  /// As whom it records; nil for whoever showed nothing.
  package let actor: Actor?
  private let permissions: Set<Permission>

  init(_ identity: Identity) {
    name = identity.name
    role = identity.role
    kind = identity.kind
    subjects = Set(identity.subjects)
    permissions = identity.role.permissions
    actor = Actor(
      id: identity.name, kind: identity.kind == .person ? .person : .system,
      role: identity.role.rawValue)
  }

  private init() {
    name = ""
    role = nil
    kind = .person
    subjects = []
    actor = nil
    permissions = [.record, .keepBooks, .void, .readProjections, .readEvents, .askContact]
  }

  /// What whoever may open the ledger's files may do without saying who he is: record, and read what
  /// holds no personal data.
  package static let nobody = Grant()

  /// Whether something is permitted, for a person where the role is scoped.
  package func allows(_ permission: Permission, of subject: String? = nil) -> Bool {
    guard permissions.contains(permission) else { return false }
    guard role?.isScoped == true, permission == .unseal || permission == .invite else {
      return true
    }
    return subject.map(subjects.contains) ?? false
  }

  /// Refuses what is not permitted: `not_permitted`, naming the roles that may.
  package func require(_ permission: Permission, of subject: String? = nil) throws(Refusal) {
    guard !allows(permission, of: subject) else { return }
    let isElsewhere = permissions.contains(permission)
    throw Refusal(
      "not_permitted", field: "as", value: role?.rawValue ?? "",
      expected: isElsewhere
        ? "a person whom \(name) serves, or role dpo"
        : "--as somebody with role \(permission.roles) (\(permission.rawValue))")
  }

  /// Whether it may be the second person: a person, whose role approves.
  package var approves: Bool { kind == .person && allows(.approve) }

  /// Refuses a second person who is none: the same one, a program, or one whose role does not approve.
  package func requireApproval(by other: Grant?) throws(Refusal) {
    guard let other else {
      throw Refusal(
        "second_person_needed", field: "approve-as",
        expected: "--approve-as a second person with role \(Permission.approve.roles)")
    }
    guard other.name != name else {
      throw Refusal(
        "same_person", field: "approve-as", value: other.name,
        expected: "a second person, not \(name) again")
    }
    guard other.approves else {
      throw Refusal(
        "not_permitted", field: "approve-as",
        value: other.kind == .person ? other.role?.rawValue ?? "" : other.kind.rawValue,
        expected: "a second person with role \(Permission.approve.roles)")
    }
  }
}
