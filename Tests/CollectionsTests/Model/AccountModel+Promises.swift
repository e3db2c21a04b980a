/// Section 7 for the model: every payment against every promise, a business day at a time.
extension AccountModel {
  /// The promises of an account at the end of a day, given the payments in force by then.
  static func promises(
    among events: [ModelEvent], payments: [ModelPayment], on day: Int
  ) -> [AccountView.Promise] {
    let past = events.filter { $0.effective <= day }.sorted {
      $0.effective == $1.effective ? $0.seq < $1.seq : $0.effective < $1.effective
    }
    var made = past.compactMap { ModelPromise($0, past) }
    let named = Dictionary(
      past.map { event -> (Int64, String?) in
        if case .payment(_, _, _, let promise) = event.fact { return (event.seq, promise) }
        return (event.seq, nil)
      }, uniquingKeysWith: { first, _ in first })
    for payment in payments {
      var money = payment.amount
      let name = named[payment.seq] ?? nil
      let turn = made.indices.sorted { first, second in
        let (one, other) = (made[first], made[second])
        if (one.id == name) != (other.id == name) { return one.id == name }
        return one.due == other.due ? one.seq < other.seq : one.due < other.due
      }
      for index in turn { made[index].take(&money, payment) }
      for index in turn { made[index].takeLate(&money, payment) }
    }
    return made.map { $0.view(on: day) }
  }
}

/// A promise while payments are held against it.
private struct ModelPromise {
  var id: String
  var seq: Int64
  var from: Int
  var amount: Int64
  var due: Int
  var missing: Int64
  var graceEnd: Int
  var cancelledOn: Int?
  var paid: Int64 = 0
  var late: Int64 = 0
  var keptOn: Int?
  var curedOn: Int?

  /// The promise an event made, as later events changed it; nil for other events.
  init?(_ event: ModelEvent, _ past: [ModelEvent]) {
    guard case .promise(let id, let terms) = event.fact else { return nil }
    self.id = id
    seq = event.seq
    from = event.effective
    amount = terms.amount
    due = terms.due
    for other in past {
      switch other.fact {
      case .promiseMoved(id, let newDue, let newAmount):
        due = newDue
        amount = newAmount ?? amount
      case .promiseCancelled(id): cancelledOn = cancelledOn ?? other.effective
      default: break
      }
    }
    missing = terms.toleranceBp
    graceEnd = due
    var left = terms.graceDays
    while left > 0 {
      graceEnd += 1
      if ModelCalendar.following(graceEnd) == graceEnd { left -= 1 }
    }
    if enough(0) { keptOn = from }
  }

  /// Whether the share that is missing is within the tolerance.
  private func enough(_ paid: Int64) -> Bool {
    Int128(amount - paid) * 10_000 <= Int128(amount) * Int128(missing)
  }

  mutating func take(_ money: inout Int64, _ payment: ModelPayment) {
    let begun = payment.day > from || (payment.day == from && payment.seq > seq)
    let isCancelled = cancelledOn.map { payment.day >= $0 } ?? false
    guard keptOn == nil, begun, payment.day <= graceEnd, !isCancelled else { return }
    let part = min(money, amount - paid)
    paid += part
    money -= part
    if part > 0, enough(paid) { keptOn = payment.day }
  }

  mutating func takeLate(_ money: inout Int64, _ payment: ModelPayment) {
    guard keptOn == nil, cancelledOn == nil, curedOn == nil, payment.day > graceEnd else { return }
    let part = min(money, amount - paid - late)
    late += part
    money -= part
    if part > 0, enough(paid + late) { curedOn = payment.day }
  }

  func view(on day: Int) -> AccountView.Promise {
    var (outcome, since) = ("open", from)
    if let keptOn {
      (outcome, since) = ("kept", keptOn)
    } else if let cancelledOn {
      (outcome, since) = ("cancelled", cancelledOn)
    } else if day > graceEnd {
      (outcome, since) = ("broken", graceEnd + 1)
    }
    return AccountView.Promise(
      id: id, amount: amount, paid: paid, due: due, graceEnd: graceEnd, outcome: outcome,
      since: since, curedLateOn: curedOn)
  }
}
