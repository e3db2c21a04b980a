extension EventCatalog {
  /// What debtors say they will pay.
  static let promises: [EventDeclaration] = [
    EventDeclaration(
      .promiseMade, on: .account, closed: .refused, "The debtor said he will pay.",
      [
        field(.promise, .id, "the promise's id, unique in its account"),
        .amount,
        field(.dueOn, .date, "the day by which he will pay"),
        field(.toleranceBp, .integer(0...10_000), "the share that may be missing; 0").optional,
        field(.graceDays, .integer(0...366), "business days it may be late; 0").optional,
        .contact.optional,
        .channel,
      ]),
    EventDeclaration(
      .promiseRescheduled, on: .account, closed: .refused,
      "The promise as a whole has another day or amount.",
      [
        field(.promise, .id, "the promise"),
        field(.dueOn, .date, "the day by which he will pay"),
        .amount.optional,
      ]),
    EventDeclaration(
      .promiseCancelled, on: .account, closed: .refused, "The promise no longer holds.",
      [
        field(.promise, .id, "the promise"),
        field(.by, .id, "who cancelled it: a role, such as debtor or creditor"),
        .reason,
      ]),
  ]

  /// Offers, plans and grace. That a plan is completed or in default is derived, never recorded.
  static let restructurings: [EventDeclaration] = [
    EventDeclaration(
      .offerMade, on: .account, closed: .refused, "The debtor was offered a plan.",
      [
        field(.offer, .id, "the offer's id"),
        field(.strategy, .id, "the strategy it follows").optional,
        field(.terms, .object(.offerTerms), "what is offered"),
      ]),
    EventDeclaration(
      .offerAnswered, on: .account, closed: .refused, "The debtor answered an offer.",
      [
        field(.offer, .id, "the offer"),
        field(.answer, .choice(OfferAnswerKind.self), "what he said"),
      ]),
    EventDeclaration(
      .planAgreed, on: .account, closed: .refused,
      "Everything outstanding is replaced by the items of a plan.",
      [
        field(.plan, .id, "the plan's id, unique in its account"),
        field(.kind, .choice(PlanKind.self), "the kind of plan"),
        field(.items, .items(atLeast: 1), "what is owed under it, and when"),
        field(.haircut, .object(.haircut), "what is given up").optional,
        field(.planInterest, .money(minimum: 0), "interest the plan itself adds").optional,
        field(.accrues, .bool, "whether its items accrue; no").optional,
        field(.conditional, .bool, "whether it falls away in default"),
        field(.defaultAfterDays, .count, "the days past due it stands without default"),
        field(.dueToInability, .bool, "whether the debtor could not pay otherwise").optional,
        .evidence.optional,
      ]),
    EventDeclaration(
      .gracePeriodGranted, on: .account, closed: .refused,
      "Items due from the first day on move later by these days, which are not past due.",
      [
        field(.from, .date, "the first day, which is the effective date"),
        field(.to, .date, "the last day"),
        field(.pausesAccrual, .bool, "whether nothing accrues in them"),
        .reason,
      ],
      rules: [.ordered(.from, .to)]),
    EventDeclaration(
      .planCancelled, on: .account, closed: .refused, "A plan was given up.",
      [
        field(.plan, .id, "the plan"),
        .reason,
      ]),
  ]
}
