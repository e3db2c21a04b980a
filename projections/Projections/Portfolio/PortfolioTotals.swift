package import Collections

/// What the accounts of one currency add up to, in minor units: Int128, so that no portfolio overflows it.
package struct PortfolioTotals: Sendable {
  /// The currency.
  package let currency: Currency
  /// How many accounts.
  package var accounts: Int64 = 0
  /// How many of them are placed with an agency.
  package var placed: Int64 = 0
  /// How many payments are in force.
  package var payments: Int64 = 0
  /// The figures, in the order of ``names``.
  package private(set) var figures: [Int128] = Array(repeating: 0, count: names.count)

  /// What each figure is.
  package static let names = [
    "openedPrincipal", "openedInterest", "openedPenalty", "openedCost", "chargedPrincipal",
    "chargedInterest", "chargedPenalty", "chargedCost", "paid", "recovered", "waived", "forgiven",
    "chargedBack", "refunded", "outstanding", "overdue", "credit", "provision", "planInterest",
    "haircut",
  ]

  init(currency: Currency) {
    self.currency = currency
  }

  init(
    currency: Currency, accounts: Int64, placed: Int64, payments: Int64, figures: [Int128]
  ) {
    self.init(currency: currency)
    (self.accounts, self.placed, self.payments) = (accounts, placed, payments)
    self.figures = figures
  }

  mutating func add(_ row: AccountRow, _ fold: AccountFold) {
    accounts += 1
    placed += fold.life.agency == nil ? 0 : 1
    payments += Int64(fold.payments.count)
    let totals = fold.totals
    let values: InlineArray<20, Int64> = [
      totals.opened.principal, totals.opened.interest, totals.opened.penalty, totals.opened.cost,
      totals.charged.principal, totals.charged.interest, totals.charged.penalty,
      totals.charged.cost, totals.paid, totals.recovered, totals.waived.total,
      totals.forgiven.total, totals.chargedBack.total, totals.refunded, row.outstanding.total,
      row.overdue.total, row.credit, row.provision, totals.planInterest, totals.haircut.total,
    ]
    for place in values.indices { figures[place] += Int128(values[place]) }
  }

  mutating func add(_ other: PortfolioTotals) {
    accounts += other.accounts
    placed += other.placed
    payments += other.payments
    for place in figures.indices { figures[place] += other.figures[place] }
  }

  /// The figure of a name.
  package subscript(name: String) -> Int128 {
    Self.names.firstIndex(of: name).map { figures[$0] } ?? 0
  }
}
