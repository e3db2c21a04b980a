import Collections

/// What debtors decide to pay, what comes in, and what is taken back.
extension PortfolioGenerator {
  // MARK: Decisions

  /// Lets the debtor decide about a bill that falls due: when he will pay how much of what is due,
  /// in thousandths.
  mutating func decide(_ index: Int, due: CivilDate) {
    guard !has(index, .protected) else { return }
    let isGratification = today.month == 7 || today.month == 12
    switch accounts[index].segment {
    case .onTime:
      if chance(index, perMille: 965) {
        let early = has(index, .neverAhead) ? 0 : pick(index, 0...5)
        plan(.payment, index, on: due - early, amount: 1000)
      } else {
        plan(.payment, index, on: due + pick(index, 1...6), amount: 1000)
      }
    case .late, .disputing:
      guard chance(index, perMille: 900) else { break }
      plan(.payment, index, on: days.payday(from: due + pick(index, 1...12)), amount: 1000)
    case .partial:
      guard chance(index, perMille: 850) else { break }
      let share = Int64(pick(index, 30...85) * 10)
      plan(.payment, index, on: days.payday(from: due + pick(index, 0...10)), amount: share)
    case .selfCuring:
      if chance(index, perMille: 450) {
        plan(.payment, index, on: days.payday(from: due + pick(index, 20...45)), amount: 1000)
      } else if chance(index, perMille: 600) {
        plan(.payment, index, on: due, amount: 1000)
      }
    case .promising:
      // He pays when he has promised to, and at times by himself.
      guard chance(index, perMille: 350) else { break }
      plan(.payment, index, on: days.payday(from: due), amount: 1000)
    case .vulnerable:
      guard chance(index, perMille: 400) else { break }
      plan(.payment, index, on: days.payday(from: due), amount: Int64(pick(index, 20...60) * 10))
    case .neverPaying:
      return
    }
    if isGratification, accounts[index].arrears > 0, chance(index, perMille: 400) {
      // Wage earners get a 13th and a 14th salary by 15 July and 15 December (Ley 27735).
      let day = monthDay(months: today.year * 12 + today.month - 1, day: 15)
      let share = Int64(pick(index, 60...100) * 10)
      plan(.payment, index, on: max(today, day) + pick(index, 0...6), amount: share)
    }
  }

  // MARK: Payments

  /// Pays a share (in thousandths) of what is due; some pay late what they paid in time, some pay
  /// the interest as well.
  mutating func payWhatIsDue(_ index: Int, share: Int64) {
    guard !has(index, .closed), !has(index, .settled) else { return }
    accounts[index].accrue(through: today)
    forgiveDefaultInterest(index)
    let account = accounts[index]
    let payable = max(0, account.payable)
    guard payable + account.accrued > 0, account.payable >= 0 else { return }
    var amount = payable * share / 1000
    if share >= 1000 {
      let all = account.isFullyBilled || chance(index, perMille: 600)
      amount = payable + (all ? account.accrued : 0)
      if account.accrued > 0, all { amount = (amount + 99) / 100 * 100 }
    } else if amount > 5000 {
      amount = amount / 1000 * 1000
    }
    guard amount >= 100 || account.isFullyBilled, amount > 0 else { return }
    if chance(index, perMille: 25) {
      // Money handed to a shop that acts for a bank may reach the books days later.
      accounts[index].underWay += amount
      plan(
        .latePayment, index, on: days.adding(pick(index, 2...8), to: today), about: today,
        amount: amount)
      return
    }
    receive(index, amount: amount, effective: today)
    afterInstalment(index)
  }

  /// Pays what was promised, or all that is owed if that is less.
  mutating func payAsPromised(_ index: Int, amount: Int64) {
    guard !has(index, .closed), !has(index, .settled) else { return }
    accounts[index].accrue(through: today)
    let amount = min(amount, accounts[index].payable + accounts[index].accrued)
    guard amount > 0 else { return }
    receive(index, amount: amount, effective: today)
  }

  /// Records a payment made earlier.
  mutating func recordLate(_ index: Int, amount: Int64, effective: CivilDate) {
    accounts[index].underWay -= amount
    receive(index, amount: amount, effective: effective)
  }

