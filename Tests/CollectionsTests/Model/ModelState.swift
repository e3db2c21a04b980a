/// An item as it stands.
struct ModelItem: Equatable {
  var seq: Int64
  var n: Int64
  var due: Int
  /// The place in the order in which items were made.
  var made: Int
  /// Scheduled or charged in all.
  var stated: Parts
  /// What of that is unpaid.
  var scheduled: Parts
  var interest = ModelAccrual()
  var penalty = ModelAccrual()
  /// What was settled of the accruals.
  var settled = Parts()
  /// The event that agreed the plan it belongs to.
  var plan: Int64?
  var accrues = true

  init(seq: Int64, n: Int64, due: Int, made: Int, stated: Parts) {
    self.seq = seq
    self.n = n
    self.due = due
    self.made = made
    self.stated = stated
    scheduled = stated
  }

  /// All that accrued, rounded once.
  var accrued: Parts { Parts(penalty: penalty.rounded, interest: interest.rounded) }

  /// What is unpaid.
  var unpaid: Parts { scheduled + accrued - settled }

  func unpaid(_ part: Part) -> Int64 {
    switch part {
    case .interest: scheduled.interest + interest.rounded - settled.interest
    case .penalty: scheduled.penalty + penalty.rounded - settled.penalty
    case .cost, .principal: scheduled[part]
    }
  }

  /// Section 8: scheduled or charged principal and interest above the materiality; of a plan's item all parts.
  func ages(above materiality: Int64) -> Bool {
    if plan != nil { return scheduled.total > materiality }
    return scheduled.principal + scheduled.interest > materiality
  }

  /// Lowers a part by up to `amount`, what was scheduled first; returns what it took.
  mutating func lower(_ part: Part, by amount: Int64) -> Int64 {
    let taken = min(amount, unpaid(part))
    let ofScheduled = min(taken, scheduled[part])
    scheduled[part] -= ofScheduled
    settled[part] += taken - ofScheduled
    return taken
  }

  /// Oldest first: due date, then the event that made it, then its number.
  static func older(_ first: ModelItem, _ second: ModelItem) -> Bool {
    if first.due != second.due { return first.due < second.due }
    if first.seq != second.seq { return first.seq < second.seq }
    return first.n < second.n
  }
}

/// A run of days on which days past due stand still.
struct ModelPause: Equatable {
  var from: Int
  var to: Int
  var stopsAccrual: Bool
  var isMoratorium: Bool
  var isOfDebtor = false

  func holds(_ day: Int) -> Bool { from <= day && day <= to }
}

/// What settled what.
struct ModelSettlement: Equatable {
  enum Cause: String {
    case payment, credit, waiver, forgiveness, unearned, haircut, plan, schedule
  }

  var seq: Int64
  var day: Int
  var cause: Cause
  var part: Part
  var amount: Int64
  var itemSeq: Int64
  var itemN: Int64
}

/// A payment and what became of it.
struct ModelPayment: Equatable {
  /// One amount it put on one part, in the order it did.
  struct Taking: Equatable {
    var part: Part
    var amount: Int64
  }

  var id: String
  var seq: Int64
  var day: Int
  var amount: Int64
  var takings: [Taking] = []
  var toCredit: Int64 = 0
  var chargedBack: Int64 = 0
  /// What charge-backs gave back of the takings.
  var givenBack: Int64 = 0

  /// What it paid, by part.
  var taken: Parts {
    var sum = Parts()
    for taking in takings { sum[taking.part] += taking.amount }
    return sum
  }
}

/// A plan and what became of it.
struct ModelPlan: Equatable {
  var id: String
  var seq: Int64
  var agreedOn: Int
  var terms: ModelPlanTerms
  var state = "active"
  var since: Int
  var endedBy: Int64 = -1
  var replaced = Parts()
  var haircut = Parts()
  var shortfall = Parts()
  var excess = Parts()
}

/// Something stated beyond what there was.
struct ModelIgnored: Equatable {
  var seq: Int64
  var amount: Int64
}

/// Sums over the account's life.
struct ModelTotals: Equatable {
  var opened = Parts()
  var charged = Parts()
  var rescheduled = Parts()
  var replaced = Parts()
  var planned = Parts()
  var planInterest: Int64 = 0
  var haircut = Parts()
  var chargedBack = Parts()
  var waived = Parts()
  var forgiven = Parts()
  var unearned: Int64 = 0
  var paid: Int64 = 0
  var recovered: Int64 = 0
  var refunded: Int64 = 0
  var creditChargedBack: Int64 = 0
}

/// An account at the end of a day.
struct ModelState: Equatable {
  var day: Int
  var terms = ModelTerms()
  var profile = ModelProfile()
  var items: [ModelItem] = []
  var credit: Int64 = 0
  var pauses: [ModelPause] = []
  var payments: [ModelPayment] = []
  /// The payments, waivers and forgiveness that had their turn.
  var settlers: [Int64] = []
  var settlements: [ModelSettlement] = []
  var ignored: [ModelIgnored] = []
  var totals = ModelTotals()
  /// The reason of the closing that stands, or the buyer of a sale.
  var closedFor: String?
  var isWrittenOff = false
  var agency: String?
  var madeSoFar = 0
  /// What accrued on items that are no longer there.
  var accruedBefore = Parts()
  /// The plans agreed, fallen ones too, in the order of their turns.
  var plans: [ModelPlan] = []
  /// The plans that the account is folded without.
  var fallen: [ModelPlan] = []
  /// What became of the promises; filled in for the days asked about.
  var promises: [AccountView.Promise] = []
  /// The plan that fell away just now.
  var fall: ModelPlan?

  var isClosed: Bool { closedFor != nil }

  var outstanding: Parts { items.reduce(Parts()) { $0 + $1.unpaid } }

  var overdue: Parts { items.filter { $0.due < day }.reduce(Parts()) { $0 + $1.unpaid } }

  /// Section 9.
  var status: String {
    if isClosed { return "closed" }
    if items.allSatisfy({ $0.unpaid == Parts() }) { return "paid" }
    return isWrittenOff ? "writtenOff" : "open"
  }

  /// Everything that accrued since the opening.
  var accrued: Parts { items.reduce(accruedBefore) { $0 + $1.accrued } }

  /// Section 8.
  var daysPastDue: Int { daysPastDue(of: items) }

  /// Days past due of some items, counted one day after another.
  func daysPastDue(of items: [ModelItem]) -> Int {
    let ageing = items.filter { $0.ages(above: terms.materiality) }
    guard let oldest = ageing.min(by: ModelItem.older), oldest.due < day else { return 0 }
    var count = 0
    for each in oldest.due..<day where !pauses.contains(where: { $0.holds(each) }) { count += 1 }
    return count
  }

  /// The items, oldest first.
  var ordered: [Int] { items.indices.sorted { ModelItem.older(items[$0], items[$1]) } }
}
