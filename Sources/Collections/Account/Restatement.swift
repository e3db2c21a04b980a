/// A payment, waiver or forgiveness whose allocation something that came to be known later changed
/// (ledger-rules, sections 5 and 6): what it settled of which component, or of which item.
package struct Restatement: Equatable, Sendable {
  /// What was allocated anew.
  package enum Kind: String, Sendable {
    case payment, waiver, forgiveness
  }

  /// Why.
  package enum Reason: String, Sendable {
    /// An event: one recorded late, a reversal, a void, the cancellation of a plan.
    case event
    /// Days passed, and a conditional plan in default fell away.
    case planDefault
  }

  /// What was allocated anew.
  package var kind: Kind
  /// Its event.
  package var event: Int64
  /// The event that changed it; of a plan in default the one that agreed it.
  package var cause: Int64
  /// Why.
  package var reason: Reason
  /// What it settled before, and after.
  package var before: Amounts
  package var after: Amounts
  /// What of it was credit before, and after.
  package var creditBefore: Int64
  package var creditAfter: Int64
}

extension AccountBook {
  /// Every restatement of an account's payments, waivers and forgiveness through a day, as known at a
  /// position, in the order they happened.
  ///
  /// Each event is looked at on the last effective date known with it, so that what was to come then
  /// changes nothing. O(events × items), and what follows each late event again; O(events) where none
  /// was late and no plan agreed.
  package func restatements(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) -> [Restatement] {
    var sweep = RestatementSweep(account: account)
    let causes = disturbances(of: account, on: date, knownAt: knownAt)
    guard !causes.isEmpty else { return [] }
    for (cause, day) in causes {
      try sweep.advance(to: cause, of: self, on: day)
      try sweep.advance(to: cause + 1, of: self, on: day, cause: cause)
    }
    try sweep.advance(to: knownAt, of: self, on: date)
    return sweep.found
  }

  /// The positions of events that may have changed what came before them, each with the last effective
  /// date known with it: recorded late, reversing, voiding; all, where a plan was agreed.
  private func disturbances(
    of account: Int, on date: CivilDate, knownAt: Int64
  ) -> [(cause: Int64, day: CivilDate)] {
    var known = chain(of: account).filter { $0.seq < knownAt }
    let ofDebtor = debtorChain(of: account, knownAt: knownAt).filter { $0.seq < knownAt }
    if !ofDebtor.isEmpty { known = (known + ofDebtor).sorted { $0.seq > $1.seq } }
    let hasPlan = known.contains { $0.kind == .planAgreed }
    var days: [Int64: Int32] = [:]
    // From the first recorded on: an entry is late when one recorded before it sorts after it.
    var latest: AccountEntry?
    var causes: Set<Int64> = []
    for entry in known.reversed() {
      if let last = latest, AccountEntry.precedes(entry, last) {
        if entry.effective <= date.days { causes.insert(entry.seq) }
      } else if entry.effective <= date.days {
        latest = entry
      }
      if hasPlan || entry.kind == .reversed { causes.insert(entry.seq) }
      days[entry.seq] = latest?.effective ?? date.days
    }
    for void in known.compactMap({ voids[$0.seq] }) where void < knownAt { causes.insert(void) }
    for adoption in adoptions
    where adoption.seq < knownAt && adoption.jurisdiction == jurisdiction && !causes.isEmpty {
      causes.insert(adoption.seq)
    }
    // A void or a calendar has no place among the entries: the last before it says which day it was.
    var result: [(cause: Int64, day: CivilDate)] = []
    var recorded = known.reversed().makeIterator()
    var next = recorded.next()
    var day = date.days
    for cause in causes.sorted() {
      while let entry = next, entry.seq <= cause {
        day = days[entry.seq] ?? day
        next = recorded.next()
      }
      result.append((cause, CivilDate(days: day)))
    }
    return result
  }
}

/// Goes through an account's history and compares what settled its debt before and after each event.
private struct RestatementSweep {
  var found: [Restatement] = []
  private var timeline: AccountTimeline
  private var allocations: [Allocation] = []
  private var falls: Set<Int64> = []
  /// How many entries had been applied when it last went on.
  private var position = 0