  /// Takes in money: writes the payment, and settles what it does to the account.
  mutating func receive(_ index: Int, amount: Int64, effective: CivilDate, prepays: Bool = false) {
    accounts[index].accrue(through: today)
    accounts[index].payments += 1
    let number = accounts[index].payments
    let method = Market.methods[pick(index, weights: Market.methods.map(\.share))].name
    let names = has(index, .promised) && !prepays && chance(index, perMille: 650)
    let promise = Int32(accounts[index].promises)
    let payer = payer(index, payment: number)
    emit("PaymentReceived", index, by: .gateway, effective: effective) { draft in
      draft.integer("amount", amount)
      draft.string("currency", "PEN")
      if prepays { draft.string("intent", "prepayment") }
      draft.string("method", method)
      if let payer { draft.string("payer", payer) }
      draft.identifier("payment", "p-", Int32(index), number)
      if names { draft.identifier("promise", "pr-", Int32(index), promise) }
    }
    accounts[index].lastPayment = max(effective, accounts[index].lastPayment)
    accounts[index].marks.remove(.waivable)
    if prepays {
      accounts[index].prepaid += amount
      return
    }
    let isAllForBills = amount <= accounts[index].arrears
    let toBills = min(amount, max(0, accounts[index].arrears))
    let toInterest = min(amount - toBills, accounts[index].accrued)
    accounts[index].accrued -= toInterest
    accounts[index].paid += amount - toInterest
    ageArrears(index)
    planClosure(index)
    // What became credit has paid other things by the time it would be taken back.
    if isAllForBills {
      mayFail(index, payment: number, amount: amount, method: method, effective: effective)
    }
  }

  /// What is oldest of the bills still unpaid, judged by their usual amount and one a month.
  private mutating func ageArrears(_ index: Int) {
    let account = accounts[index]
    guard account.arrears > 0, let since = account.behindSince else {
      accounts[index].behindSince = nil
      return
    }
    let bills = Int(account.arrears / max(1, account.instalment)) + 1
    accounts[index].behindSince = max(since, today - bills * 30)
  }

  /// Some payments do not stand: cheques and transfers bounce, cardholders object.
  private mutating func mayFail(
    _ index: Int, payment: Int32, amount: Int64, method: String, effective: CivilDate
  ) {
    // More of the last payments, so that some accounts have to be opened again.
    let failing = accounts[index].isFullyBilled ? 45 : 16
    if method == "transfer" || method == "directDebit" || method == "wallet",
      chance(index, perMille: failing)
    {
      plan(
        .bounce, index, on: days.adding(pick(index, 1...9), to: today), number: payment,
        about: effective, amount: amount)
    } else if method == "card", chance(index, perMille: 45) {
      let part = chance(index, perMille: 700) ? amount : max(1, amount / 2)
      plan(
        .chargeback, index, on: days.adding(pick(index, 10...35), to: today), number: payment,
        amount: part)
    }
  }

  /// What may follow an instalment paid in full: a prepayment, a payment made twice by mistake, the
  /// wish for another due day.
  private mutating func afterInstalment(_ index: Int) {
    let account = accounts[index]
    guard account.arrears == 0, account.accrued == 0, !has(index, .closing) else { return }
    if account.product == UInt8(Market.utility), chance(index, perMille: 40) {
      // A receipt has no next one to go to, so what is paid twice is credit, and is given back.
      let amount = account.instalment
      receive(index, amount: amount, effective: today)
      plan(.refund, index, on: days.adding(pick(index, 1...3), to: today), amount: amount)
      return
    }
    guard account.segment == .onTime, !account.isFullyBilled else { return }
    let isGratification = today.month == 7 || today.month == 12
    if account.bearsInterest, chance(index, perMille: isGratification ? 60 : 8) {
      let room = account.principalToCome - account.prepaid
      let amount = room * Int64(pick(index, 10...40)) / 100 / 10_000 * 10_000
      // A prepayment pays what is due first: only when the instalment is not to come any more.
      if amount > 0, today >= days.rolled(account.dueOn(Int(account.billedInstalments))) {
        receive(index, amount: amount, effective: today, prepays: true)
      }
    } else if chance(index, perMille: 30) {
      plan(.rescheduling, index, on: days.adding(2, to: today))
    }
  }

  // MARK: Taken back

  /// A payment that counts as never received.
  mutating func reverse(_ index: Int, payment: Int32, amount: Int64, effective: CivilDate) {
    guard canTakeBack(index) else { return }
    let kind = ["bounced", "error", "fraud"][pick(index, weights: [75, 18, 7])]
    let reason =
      kind == "bounced"
      ? pick(index, ["fondos-insuficientes", "cuenta-cerrada", "orden-anulada"])
      : kind == "error" ? "abono-en-cuenta-equivocada" : "operacion-no-reconocida"
    emit("PaymentReversed", index, by: .gateway) { draft in
      draft.string("kind", kind)
      draft.identifier("payment", "p-", Int32(index), payment)
      draft.string("reason", reason)
    }
    owesAgain(index, amount: amount, since: effective)
    accounts[index].paid -= amount
  }

