extension EventCatalog {
  /// Hardship, vulnerability, disputes, holds and complaints.
  static let hardship: [EventDeclaration] = vulnerability + relief + disputes

  private static let either: StreamKinds = [.subject, .account]

  private static let vulnerability: [EventDeclaration] = [
    EventDeclaration(
      .hardshipDeclared, on: either, "The person said that he cannot pay as agreed.",
      [
        field(.kind, .text(80), "what happened").sealed,
        field(.from, .date, "since when"),
        field(.to, .date, "until when, if known").optional,
      ],
      rules: [.ordered(.from, .to)]),
    EventDeclaration(
      .vulnerabilityDisclosed, on: either, "The person told of a vulnerability.",
      [
        field(.level, .choice(VulnerabilityLevel.self), "how much help is due"),
        field(.category, .text(80), "what kind it is").sealed,
        field(.detail, .text(4_000), "what the person told").sealed,
        field(.consent, .bool, "whether the person agreed in writing to its being kept"),
      ]),
    EventDeclaration(
      .vulnerabilitySignalled, on: either, "A rule found signs of a vulnerability.",
      [
        field(.level, .choice(VulnerabilityLevel.self), "how much help may be due"),
        field(.category, .text(80), "what kind it may be").sealed,
        field(.rule, .id, "the rule").sealed,
        field(.evidence, .seq, "the event it was found in"),
        field(.strength, .integer(0...10_000), "how strong the sign is, in basis points"),
      ]),
    EventDeclaration(
      .vulnerabilityReviewed, on: either, "A person looked at the signs.",
      [
        field(.outcome, .id, "what was decided"),
        field(.nextReview, .date, "when to look again"),
      ]),
  ]

  private static let relief: [EventDeclaration] = [
    EventDeclaration(
      .supportApplied, on: either, "The person was given help.",
      [field(.measure, .id, "what help")]),
    EventDeclaration(
      .moratoriumStarted, on: either, "Days in this span do not count as past due.",
      [
        field(.kind, .id, "what it rests on"),
        field(.from, .date, "the first day, which is the effective date"),
        field(.to, .date, "the last day"),
        field(.stopsAccrual, .bool, "whether nothing accrues either; no").optional,
      ],
      rules: [.ordered(.from, .to)]),
    EventDeclaration(
      .moratoriumEnded, on: either,
      "The moratoriums then running end on the eve of the effective date.",
      [field(.kind, .id, "what it rested on").optional, .reason.optional]),
  ]

  private static let disputes: [EventDeclaration] = [
    EventDeclaration(
      .disputeOpened, on: either, "The person says that the debt is wrong.",
      [
        field(.dispute, .id, "the dispute's id"),
        field(.scope, .id, "what it is about"),
        .amount.optional,
        .reason,
      ]),
    EventDeclaration(
      .disputeResolved, on: either, "A dispute was decided.",
      [
        field(.dispute, .id, "the dispute"),
        field(.decision, .id, "what was decided"),
      ]),
    EventDeclaration(
      .holdPlaced, on: either, "Collection is to stop.",
      [
        field(.hold, .id, "the hold's id"),
        field(.kind, .id, "what kind it is"),
        .reason,
      ]),
    EventDeclaration(
      .holdLifted, on: either, "Collection may go on.",
      [
        field(.hold, .id, "the hold"),
        .reason.optional,
      ]),
    EventDeclaration(
      .complaintFiled, on: either, "The person complained.",
      [
        field(.complaint, .id, "the complaint's id"),
        field(.channel, .id, "how, such as the book of complaints"),
      ]),
    EventDeclaration(
      .complaintAnswered, on: either, "A complaint was answered.",
      [
        field(.complaint, .id, "the complaint"),
        field(.decision, .id, "what was decided").optional,
        .evidence.optional,
      ]),
  ]
}
