import Collections

/// The rest of an account's life: agencies, write-off, closure; disputes, complaints, relief, consents.
extension PortfolioGenerator {
  // MARK: Agencies, write-off, settlement

  /// What an old debt comes to: an agency, a write-off, a settlement. True if the chase ends with it.
  mutating func escalate(_ index: Int, age: Int) -> Bool {
    let isMortgage = accounts[index].product == UInt8(Market.mortgage)
    if age > 75, !has(index, .wasPlaced), !isMortgage, chance(index, perMille: 300) {
      place(index)
    }
    if age > 180, !has(index, .writtenOff), !isMortgage, chance(index, perMille: 500) {
      accounts[index].marks.insert(.writtenOff)
      emit("WrittenOff", index, by: .core) { draft in
        draft.string("reason", "mas-de-180-dias")
      }
    }
    guard age > 60, chance(index, perMille: 60) else { return false }
    return settle(index)
  }

  private mutating func place(_ index: Int) {
    accounts[index].marks.formUnion([.placed, .wasPlaced])
    accounts[index].agency = UInt8(pick(index, 0...Market.agencies.count - 1))
    let agency = Market.agencies[Int(accounts[index].agency)]
    let from = today
    let until = days.adding(pick(index, 60...110), to: today)
    emit("AgencyPlaced", index, by: .core) { draft in
      draft.string("agency", agency)
      draft.date("from", from)
      draft.date("purgeBy", until + 90)
    }
    plan(.recall, index, on: until)
  }

  /// Takes the account back from the agency.
  mutating func recall(_ index: Int) {
    guard has(index, .placed), !has(index, .closed) else { return }
    accounts[index].marks.remove(.placed)
    let agency = Market.agencies[Int(accounts[index].agency)]
    emit("AgencyRecalled", index, by: .core) { draft in
      draft.string("agency", agency)
      draft.string("reason", "fin-de-encargo")
    }
  }

  /// A debt without interest, costs or bills to come is paid in part and the rest forgiven: there the
  /// sum is known to the cent.
  private mutating func settle(_ index: Int) -> Bool {
    let account = accounts[index]
    guard !account.bearsInterest, !has(index, .charged), account.segment != .neverPaying,
      account.isFullyBilled || account.product == UInt8(Market.utility), account.prepaid == 0,
      account.arrears > 2000
    else { return false }
    let paid = account.arrears * Int64(pick(index, 40...75)) / 100 / 100 * 100
    receive(index, amount: paid, effective: today)
    let forgiven = accounts[index].arrears
    accounts[index].billed -= forgiven
    accounts[index].behindSince = nil
    accounts[index].marks.insert(.settled)
    accounts[index].marks.remove(.chased)
    emit("DebtForgiven", index, by: collector(index)) { draft in
      draft.integer("principal", forgiven)
      draft.string("reason", "pago-con-descuento")
    }
    planClosure(index)
    return true
  }

  // MARK: Closing

  /// Plans to close an account on which nothing is owed and nothing will be.
  mutating func planClosure(_ index: Int) {
    let account = accounts[index]
    guard account.isFullyBilled || has(index, .settled), account.owed <= 0,
      !has(index, .closing), !has(index, .closed)
    else { return }
    accounts[index].marks.insert(.closing)
    plan(.closure, index, on: days.adding(pick(index, 2...8), to: today))
  }

  /// Closes an account, if it still owes nothing.
  mutating func close(_ index: Int) {
    accounts[index].marks.remove(.closing)
    accounts[index].accrue(through: today)
    guard accounts[index].owed <= 0, !has(index, .closed), !has(index, .held) else { return }
    recall(index)
    accounts[index].marks.insert(.closed)
    accounts[index].marks.remove([.promised, .protected])
    let reason = has(index, .settled) ? "settled" : "paid"
    emit("AccountClosed", index, by: .core) { draft in
      draft.string("reason", reason)
    }
  }

  /// Opens an account again after its last payment came to nothing.
  mutating func reopen(_ index: Int) {
    guard has(index, .closed) else { return }
    accounts[index].marks.remove([.closed, .chased])
    accounts[index].behindSince = today
    emit("AccountReopened", index, by: .core) { draft in
      draft.string("reason", "pago-revertido")
    }
    plan(.arrears, index, on: days.adding(2, to: today))
    if accounts[index].segment != .neverPaying {
      plan(.payment, index, on: days.payday(from: today + pick(index, 5...40)), amount: 1000)
    }
  }

  // MARK: Disputes and complaints

  /// The debtor says the debt is wrong: collection stops until that is decided.
  mutating func dispute(_ index: Int, by actor: SimulatedActor) {
    accounts[index].disputes += 1
    accounts[index].holds += 1
    accounts[index].marks.insert(.held)
    let number = Int32(accounts[index].disputes)
    let hold = Int32(accounts[index].holds)
    let kind = pick(index, weights: [35, 40, 25])
    let amount = max(100, accounts[index].arrears)
    emit("DisputeOpened", index, by: actor) { draft in
      if kind != 2 { draft.integer("amount", amount) }
      draft.identifier("dispute", "d-", Int32(index), number)
      draft.string("reason", ["ya-pagado", "importe-equivocado", "no-reconoce-la-deuda"][kind])
      draft.string("scope", ["payment", "amount", "debt"][kind])
    }
    emit("HoldPlaced", index, by: .core) { draft in
      draft.identifier("hold", "h-", Int32(index), hold)
      draft.string("kind", "dispute")
      draft.string("reason", "reclamo-en-revision")
    }
    plan(
      .disputeAnswer, index, on: days.adding(pick(index, 4...22), to: today), number: number,
      amount: kind == 0 ? amount : 0)
    plan(.holdLift, index, on: days.adding(23, to: today), number: hold)
  }

