import Collections

/// A synthetic portfolio of Peruvian debts, told as the drafts a back office would record, day by day.
///
/// The same seed, start and number of months always give the same bytes, and an account's story is
/// the same whatever the number of accounts. Drafts come in the order in which they would be
/// recorded; what is recorded late carries its earlier `effective` date. Integers only. Memory is
/// some hundreds of bytes an account, whatever the number of months.
///
/// With `people` the debtors are persons: registered with names and documents, reached at telephones and
/// addresses, with notes, messages, hardship, requests and deaths; the accounts and their money are the
/// same without. Left out: restructuring plans, which must balance to the cent against the ledger's own state. Some contacts break the hours of
/// Ley 29571 art. 62 on purpose, so that a conduct report has something to find.
struct PortfolioGenerator {
  /// The accounts, by index; ids count from 1.
  var accounts: [SimulatedAccount]
  /// What is to come.
  var queue: DayQueue
  /// The lines of the step being told.
  var drafts = DraftBuffer()
  /// What was told of people; nil where they are not told.
  var people: PeopleTold?
  /// Peru's business days.
  let days: BusinessDays

  private let start: CivilDate

  /// A portfolio of `accounts` (0 to 2 147 483 647) told over `months` (at least 1) from `start`.
  ///
  /// The last day told is the eve of `start` + `months`; the caller sees to it that it is past.
  init(seed: UInt64, accounts count: Int, months: Int, start: CivilDate, people: Bool = false) {
    let (year, month, day) = start.civil
    let end = monthDay(months: year * 12 + month - 1 + max(1, months), day: day)
    self.start = start
    queue = DayQueue(first: start, count: end - start)
    self.people = people ? PeopleTold(seed: seed, people: count) : nil
    accounts = []
    accounts.reserveCapacity(count)
    // Rolled dates and answers may fall after the end.
    days = BusinessDays(first: start, count: end - start + 120)
    let regionShares = Market.regions.map(\.share)
    let productShares = Market.products.map(\.share)
    for index in 0..<count {
      var random = SplitMix64(seed: seed, index: index)
      let product = random.index(ofWeights: productShares)
      let segment = Segment.allCases[random.index(ofWeights: Segment.shares)]
      let creditor = random.within(
        Market.products[product].creditors.lowerBound...Market.products[product].creditors
          .upperBound - 1)
      var account = SimulatedAccount(
        random: random, subject: Int32(index), product: UInt8(product), segment: segment,
        region: UInt8(random.index(ofWeights: regionShares)), creditor: UInt8(creditor))
      // One in eight belongs to the person of the account before: people have several debts.
      if index > 0, random.chance(perMille: 125) {
        account.subject = accounts[index - 1].subject
        account.region = accounts[index - 1].region
      }
      let opening = openingDay(&random, of: end - start)
      account.random = random
      accounts.append(account)
      queue.add(DayQueue.Step(account: Int32(index), kind: .opening), on: opening)
    }
  }

  /// Gives `body` the next draft, one canonical JSON object with its newline; false at the end.
  ///
  /// The bytes are valid during the call only. Amortized O(1).
  mutating func next<Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    while drafts.isEmpty {
      drafts.removeAll()
      guard let step = queue.next() else { return false }
      take(step)
    }
    try drafts.takeLine(body)
    return true
  }

  // MARK: Days

  /// The day being told.
  var today: CivilDate { queue.day }

  /// A day to open an account on: a business day of the first seven tenths, more of them early and
  /// in the months of campaigns (March, July, November, December).
  private func openingDay(_ random: inout SplitMix64, of span: Int) -> CivilDate {
    let last = max(0, span * 7 / 10 - 1)
    var day = start + random.skewed(0...last)
    if ![3, 7, 11, 12].contains(day.month), random.chance(perMille: 300) {
      day = start + random.skewed(0...last)
    }
    return days.rolled(day)
  }

  // MARK: Drafts

  /// Writes one draft of an account, or of a person it names.
  mutating func emit(
    _ type: StaticString, _ index: Int, by actor: SimulatedActor, effective: CivilDate? = nil,
    onSubject: Bool = false, naming subject: Int32? = nil,
    _ fields: (inout DraftBuffer) -> Void = { _ in }
  ) {
    drafts.begin(by: actor)
    fields(&drafts)
    drafts.end(
      type, effective: effective ?? today, account: Int32(index), event: accounts[index].events,
      onSubject: onSubject, naming: subject)
    accounts[index].events += 1
  }

  /// Plans a step of an account.
  mutating func plan(
    _ kind: StepKind, _ index: Int, on date: CivilDate, number: Int32 = 0,
    about: CivilDate = CivilDate(days: 0), amount: Int64 = 0
  ) {
    queue.add(
      DayQueue.Step(
        account: Int32(index), kind: kind, number: number, date: about, amount: amount), on: date)
  }

  /// True so many times in a thousand, by the account's own chance.
  mutating func chance(_ index: Int, perMille count: Int) -> Bool {
    accounts[index].random.chance(perMille: count)
  }

  /// A number of a range, by the account's own chance.
  mutating func pick(_ index: Int, _ range: ClosedRange<Int>) -> Int {
    accounts[index].random.within(range)
  }

  /// An index of weights, by the account's own chance.
  mutating func pick(_ index: Int, weights: [Int]) -> Int {
    accounts[index].random.index(ofWeights: weights)
  }

  /// One of some words, by the account's own chance.
  mutating func pick(_ index: Int, _ words: [String]) -> String {
    words[accounts[index].random.below(words.count)]
  }

  /// Whether an account has all these marks.
  func has(_ index: Int, _ marks: SimulatedAccount.Marks) -> Bool {
    accounts[index].marks.isSuperset(of: marks)
  }

  /// Whoever works an account now: a person of its branch, or of the agency that has it.
  mutating func collector(_ index: Int) -> SimulatedActor {
    let number = pick(index, 1...6)
    return has(index, .placed)
      ? .agency(accounts[index].agency, number: number)
      : .agent(region: accounts[index].region, number: number)
  }

  private mutating func take(_ step: DayQueue.Step) {
    let index = Int(step.account)
    switch step.kind {
    case .opening: open(index)
    case .bill: bill(index)
    case .arrears: noticeArrears(index)
    case .chase: chase(index, planted: step.number == 1)
    case .letter: deliverLetter(index, contact: step.number)
    case .payment: payWhatIsDue(index, share: step.amount)
    case .promisedPayment: payAsPromised(index, amount: step.amount)
    case .latePayment: recordLate(index, amount: step.amount, effective: step.date)
    case .bounce: reverse(index, payment: step.number, amount: step.amount, effective: step.date)
    case .chargeback: chargeBack(index, payment: step.number, amount: step.amount)
    case .refund: refund(index, amount: step.amount)
    case .promiseCheck: checkPromise(index, promise: step.number)
    case .waiver: waive(index, amount: step.amount)
    case .rescheduling: reschedule(index)
    case .disputeAnswer: answerDispute(index, dispute: step.number, alreadyPaid: step.amount)
    case .complaintAnswer: answerComplaint(index, complaint: step.number)
    case .holdLift: liftHold(index, hold: step.number)
    case .protectionEnd: endProtection(index, early: step.number == 1)
    case .closure: close(index)
    case .reopening: reopen(index)
    case .recall: recall(index)
    case .person: live(step.account, step)
    }
  }
}
