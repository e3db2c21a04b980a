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

  var outstanding = Parts()
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
  }
}

/// A payment that an event recorded later made pay something else.
struct RestatedPayment: Equatable {
  var payment: Int64
  var cause: Int64
  var before: Parts
  var after: Parts
  var creditBefore: Int64
  var creditAfter: Int64
}

extension AccountModel {
  /// Every restatement of an account's payments through a day, by asking before and after each event.
  func restatements(of account: String, on day: Int, knownAt: Int64) -> [RestatedPayment] {
    var found: [RestatedPayment] = []
    for cause in log.map(\.seq) where cause < knownAt {
      guard let before = state(of: account, on: day, knownAt: cause),
        let after = state(of: account, on: day, knownAt: cause + 1)
      else { continue }
      for new in after.payments {
        guard let old = before.payments.first(where: { $0.seq == new.seq }),
          before.shares(of: new.seq) != after.shares(of: new.seq) || old.toCredit != new.toCredit
        else { continue }
        found.append(
          RestatedPayment(
            payment: new.seq, cause: cause, before: old.taken, after: new.taken,
            creditBefore: old.toCredit, creditAfter: new.toCredit))
      }
    }
    return found
  }
}

extension ModelState {
  /// What a payment paid of each component of each item.
  fileprivate func shares(of payment: Int64) -> [AccountView.Line: Int64] {
    AccountView(self).lines.filter { $0.key.seq == payment && $0.key.cause == "payment" }
  }
}
