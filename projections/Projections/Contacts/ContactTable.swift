package import Collections
internal import Synchronization

/// `contacts.csv`: every contact on a day, as known at a position, sorted by account and id.
package struct ContactTable: Sendable {
  /// The columns, in order.
  package static let columns = [
    "account", "contact", "effective", "channel", "direction", "localAt", "state", "party", "code",
  ]

  /// The header and the rows, as CSV.
  package private(set) var csv = TableRow()
  /// How many rows there are.
  package private(set) var count = 0

  private init() {}

  /// The whole table, or the rows of the contacts whose numbers are `chosen`: in parts, `jobs` of them
  /// derived at once, joined in order. O(contacts log contacts + events), of those chosen.
  package static func make(
    _ book: ContactBook, accounts: AccountBook, on date: CivilDate, knownAt: Int64, jobs: Int,
    only chosen: [Int]? = nil
  ) -> ContactTable {
    let numbers = book.contacts.sorted(chosen ?? Array(0..<book.count), jobs: jobs)
    let parts = DerivedTable.parts(of: numbers.count, jobs: jobs)
    let derived = Mutex([ContactTable?](repeating: nil, count: parts))
    DerivedTable.forEach(part: parts, jobs: jobs) { part in
      let range = numbers.count * part / parts..<numbers.count * (part + 1) / parts
      var table = ContactTable()
      if part == 0 { table.csv.header(Self.columns) }
      table.add(numbers[range], of: book, accounts, on: date, knownAt: knownAt)
      derived.withLock { $0[part] = table }
    }
    return derived.withLock { parts in
      var tables = parts.compactMap { $0 }.makeIterator()
      parts = []
      var whole = tables.next() ?? ContactTable()
      while let table = tables.next() {
        whole.csv.append(table.csv)
        whole.count += table.count
      }
      return whole
    }
  }

  /// Adds the rows of contacts by their numbers, in that order.
  private mutating func add(
    _ numbers: ArraySlice<Int>, of book: ContactBook, _ accounts: AccountBook, on date: CivilDate,
    knownAt: Int64
  ) {
    csv.reserve(rows: numbers.count, bytes: 96)
    var name: [UInt8] = []
    for contact in numbers {
      let row = State(of: contact, in: book, accounts, on: date, knownAt: knownAt)
      guard let effective = row.effective else { continue }
      count += 1
      name.removeAll(keepingCapacity: true)
      book.contacts.append(contact, to: &name)
      let end = name.firstIndex(of: 0) ?? name.endIndex
      csv.word { $0.append(contentsOf: name[..<end]) }
      csv.word { $0.append(contentsOf: name[end...].dropFirst()) }
      csv.date(CivilDate(days: effective))
      csv.word(row.channel.map { ContactChannel.names[$0] } ?? "")
      csv.word(row.direction.map { ContactDirection.names[$0] } ?? "")
      csv.word { book.texts.append(row.localAt, to: &$0) }
      csv.word(row.state)
      csv.word(row.party.map { ContactParty.names[$0] } ?? "")
      csv.text { book.texts.append(row.code, to: &$0) }
      csv.end()
    }
  }

  /// What the events of one contact add up to, taken from the last recorded back.
  private struct State {
    var effective: Int32?
    var channel: Int?
    var direction: Int?
    var party: Int?
    var localAt = TextReference.empty
    var code = TextReference.empty
    private var rank = -1
    private(set) var state = ""

    /// With no day where no event of the contact counts.
    init(
      of contact: Int, in book: ContactBook, _ accounts: AccountBook, on date: CivilDate,
      knownAt: Int64
    ) {
      var index = book.heads[contact]
      while index >= 0 {
        let entry = book.entries[Int(index)]
        index = entry.previous
        guard entry.seq < knownAt, entry.effective <= date.days,
          !accounts.isVoided(entry.seq, knownAt: knownAt)
        else { continue }
        take(entry)
      }
    }

    mutating func take(_ entry: ContactBook.Entry) {
      effective = min(effective ?? entry.effective, entry.effective)
      let (name, rank) = Self.state(entry.type)
      if rank > self.rank { (state, self.rank) = (name, rank) }
      switch entry.type {
      case .contactConnected: party = party ?? index(entry.choice)
      case .contactFailed, .contactOutcome: if code == .empty { code = entry.text }
      case .contactDelivered: break
      case .contactAttempted:
        channel = index(entry.choice)
        direction = index(entry.direction)
        localAt = entry.text
      default: channel = channel ?? index(entry.choice)
      }
    }

    private func index(_ value: Int8) -> Int? { value < 0 ? nil : Int(value) }

    /// The furthest a contact came names its state.
    private static func state(_ type: EventType) -> (String, rank: Int) {
      switch type {
      case .contactPlanned: ("planned", 0)
      case .contactAuthorized: ("authorized", 1)
      case .contactBlocked: ("blocked", 2)
      case .contactAttempted: ("attempted", 3)
      case .contactFailed: ("failed", 4)
      case .contactDelivered: ("delivered", 5)
      case .contactConnected: ("connected", 6)
      default: ("answered", 7)
      }
    }
  }
}

extension ContactChannel {
  /// All names, in the order of the raw values.
  static let names = allCases.map { "\($0)" }
}

extension ContactDirection {
  /// All names, in the order of the raw values.
  static let names = allCases.map { "\($0)" }
}

extension ContactParty {
  /// All names, in the order of the raw values.
  static let names = allCases.map { "\($0)" }
}
