/// Every event type, declared once.
///
/// The tables stand in `EventCatalog+….swift`, a file a section; the prose they follow is the
/// project's description of its events.
package enum EventCatalog {
  /// The sections in their order, each with its types in theirs.
  package static let groups: [(group: EventGroup, types: [EventDeclaration])] = [
    (.ledger, ledger), (.accounts, accounts), (.payments, payments), (.promises, promises),
    (.restructurings, restructurings), (.contacts, contacts), (.people, people),
    (.hardship, hardship), (.scores, scores), (.dataProtection, dataProtection),
    (.operations, operations),
  ]

  /// The declarations by the raw value of their type.
  static let declarations: [EventDeclaration] = {
    var declared: [EventDeclaration] = []
    for (group, types) in groups {
      for var declaration in types {
        declaration.group = group
        declared.append(declaration)
      }
    }
    declared.sort { $0.type.rawValue < $1.type.rawValue }
    precondition(
      declared.map(\.type) == EventType.allCases, "every event type is declared exactly once")
    return declared
  }()

  /// The names by the raw value of their type.
  static let names: [String] = EventType.allCases.map { type in
    let word = "\(type)"
    return word.prefix(1).uppercased() + word.dropFirst()
  }
}

// Fields that mean the same wherever they stand.
extension FieldDeclaration {
  /// Why, in clear: so never a place for personal data.
  static let reason = field(
    .reason, .text(200), "why, in a few words that name no person"
  ).namingNobody
  /// The contact an event tells of.
  static let contact = field(.contact, .id, "the contact's id, unique in its account")
  /// A way of reaching a person.
  static let channel = field(.channel, .choice(ContactChannel.self), "the way of contact")
  /// The local time of a contact.
  static let localAt = field(.localAt, .offsetInstant, "when, in the person's local time")
  /// The digest of a document that proves it.
  static let evidence = field(.evidence, .sha256, "digest of the document that proves it")
  /// What a currency says beside an amount.
  static let currency = field(.currency, .currency, "the amount's currency")
  /// An amount that must not be zero.
  static let amount = field(.amount, .money(minimum: 1), "the amount")
  /// Who else answers for it; never the one who records it.
  static let secondPerson = field(.approver, .id, "the second person who approved it")
  /// A breach of personal data.
  static let breach = field(.breach, .id, "the breach's id; the last one detected when left out")
  /// A request about personal data.
  static let request = field(.request, .id, "the request's id")
}