  init(account: Int) {
    timeline = AccountTimeline(account: account)
  }

  /// A payment, waiver or forgiveness and what each component of each item got of it.
  private struct Allocation {
    struct Place: Hashable {
      var itemSeq: Int64
      var itemN: Int64
      var component: Component
    }

    var kind: Restatement.Kind
    var event: Int64
    /// The place of its entry among the fold's.
    var place: Int
    var toCredit: Int64 = 0
    var shares: [Place: Int64] = [:]
    /// No settlement before this one comes from a later entry.
    var end = 0

    /// What it settled, by component.
    var settled: Amounts {
      var sum = Amounts()
      for (place, amount) in shares { sum[place.component] += amount }
      return sum
    }
  }

  /// Goes on to a position and day; what changed of what was there before was changed by `cause`, or
  /// by plans that fell away as days passed.
  mutating func advance(
    to knownAt: Int64, of book: AccountBook, on date: CivilDate, cause: Int64? = nil
  ) throws(RuleError) {
    timeline.forgetChanges()
    guard try timeline.advance(to: knownAt, of: book, on: date) else {
      allocations = []
      position = 0
      return
    }
    let fold = timeline.fold
    let unchanged = min(timeline.unchangedEntries, position)
    position = fold.position
    var kept = allocations.count
    while kept > 0, allocations[kept - 1].place >= unchanged { kept -= 1 }
    let before = Dictionary(
      allocations[kept...].map { ($0.event, $0) }, uniquingKeysWith: { first, _ in first })
    allocations.removeSubrange(kept...)
    allocations.append(contentsOf: applied(from: unchanged))
    // The last one found is the one that led to what stands now.
    let plan = fold.now.falls.last { fall in
      fall.plan.state == .inDefault && !falls.contains(fall.plan.seq)
    }
    falls = Set(fold.now.falls.map(\.plan.seq))
    guard let reason = cause ?? plan?.plan.seq else { return }
    for new in allocations[kept...] {
      guard let old = before[new.event], old.shares != new.shares || old.toCredit != new.toCredit
      else { continue }
      found.append(
        Restatement(
          kind: new.kind, event: new.event, cause: reason,
          reason: cause == nil ? .planDefault : .event, before: old.settled, after: new.settled,
          creditBefore: old.toCredit, creditAfter: new.toCredit))
    }
  }

  /// What the entries from a place on settled, in time order; those before it stand among the allocations.
  private func applied(from place: Int) -> [Allocation] {
    let fold = timeline.fold
    var found: [Allocation] = []
    var indices: [Int64: Int] = [:]
    for place in place..<fold.position {
      let entry = fold.entries[place]
      guard let kind = Restatement.Kind(entry.kind) else { continue }
      indices[entry.seq] = found.count
      found.append(Allocation(kind: kind, event: entry.seq, place: place))
    }
    for index in (allocations.last?.end ?? 0)..<fold.settlements.count {
      let line = fold.settlements[index]
      guard let owner = indices[line.seq], line.cause == found[owner].kind.cause else { continue }
      let place = Allocation.Place(
        itemSeq: line.itemSeq, itemN: line.itemN, component: line.component)
      found[owner].shares[place, default: 0] += line.amount
      found[owner].end = index + 1
    }
    for payment in fold.payments.reversed() {
      guard let owner = indices[payment.seq] else { break }
      found[owner].toCredit = payment.toCredit
    }
    var end = allocations.last?.end ?? 0
    for index in found.indices {
      end = max(end, found[index].end)
      found[index].end = end
    }
    return found
  }
}

extension Restatement.Kind {
  fileprivate init?(_ kind: AccountEntry.Kind) {
    switch kind {
    case .payment: self = .payment
    case .chargeWaived: self = .waiver
    case .debtForgiven: self = .forgiveness
    default: return nil
    }
  }

  /// By what means its money settled.
  fileprivate var cause: Settlement.Cause {
    switch self {
    case .payment: .payment
    case .waiver: .waiver
    case .forgiveness: .forgiveness
    }
  }
}
