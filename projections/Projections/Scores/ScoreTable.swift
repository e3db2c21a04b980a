package import Collections

/// `scores.csv`: every score recorded of an account by a day, as known at a position, sorted by account and
/// position.
package struct ScoreTable: Sendable {
  /// The columns, in order.
  package static let columns = [
    "account", "seq", "model", "version", "asOf", "points", "probabilityBp", "reasons", "basis",
  ]
  /// Those of them that are whole numbers.
  package static let integers: Set<String> = [
    "seq", "version", "points", "probabilityBp", "basis",
  ]

  /// The header and the rows, as CSV; reasons are the features' names with a blank between.
  package private(set) var csv = TableRow()
  /// How many rows there are.
  package private(set) var count = 0

  /// Derives the table, or the rows of the accounts whose numbers are `chosen`. O(scores log scores).
  package init(_ model: ReadModel, on date: CivilDate, knownAt: Int64, only chosen: [Int]? = nil) {
    csv.header(Self.columns)
    let (book, accounts) = (model.scores, model.accounts)
    guard !book.entries.isEmpty, chosen?.isEmpty != true else { return }
    // −1: not wanted.
    var rank = [Int32](repeating: -1, count: accounts.accounts.count)
    let sorted = chosen.map(accounts.accounts.sorted) ?? accounts.accounts.sorted()
    for (place, account) in sorted.enumerated() { rank[account] = Int32(place) }
    let places = book.entries.indices.filter { place in
      let entry = book.entries[place]
      return entry.account >= 0 && rank[Int(entry.account)] >= 0 && entry.seq < knownAt
        && entry.effective <= date.days && !accounts.isVoided(entry.seq, knownAt: knownAt)
    }.sorted { first, second in
      let (one, two) = (book.entries[first].account, book.entries[second].account)
      return one == two ? first < second : rank[Int(one)] < rank[Int(two)]
    }
    let reasons = (0..<book.reasonLists.count).map { number -> String in
      book.reasonLists.text(number).split { "[],\"".contains($0) }.joined(separator: " ")
    }
    csv.reserve(rows: places.count, bytes: 96)
    for place in places {
      let entry = book.entries[place]
      let version = book.versions[Int(entry.version)]
      csv.word { accounts.accounts.append(Int(entry.account), to: &$0) }
      csv.integer(entry.seq)
      csv.word { book.names.append(Int(version.name), to: &$0) }
      csv.integer(version.version)
      csv.date(CivilDate(days: entry.asOf))
      csv.integer(Int64(entry.points))
      csv.integer(Int64(entry.probabilityBp))
      csv.word(reasons[Int(entry.reasons)])
      csv.integer(entry.basis)
      csv.end()
    }
    count = places.count
  }
}
