/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number of a range.
  mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// An element of a list that is not empty.
  mutating func pick<Element>(_ list: [Element]) -> Element { list[pick(0...list.count - 1)] }

  /// True `count` times in 100.
  mutating func percent(_ count: Int) -> Bool { pick(1...100) <= count }
}

/// A random history of one or two accounts: mostly what the ledger would accept, much of it recorded
/// late and much of it colliding on the same few days.
struct RandomHistory {
  var random: SplitMix64
  var model = AccountModel(log: [])
  var next: Int64 = 1
  /// The days on which things happen: few, so that they meet.
  let base: Int
  let span = 100
  let rollsAtAll: Bool
  var favourites: [Int] = []
  var payments: [(account: String, id: String, seq: Int64, day: Int, amount: Int64)] = []
  var openedOn: [String: Int] = [:]
  var plans: [(account: String, id: String)] = []
  var promises: [(account: String, id: String)] = []

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    base = day("2025-11-03") + random.pick(0...300)
    rollsAtAll = random.percent(40)
    let base = base
    for _ in 0..<random.pick(3...8) { favourites.append(base + random.pick(0...100)) }
    let accounts = random.percent(80) ? ["A1"] : ["A1", "A2"]
    if random.percent(20) { addDebtorEvent(accounts[0]) }
    for account in accounts { open(account) }
    for _ in 0..<random.pick(1...22) { addEvent(random.pick(accounts)) }
  }

  /// A day on or after the account's opening.
  mutating func someDay(_ account: String) -> Int {
    let opened = openedOn[account] ?? base
    var choice = random.percent(65) ? random.pick(favourites) : base + random.pick(0...span)
    if random.percent(15), let last = model.log.last { choice = last.effective }
    return max(opened, choice)
  }

  mutating func record(
    _ account: String, _ day: Int, _ fact: ModelFact, isOfDebtor: Bool = false
  ) {
    model.log.append(
      ModelEvent(
        seq: next, account: account, effective: day, fact: fact, isOfDebtor: isOfDebtor))
    // Events of other accounts and kinds stand between, so positions have gaps.
    next += Int64(random.pick(1...3))
  }

  /// A moratorium of the debtor's, or the end of hers: before an account opened, too.
  mutating func addDebtorEvent(_ account: String) {
    let day = random.percent(50) ? random.pick(favourites) : base + random.pick(-30...span)
    let starts = random.percent(70)
    let fact =
      starts ? ModelFact.moratorium(to: end(day), stops: random.percent(60)) : .moratoriumEnd
    record(account, day, fact, isOfDebtor: true)
  }

  mutating func open(_ account: String) {
    let opened = base + (random.percent(50) ? 0 : random.pick(0...20))
    openedOn[account] = opened
    let opening = ModelOpening(
      items: items(around: opened), terms: random.percent(75) ? terms() : nil,
      profile: random.percent(70) ? profile() : nil,
      product: random.pick(["consumer", "mortgage", "micro", "fine"]))
    record(account, opened, .opened(opening))
  }

  mutating func amount() -> Int64 {
    switch random.pick(0...9) {
    case 0...2: Int64(random.pick(1...9))
    case 3...6: Int64(random.pick(10...5000))
    case 7, 8: Int64(random.pick(1...30)) * 10_000
    default: Int64(random.pick(1...1_000_000_000))
    }
  }

  mutating func items(around day: Int) -> [ModelStatedItem] {
    let count = random.pick(1...5)
    let step = random.pick([0, 1, 7, 30])
    var numbers = Array(1...Int64(count))
    if random.percent(30) { numbers.shuffle(using: &random) }
    var due = day + random.pick(-40...40)
    return numbers.map { n in
      defer { due += step }
      if random.percent(25) { due = random.pick(favourites) }
      var amounts = Parts(principal: random.percent(92) ? amount() : 0)
      if random.percent(60) { amounts.interest = amount() }
      if random.percent(25) { amounts.cost = amount() }
      if random.percent(20) { amounts.penalty = amount() }
      return ModelStatedItem(n: n, due: due, amounts: amounts)
    }
  }

  mutating func terms() -> ModelTerms {
    var terms = ModelTerms()
    let days: Int64 = random.percent(50) ? 360 : 365
    terms.compensatory = rate(days)
    terms.penal = rate(days)
    terms.rolls = rollsAtAll && random.percent(75)
    if random.percent(25) { terms.materiality = amount() }
    return terms
  }

  mutating func rate(_ days: Int64) -> ModelRate {
    switch random.pick(0...3) {
    case 0: .none
    case 1: .daily(partsPerBillion1000: Int64(random.pick(1...20_000_000_000)))
    default: .yearly(basisPoints: Int64(random.pick(1...20_000)), days: days)
    }
  }

  mutating func profile() -> ModelProfile {
    ModelProfile(
      order: random.percent(50) ? Part.allCases : Part.allCases.shuffled(using: &random),
      spread: random.percent(50) ? .item : .component,
      advance: random.pick([.next, .last, .hold]))
  }
}
