/// What the ledger knows of one event type: the single source from which its checker, reader,
/// JSON Schema and documentation come.
package struct EventDeclaration: Sendable {
  /// The type declared.
  package let type: EventType
  /// The version of the fields, from 1. Older versions are upcast when read, never rewritten.
  package let version: Int64 = 1
  /// The section of the catalogue it stands in.
  package var group: EventGroup
  /// The kinds of stream it may be recorded on.
  package let streams: StreamKinds
  /// The one id its stream may have, where there is only one.
  package let streamID: String?
  /// Whether an account that is closed takes it.
  package let onClosedAccount: ClosedAccountRule
  /// Whether the envelope is meant to name a `subject`: the person contacted.
  package let namesSubject: Bool
  /// What the event says, in one sentence.
  package let meaning: String
  /// The fields of `data`, in the order in which they are documented.
  package let fields: [FieldDeclaration]
  /// What must hold between the fields, whatever the state of the account.
  package let rules: [FieldRule]

  /// The type's name as recorded.
  package var name: String { type.name }

  /// Declares a type; its group is set by the catalogue that lists it.
  package init(
    _ type: EventType, on streams: StreamKinds, streamID: String? = nil,
    closed: ClosedAccountRule = .accepted,
    namesSubject: Bool = false, _ meaning: String, _ fields: [FieldDeclaration] = [],
    rules: [FieldRule] = []
  ) {
    self.type = type
    self.group = .ledger
    self.streams = streams
    self.streamID = streamID
    self.onClosedAccount = closed
    self.namesSubject = namesSubject
    self.meaning = meaning
    self.fields = fields
    self.rules = rules
  }
}

/// Whether an event type is taken on an account that is closed (ledger rules, sections 9 and 11).
///
/// Recording what did happen is never refused: payments, corrections, contacts, people, disputes,
/// data protection. What would change a debt that no longer exists is.
package enum ClosedAccountRule: Sendable {
  case accepted, refused
}

/// A section of the catalogue.
package enum EventGroup: UInt8, CaseIterable, Sendable {
  case ledger, accounts, payments, promises, restructurings, contacts, people, hardship, scores
  case dataProtection, operations

  /// The section's heading.
  package var title: String {
    switch self {
    case .ledger: "Ledger"
    case .accounts: "Accounts"
    case .payments: "Payments"
    case .promises: "Promises"
    case .restructurings: "Restructurings"
    case .contacts: "Contacts"
    case .people: "People"
    case .hardship: "Hardship, disputes"
    case .scores: "Scores and decisions"
    case .dataProtection: "Data protection"
    case .operations: "Operations"
    }
  }
}

/// One field of an event's `data` or of an object inside it.
package struct FieldDeclaration: Equatable, Sendable {
  /// The key.
  package let name: FieldName
  /// What its value may be.
  package let type: FieldType
  /// What it means, in one phrase.
  package let meaning: String
  /// Whether it may be left out.
  package private(set) var isOptional = false
  /// Whether it is personal data (§): in clear in a draft only, encrypted before it reaches a disk.
  package private(set) var isSealed = false
  /// Whether it is a short text in clear that is refused where it has the form of a name, a number or an
  /// address (``looksPersonal(_:)``).
  package private(set) var namesNobody = false

  /// Declares a required field in clear.
  package init(_ name: FieldName, _ type: FieldType, _ meaning: String) {
    self.name = name
    self.type = type
    self.meaning = meaning
  }

  /// The same field, which may be left out.
  var optional: FieldDeclaration {
    var copy = self
    copy.isOptional = true
    return copy
  }

  /// The same field, as a short text that names no person.
  var namingNobody: FieldDeclaration {
    var copy = self
    copy.namesNobody = true
    return copy
  }

  /// The same field, as personal data.
  package var sealed: FieldDeclaration {
    var copy = self
    copy.isSealed = true
    return copy
  }
}

/// What must hold between fields of one object.
package enum FieldRule: Equatable, Sendable {
  /// The first field's date is not after the second's, where both are given.
  case ordered(FieldName, FieldName)
  /// The first field's number is not above the second's, where both are given.
  case notAbove(FieldName, FieldName)
  /// At most one of the two is given.
  case notBoth(FieldName, FieldName)
  /// At least one of the amounts is given and above 0.
  case somePositive([FieldName])
}

/// A required field in clear, as the catalogue's tables write it.
func field(_ name: FieldName, _ type: FieldType, _ meaning: String) -> FieldDeclaration {
  FieldDeclaration(name, type, meaning)
}
