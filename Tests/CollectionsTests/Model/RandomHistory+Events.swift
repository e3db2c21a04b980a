extension RandomHistory {
  /// Adds one event, whatever comes up.
  mutating func addEvent(_ account: String) {
    let day = someDay(account)
    switch random.pick(0...136) {
    case 0...34: addPayment(account, day)
    case 35...44: record(account, day, .charge(random.pick(Part.allCases), amount(), item: named()))
    case 45...49: record(account, day, .waiver(random.pick(Part.allCases), amount(), item: named()))
    case 50...52: addForgiveness(account, day)
    case 53...56: record(account, day, .terms(terms()))
    case 57...60: record(account, day, .schedule(items(around: day)))
    case 61...63: record(account, day, .pause(to: end(day), stops: random.percent(50)))
    case 64...66: record(account, day, .moratorium(to: end(day), stops: random.percent(50)))
    case 67...68: record(account, day, .moratoriumEnd)
    case 69...71: record(account, day, .grace(to: end(day), stops: random.percent(50)))
    case 72...75: addReversal(account, day)
    case 76...80: addChargeback(account, day)
    case 81...82: record(account, day, .refund(amount()))
    case 83...84: record(account, day, .writeOff)
    case 85: record(account, day, .writeOffReversed)
    case 86...88: addClosure(account, day)
    case 89...90: record(account, day, .reopening)
    case 91: record(account, day, .placement(agency: "G1"))
    case 92: record(account, day, .recall)
    case 93...99: addVoid(account, day)
    case 100...112: addPlan(account, day)
    case 113...114: addPlanCancellation(account, day)
    case 115...124: addPromise(account, day)
    case 130...136: addDebtorEvent(account)
    case 125...127: addPromiseMove(account, day)
    default: addPromiseCancellation(account, day)
    }
  }

  mutating func end(_ day: Int) -> Int { day + random.pick([0, 1, 6, 29, random.pick(0...40)]) }

  mutating func named() -> Int64? {
    random.percent(50) ? nil : Int64(random.percent(97) ? random.pick(1...3) : 9)
  }

  /// A payment: often of exactly what is due, outstanding or one cent off it.
  mutating func addPayment(_ account: String, _ day: Int) {
    var sum = amount()
    if random.percent(35), let state = model.state(of: account, on: day, knownAt: next) {
      let due = state.items.filter { $0.due <= day }.reduce(0) { $0 + $1.unpaid.total }
      let coming = state.items.first { $0.due > day }?.unpaid.total ?? 0
      sum = random.pick([due, state.outstanding.total, due + coming, due + coming / 2])
      sum = max(1, sum + Int64(random.pick(-1...1)))
    }
    let id = "P\(next)"
    payments.append((account, id, next, day, sum))
    var promise: String?
    if random.percent(30) {
      promise = ids(of: account, in: promises).randomElement(using: &random)
    }
    record(
      account, day,
      .payment(id: id, amount: sum, prepays: random.percent(25), promise: promise))
  }

  mutating func addForgiveness(_ account: String, _ day: Int) {
    var amounts = Parts()
    for part in Part.allCases where random.percent(50) { amounts[part] = amount() }
    if amounts == Parts() { amounts.principal = 1 }
    record(account, day, .forgiveness(amounts))
  }

  mutating func addReversal(_ account: String, _ day: Int) {
    let own = payments.filter { $0.account == account }
    if own.isEmpty { return addPayment(account, day) }
    record(account, day, .reversal(id: random.pick(own).id))
  }

  /// A charge-back of some or all of a payment; more than one may ask for more than it was.
  mutating func addChargeback(_ account: String, _ day: Int) {
    let own = payments.filter { $0.account == account }
    if own.isEmpty { return addPayment(account, day) }
    let payment = random.pick(own)
    var sum = payment.amount
    if random.percent(60) { sum = Int64(random.pick(1...Int(payment.amount))) }
    // Rarely before the payment's value date, where it finds nothing to take back.
    let on = random.percent(20) ? payment.day : random.percent(97) ? max(day, payment.day) : day
    record(account, on, .chargeback(id: payment.id, amount: sum))
  }

  mutating func addClosure(_ account: String, _ day: Int) {
    record(account, day, random.percent(60) ? .closure(reason: "paid") : .sale(buyer: "B1"))
  }

  /// Voids anything but a void, and openings rarely; reversals more often than their share.
  mutating func addVoid(_ account: String, _ day: Int) {
    let targets = model.log.filter { event in
      if case .opened = event.fact, !random.percent(10) { return false }
      return event.account == account && !event.fact.isVoid
    }
    if targets.isEmpty { return addPayment(account, day) }
    var target = random.pick(targets)
    let reversals = targets.filter {
      if case .reversal = $0.fact { return true }
      return false
    }
    if !reversals.isEmpty, random.percent(50) { target = random.pick(reversals) }
    record(account, day, .void(target: target.seq))
  }
}
