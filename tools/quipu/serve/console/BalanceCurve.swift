internal import Collections
internal import Projections

/// What an account owed from its first day through one, as known at a position: a step at each event.
struct BalanceCurve {
  /// Days since 1970 and what was owed at their end, ascending.
  private(set) var steps: [(on: Int32, outstanding: Int64)] = []

  private static let (left, right, top, bottom) = (96, 980, 14, 210)

  /// Follows an account. One fold. Throws ``RuleError`` `amount_overflow`.
  init(
    _ account: Int, _ book: AccountBook, on date: CivilDate, knownAt size: Int64
  ) throws(RuleError) {
    var fold = AccountFold()
    fold.keepsMoments = true
    let calendar = book.calendar(on: date, knownAt: size)
    guard try fold.fold(account, of: book, on: date, knownAt: size, calendar: calendar) else {
      return
    }
    for moment in fold.moments {
      if steps.last?.on == moment.on { steps.removeLast() }
      steps.append((moment.on, moment.outstanding.total))
    }
  }

  /// Draws it; nothing for an account of one day.
  func write(_ page: AccountPage, _ html: inout HTMLWriter) {
    guard let first = steps.first, let last = steps.last, last.on > first.on else { return }
    let most = max(1, steps.map(\.outstanding).max() ?? 1)
    let days = Int64(last.on - first.on)
    func x(_ day: Int32) -> Int {
      Self.left + Int(Int64(Self.right - Self.left) * Int64(day - first.on) / days)
    }
    func y(_ amount: Int64) -> Int {
      Self.bottom - Int(Int128(Self.bottom - Self.top) * Int128(max(0, amount)) / Int128(most))
    }
    var path = "\(x(first.on)),\(y(first.outstanding))"
    for (before, step) in zip(steps, steps.dropFirst()) {
      path += " \(x(step.on)),\(y(before.outstanding)) \(x(step.on)),\(y(step.outstanding))"
    }
    let digits = page.digits
    let name = page.say(
      "Outstanding from \(CivilDate(days: first.on).text) to \(CivilDate(days: last.on).text): from "
        + "\(amountText(first.outstanding, digits: digits)) to "
        + amountText(last.outstanding, digits: digits),
      "Saldo del \(CivilDate(days: first.on).text) al \(CivilDate(days: last.on).text): de "
        + "\(amountText(first.outstanding, digits: digits)) a "
        + amountText(last.outstanding, digits: digits))
    html.element("h3", page.say("Outstanding, day by day", "Saldo, día por día"))
    html.element("div", ["class": "scroll figure"]) { html in
      html.element(
        "svg", ["class": "chart", "viewBox": "0 0 1000 250", "role": "img", "aria-label": name]
      ) { html in
        for part in 0...4 {
          let amount = most / 4 * Int64(part)
          html.line((Self.left, y(amount)), (Self.right, y(amount)), "grid")
          html.text(
            amountText(amount, digits: digits), Self.left - 8, y(amount) + 4, "t-soft",
            anchor: "end")
        }
        html.element(
          "polygon",
          [
            "class": "area",
            "points": "\(x(first.on)),\(Self.bottom) \(path) \(x(last.on)),\(Self.bottom)",
          ], "")
        html.element("polyline", ["class": "path line-principal", "points": path], "")
        for part in 0...4 {
          let day = first.on + Int32(days * Int64(part) / 4)
          html.text(
            CivilDate(days: day).text, x(day), Self.bottom + 22, "t-soft",
            anchor: part == 0 ? "start" : part == 4 ? "end" : "middle")
        }
      }
    }
  }
}