  /// Decides a dispute. One in three who say they have paid is right, and the payment is recorded
  /// with its own date.
  mutating func answerDispute(_ index: Int, dispute: Int32, alreadyPaid: Int64) {
    guard !has(index, .closed) else { return }
    let paidOn = today - pick(index, 25...45)
    let isRight =
      alreadyPaid > 0 && paidOn >= accounts[index].opened && !has(index, .neverAhead)
      && chance(index, perMille: 330)
    let decision = isRight ? "upheld" : pick(index, ["rejected", "rejected", "partly-upheld"])
    let region = accounts[index].region
    emit("DisputeResolved", index, by: .agent(region: region, number: 9)) { draft in
      draft.string("decision", decision)
      draft.identifier("dispute", "d-", Int32(index), dispute)
    }
    let amount = min(alreadyPaid, accounts[index].arrears)
    if isRight, amount > 0 {
      receive(index, amount: amount, effective: paidOn)
    }
  }

  /// Lets collection go on after a dispute.
  mutating func liftHold(_ index: Int, hold: Int32) {
    guard has(index, .held) else { return }
    accounts[index].marks.remove(.held)
    emit("HoldLifted", index, by: .core) { draft in
      draft.identifier("hold", "h-", Int32(index), hold)
      draft.string("reason", "reclamo-resuelto")
    }
    planClosure(index)
    plan(.arrears, index, on: days.adding(2, to: today))
  }

  /// A complaint in the book of complaints, answered in 15 business days (Ley 29571 art. 24.1) but
  /// for a few.
  mutating func complain(_ index: Int) {
    accounts[index].complaints += 1
    let number = Int32(accounts[index].complaints)
    let channel = pick(index, ["libro-de-reclamaciones", "web", "agencia"])
    let region = accounts[index].region
    emit("ComplaintFiled", index, by: .agent(region: region, number: 9)) { draft in
      draft.string("channel", channel)
      draft.identifier("complaint", "q-", Int32(index), number)
    }
    let term = chance(index, perMille: 60) ? pick(index, 16...19) : pick(index, 4...15)
    plan(.complaintAnswer, index, on: days.adding(term, to: today), number: number)
  }

  /// Answers a complaint.
  mutating func answerComplaint(_ index: Int, complaint: Int32) {
    guard !has(index, .closed) else { return }
    let decision = pick(index, ["founded", "unfounded", "unfounded"])
    let region = accounts[index].region
    emit("ComplaintAnswered", index, by: .agent(region: region, number: 9)) { draft in
      draft.identifier("complaint", "q-", Int32(index), complaint)
      draft.string("decision", decision)
    }
  }

  // MARK: Relief

  /// A moratorium for a person in hardship; why is told where people are.
  mutating func relieve(_ index: Int) {
    accounts[index].marks.formUnion([.protected, .relieved])
    let from = today
    let until = from + pick(index, 44...89)
    if let kind = hardship(index) {
      tell("HardshipDeclared", accounts[index].subject, onAccount: index) { draft in
        draft.date("from", from)
        draft.string("kind", kind)
        draft.date("to", until)
      }
    }
    emit("SupportApplied", index, by: .core) { draft in
      draft.string("measure", "moratoria")
    }
    emit("MoratoriumStarted", index, by: .core) { draft in
      draft.date("from", from)
      draft.string("kind", "hardship")
      draft.bool("stopsAccrual", true)
      draft.date("to", until)
    }
    let isEarly = chance(index, perMille: 350)
    plan(
      .protectionEnd, index, on: isEarly ? days.rolled(from + pick(index, 20...35)) : until + 1,
      number: isEarly ? 1 : 0)
  }

  /// The end of a moratorium, by its own term or before it.
  mutating func endProtection(_ index: Int, early: Bool) {
    guard has(index, .protected), !has(index, .closed) else { return }
    accounts[index].marks.remove(.protected)
    if early {
      emit("MoratoriumEnded", index, by: .core) { draft in
        draft.string("kind", "hardship")
        draft.string("reason", "vuelve-a-trabajar")
      }
    }
    plan(.arrears, index, on: days.adding(3, to: today))
  }

  // MARK: Wishes

  /// A consent to be told of offers; its documents are invented, so their digests are of nothing.
  mutating func consent(_ index: Int) {
    let evidence = digest(index)
    emit(
      "ConsentGranted", index, by: .core, onSubject: true, naming: accounts[index].subject
    ) { draft in
      draft.string("evidence", evidence)
      draft.string("informedText", String(repeating: "c0de5eed", count: 8))
      draft.string("purpose", "commercial-offers")
    }
  }

  /// The hours in which a person likes to be called.
  mutating func prefer(_ index: Int) {
    let isMorning = chance(index, perMille: 400)
    emit(
      "PreferenceSet", index, by: .core, onSubject: true, naming: accounts[index].subject
    ) { draft in
      draft.string("channel", "call")
      draft.array("windows") { windows in
        windows.element { window in
          window.string("from", isMorning ? "08:00" : "17:00")
          window.string("to", isMorning ? "12:00" : "20:00")
        }
      }
    }
  }

  /// 64 hexadecimal digits.
  private mutating func digest(_ index: Int) -> String {
    var text = ""
    for _ in 0..<4 {
      let part = String(accounts[index].random.next(), radix: 16)
      text += String(repeating: "0", count: 16 - part.count) + part
    }
    return text
  }
}
