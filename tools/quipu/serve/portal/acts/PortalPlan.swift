internal import Collections
internal import Projections

/// A plan before she says yes to it: shown with every day and figure, as the ledger would keep it.
struct PortalPlan {
  let account: PortalAccount
  let items: [PlanOffer.Item]
  /// What is given up.
  let haircut: Amounts
  let isConditional: Bool
  /// Days past due it stands without default.
  let defaultAfterDays: Int64

  /// What is to be paid in all, in minor units; nil where no number holds it, as in an offer of anything.
  var total: Int64? {
    var total: Int64 = 0
    for item in items {
      let (sum, isTooMuch) = total.addingReportingOverflow(item.amounts.total)
      if isTooMuch { return nil }
      total = sum
    }
    return total
  }

  /// What tells one plan from another: every day and amount she sees of it.
  var mark: String {
    let items = items.map { "\(account.kept($0.dueOn).text)=\($0.amounts.total)" }
    return "\(haircut.total) \(items.joined(separator: ","))"
  }

  func write(_ html: inout HTMLWriter) {
    let money = account.money
    html.element("dl") { html in
      html.line(account.say("You owe today", "Debe hoy"), money.text(account.owed))
      if let total {
        html.line(account.say("You would pay in all", "Pagaría en total"), money.text(total))
      }
      if haircut.total > 0 {
        html.line(account.say("We give up", "Le condonamos"), money.text(haircut.total))
      }
    }
    html.table(
      account.say("Instalments", "Cuotas"),
      heads: [
        account.say("No.", "N.º"), account.say("Until", "Hasta el"),
        account.say("Amount", "Monto"),
      ], numbers: [2],
      rows: items.enumerated().map { place, item in
        [
          .head(.text("\(place + 1)")), .text(account.day(account.kept(item.dueOn))),
          .text(money.text(item.amounts.total)),
        ]
      })
    html.paragraph(
      account.say(
        "The instalments take the place of what you owe today.",
        "Las cuotas reemplazan lo que debe hoy."))
    guard isConditional else { return }
    html.paragraph(
      account.say(
        "If an instalment is more than \(defaultAfterDays) days late, the plan falls away and "
          + "what was given up is owed again.",
        "Si una cuota se atrasa más de \(defaultAfterDays) días, el plan cae y se vuelve a deber "
          + "lo condonado."))
  }

  /// What records it and says that it is agreed, if nothing happens on the account before; nil for a plan
  /// without instalments.
  func agreed(_ drafts: [OwnDraft]) -> PortalAct? {
    guard let first = items.first, let last = items.last, let total, !drafts.isEmpty else {
      return nil
    }
    var drafts = drafts
    drafts[0].position = account.nextPosition
    let (day, money) = (account.kept(first.dueOn), account.money)
    let (all, each) = (money.text(total), money.text(first.amounts.total))
    return PortalAct(
      drafts: drafts,
      what: Text(
        "Your plan is agreed: \(items.count) instalments, \(all) in all.",
        "Su plan quedó acordado: \(items.count) cuotas, \(all) en total."),
      whatFollows: [
        Text(
          "The first instalment, \(each), is due on \(day.spoken(.english)).",
          "La primera cuota, \(each), vence el \(day.spoken(.spanish))."),
        Text(
          "What you owe is now what the plan says; you see it in your account.",
          "Lo que debe es ahora lo que dice el plan; lo ve en su cuenta."),
      ], until: account.kept(last.dueOn))
  }
}

extension PortalPlan {
  /// The plan that a strategy's offer was made out to.
  init?(_ offer: PlanOffer, _ account: PortalAccount) {
    guard case .plan(let terms) = offer.offer.terms else { return nil }
    self.init(
      account: account, items: offer.items, haircut: offer.haircut,
      isConditional: terms.isConditional, defaultAfterDays: Int64(terms.defaultAfterDays))
  }
}
