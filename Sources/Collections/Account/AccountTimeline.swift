/// Follows one account event by event: its state after each, for about the cost of that event.
///
/// An event that comes last in time order is applied to what stands. One recorded late, a reversal or a
/// void sends the fold back to the last checkpoint before its place, and only what follows is applied
/// again; so does asking for an earlier day. Over n events in time order all states cost O(n × items).
package struct AccountTimeline: Sendable {
  /// The state last asked for.
  package private(set) var fold = AccountFold()

  private let account: Int
  /// The account's entries in the order recorded, and how many of them are known.
  private var recorded: [AccountEntry] = []
  private var known = 0
  /// The head of the account's chain when it was last read, and the number of voids in the book.
  private var head: Int32 = -1
  private var voidCount = 0
  /// Its openings, the heads of the chains of whoever owes it by them, and the entries of those in the
  /// order recorded; how many of them are known.
  private var openings: [AccountEntry] = []
  private var debtorHeads: [Int32] = []
  private var ofDebtor: [AccountEntry] = []
  private var knownOfDebtor = 0
  /// The voids of its entries, first recorded first, and how many of them are known.
  private var voids: [Int64] = []
  private var knownVoids = 0

  /// Follows the account of that number from its first event on.
  package init(account: Int) {
    self.account = account
    fold.keepsCheckpoints = true
  }

  /// Brings ``fold`` to a day as known before a position, which may not be lower than the last one.
  ///
  /// - Returns: whether the account was open by then, as known then.
  /// - Throws: ``RuleError`` `amount_overflow`; the timeline is then of no more use.
  package mutating func advance(
    to knownAt: Int64, of book: AccountBook, on date: CivilDate
  ) throws(RuleError) -> Bool {
    read(book)
    learn(upTo: knownAt, book)
    let calendar = book.calendar(on: date, knownAt: knownAt)
    if calendar != fold.calendar {
      fold.calendar = calendar
      fold.rewind(before: 0, day: .min)
    }
    let count = fold.countEffective(through: date.days)
    fold.comeBack(before: count, day: date.days + 1)
    fold.date = date
    guard fold.entries[..<count].contains(where: { $0.kind == .opened }) else { return false }
    do {
      try fold.follow(through: count, of: book)
    } catch {
      throw RuleError(error.code, book.accounts.text(account))
    }
    return true
  }

  /// Takes over what the book got since it was last read.
  private mutating func read(_ book: AccountBook) {
    let first = recorded.count
    let last = book.heads[account]
    if last != head {
      var new: [AccountEntry] = []
      var index = last
      while index != head, index >= 0 {
        new.append(book.entries[Int(index)])
        index = book.entries[Int(index)].previous
      }
      recorded.append(contentsOf: new.reversed())
      openings.append(contentsOf: new.reversed().filter { $0.kind == .opened })
      head = last
    }
    let hasChanged = book.knowsDebtors && readDebtors(book)
    if book.voids.count != voidCount || hasChanged {
      voidCount = book.voids.count
      voids = (recorded + ofDebtor).compactMap { book.voids[$0.seq] }.sorted()
    } else if voidCount > 0, first < recorded.count {
      voids = (voids + recorded[first...].compactMap { book.voids[$0.seq] }).sorted()
    }
  }

  /// Takes over what the book got of whoever owes the account; whether there was anything.
  private mutating func readDebtors(_ book: AccountBook) -> Bool {
    let heads = openings.map { book.debtorHead(by: $0) }
    guard heads != debtorHeads else { return false }
    debtorHeads = heads
    var entries: [AccountEntry] = []
    for head in Set(heads) { entries += AccountBook.Chain(entries: book.entries, index: head) }
    ofDebtor = entries.sorted { $0.seq < $1.seq }
    // All are learned anew, for those of another person may lie between them.
    knownOfDebtor = 0
    return true
  }

  /// Takes the entries and voids before a position into account.
  private mutating func learn(upTo knownAt: Int64, _ book: AccountBook) {
    var needsGathering = false
    while knownVoids < voids.count, voids[knownVoids] < knownAt {
      knownVoids += 1
      needsGathering = true
    }
    // Which of them reach the account is told by its opening: gathering looks at both.
    while knownOfDebtor < ofDebtor.count, ofDebtor[knownOfDebtor].seq < knownAt {
      knownOfDebtor += 1
      needsGathering = true
    }
    let first = known
    while known < recorded.count, recorded[known].seq < knownAt {
      switch recorded[known].kind {
      case .reversed: needsGathering = true
      case .opened: if !ofDebtor.isEmpty { needsGathering = true }
      default: break
      }
      known += 1
    }
    if needsGathering {
      fold.replaceEntries(with: recorded[..<known], of: book, knownAt: knownAt)
    } else {
      for entry in recorded[first..<known] { fold.insert(entry) }
    }
  }

  /// How many of the entries first applied stand as they did when ``forgetChanges()`` was last called.
  var unchangedEntries: Int { min(fold.keptEntries, fold.position) }

  mutating func forgetChanges() {
    fold.keptEntries = .max
  }
}

extension AccountFold {
  /// How many entries are effective through a day.
  func countEffective(through day: Int32) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].effective <= day { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Puts an entry in its place, coming back to before it where something after it was applied.
  mutating func insert(_ entry: AccountEntry) {
    var place = entries.count
    while place > 0, AccountEntry.precedes(entry, entries[place - 1]) { place -= 1 }
    entries.insert(entry, at: place)
    if entry.kind == .promiseMade { hasPromises = true }
    comeBack(before: place, day: entry.effective)
  }

  /// Takes other entries for those it had, coming back to before the first that differs.
  mutating func replaceEntries(
    with recorded: ArraySlice<AccountEntry>, of book: AccountBook, knownAt: Int64
  ) {
    let old = entries
    gather(recorded.reversed(), through: .max, of: book, knownAt: knownAt)
    let same = zip(old, entries).prefix { $0.seq == $1.seq }.count
    let day = min(
      same < old.count ? old[same].effective : .max,
      same < entries.count ? entries[same].effective : .max)
    comeBack(before: same, day: day)
  }

  /// Applies the entries up to `count` and lets the days pass, with a checkpoint before the days do.
  mutating func follow(through count: Int, of book: AccountBook) throws(RuleError) {
    if position == 0 { begin() }
    try run(through: count, of: book, isFollowed: true)
  }
}