  /// A card payment taken back, in whole or in part.
  mutating func chargeBack(_ index: Int, payment: Int32, amount: Int64) {
    guard canTakeBack(index) else { return }
    emit("PaymentChargedBack", index, by: .gateway) { draft in
      draft.integer("amount", amount)
      draft.identifier("payment", "p-", Int32(index), payment)
    }
    owesAgain(index, amount: amount, since: today)
    accounts[index].billed += amount
  }

  /// A schedule set anew and a settlement have already counted the payment: it stands.
  private func canTakeBack(_ index: Int) -> Bool {
    accounts[index].marks.isDisjoint(with: [.rescheduled, .settled])
  }

  /// A debt that was thought paid is owed again, with the interest since then.
  private mutating func owesAgain(_ index: Int, amount: Int64, since: CivilDate) {
    accounts[index].accrue(through: today)
    if accounts[index].bearsInterest {
      let terms = Market.rates[Int(accounts[index].rate)]
      let days = Int64(max(0, today - since))
      accounts[index].accrued += parts(amount, (terms.daily + terms.defaultDaily) * days) + 1
    }
    if has(index, .closed) {
      plan(.reopening, index, on: days.adding(pick(index, 1...3), to: today))
    } else {
      plan(.arrears, index, on: days.adding(pick(index, 1...3), to: today))
    }
  }

  /// Gives back what was paid twice, if it is still there.
  mutating func refund(_ index: Int, amount: Int64) {
    guard !has(index, .closed), accounts[index].arrears == -amount else { return }
    accounts[index].paid -= amount
    emit("RefundIssued", index, by: .core) { draft in
      draft.integer("amount", amount)
      draft.string("method", "transfer")
    }
  }

  // MARK: Charged and let off

  /// Charges the expense of a notary's letter or of a reconnection, to be waived at times.
  mutating func chargeCost(_ index: Int, label: String, amount: Int64) {
    accounts[index].accrue(through: today)
    accounts[index].billed += amount
    accounts[index].marks.formUnion([.charged, .waivable])
    emit("ChargeAssessed", index, by: .core) { draft in
      draft.integer("amount", amount)
      draft.string("component", "cost")
      draft.string("label", label)
    }
    if chance(index, perMille: 300) {
      plan(.waiver, index, on: days.adding(pick(index, 2...8), to: today), amount: amount)
    }
  }

  /// Lets the debtor off a charge, if it is still wholly owed.
  mutating func waive(_ index: Int, amount: Int64) {
    guard !has(index, .closed), has(index, .waivable) else { return }
    accounts[index].marks.remove(.waivable)
    accounts[index].billed -= amount
    let region = accounts[index].region
    emit("ChargeWaived", index, by: .agent(region: region, number: 1)) { draft in
      draft.integer("amount", amount)
      draft.string("component", "cost")
      draft.string("reason", "acuerdo-comercial")
    }
    planClosure(index)
  }

  /// Forgives default interest before a debtor catches up: never more than has surely accrued, the
  /// penalty on the last instalment's principal since it fell due or since the last payment.
  private mutating func forgiveDefaultInterest(_ index: Int) {
    let account = accounts[index]
    let number = Int(account.billedInstalments)
    guard account.bearsInterest, number > 0, account.prepaid == 0, account.underWay == 0,
      account.marks.isDisjoint(with: [.forgiven, .rained, .protected, .rescheduled]),
      account.behindSince != nil, days.contains(today)
    else { return }
    let due = account.due(of: number)
    let since = max(days.rolled(account.dueOn(number)), account.lastPayment)
    guard today - since >= 10, account.arrears >= due.principal + due.interest else { return }
    let rate = Market.rates[Int(account.rate)].defaultDaily * Int64(today - since)
    let amount = parts(due.principal, rate) - 1
    guard amount >= 20, chance(index, perMille: 250) else { return }
    accounts[index].marks.insert(.forgiven)
    accounts[index].accrued = max(0, account.accrued - amount)
    emit("DebtForgiven", index, by: .agent(region: account.region, number: 2)) { draft in
      draft.integer("penalty", amount)
      draft.string("reason", "campana-condonacion-de-mora")
    }
  }
}
