/// An object that stands inside an event's `data`, its fields declared once.
package enum ObjectShape: UInt8, CaseIterable, Hashable, Sendable {
  case item, terms, allocation, placement, haircut, instruction, offerTerms, window, check
  case identity, training, metrics

  /// The name of the object in schemas and documentation.
  package var name: String { "\(self)" }

  /// The object's fields, in the order in which they are documented.
  package var fields: [FieldDeclaration] { ObjectShape.declared[Int(rawValue)] }

  /// What must hold between the fields.
  package var rules: [FieldRule] {
    switch self {
    case .terms:
      [.notBoth(.compensatoryBp, .compensatoryDaily), .notBoth(.defaultBp, .defaultDaily)]
    default: []
    }
  }

  private static let declared: [[FieldDeclaration]] = allCases.map(\.declaration)

  private var declaration: [FieldDeclaration] {
    switch self {
    case .item: ObjectShape.itemFields
    case .terms: ObjectShape.termsFields
    case .allocation: ObjectShape.allocationFields
    case .placement: ObjectShape.placementFields
    case .haircut: ObjectShape.haircutFields
    case .instruction: ObjectShape.instructionFields
    case .offerTerms: ObjectShape.offerFields
    case .window: ObjectShape.windowFields
    case .check: ObjectShape.checkFields
    case .identity: ObjectShape.identityFields
    case .training: ObjectShape.trainingFields
    case .metrics: ObjectShape.metricsFields
    }
  }
}

// The tables. Ledger rules, section 2 (item), 4 (terms), 3 (allocation), 6 (haircut).
extension ObjectShape {
  private static let itemFields: [FieldDeclaration] = [
    field(.n, .positive, "the item's number, unique in its event"),
    field(.dueOn, .date, "the day on which it falls due"),
    field(.principal, .money(minimum: 0), "principal due"),
    field(.interest, .money(minimum: 0), "scheduled interest due").optional,
    field(.cost, .money(minimum: 0), "expenses and fees due").optional,
    field(.penalty, .money(minimum: 0), "default interest due").optional,
  ]

  private static let termsFields: [FieldDeclaration] = [
    field(.compensatoryBp, .basisPoints, "compensatory interest a year").optional,
    field(.compensatoryDaily, .dailyRate, "compensatory interest a day").optional,
    field(.defaultBp, .basisPoints, "default interest a year").optional,
    field(.defaultDaily, .dailyRate, "default interest a day").optional,
    field(.yearDays, .oneOf([360, 365]), "days of the year of a rate in basis points; 360")
      .optional,
    field(.roll, .choice(RollRule.self), "what a due date on a holiday becomes; none").optional,
    field(.materiality, .money(minimum: 0), "unpaid amount up to which no item ages; 0").optional,
  ]

  private static let allocationFields: [FieldDeclaration] = [
    field(
      .order, .list(of: .choice(Component.self), count: 4...4, distinct: .values),
      "the four components, first paid first; penalty, interest, cost, principal"
    ).optional,
    field(
      .spread, .choice(AllocationProfile.Spread.self),
      "item by item or component by component; item"
    ).optional,
    field(.advance, .choice(AllocationProfile.Advance.self), "coming items an excess goes to; next")
      .optional,
  ]

  private static let placementFields: [FieldDeclaration] = [
    field(.portfolio, .id, "the portfolio the account came with"),
    field(.placedOn, .date, "the day it was placed"),
    field(.balance, .money(minimum: 0), "the balance it was placed with"),
  ]

  private static let haircutFields: [FieldDeclaration] = [
    field(.principal, .money(minimum: 0), "principal given up").optional,
    field(.interest, .money(minimum: 0), "interest given up").optional,
    field(.penalty, .money(minimum: 0), "default interest given up").optional,
    field(.cost, .money(minimum: 0), "expenses and fees given up").optional,
  ]

  private static let instructionFields: [FieldDeclaration] = [
    field(.account, .id, "the account to pay"),
    field(.amount, .money(minimum: 1), "what it is to get"),
  ]

  private static let offerFields: [FieldDeclaration] = [
    field(.kind, .choice(PlanKind.self), "the kind of plan offered"),
    field(.items, .items(atLeast: 1), "the items the plan would have").optional,
    field(.haircut, .object(.haircut), "what would be given up").optional,
    field(.validUntil, .date, "the last day on which it may be taken").optional,
    field(.conditional, .bool, "whether the plan would fall away in default").optional,
    field(.defaultAfterDays, .count, "the days past due it would stand without default").optional,
  ]

  private static let windowFields: [FieldDeclaration] = [
    field(.on, .date, "the day, if it is one day").optional,
    field(
      .days, .list(of: .integer(1...7), count: 1...7, distinct: .values),
      "days of the week, Monday 1 to Sunday 7; all when left out"
    ).optional,
    field(.from, .time, "local time it begins at"),
    field(.to, .time, "local time before which it ends"),
  ]

  private static let checkFields: [FieldDeclaration] = [
    field(.rule, .id, "the rule's id in the policy"),
    field(.verdict, .choice(RuleVerdict.self), "what it said"),
    field(.inputs, .text(400), "the figures it went by").optional,
    field(.citation, .text(200), "the rule's source").optional,
  ]

  private static let identityFields: [FieldDeclaration] = [
    field(.name, .text(200), "the person's name"),
    field(.documentType, .id, "the kind of identity document, such as DNI"),
    field(.document, .text(40), "the document's number"),
    field(.birthDate, .date, "date of birth").optional,
    field(.address, .text(400), "address").optional,
  ]

  private static let trainingFields: [FieldDeclaration] = [
    field(.size, .seq, "the size of the log the model was trained on"),
    field(.root, .treeRoot, "the log's tree head at that size"),
  ]

  private static let metricsFields: [FieldDeclaration] = [
    field(.aucBp, .integer(0...10_000), "area under the curve").optional,
    field(.giniBp, .integer(-10_000...10_000), "Gini coefficient").optional,
    field(.ksBp, .integer(0...10_000), "Kolmogorov–Smirnov distance").optional,
    field(.brierBp, .integer(0...10_000), "Brier score").optional,
    field(.psiBp, .basisPoints, "population stability index").optional,
  ]
}
