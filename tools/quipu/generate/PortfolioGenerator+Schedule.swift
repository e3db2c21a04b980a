import Collections

/// Opening, billing and what the creditor changes in the schedule and the terms.
extension PortfolioGenerator {
  // MARK: Opening

  /// Opens an account and names its debtor, who may have wishes and a guarantor.
  mutating func open(_ index: Int) {
    drawDebt(index)
    let account = accounts[index]
    let product = Market.products[Int(account.product)]
    let profile = pick(index, weights: [720, 140, 80, 60])
    // Elsewhere money paid ahead waits as credit or goes to the interest of every coming instalment.
    if profile > 0 { accounts[index].marks.insert(.neverAhead) }
    let limit = (account.principal / 100_000 + 1) * 100_000
    know(account.subject)
    emit("AccountOpened", index, by: .core) { draft in
      draft.account("account", Int32(index))
      draft.allocation(profile, of: account)
      if account.product == UInt8(Market.card) { draft.integer("creditLimit", limit) }
      draft.string("creditor", Market.creditors[Int(account.creditor)])
      draft.string("currency", "PEN")
      draft.items(from: 1, of: account)
      if account.marks.contains(.bought) {
        draft.object("placement") { placement in
          placement.integer("balance", account.principal)
          placement.date("placedOn", account.opened)
          placement.string("portfolio", "cartera-\(account.opened.year)")
        }
      }
      draft.string("product", product.name)
      draft.string("security", product.security)
      draft.subject("subject", account.subject)
      draft.terms(rate: Int(account.rate), of: account)
    }
    introduce(index)
    if account.marks.contains(.bought) {
      // Its debt fell due before it came: nothing is left to bill.
      accounts[index].billedInstalments = account.instalments
      accounts[index].billed = account.principal
      accounts[index].behindSince = account.dueOn(1)
      plan(.arrears, index, on: days.rolled(today + pick(index, 1...5)))
    } else {
      plan(.bill, index, on: account.dueOn(1) - 5)
    }
  }

  /// Draws the debt itself: how much, over how long, at what rate, due when.
  private mutating func drawDebt(_ index: Int) {
    let product = Market.products[Int(accounts[index].product)]
    var random = accounts[index].random
    let soles = random.skewed(product.soles)
    let rounded = Int64((soles * 100 + random.below(100)) / product.rounding * product.rounding)
    var account = accounts[index]
    account.opened = today
    account.accruedThrough = today
    account.instalments = Int16(product.instalments[random.below(product.instalments.count)])
    account.dueDay = [2, 5, 10, 15, 18, 20, 25, 30][random.below(8)]
    var first = today + 20
    if product.rates.isEmpty {
      if account.product == UInt8(Market.telecom), random.chance(perMille: 350) {
        account.marks.insert(.bought)
        account.instalments = Int16(random.within(1...4))
        first = today - random.within(150...300)
      }
      account.principal = rounded * Int64(account.instalments)
      account.instalment = rounded
    } else {
      account.rate = UInt8(random.within(product.rates.lowerBound...product.rates.upperBound - 1))
      account.principal = rounded
      account.instalment = SimulatedAccount.instalment(
        principal: rounded, monthly: Market.rates[Int(account.rate)].monthly,
        count: Int(account.instalments))
    }
    let (year, month, day) = first.civil
    account.firstMonth = Int32(year * 12 + month - 1 + (day > Int(account.dueDay) ? 1 : 0))
    account.random = random
    accounts[index] = account
  }

  /// Links the debtor, and at times a guarantor; records wishes and consents.
  private mutating func introduce(_ index: Int) {
    let subject = accounts[index].subject
    link(index, subject, role: "debtor")
    if Market.products[Int(accounts[index].product)].security == "personal", index > 0,
      accounts[index - 1].subject != subject, chance(index, perMille: 300)
    {
      // Neighbours stand surety for each other.
      link(index, accounts[index - 1].subject, role: "guarantor")
    }
    if chance(index, perMille: 450) { consent(index) }
    if chance(index, perMille: 120) { prefer(index) }
  }

