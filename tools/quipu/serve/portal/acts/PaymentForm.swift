internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// That she has paid: it stands on record as what she says, and moves no money until the payment comes in.
enum PaymentForm {
  static let form = PortalForm(
    path: "/accounts/{n}/payment", name: "Payment",
    doc: Text("say that one has paid", "avisar que se pagó"),
    page: { try page($0) }, act: { try act($0) })

  private static let methods = [
    FormChoice("transfer", "Transfer", "Transferencia"),
    FormChoice("wallet", "Wallet (Yape, Plin)", "Billetera (Yape, Plin)"),
    FormChoice("cash", "Cash, at an agent or a branch", "Efectivo, en agente o agencia"),
    FormChoice("card", "Card", "Tarjeta"), FormChoice("other", "Otherwise", "De otra forma"),
  ]

  /// How long ago it may have been, in days: what is older is a dispute.
  private static let longest = 60

  /// A voucher's number is no longer.
  private static let longestReference = 200

  private static func days(_ occasion: PortalOccasion) -> ClosedRange<CivilDate> {
    (occasion.today + -longest)...occasion.today
  }

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let money = PortalMoney(try occasion.visit.report(try occasion.account()))
    let days = days(occasion)
    return try occasion.page(
      Text("I have paid", "Ya pagué"),
      lead: Text(
        "If your payment does not show yet, tell us here and we look for it.",
        "Si su pago todavía no aparece, avísenos aquí y lo buscamos.")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/payment", occasion.visit, occasion.say("Send", "Enviar")
      ) { html in
        occasion.field(
          &html, "amount",
          occasion.say("How much, in \(money.sign)", "Cuánto, en \(money.sign)"),
          hint: occasion.say("For example 150.00.", "Por ejemplo 150.00."),
          [("inputmode", "decimal"), ("autocomplete", "off"), ("maxlength", "24")])
        occasion.field(
          &html, "day", occasion.say("On which day", "Qué día"), type: "date",
          [("min", days.lowerBound.text), ("max", days.upperBound.text)])
        occasion.choice(&html, "method", occasion.say("How?", "¿Cómo?"), methods)
        occasion.field(
          &html, "reference",
          occasion.say("Number on the voucher (optional)", "Número de la constancia (opcional)"),
          [("autocomplete", "off"), ("maxlength", "\(longestReference)")])
      }
    }
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.account()
    let report = try occasion.visit.report(account)
    let money = PortalMoney(report)
    let amount = try occasion.fields.amount("amount", in: report.row.currency)
    let day = try occasion.fields.day("day", in: days(occasion))
    let method = try occasion.fields.choice("method", methods)
    let reference = String(occasion.fields["reference"].prefix(longestReference))
    return PortalAct(
      drafts: [
        occasion.draft(
          .paymentReported, on: account,
          [
            "amount": .integer(amount), "channel": .string("portal"),
            "method": .string(method.value), "on": .string(day.text),
            "payment": .string(occasion.id("reported")),
            "reference": reference.isEmpty ? nil : .string(reference),
          ])
      ],
      what: Text(
        "You told us that you paid \(money.text(amount)) on \(day.spoken(.english)).",
        "Nos avisó que pagó \(money.text(amount)) el \(day.spoken(.spanish))."),
      whatFollows: [
        Text(
          "It is not counted yet: what you owe goes down when the payment reaches us.",
          "Todavía no se descuenta: lo que debe baja cuando el pago nos llegue."),
        Text(
          "Keep your voucher until you see the payment in your account.",
          "Guarde su constancia hasta que vea el pago en su cuenta."),
      ])
  }
}
