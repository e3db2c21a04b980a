package import Collections
internal import Dispatch
internal import Synchronization

/// The arms of a strategy beside each other: what came in, who paid, what was promised and kept, who complained,
/// who asked not to be contacted; over the accounts assigned to each, from their assignment on.
package struct ArmComparison: Sendable {
  /// What is compared.
  package enum Measure: String, CaseIterable, Sendable {
    /// Money paid of what was owed; accounts that paid anything; promises kept of those kept or broken;
    /// accounts with a complaint; accounts whose debtor opted out.
    case recovery, payers, keptPromises, complaints, optOuts

    /// Whether more of it is better.
    package var isGood: Bool { self != .complaints && self != .optOuts }
  }

  /// An arm.
  package struct Arm: Sendable {
    /// What the strategy calls it.
    package var id: String
    /// Accounts assigned to it.
    package var accounts = 0
    /// Of each measure how many, or how much money, of how many.
    package var parts = [Int64](repeating: 0, count: Measure.allCases.count)
    package var wholes = [Int64](repeating: 0, count: Measure.allCases.count)
    var paid: [Int64] = []
    var owed: [Int64] = []

    init(id: String) { self.id = id }

    /// The share of a measure; nil where there is nothing to take a share of.
    package func share(_ measure: Measure) -> ShareInterval? {
      let place = Int(measure.place)
      if measure == .recovery { return ShareInterval(paid: paid, of: owed) }
      return ShareInterval(parts[place], of: wholes[place])
    }

    /// How many there are to take a share of: accounts or promises.
    package func count(_ measure: Measure) -> Int64 {
      measure == .recovery ? Int64(owed.count) : wholes[measure.place]
    }

    mutating func add(_ part: Int64, of whole: Int64, _ measure: Measure) {
      parts[measure.place] += part
      wholes[measure.place] += whole
    }

    mutating func add(_ other: Arm) {
      accounts += other.accounts
      paid += other.paid
      owed += other.owed
      for place in parts.indices {
        parts[place] += other.parts[place]
        wholes[place] += other.wholes[place]
      }
    }
  }

  /// What a challenger's difference from the champion comes to.
  package enum Verdict: String, Sendable {
    /// The interval is on one side of 0; it is not, and the sample would have shown the difference asked
    /// about; it is not, and the sample is too small to.
    case better, worse, noDifference, tooSmall
  }

  /// The arms in the strategy's order.
  package private(set) var arms: [Arm] = []
  /// Accounts whose figures cannot be computed.
  package private(set) var failures = 0

  /// The arms over the days from one through another, as known before a position. O(events).
  package init(
    _ model: ReadModel, _ strategy: Strategy, from: CivilDate, to: CivilDate, knownAt: Int64,
    jobs: Int
  ) {
    let reader = ArmReader(model, strategy, from: from, to: to, knownAt: knownAt)
    let count = max(1, min(jobs, model.proposals.accounts.count))
    let numbers = model.proposals.accounts.sorted()
    let made = Mutex([([Arm], Int)?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { part in
      let range = numbers.count * part / count..<numbers.count * (part + 1) / count
      let arms = reader.arms(of: numbers[range])
      made.withLock { $0[part] = arms }
    }
    arms = strategy.arms.map { Arm(id: $0.id) }
    for (part, failed) in made.withLock({ $0.compactMap { $0 } }) {
      failures += failed
      for place in arms.indices { arms[place].add(part[place]) }
    }
  }

  /// The verdict on a challenger by a measure, and how many each arm needs to show a difference of
  /// `detect` parts per million, but 30: Lehr's rule, 16 variances over its square, for 80 % power at 5 %.
  package static func verdict(
    _ measure: Measure, _ challenger: Arm, _ champion: Arm, detect: Int64
  ) -> (difference: ShareInterval?, needed: Int64, verdict: Verdict) {
    guard let one = challenger.share(measure), let two = champion.share(measure) else {
      return (nil, 0, .tooSmall)
    }
    let difference = one.difference(from: two)
    let needed = max(30, needed(measure, champion, two, detect))
    let least = min(challenger.count(measure), champion.count(measure))
    if least >= 30, difference.low > 0 || difference.high < 0 {
      return (difference, needed, (difference.low > 0) == measure.isGood ? .better : .worse)
    }
    return (difference, needed, least < needed ? .tooSmall : .noDifference)
  }

  private static func needed(
    _ measure: Measure, _ champion: Arm, _ share: ShareInterval, _ detect: Int64
  ) -> Int64 {
    let square = Int128(detect) * Int128(detect)
    let variance: Int128
    if measure == .recovery {
      // The half width is 1.96 standard errors, and those the variance of one account over their number.
      let half = Int128(share.high - share.value)
      variance = half * half * Int128(champion.count(measure)) * 1_000_000 / ShareInterval.zSquared
    } else {
      // The largest variance that its interval leaves possible.
      let likely = Int128(min(max(500_000, share.low), share.high))
      variance = likely * (1_000_000 - likely)
    }
    return Int64(clamping: (16 * variance + square - 1) / square)
  }
}

extension ArmComparison.Measure {
  /// Its place among all.
  var place: Int {
    switch self {
    case .recovery: 0
    case .payers: 1
    case .keptPromises: 2
    case .complaints: 3
    case .optOuts: 4
    }
  }
}

/// Reads what became of the accounts of each arm.
private struct ArmReader: Sendable {
  let model: ReadModel
  let strategy: Strategy
  let from: CivilDate
  let to: CivilDate
  let knownAt: Int64
  /// By the stream's number, and by the person's: the days of complaints.
  var complaints: [Int32: [Int32]] = [:]
  var personal: [Int32: [Int32]] = [:]

  init(
    _ model: ReadModel, _ strategy: Strategy, from: CivilDate, to: CivilDate, knownAt: Int64
  ) {
    (self.model, self.strategy, self.from, self.to) = (model, strategy, from, to)
    self.knownAt = knownAt
    for entry in model.duties.entries
    where entry.type == .complaintFiled && entry.seq < knownAt
      && !model.accounts.isVoided(entry.seq, knownAt: knownAt)
    {
      complaints[entry.stream, default: []].append(entry.effective)
      if entry.subject >= 0 { personal[entry.subject, default: []].append(entry.effective) }
    }
  }

  func arms(of numbers: ArraySlice<Int>) -> ([ArmComparison.Arm], Int) {
    var arms = strategy.arms.map { ArmComparison.Arm(id: $0.id) }
    var fold = AccountFold()
    var failures = 0
    let book = model.accounts
    for number in numbers {
      let account = model.proposals.accounts.text(number)
      let assigned = model.proposals.entries(
        of: account, on: to, knownAt: knownAt, voids: book
      ).first { $0.type == .armAssigned && model.proposals.text($0.strategy) == strategy.id }
      guard let assigned, let place = book.accounts.find(account),
        let arm = strategy.arms.firstIndex(where: {
          $0.id == model.proposals.text(assigned.arm)
        })
      else { continue }
      let start = max(from, CivilDate(days: assigned.effective))
      do {
        try add(place, account, from: start, to: &arms[arm], &fold)
      } catch {
        failures += 1
      }
    }
    return (arms, failures)
  }

  private func add(
    _ number: Int, _ account: String, from start: CivilDate, to arm: inout ArmComparison.Arm,
    _ fold: inout AccountFold
  ) throws(RuleError) {
    let book = model.accounts
    let days = start.days...to.days
    guard
      try fold.fold(
        number, of: book, on: start - 1, knownAt: knownAt,
        calendar: book.calendar(on: start - 1, knownAt: knownAt))
    else { return }
    let owed = try fold.outstanding().total
    guard
      try fold.fold(
        number, of: book, on: to, knownAt: knownAt,
        calendar: book.calendar(on: to, knownAt: knownAt))
    else { return }
    var paid: Int64 = 0
    for payment in fold.payments where days.contains(payment.effective) {
      paid += payment.amount - payment.chargedBack
    }
    arm.accounts += 1
    arm.owed.append(owed)
    arm.paid.append(paid)
    arm.add(paid, of: owed, .recovery)
    arm.add(paid > 0 ? 1 : 0, of: 1, .payers)
    for promise in fold.promises(of: book) where days.contains(promise.graceEndsOn.days) {
      switch promise.outcome {
      case .kept: arm.add(1, of: 1, .keptPromises)
      case .broken: arm.add(0, of: 1, .keptPromises)
      case .open, .cancelled: break
      }
    }
    let subject = fold.openingStated.map { book.texts.text($0.subject) } ?? ""
    arm.add(hasComplained(account, subject, days) ? 1 : 0, of: 1, .complaints)
    let person = model.people.facts(of: subject, on: to, knownAt: knownAt)
    let wishes = (person?.optOuts ?? []) + (person?.ceaseContact ?? [])
    arm.add(wishes.contains { days.contains($0.on.days) } ? 1 : 0, of: 1, .optOuts)
  }

  private func hasComplained(
    _ account: String, _ subject: String, _ days: ClosedRange<Int32>
  ) -> Bool {
    var found: [Int32] = []
    for stream in ["account/\(account)", "subject/\(subject)"] {
      if let number = model.duties.streams.find(stream) {
        found += complaints[Int32(number)] ?? []
      }
    }
    if let number = model.duties.subjects.find(subject) { found += personal[Int32(number)] ?? [] }
    return found.contains { days.contains($0) }
  }
}
