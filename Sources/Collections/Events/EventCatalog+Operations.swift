extension EventCatalog {
  /// The work itself: what it costs, who may do it, what it ends with.
  static let operations: [EventDeclaration] = [
    EventDeclaration(
      .costIncurred, on: [.account, .portfolio],
      "Collecting cost something; the debtor owes it not.",
      [
        field(.account, .id, "the account it was for").optional,
        field(.portfolio, .id, "the portfolio it was for").optional,
        .amount,
        .currency.optional,
        field(.kind, .id, "what for"),
        .contact.optional,
      ],
      rules: [.notBoth(.account, .portfolio)]),
    EventDeclaration(
      .agentCertified, on: [.ledger, .portfolio], "A collector passed a course.",
      [
        field(.agent, .id, "the collector"),
        field(.course, .id, "the course"),
        field(.until, .date, "the last day the certificate holds"),
      ]),
    EventDeclaration(
      .clearanceIssued, on: .account, "The debtor got a certificate of no debt.",
      [
        field(.account, .id, "the account, that of the stream"),
        field(.sha256, .sha256, "digest of the certificate"),
      ]),
  ]
}
