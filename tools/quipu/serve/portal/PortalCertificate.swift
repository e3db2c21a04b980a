internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// That nothing is owed on an account, to print; or in plain words what is missing.
enum PortalCertificate {
  static let route = Route(
    "GET", "/accounts/{n}/certificate", "getPortalCertificate",
    Text("whether nothing is owed on an account", "si no se debe nada en una cuenta"),
    permission: nil, isPage: true, answers: [.page], problems: [401, 404, 429],
    .aside { exchange in
      response(try PortalAccount(try exchange.visit(), exchange.pathValue("n")))
    })

  private static func response(_ account: PortalAccount) -> HTTPResponse {
    let (visit, report) = (account.visit, account.report)
    let page = PortalPage(
      visit.exchange, Text("Certificate of no debt", "Constancia de no adeudo"),
      back: (account.path, Text("The account", "La cuenta")))
    // The rule of `quipu certificate`; of a debt that was sold its buyer says whether it is owed.
    let isSold = report.life.closure?.isSale ?? false
    let isClear = account.owed == 0 && !isSold && [.paid, .closed].contains(report.row.status)
    return page.response { html in
      guard isClear else { return write(missing: account, &html) }
      html.element("section", ["class": "card"]) { html in
        html.element(
          "p", ["class": "good"],
          account.say(
            "On \(visit.today.spoken(.english)) nothing is owed on this account.",
            "Al \(visit.today.spoken(.spanish)) no se debe nada en esta cuenta."))
        html.element("dl") { html in
          html.line(account.say("Account", "Cuenta"), report.account)
          html.line(account.say("Creditor", "Acreedor"), report.creditor)
          html.line(
            account.say("Paid in all", "Pagado en total"), account.money.text(report.row.paid))
          if let cleared = report.cleared {
            html.line(
              account.say("Nothing owed since", "Sin deuda desde el"), account.day(cleared.on))
            if cleared.by >= 0 {
              html.line(account.say("By", "Por"), account.origin(cleared.by))
            }
          }
        }
      }
      writeIssued(account, &html)
    }
  }

  private static func write(missing account: PortalAccount, _ html: inout HTMLWriter) {
    if let closing = account.report.closing {
      return html.element(
        "p", ["class": "notice"],
        closing[account.visit.language] + " "
          + account.say(
            "No certificate can be given here: ask for it in writing or by telephone.",
            "Aquí no se puede dar la constancia: pídala por escrito o por teléfono."))
    }
    html.element(
      "p", ["class": "notice"],
      account.owed > 0
        ? account.say(
          "It cannot be given yet: \(account.money.text(account.owed)) is missing.",
          "Todavía no se puede dar: faltan \(account.money.text(account.owed)).")
        : account.say(
          "Nothing is owed today, but the account is \(account.report.row.status.text.english): more may "
            + "fall due on it.",
          "Hoy no se debe nada, pero la cuenta está \(account.report.row.status.text.spanish): puede "
            + "vencer algo más."))
  }

  /// The signed ones that were given, each with the digest by which anybody checks it.
  private static func writeIssued(_ account: PortalAccount, _ html: inout HTMLWriter) {
    let issued = account.events.values.filter {
      $0.type == .clearanceIssued && $0.voidedBy == nil
    }.sorted { $0.seq < $1.seq }
    html.element("h2", account.say("Signed certificates", "Constancias firmadas"))
    guard !issued.isEmpty else {
      return html.nothing(
        account.say(
          "None was issued yet. This page says what the records say; whoever lent to you issues the "
            + "signed one, which others can check without us.",
          "Aún no se emitió ninguna. Esta página dice lo que dicen los registros; su acreedor emite la "
            + "firmada, que otros pueden comprobar sin nosotros."))
    }
    for event in issued {
      html.unfolding(account.day(event.effective), account.say("issued", "emitida")) { html in
        html.paragraph(account.origin(event.seq), isNote: true)
        html.paragraph("SHA-256:")
        html.code(event.data["sha256"]?.stringValue ?? "")
      }
    }
  }
}
