internal import Collections

/// What the accounts of one month paid, month by month since.
package struct VintageReport: Equatable, Sendable {
  /// The month in which they were opened, or placed where that is stated: year × 12 + month − 1.
  package var month: Int
  /// How many accounts.
  package var accounts: Int64 = 0
  /// What they were opened with, in minor units.
  package var opened: Int64 = 0
  /// What they paid by the day, charge-backs taken off.
  package var paid: Int64 = 0
  /// What they had paid by the end of that month, of the next one and so on, as far as months are over.
  package private(set) var curve: [Int64] = []

  init(month: Int, through last: Int) {
    self.month = month
    curve = [Int64](repeating: 0, count: max(0, last - month + 1))
  }

  /// The month's name, `2026-03`.
  package var name: String {
    let number = month % 12 + 1
    return "\(month / 12)-\(number < 10 ? "0" : "")\(number)"
  }

  /// What was paid of what was opened, by the end of a month since.
  package func liquidation(after months: Int) -> Share? {
    curve.indices.contains(months) ? Share(curve[months], of: opened) : nil
  }

  /// Takes a payment; it counts in its month and all later ones.
  mutating func take(_ amount: Int64, in month: Int) throws(RuleError) {
    paid = try portfolioSum(paid, amount)
    for place in curve.indices where place >= month - self.month {
      curve[place] = try portfolioSum(curve[place], amount)
    }
  }
}

extension CivilDate {
  /// The month's place in the calendar: year × 12 + month − 1.
  var monthNumber: Int {
    let (year, month, _) = civil
    return year * 12 + month - 1
  }

  /// The last month that is over at the end of the day.
  var lastWholeMonth: Int {
    let (year, month, day) = civil
    return monthNumber - (day == CivilDate.length(ofMonth: month, in: year) ? 0 : 1)
  }
}
