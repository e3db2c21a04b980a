package import Collections

/// How a portfolio moved between two days, by currency and one group.
///
/// Everything is as known at one position: also what an account was on the first day.
package struct PortfolioReport: Sendable {
  /// One group's measures.
  package struct Group: Sendable {
    /// The group's name; empty when nothing is grouped by, or for what belongs to no group.
    package var name: String
    /// The currency.
    package var currency: Currency
    /// Where accounts went.
    package var rolls = RollReport()
    /// What was done, what it brought and cost.
    package var work = WorkReport()
    /// By what way people were dealt with.
    package var dealings = DealingReport()
    /// By month of opening or placement, the earliest first.
    package var vintages: [VintageReport] = []
    /// Money after write-off.
    package var recovery = RecoveryReport()
    /// By class, the best first, without class last.
    package var classes: [ClassReport] = []
  }

  /// The groups, sorted by currency and name.
  package internal(set) var groups: [Group] = []
  /// Accounts whose state cannot be computed on one of the days, each with the reason.
  package private(set) var failures: [RuleError] = []
  /// The first and the last day.
  package let from: CivilDate
  package let on: CivilDate

  let knownAt: Int64
  private var places: [String: Int] = [:]
  /// The group of each account, by its number; −1 for one that is not there.
  private(set) var groupOf: [Int]

  /// Measures accounts. O(events + accounts log accounts), three folds an account.
  ///
  /// - Parameters:
  ///   - table: the accounts on the last day.
  ///   - model: everything known, and more.
  ///   - money: what collecting cost.
  ///   - dealings: by what way people were dealt with.
  ///   - from: the first day, before the last.
  ///   - on: the last day.
  ///   - names: what accounts are grouped by.
  ///   - size: only events before it count; all the model holds where nil.
  ///   - jobs: threads; the result is the same.
  /// - Throws: ``RuleError`` `amount_overflow` where a sum passes 2^53 − 1.
  package init(
    _ table: AccountTable, of model: ReadModel, _ money: PostingBook, _ dealings: DealingBook,
    from: CivilDate, on: CivilDate, by names: GroupNames, knownAt size: Int64? = nil, jobs: Int
  ) throws(RuleError) {
    let book = model.accounts
    (self.from, self.on, knownAt) = (from, on, size ?? model.size)
    groupOf = [Int](repeating: -1, count: book.accounts.count)
    for row in table.rows {
      let name = names.name(of: row)
      groupOf[row.account] = group(row.currency, name)
      try take(classOf: row)
    }
    try measureRolls(table, book, jobs)
    try measureAccounts(table, book, dealings)
    measureContacts(model)
    measureChannels(model)
    measureDealings(dealings, table, book)
    try measureCosts(money, book, names)
    groups.sort { ($0.currency.code, $0.name) < ($1.currency.code, $1.name) }
    for place in groups.indices {
      groups[place].vintages.sort { $0.month < $1.month }
      groups[place].classes.sort { first, second in
        (first.classification?.rawValue ?? .max) < (second.classification?.rawValue ?? .max)
      }
    }
  }

  /// The days after the first one.
  var days: ClosedRange<Int32> { from.days + 1...max(from.days + 1, on.days) }

  private mutating func group(_ currency: Currency, _ name: String) -> Int {
    let key = currency.code + "\u{0}" + name
    if let place = places[key] { return place }
    places[key] = groups.count
    groups.append(Group(name: name, currency: currency))
    return groups.count - 1
  }

  private mutating func take(classOf row: AccountRow) throws(RuleError) {
    let place = groupOf[row.account]
    let found = groups[place].classes.firstIndex { $0.classification == row.classification }
    let index = found ?? groups[place].classes.count
    if found == nil {
      groups[place].classes.append(ClassReport(classification: row.classification))
    }
    var entry = groups[place].classes[index]
    entry.accounts += 1
    entry.principal = try portfolioSum(entry.principal, row.outstanding.principal)
    entry.provision = try portfolioSum(entry.provision, row.provision)
    groups[place].classes[index] = entry
  }

  private mutating func measureRolls(
    _ table: AccountTable, _ book: AccountBook, _ jobs: Int
  ) throws(RuleError) {
    let first = AccountTable.make(book, on: from, knownAt: knownAt, jobs: jobs)
    let before = AccountTable.make(
      book, on: from - (on - from), knownAt: knownAt, jobs: jobs)
    failures = first.failures + before.failures
    var last = [Int32](repeating: -1, count: book.accounts.count)
    var earlier = last
    for (place, row) in table.rows.enumerated() { last[row.account] = Int32(place) }
    for (place, row) in before.rows.enumerated() { earlier[row.account] = Int32(place) }
    for row in first.rows where last[row.account] >= 0 {
      let place = earlier[row.account]
      try groups[groupOf[row.account]].rolls.take(
        earlier: place < 0 ? nil : before.rows[Int(place)], first: row,
        last: table.rows[Int(last[row.account])])
    }
  }

  /// What needs the fold of an account on the last day: payments, promises, write-off.
  private mutating func measureAccounts(
    _ table: AccountTable, _ book: AccountBook, _ dealings: DealingBook
  ) throws(RuleError) {
    let calendar = book.calendar(on: on, knownAt: knownAt)
    var fold = AccountFold()
    for row in table.rows {
      fold.keepsMoments = false
      guard
        try fold.fold(row.account, of: book, on: on, knownAt: knownAt, calendar: calendar),
        let opening = fold.openingStated
      else { continue }
      let place = groupOf[row.account]
      for promise in fold.promises(of: book) {
        try groups[place].work.take(promise: promise, in: days)
      }
      try measureAgreements(fold, book, dealings, in: place)
      let start = opening.placedOn.map { CivilDate(days: $0) } ?? fold.life.openedOn
      let vintage = vintage(of: start.monthNumber, in: place)
      groups[place].vintages[vintage].accounts += 1
      groups[place].vintages[vintage].opened = try portfolioSum(
        groups[place].vintages[vintage].opened, fold.totals.opened.total)
      for payment in fold.payments {
        let kept = payment.amount - payment.chargedBack
        let month = CivilDate(days: payment.effective).monthNumber
        try groups[place].vintages[vintage].take(kept, in: month)
        guard days.contains(payment.effective) else { continue }
        groups[place].work.collected = try portfolioSum(groups[place].work.collected, kept)
      }
      // The event stays named when the write-off is reversed: money before that was recovered.
      guard fold.life.writtenOffBy >= 0 else { continue }
      fold.keepsMoments = true
      _ = try fold.fold(row.account, of: book, on: on, knownAt: knownAt, calendar: calendar)
      try groups[place].recovery.take(fold.moments, in: days)
    }
  }

  private mutating func vintage(of month: Int, in place: Int) -> Int {
    if let found = groups[place].vintages.lastIndex(where: { $0.month == month }) { return found }
    groups[place].vintages.append(VintageReport(month: month, through: on.lastWholeMonth))
    return groups[place].vintages.count - 1
  }

  private mutating func measureContacts(_ model: ReadModel) {
    let days = days
    model.contacts.forEachAttempt(of: model.accounts, on: on, knownAt: knownAt) { attempt in
      guard attempt.isOutbound, days.contains(attempt.on), attempt.account >= 0,
        groupOf[attempt.account] >= 0
      else { return }
      let place = groupOf[attempt.account]
      groups[place].work.attempts += 1
      if attempt.party != nil { groups[place].work.connected += 1 }
      if attempt.party == .right { groups[place].work.rightParty += 1 }
    }
  }

  private mutating func measureCosts(
    _ money: PostingBook, _ book: AccountBook, _ names: GroupNames
  ) throws(RuleError) {
    for cost in money.costs
    where cost.seq < knownAt && days.contains(cost.effective)
      && !book.isVoided(cost.seq, knownAt: knownAt)
    {
      let account = cost.account.flatMap { book.accounts.find($0) }
      let opening = account.flatMap { book.opening(of: $0, knownAt: knownAt) }?.1
      guard let currency = cost.currency ?? opening?.currency ?? money.currency else { continue }
      // A portfolio's cost belongs to its group where portfolios are what is grouped by.
      let own = account.map { groupOf[$0] } ?? -1
      let name = names.grouping == .portfolio ? cost.portfolio ?? "" : ""
      let place = own >= 0 ? own : group(currency, name)
      groups[place].work.cost = try portfolioSum(groups[place].work.cost, cost.amount)
    }
  }
}
