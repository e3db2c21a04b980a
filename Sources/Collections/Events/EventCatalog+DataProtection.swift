extension EventCatalog {
  /// Requests, erasure, access and breaches (DS 016-2024-JUS).
  static let dataProtection: [EventDeclaration] = requests + processing + custody

  private static let requests: [EventDeclaration] = [
    EventDeclaration(
      .requestReceived, on: .subject, "The person invoked a right about his data.",
      [
        .request,
        field(.right, .choice(DataRight.self), "which right"),
        field(.via, .id, "how it came in"),
        field(.dueOn, .date, "the last day to answer"),
      ]),
    EventDeclaration(
      .requestInfoAsked, on: .subject, "The person was asked for more, which suspends the term.",
      [.request, .reason.optional]),
    EventDeclaration(
      .requestInfoReceived, on: .subject, "The person sent what was asked for: the term runs on.",
      [.request]),
    EventDeclaration(
      .requestExtended, on: .subject, "The term to answer was extended.", [.request, .reason]),
    EventDeclaration(
      .requestAnswered, on: .subject, "A request was answered.",
      [
        .request,
        field(.decision, .id, "what was decided"),
        field(.package, .sha256, "digest of what was handed over").optional,
        field(.ground, .text(200), "on what ground, if refused").namingNobody.optional,
      ]),
  ]

  private static let processing: [EventDeclaration] = [
    EventDeclaration(
      .processingBlocked, on: .subject, "The person's data may only be kept.",
      [.request.optional, .reason.optional]),
    EventDeclaration(
      .processingUnblocked, on: .subject, "The person's data may be used again.",
      [.request.optional, .reason.optional]),
    EventDeclaration(
      .subjectErased, on: .subject, "The keys to the person's data were destroyed.",
      [
        .request.optional,
        field(.keys, .count, "how many keys"),
        field(.receipt, .sha256, "digest of the signed receipt"),
        .secondPerson.optional,
      ]),
    EventDeclaration(
      .erasureRefused, on: .subject, "The person's data could not be erased.",
      [
        .request.optional,
        field(.ground, .text(200), "why not").namingNobody,
      ]),
    EventDeclaration(
      .legalHoldPlaced, on: [.subject, .account], "Nothing may be erased.",
      [field(.hold, .id, "the hold's id"), .reason.optional]),
    EventDeclaration(
      .legalHoldLifted, on: [.subject, .account], "The hold on erasure ended.",
      [field(.hold, .id, "the hold"), .reason.optional]),
  ]

  private static let offices: StreamKinds = [.subject, .account, .portfolio, .ledger]
  private static let disclosed = field(.fields, .list(of: .id), "the fields")

  private static let custody: [EventDeclaration] = [
    EventDeclaration(
      .personalDataAccessed, on: offices, "Personal data is about to be read.",
      [
        field(.reader, .id, "by whom"),
        field(.purpose, .id, "what for"),
        disclosed,
        field(.events, .count, "in how many events"),
      ]),
    EventDeclaration(
      .evidenceExported, on: offices, "A folder of evidence was made.",
      [
        field(.recipient, .text(120), "for which office or firm"),
        field(.sha256, .sha256, "digest of the folder's sums"),
      ]),
    EventDeclaration(
      .breachDetected, on: [.ledger, .portfolio], "Personal data got where it should not.",
      [
        field(.awareAt, .instant, "when it was known, from which the terms run"),
        field(.scope, .text(400), "what and how much, in words that name no person").namingNobody,
        .breach.optional,
        field(
          .grounds, .list(of: .choice(BreachGround.self), count: 0...3, distinct: .values),
          "why it has to be made known; all when left out"
        ).optional,
        field(.contained, .bool, "whether it was contained before it could do harm; no").optional,
      ]),
    EventDeclaration(
      .breachNotified, on: [.ledger, .portfolio], "A breach was made known.",
      [
        field(.to, .text(120), "to which authority, or to the subjects"),
        field(.at, .instant, "when"),
        .breach.optional,
        .reason.optional,
      ]),
    EventDeclaration(
      .retentionApplied, on: [.ledger, .portfolio], "Data past its term was erased.",
      [
        field(.rule, .id, "the retention rule"),
        field(.subjects, .count, "of how many subjects"),
      ]),
    EventDeclaration(
      .dataDisclosed, on: offices, "Personal data was handed to another.",
      [
        field(.recipient, .text(120), "to which office or firm"),
        field(.country, .country, "in which country"),
        field(.ground, .text(200), "on what ground").namingNobody,
        disclosed,
      ]),
  ]
}
