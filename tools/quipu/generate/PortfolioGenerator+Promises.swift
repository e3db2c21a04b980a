import Collections

/// Promises: made in a contact, then kept, kept in part, moved, cancelled or broken.
extension PortfolioGenerator {
  /// A promise made in a contact, and what will come of it.
  mutating func promise(_ index: Int, contact: Int32, channel: String, by actor: SimulatedActor) {
    guard !has(index, .promised) else { return }
    accounts[index].accrue(through: today)
    let owed = accounts[index].owed
    guard owed > 500 else { return }
    let whole = chance(index, perMille: 650)
    let amount = whole ? (owed + 99) / 100 * 100 : max(500, owed * 6 / 10 / 1000 * 1000)
    let due = days.rolled(days.payday(from: today + pick(index, 2...9)))
    let tolerance = pick(index, weights: [70, 20, 10])
    let grace = pick(index, weights: [50, 20, 20, 10])
    accounts[index].promises += 1
    accounts[index].marks.insert(.promised)
    accounts[index].promiseAmount = amount
    accounts[index].promiseDue = due
    let number = Int32(accounts[index].promises)
    emit("PromiseMade", index, by: actor) { draft in
      draft.integer("amount", amount)
      draft.string("channel", channel)
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.date("dueOn", due)
      if grace > 0 { draft.integer("graceDays", Int64(grace)) }
      draft.identifier("promise", "pr-", Int32(index), number)
      if tolerance > 0 { draft.integer("toleranceBp", tolerance == 1 ? 500 : 1000) }
    }
    plan(.promiseCheck, index, on: due - min(1, due - today), number: number)
  }

  /// On the eve of its day: the promise is moved or cancelled, or the debtor does what he will do.
  mutating func checkPromise(_ index: Int, promise: Int32) {
    guard has(index, .promised), promise == Int32(accounts[index].promises),
      !has(index, .closed)
    else { return }
    let due = accounts[index].promiseDue
    if today > due {
      accounts[index].marks.remove(.promised)
      plan(.arrears, index, on: days.adding(1, to: today))
      return
    }
    let region = accounts[index].region
    if days.contains(today), chance(index, perMille: 90) {
      let moved = days.rolled(due + pick(index, 3...10))
      accounts[index].promiseDue = moved
      emit("PromiseRescheduled", index, by: .agent(region: region, number: 3)) { draft in
        draft.date("dueOn", moved)
        draft.identifier("promise", "pr-", Int32(index), promise)
      }
      plan(.promiseCheck, index, on: moved - 1, number: promise)
      return
    }
    if days.contains(today), chance(index, perMille: 60) {
      accounts[index].marks.remove(.promised)
      let reason = pick(index, ["desempleo", "enfermedad", "sin-ingresos"])
      emit("PromiseCancelled", index, by: .agent(region: region, number: 3)) { draft in
        draft.string("by", "debtor")
        draft.identifier("promise", "pr-", Int32(index), promise)
        draft.string("reason", reason)
      }
      plan(.arrears, index, on: days.adding(2, to: today))
      return
    }
    keep(index, due: due)
    // Grace is at most three business days: after it the promise is kept or broken.
    plan(.promiseCheck, index, on: days.adding(4, to: due), number: promise)
  }

  /// Pays as promised, or some of it, or not.
  private mutating func keep(_ index: Int, due: CivilDate) {
    let kept = accounts[index].segment.keepsPromises * 10
    let draw = accounts[index].random.below(1000)
    let amount = accounts[index].promiseAmount
    if draw < kept {
      plan(.promisedPayment, index, on: due, amount: amount)
    } else if draw < kept + 120 {
      plan(.promisedPayment, index, on: due, amount: max(100, amount * 6 / 10 / 1000 * 1000))
    } else if draw < kept + 200 {
      // Too late for the promise, but paid.
      plan(.promisedPayment, index, on: due + pick(index, 5...12), amount: amount)
    }
  }
}
