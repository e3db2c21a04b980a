internal import CanonicalJSON
internal import Collections
internal import Projections

/// An account's history for a reader at a terminal: each event, and below it what it did and why.
struct HistoryText {
  private let history: AccountHistory
  private let console: Console
  private let digits: Int

  init(_ history: AccountHistory, _ console: Console) {
    self.history = history
    self.console = console
    digits = history.report.row.currency.minorDigits
  }

  /// Prints the events in the order they were recorded.
  func print() throws {
    let report = history.report
    try console.print(
      Text(same: "\(report.account)  ") + asOf(report.on, knownAt: report.knownAt))
    let payments = Dictionary(
      report.payments.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
    for event in history.events {
      let type = console.terminal.emphasised(event.type.name, .bold)
      let actor = event.actor["id"]?.stringValue ?? ""
      try console.print(
        "\n#\(event.seq)  \(event.effective.text)  \(type)  \(event.data.canonicalText)")
      let cause = event.cause.map { Text(", cause #\($0)", ", causa #\($0)") } ?? ""
      try detail(
        Text(
          "recorded \(event.at) by \(actor), key \(event.key)",
          "registrado \(event.at) por \(actor), clave \(event.key)") + cause)
      try explain(event, payments[event.seq])
    }
    let changes = report.changes
    guard !changes.isEmpty else { return }
    try console.print("")
    let text = ChangeText(history, digits: digits)
    for change in changes {
      try console.print("\(change.on.text)  " + text.line(change)[console.language])
      guard change.kind == .creditUsed else { continue }
      for use in history.creditUse where use.on == change.on.days {
        try detail(Text(same: line(use)))
      }
    }
  }

  private func explain(_ event: AccountHistory.Event, _ payment: AppliedPayment?) throws {
    if let void = event.voidedBy {
      try detail(Text("voided by event \(void)", "anulado por el evento \(void)"))
    }
    if event.isLater {
      try detail(
        Text("takes effect after the day asked for", "rige después del día consultado"))
    }
    if let day = event.valueDate {
      try detail(
        Text(
          "value date \(day.text), from which it counts (section 9)",
          "fecha valor \(day.text), desde la cual cuenta (sección 9)"))
    }
    for settlement in event.settlements { try detail(Text(same: line(settlement))) }
    if let back = event.gaveBack { try explain(back) }
    if event.voidedBy == nil, !event.isLater, let effect = ChangeText.effect(of: event.type) {
      try detail(effect)
    }
    if let payment {
      if payment.toCredit > 0 {
        try detail(
          Text(
            "\(money(payment.toCredit)) that no item took is credit (section 3)",
            "\(money(payment.toCredit)) que ninguna cuota tomó queda a favor (sección 3)")
        )
      }
      if payment.state != .applied { try detail(payment.state.text) }
    }
    try explain(event.restated)
    for remark in event.remarks { try detail(remark.text(digits: digits)) }
  }

  private func explain(_ back: AccountFold.GivenBack) throws {
    if back.returned.total > 0 {
      let returned = split(back.returned)
      try detail(
        Text(
          "makes \(returned) due again (section 3)", "vuelve exigible \(returned) (sección 3)"))
    }
    if back.fromCredit > 0 {
      let taken = money(back.fromCredit)
      try detail(
        Text(
          "lowers the credit by \(taken) (section 3)",
          "reduce el saldo a favor en \(taken) (sección 3)"))
    }
  }

  private func explain(_ restatements: [Restatement]) throws {
    for restated in restatements {
      let isDefault = restated.reason == .planDefault
      if isDefault {
        try detail(
          Text(
            "fell away in default, and so (section 6):",
            "quedó sin efecto por incumplimiento, y por eso (sección 6):"))
      }
      let before = split(restated.before, credit: restated.creditBefore)
      let after = split(restated.after, credit: restated.creditAfter)
      let what = (restated.kind.text + " #\(restated.event)")[console.language]
      if before == after {
        try detail(
          Text(
            "restates \(what): \(after), now of other items (section 5)",
            "reimputa \(what): \(after), ahora de otras cuotas (sección 5)"))
        continue
      }
      try detail(
        Text(
          "restates \(what): \(before) became \(after) (section 5)",
          "reimputa \(what): \(before) pasó a \(after) (sección 5)"
        ))
    }
  }

  private func detail(_ text: Text) throws { try console.print("    " + text[console.language]) }

  /// `30.00 interest of item 1 due 2026-01-31`, and by what means where it was no payment.
  private func line(_ settlement: Settlement) -> String {
    let item = settlement.itemN == 0 ? "#\(settlement.itemSeq)" : "\(settlement.itemN)"
    let due = CivilDate(days: settlement.itemDue).text
    let text = Text(
      "\(money(settlement.amount)) \(settlement.component.text.english) of item \(item) due \(due)",
      "\(money(settlement.amount)) de \(settlement.component.text.spanish) de la cuota \(item) que vence el \(due)"
    )
    let isMoney = settlement.cause == .payment || settlement.cause == .credit
    return text[console.language] + (isMoney ? "" : " (\(settlement.cause.text[console.language]))")
  }

  /// `10.00 interest + 290.00 principal + 5.00 credit`.
  private func split(_ amounts: Amounts, credit: Int64 = 0) -> String {
    var parts = Component.allCases.filter { amounts[$0] != 0 }.map { component in
      "\(money(amounts[component])) \(component.text[console.language])"
    }
    if credit != 0 {
      let text = Text("\(money(credit)) credit", "\(money(credit)) de saldo a favor")
      parts.append(text[console.language])
    }
    return parts.isEmpty ? money(0) : parts.joined(separator: " + ")
  }

  private func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }
}