  private mutating func link(_ index: Int, _ subject: Int32, role: String) {
    know(subject)
    emit("SubjectLinked", index, by: .core, onSubject: true, naming: subject) { draft in
      draft.account("account", Int32(index))
      draft.string("role", role)
    }
  }

  // MARK: Billing

  /// Five days before an instalment is due: counts it, may remind the debtor, and lets him decide.
  mutating func bill(_ index: Int) {
    guard !has(index, .closed), !has(index, .settled) else { return }
    let isUtility = accounts[index].product == UInt8(Market.utility)
    let number = Int(accounts[index].billedInstalments) + 1
    accounts[index].accrue(through: today)
    var due = today
    if isUtility, number > 1 {
      receipt(index)
    } else {
      let nominal = accounts[index].dueOn(number)
      guard today >= nominal - 5 else {
        plan(.bill, index, on: nominal - 5)
        return
      }
      let parts = accounts[index].due(of: number)
      due = days.rolled(nominal)
      accounts[index].billed += parts.principal + parts.interest
      accounts[index].coming = parts.principal + parts.interest
      accounts[index].comingDue = due
    }
    accounts[index].billedInstalments = Int16(number)
    remind(index)
    decide(index, due: due)
    plan(.arrears, index, on: days.adding(pick(index, 1...3), to: due))
    changeConditions(index)
    if isUtility {
      plan(.bill, index, on: accounts[index].dueOn(number + 1))
    } else if number < Int(accounts[index].instalments) {
      plan(.bill, index, on: accounts[index].dueOn(number + 1) - 5)
    }
  }

  /// A month's receipt of a utility: a charge of its own that is due on the day it is entered.
  private mutating func receipt(_ index: Int) {
    let usual = Int(accounts[index].instalment)
    let amount = Int64(max(500, usual * pick(index, 75...130) / 100 / 10 * 10))
    accounts[index].billed += amount
    let (year, month, _) = today.civil
    emit("ChargeAssessed", index, by: .core) { draft in
      draft.integer("amount", amount)
      draft.string("component", "principal")
      draft.string("label", "recibo-\(year)-\(month < 10 ? "0" : "")\(month)")
    }
  }

  /// What a creditor changes now and then: a better rate, a pause for the rains of the north.
  private mutating func changeConditions(_ index: Int) {
    let account = accounts[index]
    guard days.contains(today) else { return }
    if (2...4).contains(today.month), Market.rainyRegions.contains(account.region),
      !has(index, .rained), chance(index, perMille: 180)
    {
      accounts[index].marks.insert(.rained)
      let from = today
      let until = from + pick(index, 29...59)
      emit("DelinquencyPaused", index, by: .core) { draft in
        draft.date("from", from)
        draft.string("reason", "lluvias-el-nino-costero")
        draft.bool("stopsAccrual", true)
        draft.date("to", until)
      }
    }
    if account.bearsInterest, account.product != UInt8(Market.mortgage), account.segment == .onTime,
      !has(index, .retermed), chance(index, perMille: 20)
    {
      accounts[index].marks.insert(.retermed)
      emit("TermsChanged", index, by: .agent(region: account.region, number: 1)) { draft in
        draft.terms(rate: Int(account.rate) - 1, of: account)
      }
    }
  }

  /// Moves the coming instalments of a debtor who owes nothing now to a later day of the month.
  mutating func reschedule(_ index: Int) {
    let account = accounts[index]
    let next = Int(account.billedInstalments) + 1
    guard !has(index, .closed), !has(index, .rescheduled), account.prepaid == 0,
      account.billed == account.paid, account.accrued == 0, account.dueDay <= 20,
      next < Int(account.instalments), days.contains(today)
    else { return }
    accounts[index].marks.insert(.rescheduled)
    accounts[index].dueDay += 5
    let moved = accounts[index]
    emit("ScheduleSet", index, by: .agent(region: account.region, number: 1)) { draft in
      draft.items(from: next, of: moved)
    }
  }
}
