extension EventCatalog {
  /// What is owed, and the life of a debt.
  static let accounts: [EventDeclaration] = opening + charges + life + courts

  private static let opening: [EventDeclaration] = [
    EventDeclaration(
      .accountOpened, on: .account, closed: .refused, "A debt entered the ledger.",
      [
        field(.account, .id, "the account's id, that of its stream"),
        field(.subject, .id, "the debtor's id"),
        field(.creditor, .id, "to whom it is owed"),
        field(.product, .choice(Product.self), "what kind of credit or charge it is"),
        field(.currency, .currency, "the account's one currency"),
        field(.items, .items(atLeast: 0), "what is owed, and when"),
        field(.terms, .object(.terms), "how it accrues and ages").optional,
        field(.allocation, .object(.allocation), "how payments are spread").optional,
        field(.creditLimit, .money(minimum: 0), "the limit of a revolving credit").optional,
        field(.security, .choice(SecurityKind.self), "what secures it").optional,
        field(.contract, .sha256, "digest of the contract").optional,
        field(.placement, .object(.placement), "the portfolio it was placed with").optional,
      ]),
    EventDeclaration(
      .termsChanged, on: .account, closed: .refused,
      "The terms are replaced, all of them, from the effective date.",
      [field(.terms, .object(.terms), "the terms that hold from then on")]),
    EventDeclaration(
      .scheduleSet, on: .account, closed: .refused,
      "The creditor's word on what is owed from then on; whatever was outstanding is replaced.",
      [field(.items, .items(atLeast: 0), "what is owed, and when")]),
  ]

  private static let charges: [EventDeclaration] = [
    EventDeclaration(
      .chargeAssessed, on: .account, closed: .refused, "More is owed.",
      [
        field(.component, .choice(Component.self), "what it is owed as"),
        .amount,
        field(.item, .positive, "the item it is added to; its own item when left out").optional,
        field(.label, .text(200), "what it is for, in words that name no person").namingNobody,
      ]),
    EventDeclaration(
      .chargeWaived, on: .account, closed: .refused,
      "A part of what is owed is no longer asked for.",
      [
        field(.component, .choice(Component.self), "what it was owed as"),
        .amount,
        field(.item, .positive, "the item it is taken from; the oldest first when left out")
          .optional,
        .reason,
      ]),
    EventDeclaration(
      .debtForgiven, on: .account, closed: .refused, "The creditor forgave a part of the debt.",
      [
        field(.principal, .money(minimum: 0), "principal forgiven").optional,
        field(.interest, .money(minimum: 0), "interest forgiven").optional,
        field(.penalty, .money(minimum: 0), "default interest forgiven").optional,
        field(.cost, .money(minimum: 0), "expenses and fees forgiven").optional,
        .reason,
      ],
      rules: [.somePositive([.principal, .interest, .penalty, .cost])]),
    EventDeclaration(
      .delinquencyPaused, on: .account, closed: .refused,
      "Days in this span do not count as past due.",
      [
        field(.from, .date, "the first day, which is the effective date"),
        field(.to, .date, "the last day"),
        field(.stopsAccrual, .bool, "whether nothing accrues either; no").optional,
        .reason,
      ],
      rules: [.ordered(.from, .to)]),
  ]

  private static let life: [EventDeclaration] = [
    EventDeclaration(
      .writtenOff, on: .account, closed: .refused,
      "The creditor's books no longer carry the debt, which is still owed.",
      [.reason.optional]),
    EventDeclaration(
      .writeOffReversed, on: .account, "The debt is back in the creditor's books.",
      [.reason.optional]),
    EventDeclaration(
      .accountClosed, on: .account, closed: .refused, "The account was closed.", [.reason]),
    EventDeclaration(
      .accountReopened, on: .account, "A closed account was opened again.", [.reason]),
    EventDeclaration(
      .portfolioSold, on: .account, closed: .refused,
      "The debt was sold with others; the account closes.",
      [
        field(.buyer, .id, "who bought it"),
        field(.price, .money(minimum: 0), "what was paid for this account"),
        field(.cutoff, .date, "the last day whose payments are the seller's"),
      ]),
    EventDeclaration(
      .agencyPlaced, on: .account, closed: .refused, "An agency collects the debt.",
      [
        field(.agency, .id, "the agency"),
        field(.from, .date, "its first day"),
        field(.purgeBy, .date, "the day by which it destroys what it was given").optional,
      ],
      rules: [.ordered(.from, .purgeBy)]),
    EventDeclaration(
      .agencyRecalled, on: .account, "The agency collects the debt no more.",
      [field(.agency, .id, "the agency").optional, .reason.optional]),
    EventDeclaration(
      .assignmentNotified, on: .account, "The debtor was told that the debt has another owner.",
      [
        field(.assignee, .id, "the new owner").optional,
        .channel.optional,
        .evidence.optional,
      ]),
  ]

  private static let courts: [EventDeclaration] = [
    EventDeclaration(
      .suitFiled, on: .account, closed: .refused, "The creditor went to court.",
      [
        field(.court, .text(120), "the court"),
        field(.case, .text(80), "the case's number there"),
      ]),
    EventDeclaration(
      .judgmentEntered, on: .account, closed: .refused, "A court ruled what is owed.", [.amount]),
    EventDeclaration(
      .limitationInterrupted, on: .account, closed: .refused,
      "The period after which the debt can no longer be claimed begins anew.",
      [field(.by, .text(80), "what interrupted it, in words that name no person").namingNobody]),
    EventDeclaration(
      .bureauReported, on: .account, closed: .refused, "A credit bureau was told of the debt.",
      [
        field(.bureau, .id, "the bureau").optional,
        field(.amount, .money(minimum: 0), "the amount reported").optional,
        field(.daysPastDue, .count, "the days past due reported").optional,
      ]),
    EventDeclaration(
      .bureauRectified, on: .account, "A credit bureau was told of a correction.",
      [
        field(.bureau, .id, "the bureau").optional,
        .evidence.optional,
      ]),
  ]
}
