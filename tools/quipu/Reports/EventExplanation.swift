internal import CanonicalJSON
internal import Collections
internal import Projections

/// What an event did to an account and why, in lines: at a terminal, or on a page.
struct EventExplanation {
  let digits: Int
  private let payments: [Int64: AppliedPayment]

  init(_ report: AccountReport) {
    digits = report.row.currency.minorDigits
    payments = Dictionary(
      report.payments.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The lines, in the order in which they are to be read; none for an event that did nothing.
  func lines(_ event: AccountHistory.Event) -> [Text] {
    var lines: [Text] = []
    if let void = event.voidedBy {
      lines.append(Text("voided by event \(void)", "anulado por el evento \(void)"))
    }
    if event.isLater {
      lines.append(
        Text("takes effect after the day asked for", "rige después del día consultado"))
    }
    if let day = event.valueDate {
      lines.append(
        Text(
          "value date \(day.text), from which it counts (section 9)",
          "fecha valor \(day.text), desde la cual cuenta (sección 9)"))
    }
    lines += event.settlements.map(line)
    if let back = event.gaveBack { lines += explain(back) }
    if event.voidedBy == nil, !event.isLater, let effect = ChangeText.effect(of: event.type) {
      lines.append(effect)
    }
    lines += proposal(event)
    if let payment = payments[event.seq] {
      if payment.toCredit > 0 {
        lines.append(
          Text(
            "\(money(payment.toCredit)) that no item took is credit (section 3)",
            "\(money(payment.toCredit)) que ninguna cuota tomó queda a favor (sección 3)"))
      }
      if payment.state != .applied { lines.append(payment.state.text) }
    }
    lines += explain(event.restated)
    return lines + event.remarks.map { $0.text(digits: digits) }
  }

  /// Why a strategy proposed something, in words; nothing for other events.
  private func proposal(_ event: AccountHistory.Event) -> [Text] {
    guard event.type == .actionProposed, let reasons = event.data["reasons"]?.arrayValue else {
      return []
    }
    let words = reasons.compactMap(\.stringValue).map(ActionReasonText.text)
    guard let first = words.first else { return [] }
    return [Text("because: ", "porque: ") + words.dropFirst().reduce(first) { $0 + "; " + $1 }]
  }

  private func explain(_ back: AccountFold.GivenBack) -> [Text] {
    var lines: [Text] = []
    if back.returned.total > 0 {
      lines.append(
        Text("makes ", "vuelve exigible ") + split(back.returned)
          + Text(" due again (section 3)", " (sección 3)"))
    }
    if back.fromCredit > 0 {
      let taken = money(back.fromCredit)
      lines.append(
        Text(
          "lowers the credit by \(taken) (section 3)",
          "reduce el saldo a favor en \(taken) (sección 3)"))
    }
    return lines
  }

  private func explain(_ restatements: [Restatement]) -> [Text] {
    var lines: [Text] = []
    for restated in restatements {
      if restated.reason == .planDefault {
        lines.append(
          Text(
            "fell away in default, and so (section 6):",
            "quedó sin efecto por incumplimiento, y por eso (sección 6):"))
      }
      let before = split(restated.before, credit: restated.creditBefore)
      let after = split(restated.after, credit: restated.creditAfter)
      let what =
        Text("restates ", "reimputa ") + restated.kind.text + Text(same: " #\(restated.event): ")
      if before == after {
        lines.append(
          what + after
            + Text(", now of other items (section 5)", ", ahora de otras cuotas (sección 5)"))
      } else {
        lines.append(
          what + before + Text(" became ", " pasó a ") + after
            + Text(" (section 5)", " (sección 5)"))
      }
    }
    return lines
  }

  /// `30.00 interest of item 1 due 2026-01-31`, and by what means where it was no payment.
  func line(_ settlement: Settlement) -> Text {
    let item = settlement.itemN == 0 ? "#\(settlement.itemSeq)" : "\(settlement.itemN)"
    let due = CivilDate(days: settlement.itemDue).text
    let text = Text(
      "\(money(settlement.amount)) \(settlement.component.text.english) of item \(item) due \(due)",
      "\(money(settlement.amount)) de \(settlement.component.text.spanish) de la cuota \(item) que vence el \(due)"
    )
    let isMoney = settlement.cause == .payment || settlement.cause == .credit
    return isMoney ? text : text + " (" + settlement.cause.text + ")"
  }

  /// `10.00 interest + 290.00 principal + 5.00 credit`.
  private func split(_ amounts: Amounts, credit: Int64 = 0) -> Text {
    var parts = Component.allCases.filter { amounts[$0] != 0 }.map { component in
      Text(same: money(amounts[component]) + " ") + component.text
    }
    if credit != 0 {
      parts.append(Text("\(money(credit)) credit", "\(money(credit)) de saldo a favor"))
    }
    guard let first = parts.first else { return Text(same: money(0)) }
    return parts.dropFirst().reduce(first) { $0 + " + " + $1 }
  }

  private func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }
}
