internal import Collections
internal import Ledger
internal import Projections

/// The first page: her accounts, what each owes, and the ways on from here.
enum PortalHome {
  static let route = Route(
    "GET", "/", "getPortalHome", Text("her accounts", "sus cuentas"),
    permission: nil, isPage: true, answers: [.page],
    .aside { exchange in page(try exchange.visit()) })

  private static func page(_ visit: PortalVisit) -> HTTPResponse {
    let page = PortalPage(
      visit.exchange, Text("Your accounts", "Sus cuentas"),
      lead: Text(
        "As of \(visit.today.spoken(.english)).", "Al \(visit.today.spoken(.spanish))."), back: nil)
    return page.response { html in
      if visit.accounts.isEmpty {
        html.nothing(
          visit.say(
            "We know of no account of yours.", "No conocemos ninguna cuenta suya."))
      }
      for (place, link) in visit.accounts.enumerated() {
        do {
          card(&html, try PortalAccount(visit, "\(place + 1)"), link)
        } catch let problem as Problem where problem.status == 404 {
          // Nobody has opened it yet.
          continue
        } catch {
          visit.service.metrics.note(Problem(error))
          html.notice(
            visit.say(
              "Account \(link.account) cannot be shown at the moment. Write or call us.",
              "La cuenta \(link.account) no se puede mostrar ahora. Escríbanos o llámenos."),
            isBad: true)
        }
      }
      html.element("h2", visit.say("More", "Más"))
      html.element("ul", ["class": "list"]) { html in
        for item in PortalRoutes.menu {
          html.element("li") { $0.link(item.path, item.words[visit.language]) }
        }
      }
    }
  }

  /// An account: what it owes, and what was offered on it.
  private static func card(
    _ html: inout HTMLWriter, _ account: PortalAccount, _ link: PersonFacts.LinkedAccount
  ) {
    let (visit, report) = (account.visit, account.report)
    html.element("section", ["class": "card"]) { html in
      html.element("a", ["class": "part", "href": account.path]) { html in
        html.element("strong", choiceText(report.row.product.name, visit.language))
        html.element("small", "\(report.creditor) · \(report.account)")
        if link.role == .guarantor {
          html.element("small", visit.say("You vouch for it.", "Usted es aval o garante."))
        }
        if let closing = report.closing {
          html.element("p", closing[visit.language])
        } else {
          writeOwed(&html, visit, report)
        }
        html.element(
          "span", ["class": "go"],
          visit.say("See why, and what I can do", "Ver por qué y qué puedo hacer"))
      }
      account.writeOffers(&html, class: "part")
    }
  }

  /// What is owed, what of it is overdue or falls due next, and what is in her favour.
  private static func writeOwed(
    _ html: inout HTMLWriter, _ visit: PortalVisit, _ report: AccountReport
  ) {
    let (money, row) = (PortalMoney(report), report.row)
    html.element("p", ["class": "sum"], money.text(row.outstanding.total))
    if row.outstanding.total == 0 {
      html.element("p", ["class": "good"], visit.say("Nothing is owed.", "No se debe nada."))
    } else if row.overdue.total > 0 {
      html.element(
        "p", ["class": "bad"],
        visit.say(
          "\(money.text(row.overdue.total)) is overdue.",
          "\(money.text(row.overdue.total)) está vencido."))
    } else if let due = row.nextDueOn {
      html.element(
        "p",
        visit.say("Next due on \(due.spoken(.english)).", "Vence el \(due.spoken(.spanish))."))
    }
    guard row.credit > 0 else { return }
    html.element(
      "p",
      visit.say(
        "\(money.text(row.credit)) is in your favour.", "\(money.text(row.credit)) a su favor."))
  }
}

/// How amounts of an account are written: `S/ 1,204.50`, `USD 10.00`.
struct PortalMoney: Sendable {
  /// What stands before an amount.
  let sign: String
  private let digits: Int

  init(_ report: AccountReport) { self.init(report.row.currency) }

  init(_ currency: Currency) {
    sign = currency.code == "PEN" ? "S/" : currency.code
    digits = currency.minorDigits
  }

  /// An amount of minor units. A blank that does not break stands after the sign.
  func text(_ amount: Int64) -> String {
    let figures = amountText(amount, digits: digits)
    return figures.hasPrefix("-")
      ? "−\(sign)\u{A0}\(figures.dropFirst())" : "\(sign)\u{A0}\(figures)"
  }
}
