package import Collections

/// How rows are parted into those learned from and those measured by.
package enum TrainingSplit: Equatable, Sendable {
  /// Learned from: rows whose window closed before a day. Measured by: rows of that day and later.
  case date(CivilDate)
  /// The same by when an account was opened: the first so many of 100 accounts with rows by opening, and
  /// the day of the first opening beyond them. An account stands on one side alone.
  case opened(percent: Int64)
  /// By the number an account's id ends in: learned from where its remainder by a divisor is below a bound.
  case number(below: Int64, of: Int64)

  /// Reads `2025-10-01`, `opened:80` or `number:8/10`; nil for any other text.
  package init?(_ text: String) {
    if let date = CivilDate(text) {
      self = .date(date)
    } else if text.hasPrefix("opened:"), let percent = Int64(text.dropFirst(7)),
      (1...99).contains(percent)
    {
      self = .opened(percent: percent)
    } else if text.hasPrefix("number:") {
      let parts = text.dropFirst(7).split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let bound = Int64(parts[0]), let divisor = Int64(parts[1]),
        (2...1_000_000).contains(divisor), (1..<divisor).contains(bound)
      else { return nil }
      self = .number(below: bound, of: divisor)
    } else {
      return nil
    }
  }

  /// What reading it gives again.
  package var text: String {
    switch self {
    case .date(let date): date.text
    case .opened(let percent): "opened:\(percent)"
    case .number(let bound, let divisor): "number:\(bound)/\(divisor)"
    }
  }

  /// The day before which windows of rows learned from have to be closed; nil where rows are not parted in
  /// time. Of `opened`, `table` has the days since opening.
  package func day(in table: TrainingTable) -> CivilDate? {
    switch self {
    case .date(let date): return date
    case .number: return nil
    case .opened(let percent):
      let openings = Self.openings(of: table)
      var seen = Set<String>()
      var days: [CivilDate] = []
      for (account, opening) in zip(table.accounts, openings) where seen.insert(account).inserted {
        days.append(opening)
      }
      guard !days.isEmpty else { return nil }
      days.sort()
      return days[min(days.count - 1, days.count * Int(percent) / 100)]
    }
  }

  /// Which rows of a table of windows closed by now are to be measured by. Throws ``TrainingError``
  /// `no_account_number`.
  package func testRows(of table: TrainingTable) throws(TrainingError) -> [Int] {
    let rows = 0..<table.count
    switch self {
    case .date(let date): return rows.filter { table.dates[$0] >= date }
    case .opened:
      guard let day = day(in: table) else { return [] }
      let openings = Self.openings(of: table)
      return rows.filter { openings[$0] >= day }
    case .number:
      return try numbered(table, isTest: true)
    }
  }

  /// Which rows of a table of windows closed before the split (where it is one in time) are to be learned
  /// from; `day` is the split's. Throws ``TrainingError`` `no_account_number`.
  package func trainingRows(
    of table: TrainingTable, before day: CivilDate?
  ) throws(TrainingError) -> [Int] {
    let rows = 0..<table.count
    switch self {
    case .date(let date): return rows.filter { table.dates[$0] < date }
    case .opened:
      guard let day else { return [] }
      let openings = Self.openings(of: table)
      return rows.filter { openings[$0] < day }
    case .number:
      return try numbered(table, isTest: false)
    }
  }

  private func numbered(_ table: TrainingTable, isTest: Bool) throws(TrainingError) -> [Int] {
    guard case .number(let bound, let divisor) = self else { return [] }
    var rows: [Int] = []
    for (row, account) in table.accounts.enumerated() {
      let digits = account.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
      guard !digits.isEmpty else {
        throw TrainingError(
          .noNumber, value: account, expected: "ids that end in a number, or another split")
      }
      var remainder: Int64 = 0
      for digit in digits.reversed() {
        remainder = (remainder * 10 + Int64(digit - UInt8(ascii: "0"))) % divisor
      }
      if (remainder >= bound) == isTest { rows.append(row) }
    }
    return rows
  }

  /// The day each row's account was opened.
  private static func openings(of table: TrainingTable) -> [CivilDate] {
    guard let age = Feature(named: "debtAgeDays"), let place = table.features.firstIndex(of: age)
    else { preconditionFailure("a table without the days since opening") }
    return zip(table.dates, table.columns[place]).map { $0 - Int($1) }
  }
}

extension TrainingTable {
  /// Some of its rows, and some of its features.
  package func rows(_ rows: [Int], of features: [Feature]) -> TrainingTable {
    var table = TrainingTable(features: features)
    table.columns = features.map { feature in
      guard let place = self.features.firstIndex(of: feature) else {
        preconditionFailure("the table has no \(feature.name)")
      }
      let column = columns[place]
      return rows.map { column[$0] }
    }
    table.outcomes = rows.map { outcomes[$0] }
    table.accounts = rows.map { accounts[$0] }
    table.dates = rows.map { dates[$0] }
    table.groups = groups.map { grouping in
      Grouping(name: grouping.name, labels: rows.map { grouping.labels[$0] })
    }
    return table
  }
}
