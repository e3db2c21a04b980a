/// A promise and what has become of it by the day folded for (ledger-rules, section 7).
package struct PromiseOutcome: Equatable, Sendable {
  /// What it has come to.
  package enum Outcome: String, CaseIterable, Sendable {
    /// Paid, but for what the tolerance lets miss; called off; not paid in time; to come.
    case kept, cancelled, broken, open
  }

  /// Its id, a text of the book.
  package var id: TextReference
  /// The event that made it.
  package var seq: Int64
  /// The day its window begins, in days since 1970-01-01.
  package var madeOn: Int32
  /// What is promised, after any rescheduling.
  package var amount: Int64
  /// The day by which, after any rescheduling.
  package var dueOn: CivilDate
  /// Business days it may be late, and the last of them.
  package var graceDays: Int32
  package var graceEndsOn: CivilDate
  /// What may be missing, in basis points.
  package var toleranceBp: Int32
  /// What was paid in its window, up to its amount.
  package var paid: Int64 = 0
  /// What it has come to.
  package var outcome = Outcome.open
  /// The day it came to that; of an open one the day it was made.
  package var since: CivilDate
  /// The payment or cancellation that decided it; −1 where days did.
  package var cause: Int64 = -1
  /// The day on which payments after its grace had made up for what was missing of a broken one.
  package var curedLateOn: CivilDate?

  /// How many times it was rescheduled.
  package var rescheduled = 0
  /// The day it was cancelled.
  var cancelledOn: Int32?
  var cancelledBy: Int64 = -1
  /// What was paid too late.
  var late: Int64 = 0

  /// Whether so much is enough.
  func isKept(by paid: Int64) -> Bool {
    Int128(paid) * 10_000 >= Int128(amount) * Int128(10_000 - toleranceBp)
  }

  /// The last day whose payments count.
  var lastDay: Int32 { min(graceEndsOn.days, cancelledOn.map { $0 - 1 } ?? .max) }

  /// Whether its window holds a payment.
  func holds(_ payment: AppliedPayment) -> Bool {
    payment.effective <= lastDay
      && (payment.effective > madeOn || payment.effective == madeOn && payment.seq > seq)
  }

  mutating func keep(by seq: Int64, on day: Int32) {
    outcome = .kept
    cause = seq
    since = CivilDate(days: day)
  }
}

extension AccountFold {
  /// The account's promises made by the day, in time order; `taking` is told which payment's event counts towards
  /// which promise's, and with how much. O(promises × payments).
  package func promises(
    of book: AccountBook, taking: (Int64, Int64, Int64) -> Void = { _, _, _ in }
  ) -> [PromiseOutcome] {
    guard hasPromises else { return [] }
    var promises = promisesMade(of: book)
    // Earliest due first, then as recorded.
    let order = promises.indices.sorted { first, second in
      let (one, other) = (promises[first], promises[second])
      return one.dueOn == other.dueOn ? one.seq < other.seq : one.dueOn < other.dueOn
    }
    for payment in payments {
      var order = order
      if payment.promise > 0 {
        let name = book.promiseNames[Int(payment.promise) - 1]
        if let place = order.firstIndex(where: { book.texts.equal(promises[$0].id, name) }) {
          order.insert(order.remove(at: place), at: 0)
        }
      }
      var rest = payment.amount
      for index in order where rest > 0 && promises[index].holds(payment) {
        guard promises[index].outcome != .kept else { continue }
        let taken = min(rest, promises[index].amount - promises[index].paid)
        promises[index].paid += taken
        rest -= taken
        taking(payment.seq, promises[index].seq, taken)
        if promises[index].isKept(by: promises[index].paid) {
          promises[index].keep(by: payment.seq, on: payment.effective)
        }
      }
      for index in order where rest > 0 { cure(&promises[index], with: &rest, of: payment) }
    }
    for index in promises.indices { judge(&promises[index]) }
    return promises
  }

  /// The promises as they were made and changed, nothing paid yet.
  private func promisesMade(of book: AccountBook) -> [PromiseOutcome] {
    var promises: [PromiseOutcome] = []
    for entry in entries[..<position] where entry.kind == .promiseMade {
      let stated = book.promises[Int(entry.reference)]
      promises.append(
        PromiseOutcome(
          id: stated.id, seq: entry.seq, madeOn: entry.effective, amount: stated.amount,
          dueOn: CivilDate(days: stated.dueOn), graceDays: stated.graceDays,
          graceEndsOn: CivilDate(days: stated.dueOn), toleranceBp: stated.toleranceBp,
          since: CivilDate(days: entry.effective)))
    }
    for entry in entries[..<position] {
      guard entry.kind == .promiseRescheduled || entry.kind == .promiseCancelled,
        let index = promises.lastIndex(where: { book.texts.equal($0.id, book.name(of: entry)) })
      else { continue }
      if entry.kind == .promiseCancelled {
        guard promises[index].cancelledOn == nil else { continue }
        promises[index].cancelledOn = entry.effective
        promises[index].cancelledBy = entry.seq
      } else {
        let stated = book.promises[Int(entry.reference)]
        promises[index].dueOn = CivilDate(days: stated.dueOn)
        if stated.amount > 0 { promises[index].amount = stated.amount }
        promises[index].rescheduled += 1
      }
    }
    for index in promises.indices {
      promises[index].graceEndsOn = calendar.adding(
        businessDays: Int(promises[index].graceDays), to: promises[index].dueOn)
      if promises[index].isKept(by: 0) { promises[index].keep(by: -1, on: promises[index].madeOn) }
    }
    return promises
  }

  /// Money that came too late: the promise stays broken, and it shows that it was paid at last.
  private func cure(
    _ promise: inout PromiseOutcome, with rest: inout Int64, of payment: AppliedPayment
  ) {
    guard promise.outcome != .kept, promise.cancelledOn == nil, promise.curedLateOn == nil,
      payment.effective > promise.graceEndsOn.days
    else { return }
    let taken = min(rest, promise.amount - promise.paid - promise.late)
    promise.late += taken
    rest -= taken
    if promise.isKept(by: promise.paid + promise.late) {
      promise.curedLateOn = CivilDate(days: payment.effective)
    }
  }

  private func judge(_ promise: inout PromiseOutcome) {
    guard promise.outcome != .kept else { return }
    if let day = promise.cancelledOn {
      promise.outcome = .cancelled
      promise.since = CivilDate(days: day)
      promise.cause = promise.cancelledBy
    } else if date > promise.graceEndsOn {
      promise.outcome = .broken
      promise.since = promise.graceEndsOn + 1
    }
  }
}
