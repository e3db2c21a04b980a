/// The register of processing: which data the catalogue of events holds, on what ground, how long.
///
/// Derived from the catalogue, so that a type added to it cannot be missing here. What each activity is
/// for, and who receives its data, are words for a reader and stand with the reports.
package struct ProcessingRegister: Sendable {
  /// One activity: the events of a section of the catalogue.
  package struct Activity: Equatable, Sendable {
    /// The section.
    package var group: EventGroup
    /// Its types, in declared order.
    package var types: [EventType]
    /// The sealed fields, as `Type.field`.
    package var sealed: [String]
    /// What it rests on.
    package var ground: String
    /// The category whose retention rules hold.
    package var category: RetentionSchedule.Category
    /// Whether it holds sensitive data (Ley 29733, art. 2.5).
    package var isSensitive: Bool
  }

  /// The activities that tell of people, in the catalogue's order.
  package static let activities: [Activity] = EventCatalog.groups.compactMap { group, types in
    guard let (category, ground) = basis(of: group) else { return nil }
    let sealed = types.flatMap { declaration in
      declaration.type.sealedFields.map { "\(declaration.name).\($0.text)" }
    }
    return Activity(
      group: group, types: types.map(\.type), sealed: sealed, ground: ground, category: category,
      isSensitive: group == .hardship)
  }

  /// What a section's data rests on, and how it is kept; nil for the ledger's own, which tells of nobody.
  private static func basis(
    of group: EventGroup
  ) -> (RetentionSchedule.Category, ground: String)? {
    let contract = "Ley 29733 art. 14.5 (contract); GDPR art. 6(1)(b)"
    let duty = "Ley 29733 art. 14.13 (legal duty); GDPR art. 6(1)(c)"
    return switch group {
    case .ledger: nil
    case .accounts, .payments, .promises, .restructurings, .operations: (.debt, contract)
    case .contacts: (.contact, contract)
    case .people: (.identity, contract)
    case .hardship: (.rights, "Ley 29733 art. 13.6 (written consent); GDPR art. 9(2)(a)")
    case .scores: (.model, "Ley 29733 art. 23; GDPR arts. 6(1)(f), 22")
    case .dataProtection: (.custody, duty)
    }
  }
}
