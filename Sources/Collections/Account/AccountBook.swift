internal import CanonicalJSON

/// Every account's events that bear on its debt, as columns.
///
///     accounts   id ⇄ number            heads[number] ─┐ the account's last entry
///                                lastOpenings[number] ─┤ its last opening, voided or not
///     debtors    id ⇄ number      debtorHeads[number] ─┤ a person's, for every account she owes
///     entries    40 bytes an event  ◄──────────────────┘ previous ─► previous ─► … −1
///     items, terms, openings, texts    what entries refer to
///
/// The book grows by appending in log order and remembers nothing that it could derive: the state
/// of an account for any (day, known-at) is ``AccountFold``'s business. Appending is amortised O(1).
package struct AccountBook: Sendable {
  /// Account ids and their numbers, from 0 in order of opening.
  package internal(set) var accounts = TextIndex()
  /// All entries, in the order they were applied in.
  package internal(set) var entries: [AccountEntry] = []
  /// The openings that entries refer to.
  package internal(set) var openings: [Opening] = []
  /// Short texts: payments' ids, reasons, agencies.
  package internal(set) var texts = TextColumn()
  /// Which event voids which: the target's position to the void's.
  package internal(set) var voids: [Int64: Int64] = [:]
  /// The effective day of that void, by the target's position.
  var voidDays: [Int64: Int64] = [:]

  /// Ids of the payments on `portfolio/unidentified`, and by their numbers what they are.
  var unidentifiedIDs = TextIndex()
  var unidentified: [UnidentifiedPayment] = []

  var heads: [Int32] = []
  var lastOpenings: [Int32] = []
  /// Ids of the people whose streams told of all their accounts, and each one's last entry.
  var debtors = TextIndex()
  var debtorHeads: [Int32] = []
  var items: [StatedItem] = []
  var terms: [Terms] = []
  var plans: [StatedPlan] = []
  var promises: [StatedPromise] = []
  /// Holds, disputes, suits and the like.
  var facts: [StatedFact] = []
  /// The promises that payments name, texts of the book.
  var promiseNames: [TextReference] = []
  /// All money ever recorded on each account: bounds every sum a fold can make.
  var volumes: [Int64] = []
  var adoptions: [CalendarAdoption] = []
  var jurisdiction = ""

  /// An empty book.
  package init() {}

  /// A year's holidays as an event adopted them.
  struct CalendarAdoption: Sendable {
    var seq: Int64
    var effective: Int32
    var jurisdiction: String
    var year: Int
    var holidays: [CivilDate]
  }

  /// The calendar that holds for the ledger on a day, as known before position `knownAt`.
  package func calendar(
    on date: CivilDate, knownAt: Int64, knowledge: Knowledge = .recorded
  ) -> BusinessCalendar {
    calendar(of: jurisdiction, on: date, knownAt: knownAt, knowledge: knowledge)
  }

  /// Whether a year's holidays were ever adopted.
  package var hasAdoptedCalendars: Bool { !adoptions.isEmpty }

  /// The calendar of a jurisdiction, be it the ledger's or another, likewise.
  package func calendar(
    of jurisdiction: String, on date: CivilDate, knownAt: Int64, knowledge: Knowledge = .recorded
  ) -> BusinessCalendar {
    var calendar = BusinessCalendar(jurisdiction: jurisdiction)
    for adoption in adoptions
    where adoption.seq < knownAt && adoption.effective <= date.days
      && adoption.jurisdiction == jurisdiction
      && !isVoided(adoption.seq, knownAt: knownAt, through: knowledge.horizon(on: date))
    {
      calendar.adopt(year: adoption.year, holidays: adoption.holidays)
    }
    return calendar
  }

  /// Whether an event was voided by one before position `knownAt` that is effective through a day; any,
  /// unless it is asked for otherwise (``Knowledge/horizon(on:)``).
  package func isVoided(_ seq: Int64, knownAt: Int64, through horizon: Int32 = .max) -> Bool {
    guard !voids.isEmpty, let void = voids[seq], void < knownAt else { return false }
    return horizon == .max || voidDays[seq] ?? 0 <= Int64(horizon)
  }

  /// One account's entries, last recorded first.
  package struct Chain: Sequence, IteratorProtocol {
    let entries: [AccountEntry]
    var index: Int32

    /// The next entry, or nil after the first recorded one.
    package mutating func next() -> AccountEntry? {
      guard index >= 0 else { return nil }
      let entry = entries[Int(index)]
      index = entry.previous
      return entry
    }
  }

  /// The entries of an account, last recorded first.
  package func chain(of account: Int) -> Chain {
    Chain(entries: entries, index: heads[account])
  }

  /// The opening of an account that stands as known before position `knownAt`: the last one not voided.
  package func opening(of account: Int, knownAt: Int64 = .max) -> (AccountEntry, Opening)? {
    var chain = Chain(entries: entries, index: lastOpenings[account])
    while let entry = chain.next() {
      if entry.kind == .opened, entry.seq < knownAt, !isVoided(entry.seq, knownAt: knownAt) {
        return (entry, openings[Int(entry.reference)])
      }
    }
    return nil
  }

  /// The latest entry of a kind (a payment, promise or plan) with that id on an account, voided ones left out.
  package func entry(
    _ kind: AccountEntry.Kind, named id: String, of account: Int
  ) -> AccountEntry? {
    let bytes = Array(id.utf8)
    var chain = chain(of: account)
    while let entry = chain.next() {
      if entry.kind == kind, !isVoided(entry.seq, knownAt: .max),
        texts.equals(name(of: entry), bytes.span, 0..<bytes.count)
      {
        return entry
      }
    }
    return nil
  }

  /// The id an entry of a payment, plan or promise gives, or the text it names.
  func name(of entry: AccountEntry) -> TextReference {
    switch entry.kind {
    case .planAgreed: plans[Int(entry.reference)].id
    case .promiseMade, .promiseRescheduled: promises[Int(entry.reference)].id
    default: TextReference(packed: entry.reference)
    }
  }

  /// Whether an account is closed at the end of a day, as known now.
  package func isClosed(_ account: Int, on date: CivilDate) -> Bool {
    var last: AccountEntry?
    var chain = chain(of: account)
    while let entry = chain.next() {
      switch entry.kind {
      case .closed, .sold, .reopened:
        guard entry.effective <= date.days, !isVoided(entry.seq, knownAt: .max) else { continue }
        if let best = last, !AccountEntry.precedes(best, entry) { continue }
        last = entry
      default: continue
      }
    }
    return last.map { $0.kind != .reopened } ?? false
  }

  /// Sets room aside for the entries of so many events, whatever they are, so that columns need not
  /// be copied as they grow; memory is used only as they come.
  ///
  /// For a book that is still empty: later it would undo the growth by doubling.
  package mutating func reserve(events count: Int) {
    entries.reserveCapacity(count)
    openings.reserveCapacity(count)
    items.reserveCapacity(count)
    heads.reserveCapacity(count)
    lastOpenings.reserveCapacity(count)
    volumes.reserveCapacity(count)
    texts.reserve(bytes: 16 * count)
  }

  /// Appends an entry to an account's chain.
  mutating func append(_ entry: AccountEntry, to account: Int) {
    var entry = entry
    entry.previous = heads[account]
    heads[account] = Int32(entries.count)
    if entry.kind == .opened { lastOpenings[account] = Int32(entries.count) }
    entries.append(entry)
  }

  /// Where the entries of a chain stand, from its last on. O(its entries).
  func places(from last: Int32) -> [Int32] {
    var places: [Int32] = []
    var index = last
    while index >= 0 {
      places.append(index)
      index = entries[Int(index)].previous
    }
    return places
  }

  /// Puts an account's entries in the order of the log, where they were not applied in it. O(entries of
  /// the account).
  package mutating func restoreOrder(of account: Int) {
    var chain = places(from: heads[account])
    let isOrdered = zip(chain, chain.dropFirst()).allSatisfy { later, earlier in
      entries[Int(later)].seq >= entries[Int(earlier)].seq
    }
    if isOrdered { return }
    chain.sort { entries[Int($0)].seq > entries[Int($1)].seq }
    heads[account] = chain[0]
    for (place, index) in chain.enumerated() {
      entries[Int(index)].previous = place + 1 < chain.count ? chain[place + 1] : -1
    }
    findLastOpening(of: account)
  }

  /// Looks for an account's last opening along its chain, where an append did not tell it. O(its entries).
  mutating func findLastOpening(of account: Int) {
    var index = heads[account]
    while index >= 0, entries[Int(index)].kind != .opened { index = entries[Int(index)].previous }
    lastOpenings[account] = index
  }

  /// The number of an account's id, given now if it is new.
  mutating func account(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    let number = accounts.number(bytes, range)
    if number == heads.count {
      heads.append(-1)
      lastOpenings.append(-1)
      volumes.append(0)
    }
    return number
  }
}
