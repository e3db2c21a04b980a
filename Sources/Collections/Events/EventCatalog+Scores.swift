extension EventCatalog {
  /// Models, scores, strategies and what was decided by them.
  static let scores: [EventDeclaration] = models + decisions

  private static let models: [EventDeclaration] = [
    EventDeclaration(
      .modelRegistered, on: .model, "A scoring model may be used.",
      [
        field(.model, .id, "the model's id"),
        field(.version, .positive, "its version"),
        field(.document, .sha256, "digest of its document"),
        field(.trainedOn, .object(.training), "the prefix of the log it was trained on"),
        field(.metrics, .object(.metrics), "how good it is"),
        .secondPerson.optional,
      ]),
    EventDeclaration(
      .modelRetired, on: .model, "A scoring model is used no more.",
      [
        field(.model, .id, "the model"),
        field(.version, .positive, "its version; all of them when left out").optional,
        .reason.optional,
      ]),
    EventDeclaration(
      .scoreRecorded, on: [.account, .subject], closed: .refused, "A model gave a score.",
      [
        field(.model, .id, "the model"),
        field(.version, .positive, "its version"),
        field(.asOf, .date, "the day it was asked of"),
        field(.points, .integer(-1_000_000...1_000_000), "the score"),
        field(.probabilityBp, .integer(0...10_000), "what the score means as a probability"),
        field(.reasons, .list(of: .id, 0...4), "the features furthest below their best, at most 4"),
        field(.featuresSha256, .sha256, "digest of the features it went by"),
        field(.basis, .seq, "the size of the log it was made from"),
      ]),
    EventDeclaration(
      .strategyAdopted, on: [.policy, .portfolio], "A strategy holds from its effective date.",
      [
        field(.strategy, .id, "the strategy's id"),
        field(.version, .positive, "its version"),
        field(.document, .sha256, "digest of its document"),
        .secondPerson.optional,
      ]),
    EventDeclaration(
      .armAssigned, on: .account, closed: .refused, "The account is treated by one arm of a test.",
      [
        field(.strategy, .id, "the strategy"),
        field(.arm, .id, "the arm"),
        field(.bucket, .count, "the bucket the account's hash fell into"),
      ]),
  ]

  private static let decisions: [EventDeclaration] = [
    EventDeclaration(
      .actionProposed, on: .account, closed: .refused, "The strategy proposes what to do next.",
      [
        field(.action, .id, "what to do"),
        .channel,
        field(.tone, .id, "in which tone"),
        field(.window, .object(.window), "when"),
        field(.reasons, .list(of: .id, 0...20), "why"),
        field(.score, .seq, "the score it rests on, if it rests on one").optional,
        field(.strategy, .id, "the strategy").optional,
        field(.version, .positive, "its version").optional,
        field(.arm, .id, "the arm the account is treated by").optional,
        field(.segment, .id, "the segment the account is in").optional,
        field(.template, .id, "the text or script").optional,
        field(.point, .id, "the contact point").optional,
        field(.asOf, .date, "the day it was proposed for").optional,
        field(.basis, .seq, "the size of the log it was made from").optional,
        field(.expected, .money(minimum: 0), "what it may bring, less its cost").optional,
        field(.at, .time, "the local time before which nothing was proposed").optional,
      ]),
    EventDeclaration(
      .decisionMade, on: [.account, .subject], "Something was decided about a person.",
      [
        field(.decision, .id, "the decision's id"),
        field(.automated, .bool, "whether no person took part"),
        field(.significant, .bool, "whether it weighs on the person (Ley 29733 art. 23)"),
        field(.reviewer, .id, "who reviewed it").optional,
        field(.basis, .list(of: .seq), "the events it rests on"),
      ]),
    EventDeclaration(
      .decisionContested, on: [.account, .subject], "The person objected to a decision.",
      [field(.decision, .id, "the decision")]),
    EventDeclaration(
      .decisionOverridden, on: [.account, .subject], "A person decided otherwise.",
      [
        field(.decision, .id, "the decision"),
        .reason,
      ]),
  ]
}
