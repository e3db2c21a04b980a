extension EventCatalog {
  /// Money that moved.
  static let payments: [EventDeclaration] = [
    EventDeclaration(
      .paymentReceived, on: .account,
      "Money came in for the account; the effective date is its value date.",
      [
        field(.payment, .id, "the payment's id, unique in its account"),
        .amount,
        .currency,
        field(.method, .choice(PaymentMethod.self), "how it was paid"),
        field(.channel, .text(64), "where it was paid, such as a branch or an app").namingNobody
          .optional,
        field(
          .intent, .choice(PaymentIntent.self), "what an excess is meant to do; instalments"
        ).optional,
        field(.payer, .text(200), "who paid, if not the debtor").sealed.optional,
        field(.promise, .id, "the promise it keeps").optional,
      ]),
    EventDeclaration(
      .paymentReversed, on: .account, "A payment counts as never received.",
      [
        field(.payment, .id, "the payment"),
        field(.kind, .choice(ReversalKind.self), "what was wrong with it"),
        .reason,
      ]),
    EventDeclaration(
      .paymentChargedBack, on: .account, "A payment was taken back, in whole or in part.",
      [
        field(.payment, .id, "the payment"),
        .amount,
      ]),
    EventDeclaration(
      .refundIssued, on: .account, "The account's credit was paid out.",
      [
        .amount,
        field(.method, .choice(PaymentMethod.self), "how it was paid"),
      ]),
    EventDeclaration(
      .debtorPaymentReceived, on: [.subject, .portfolio],
      "One payment came in for several accounts of a debtor.",
      [
        field(.payment, .id, "the payment's id"),
        .amount,
        .currency.optional,
        field(.method, .choice(PaymentMethod.self), "how it was paid").optional,
        field(
          .instruction,
          .list(of: .object(.instruction), count: 1...200, distinct: .by(.account)),
          "what the debtor wants paid with it (Código Civil art. 1256)"
        ).optional,
      ]),
    EventDeclaration(
      .unidentifiedPaymentReceived, on: .portfolio, streamID: "unidentified",
      "Money came in that belongs to no known account.",
      [
        field(.payment, .id, "the payment's id"),
        .amount,
        .currency,
        field(.method, .choice(PaymentMethod.self), "how it was paid"),
        field(.channel, .text(64), "where it was paid, such as a branch or an app").namingNobody
          .optional,
        field(.payer, .text(200), "who paid").sealed.optional,
        field(.reference, .text(200), "what the payer wrote").sealed.optional,
      ]),
    EventDeclaration(
      .paymentIdentified, on: [.portfolio, .account],
      "An unidentified payment belongs to an account, with its own value date.",
      [
        field(.payment, .id, "the payment"),
        field(.account, .id, "the account it was for"),
      ]),
    EventDeclaration(
      .paymentReported, on: .account, namesSubject: true,
      "The debtor says that he paid; it moves no money until a payment comes in.",
      [
        field(.payment, .id, "the report's id, unique in its account"),
        .amount,
        field(.on, .date, "the day he says he paid"),
        .channel,
        field(.method, .choice(PaymentMethod.self), "how he says he paid").optional,
        field(.reference, .text(200), "what stands on his voucher").sealed.optional,
      ]),
  ]
}
