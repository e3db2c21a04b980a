internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// A promise to pay on a day, and another day for it.
enum PromiseForms {
  static let promise = PortalForm(
    path: "/accounts/{n}/promise", name: "Promise",
    doc: Text("promise an amount for a day", "prometer un monto para un día"),
    page: { try promisePage($0) }, act: { try promiseAct($0) })

  static let move = PortalForm(
    path: "/accounts/{n}/promise/move", name: "PromiseMove",
    doc: Text("give a promise another day", "cambiar la fecha de una promesa"),
    page: { try movePage($0) }, act: { try moveAct($0) })

  /// How far ahead a promise may be, in days: what takes longer is a plan.
  static let longest = 30

  private static func days(_ occasion: PortalOccasion) -> ClosedRange<CivilDate> {
    occasion.today...(occasion.today + longest)
  }

  private static func open(_ report: AccountReport) -> PromiseReport? {
    report.promises.last { $0.outcome.outcome == .open }
  }

  private static func promisePage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let report = try occasion.visit.report(try occasion.ownAccount())
    let (money, owed) = (PortalMoney(report), report.row.outstanding.total)
    let title = Text("Promise to pay", "Prometer un pago")
    if let open = open(report) {
      return occasion.page(
        title,
        lead: Text(
          "You have promised \(money.text(open.outcome.amount)) for "
            + "\(open.outcome.dueOn.spoken(.english)).",
          "Ya prometió \(money.text(open.outcome.amount)) para el "
            + "\(open.outcome.dueOn.spoken(.spanish)).")
      ) { html in
        html.element("p") {
          $0.link(
            "\(occasion.accountPath)/promise/move",
            occasion.say("Move it to another day", "Cambiarla de fecha"))
        }
      }
    }
    guard owed > 0 else {
      return occasion.page(
        title, lead: Text("Nothing is owed on this account.", "No se debe nada en esta cuenta.")
      ) { _ in }
    }
    let days = days(occasion)
    return try occasion.page(
      title,
      lead: Text(
        "Tell us what you will pay, and until when. You owe \(money.text(owed)).",
        "Díganos cuánto pagará y hasta cuándo. Debe \(money.text(owed)).")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/promise", occasion.visit, occasion.say("I promise", "Prometo")
      ) { html in
        occasion.field(
          &html, "amount",
          occasion.say("How much, in \(money.sign)", "Cuánto, en \(money.sign)"),
          hint: occasion.say("For example 150.00.", "Por ejemplo 150.00."),
          [("inputmode", "decimal"), ("autocomplete", "off"), ("maxlength", "24")])
        dayField(&html, occasion, days)
      }
    }
  }

  private static func dayField(
    _ html: inout HTMLWriter, _ occasion: PortalOccasion, _ days: ClosedRange<CivilDate>
  ) {
    occasion.field(
      &html, "day", occasion.say("Until which day", "Hasta qué día"), type: "date",
      hint: occasion.say(
        "At the latest \(days.upperBound.spoken(.english)).",
        "A más tardar el \(days.upperBound.spoken(.spanish))."),
      [("min", days.lowerBound.text), ("max", days.upperBound.text)])
  }

  private static func promiseAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.ownAccount()
    let standing = try PortalAccount(occasion.visit, occasion.number)
    let (report, money) = (standing.report, standing.money)
    if let open = standing.openPromise {
      let (amount, due) = (money.text(open.outcome.amount), open.outcome.dueOn)
      throw FormFault(
        "",
        Text(
          "You have promised \(amount) for \(due.spoken(.english)) already: you can move that promise.",
          "Ya prometió \(amount) para el \(due.spoken(.spanish)): puede cambiar la fecha de esa promesa."
        ))
    }
    let amount = try occasion.fields.amount("amount", in: report.row.currency)
    let owed = report.row.outstanding.total
    guard amount <= owed else {
      throw FormFault(
        "amount",
        Text(
          "You owe \(money.text(owed)): promise no more than that.",
          "Debe \(money.text(owed)): no prometa más que eso."))
    }
    let day = try occasion.fields.day("day", in: days(occasion))
    return PortalAct(
      drafts: [
        occasion.draft(
          .promiseMade, on: account, at: standing.nextPosition,
          [
            "amount": .integer(amount), "channel": .string("portal"), "dueOn": .string(day.text),
            "promise": .string(occasion.id("promise")),
          ])
      ],
      what: Text(
        "You promised \(money.text(amount)) for \(day.spoken(.english)).",
        "Prometió \(money.text(amount)) para el \(day.spoken(.spanish))."),
      whatFollows: [
        Text(
          "If it is paid in time, your promise shows as kept.",
          "Si lo paga a tiempo, su promesa aparecerá cumplida."),
        Text(
          "If you cannot make it, move the day here before it comes.",
          "Si no va a poder, cambie aquí la fecha antes de que llegue."),
      ], until: day)
  }

  private static func movePage(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let report = try occasion.visit.report(try occasion.ownAccount())
    let money = PortalMoney(report)
    let title = Text("Move a promise", "Cambiar la fecha de una promesa")
    guard let open = open(report) else {
      return occasion.page(
        title, lead: Text("You have no open promise.", "No tiene ninguna promesa abierta.")
      ) { _ in }
    }
    let days = days(occasion)
    return try occasion.page(
      title,
      lead: Text(
        "You promised \(money.text(open.outcome.amount)) for "
          + "\(open.outcome.dueOn.spoken(.english)).",
        "Prometió \(money.text(open.outcome.amount)) para el "
          + "\(open.outcome.dueOn.spoken(.spanish)).")
    ) { html in
      try html.act(
        "\(occasion.accountPath)/promise/move", occasion.visit,
        occasion.say("Move it", "Cambiar la fecha")
      ) { dayField(&$0, occasion, days) }
    }
  }

  private static func moveAct(_ occasion: PortalOccasion) throws -> PortalAct {
    let account = try occasion.ownAccount()
    let report = try occasion.visit.report(account)
    guard let open = open(report) else {
      throw FormFault("", Text("You have no open promise.", "No tiene ninguna promesa abierta."))
    }
    let day = try occasion.fields.day("day", in: days(occasion))
    return PortalAct(
      drafts: [
        occasion.draft(
          .promiseRescheduled, on: account,
          ["dueOn": .string(day.text), "promise": .string(open.id)])
      ],
      what: Text(
        "Your promise is now for \(day.spoken(.english)).",
        "Su promesa es ahora para el \(day.spoken(.spanish))."), until: day)
  }
}
