internal import Collections

// The results of all parts, put together: the same to the byte as what one replay of the ledger gives.
extension ReplayResult {
  /// Puts the results of all parts together. O(bytes × parts).
  ///
  /// Throws `mixed`, `missing`, `doubled` where they are not all parts of one whole, each once: every event of
  /// the log must have been counted by exactly one of them, and every account be in one alone.
  package init(merging parts: [PartialResult]) throws(PartialResultError) {
    guard let first = parts.first else {
      throw PartialResultError(.missing, "there is no part")
    }
    for part in parts {
      guard part.ledger == first.ledger, part.root == first.root, part.program == first.program,
        part.result.size == first.result.size, part.result.on == first.result.on,
        part.partition.count == first.partition.count
      else {
        throw PartialResultError(
          .mixed,
          "part \(part.partition.number) is not of the ledger, size, history, day, number of parts and "
            + "program that part \(first.partition.number) is of")
      }
    }
    let count = first.partition.count
    let sorted = parts.sorted { $0.partition.number < $1.partition.number }
    for (number, part) in zip(1..., sorted) where part.partition.number != number {
      let isTwice = part.partition.number < number
      throw PartialResultError(
        isTwice ? .doubled : .missing,
        "part \(isTwice ? part.partition.number : number) of \(count) is \(isTwice ? "there twice" : "not there")"
      )
    }
    guard sorted.count == count else {
      throw PartialResultError(.missing, "part \(sorted.count + 1) of \(count) is not there")
    }
    try self.init(ofSorted: sorted.map(\.result))
  }

  private init(ofSorted results: [ReplayResult]) throws(PartialResultError) {
    var whole = results[0]
    for result in results.dropFirst() {
      whole.counts.add(result.counts)
      whole.accounts += result.accounts
      whole.contacts += result.contacts
      whole.failures += result.failures
      for total in result.totals {
        if let place = whole.totals.firstIndex(where: { $0.currency == total.currency }) {
          whole.totals[place].add(total)
        } else {
          whole.totals.append(total)
        }
      }
    }
    guard whole.counts.total == whole.size else {
      throw PartialResultError(
        whole.counts.total < whole.size ? .missing : .doubled,
        "the parts have \(whole.counts.total) events, the log has \(whole.size)")
    }
    whole.totals.sort { $0.currency.code < $1.currency.code }
    whole.failures.sort { $0.context.utf8.lexicographicallyPrecedes($1.context.utf8) }
    for place in whole.tables.indices {
      whole.tables[place] = try DerivedTable(merging: results.map { $0.tables[place] })
    }
    self = whole
  }
}

extension DerivedTable {
  /// Tables with no account in common as one, sorted by account; the rows of each keep their order.
  fileprivate init(merging parts: [DerivedTable]) throws(PartialResultError) {
    var rows = parts.map { AccountRows($0.csv) }
    guard Set(parts.map(\.name)).count == 1, Set(rows.map { $0.header }).count == 1 else {
      throw PartialResultError(.mixed, "the parts have other tables")
    }
    var csv = Array(rows[0].header)
    csv.reserveCapacity(rows.reduce(0) { $0 + $1.count })
    while let least = rows.indices.filter({ !rows[$0].isAtEnd }).min(by: {
      rows[$0].precedes(rows[$1])
    }) {
      for other in rows.indices where other != least && !rows[other].isAtEnd {
        guard rows[least].precedes(rows[other]) else {
          throw PartialResultError(
            .doubled,
            "account \(String(decoding: rows[least].account, as: UTF8.self)) is in two parts")
        }
      }
      csv += rows[least].take()
    }
    guard let table = DerivedTable(named: parts[0].name, csv) else {
      throw PartialResultError(.mixed, "the parts have other tables")
    }
    self = table
  }
}

/// The rows of a table, those of one account at a time.
private struct AccountRows {
  private let csv: [UInt8]
  /// The header line.
  let header: ArraySlice<UInt8>
  /// Bytes of the table.
  var count: Int { csv.count }
  /// The id of the account whose rows are next, and where they lie.
  private(set) var account: ArraySlice<UInt8> = []
  private var rows: Range<Int>

  init(_ csv: [UInt8]) {
    self.csv = csv
    let end = Self.end(of: 0, in: csv)
    header = csv[..<end]
    rows = end..<end
    advance()
  }

  var isAtEnd: Bool { rows.isEmpty }

  func precedes(_ other: AccountRows) -> Bool { account.lexicographicallyPrecedes(other.account) }

  /// Gives the next account's rows, and goes on.
  mutating func take() -> ArraySlice<UInt8> {
    let taken = csv[rows]
    rows = rows.upperBound..<rows.upperBound
    advance()
    return taken
  }

  private mutating func advance() {
    let start = rows.upperBound
    account = Self.account(at: start, in: csv)
    var end = start
    while end < csv.count, Self.account(at: end, in: csv) == account {
      end = Self.end(of: end, in: csv)
    }
    rows = start..<end
  }

  /// The first cell of a row: ids are never quoted.
  private static func account(at start: Int, in csv: [UInt8]) -> ArraySlice<UInt8> {
    csv[start..<(csv[start...].firstIndex(of: UInt8(ascii: ",")) ?? csv.count)]
  }

  /// The end of a row: a newline that stands in no quotes.
  private static func end(of start: Int, in csv: [UInt8]) -> Int {
    var isQuoted = false
    for position in start..<csv.count {
      if csv[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
      if csv[position] == UInt8(ascii: "\n"), !isQuoted { return position + 1 }
    }
    return csv.count
  }
}
