/// What stands at the moment a fold has come to: all that later events can change.
///
/// Beside it lies the fold's journal (payments, settlements, remarks), which only grows, so that a
/// copy of the state and the journal's lengths are enough to come back to a moment.
struct FoldState: Sendable {
  /// The due items, oldest first; emptied ones too.
  var items: [DueItem] = []
  /// Every item before this one is empty.
  var firstOpen = 0
  var pauses: [Pause] = []
  /// The plans agreed so far that have not fallen away.
  var plans: [PlanOutcome] = []
  /// The place of the active plan among them, or −1.
  var activePlan: Int32 = -1
  /// The plans that fell away, in the order in which their falls were found.
  var falls: [PlanFall] = []
  var terms = Terms()
  var profile = AllocationProfile()
  var opening: Opening?
  var credit: Int64 = 0
  var totals = Totals()
  var life = Life()
  /// The number the next item gets.
  var nextItem: Int32 = 0
  /// The first day whose accrual is not counted yet.
  var today: Int32 = 0
  /// The last day whose rank 2 has had its turn.
  var creditDay: Int32 = .min
  /// The last day at whose end default was judged.
  var judgedDay: Int32 = .min
  /// Since when nothing is outstanding, and by which event; the earliest day there is while something is.
  var clearedOn: Int32 = .min
  var clearedBy: Int64 = -1

  /// Nothing yet; what memory there is is kept.
  mutating func reset() {
    items.removeAll(keepingCapacity: true)
    firstOpen = 0
    pauses.removeAll(keepingCapacity: true)
    plans.removeAll(keepingCapacity: true)
    activePlan = -1
    falls.removeAll(keepingCapacity: true)
    terms = Terms()
    profile = AllocationProfile()
    opening = nil
    credit = 0
    totals = Totals()
    life = Life()
    nextItem = 0
    creditDay = .min
    judgedDay = .min
    clearedOn = .min
  }

  /// Passes over items that have been emptied by an event of a day, or by credit where it is −1.
  mutating func passEmpty(by seq: Int64, on day: Int32) {
    while firstOpen < items.count, !items[firstOpen].isOpen { firstOpen += 1 }
    if firstOpen < items.count {
      clearedOn = .min
    } else if clearedOn == .min {
      (clearedOn, clearedBy) = (day, seq)
    }
  }

  /// Whether a plan that fell away stood on that event.
  func hasFallen(_ seq: Int64) -> Bool {
    for fall in falls where fall.plan.seq == seq { return true }
    return false
  }

  /// Days past due by the items of `plan` alone, or by all where it is −1; 0 on or before the due date.
  func daysPastDue(on day: Int32, plan: Int32 = -1) -> Int {
    guard let due = oldestAgeing(plan: plan), due < day else { return 0 }
    return Int(day - due) - Int(pauses.paused(due..<day, stoppingAccrual: false))
  }

  /// The due date of the oldest item that ages, of a plan or of all.
  func oldestAgeing(plan: Int32) -> Int32? {
    for index in firstOpen..<items.count
    where (plan < 0 || items[index].plan == plan) && items[index].ages(above: terms.materiality) {
      return items[index].due
    }
    return nil
  }
}
