/// What can be said of an account, in a form that the model and the fold both fill.
struct AccountView: Equatable {
  /// One item, oldest first.
  struct Item: Equatable {
    var seq: Int64
    var n: Int64
    var due: Int
    var stated: Parts
    var accrued: Parts
    var unpaid: Parts
    var ages: Bool
  }

  /// One payment in force, in time order.
  struct Payment: Equatable {
    var id: String
    var seq: Int64
    var day: Int
    var amount: Int64
    var taken: Parts
    var toCredit: Int64
    var chargedBack: Int64
  }

  /// Where one settled amount went; the amounts of equal lines are added up.
  struct Line: Hashable {
    var seq: Int64
    var day: Int
    var cause: String
    var part: Part
    var itemSeq: Int64
    var itemN: Int64
  }

  /// One plan, in time order.
  struct Plan: Equatable {
    var id: String
    var state: String
    var since: Int
    var cause: Int64
    var replaced: Parts
    var haircut: Parts
    var shortfall: Parts
    var excess: Parts
  }

  /// One promise, in time order.
  struct Promise: Equatable {
    var id: String
    var amount: Int64
    var paid: Int64
    var due: Int
    var graceEnd: Int
    var outcome: String
    var since: Int
    var curedLateOn: Int?
  }

  var outstanding = Parts()
  var accrued = Parts()
  var plans: [Plan] = []
  var promises: [Promise] = []
  var overdue = Parts()
  var credit: Int64 = 0
  var daysPastDue = 0
  var status = ""
  var items: [Item] = []
  var payments: [Payment] = []
  var lines: [Line: Int64] = [:]
  var ignored: [ModelIgnored] = []
  var totals = ModelTotals()
  var isWrittenOff = false
  var agency: String?
  var closedFor: String?

  /// What differs from another view, a line a field.
  func differences(from other: AccountView) -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ name: String, _ first: Value, _ second: Value) {
      if first != second { found.append("\(name): \(first) against \(second)") }
    }
    compare("outstanding", outstanding, other.outstanding)
    compare("overdue", overdue, other.overdue)
    compare("credit", credit, other.credit)
    compare("daysPastDue", daysPastDue, other.daysPastDue)
    compare("status", status, other.status)
    compare("accrued", accrued, other.accrued)
    compare("plans", plans, other.plans)
    compare("promises", promises, other.promises)
    compare("payments", payments, other.payments)
    compare(
      "lines", lines.filter { other.lines[$0.key] != $0.value },
      other.lines.filter { lines[$0.key] != $0.value })
    compare("ignored", ignored, other.ignored)
    compare("totals", totals, other.totals)
    compare("writtenOff", isWrittenOff, other.isWrittenOff)
    compare("agency", agency, other.agency)
    compare("closedFor", closedFor, other.closedFor)
    compare("items", items, other.items)
    return found
  }
}

extension AccountView {
  /// The model's answer.
  init(_ state: ModelState) {
    outstanding = state.outstanding
    overdue = state.overdue
    credit = state.credit
    daysPastDue = state.daysPastDue
    status = state.status
    items = state.ordered.map { index in
      let item = state.items[index]
      return Item(
        seq: item.seq, n: item.n, due: item.due, stated: item.stated, accrued: item.accrued,
        unpaid: item.unpaid, ages: item.ages(above: state.terms.materiality))
    }
    payments = state.payments.map { payment in
      Payment(
        id: payment.id, seq: payment.seq, day: payment.day, amount: payment.amount,
        taken: payment.taken, toCredit: payment.toCredit, chargedBack: payment.chargedBack)
    }
    for each in state.settlements {
      let line = Line(
        seq: each.seq, day: each.day, cause: each.cause.rawValue, part: each.part,
        itemSeq: each.itemSeq, itemN: each.itemN)
      lines[line, default: 0] += each.amount
    }
    ignored = state.ignored
    totals = state.totals
    isWrittenOff = state.isWrittenOff
    agency = state.agency
    closedFor = state.closedFor
    accrued = state.accrued
    let inTime = (state.plans + state.fallen).sorted {
      $0.agreedOn == $1.agreedOn ? $0.seq < $1.seq : $0.agreedOn < $1.agreedOn
    }
    plans = inTime.map { plan in
      Plan(
        id: plan.id, state: plan.state, since: plan.since, cause: plan.endedBy,
        replaced: plan.replaced, haircut: plan.haircut, shortfall: plan.shortfall,
        excess: plan.excess)
    }
    promises = state.promises
  }
}

/// A payment, waiver or forgiveness that an event recorded later made settle something else.
struct Restated: Equatable {
  var event: Int64
  var cause: Int64
  var before: Parts
  var after: Parts
  var creditBefore: Int64
  var creditAfter: Int64
}

extension AccountModel {
  /// Every restatement of an account's payments, waivers and forgiveness through a day, by asking before and after each event, on
  /// the last day on which anything known then takes effect; and as plans fall away between them.
  func restatements(of account: String, on day: Int, knownAt: Int64) -> [Restated] {
    var found: [Restated] = []
    var last: ModelState?
    func compare(_ before: ModelState?, _ after: ModelState?, _ cause: Int64?) {
      defer { last = after }
      guard let before, let after else { return }
      let fallen = after.fallen.last { plan in
        plan.state == "default" && !before.fallen.contains { $0.seq == plan.seq }
      }
      guard let cause = cause ?? fallen?.seq else { return }
      for seq in after.settlers where before.settlers.contains(seq) {
        let (was, now) = (before.shares(of: seq), after.shares(of: seq))
        let (creditWas, creditNow) = (before.creditOf(seq), after.creditOf(seq))
        guard was != now || creditWas != creditNow else { continue }
        found.append(
          Restated(
            event: seq, cause: cause, before: Self.sum(was), after: Self.sum(now),
            creditBefore: creditWas, creditAfter: creditNow))
      }
    }
    var reached = Int.min
    for event in log where event.seq < knownAt && (event.concerns(account) || event.fact.isVoid) {
      if !event.fact.isVoid, event.effective <= day { reached = max(reached, event.effective) }
      let on = reached == .min ? day : reached
      let before = state(of: account, on: on, knownAt: event.seq)
      compare(last, before, nil)
      compare(before, state(of: account, on: on, knownAt: event.seq + 1), event.seq)
    }
    compare(last, state(of: account, on: day, knownAt: knownAt), nil)
    return found
  }
}

extension AccountModel {
  private static func sum(_ shares: [AccountView.Line: Int64]) -> Parts {
    var sum = Parts()
    for (line, amount) in shares { sum[line.part] += amount }
    return sum
  }
}

extension ModelState {
  /// What a payment, waiver or forgiveness settled of each component of each item.
  fileprivate func shares(of seq: Int64) -> [AccountView.Line: Int64] {
    let causes = ["payment", "waiver", "forgiveness"]
    return AccountView(self).lines.filter { $0.key.seq == seq && causes.contains($0.key.cause) }
  }

  /// What of a payment became credit; nothing of what is no payment.
  fileprivate func creditOf(_ seq: Int64) -> Int64 {
    payments.first { $0.seq == seq }?.toCredit ?? 0
  }
}
