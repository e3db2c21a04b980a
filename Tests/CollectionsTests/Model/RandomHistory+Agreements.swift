// Plans that mostly balance, promises that are mostly about what is paid.
extension RandomHistory {
  func ids(of account: String, in list: [(account: String, id: String)]) -> [String] {
    list.filter { $0.account == account }.map(\.id)
  }

  /// A plan of what is outstanding at the end of its day: at its turn it may be another sum.
  mutating func addPlan(_ account: String, _ day: Int) {
    guard let state = model.state(of: account, on: day, knownAt: next) else { return }
    var terms = ModelPlanTerms(items: [])
    var owed = state.outstanding
    if random.percent(30) {
      terms.planInterest = Int64(random.pick(1...2000))
      owed.interest += terms.planInterest
    }
    for part in Part.allCases where random.percent(35) && owed[part] > 0 {
      terms.haircut[part] = Int64(random.pick(0...Int(min(owed[part], 1 << 40))))
    }
    // Now and then it does not balance by something.
    if random.percent(15) { owed[random.pick(Part.allCases)] += Int64(random.pick(-500...500)) }
    let count = random.pick(1...4)
    var left = owed - terms.haircut
    var due = day + random.pick(-20...30)
    for n in 1...Int64(count) {
      var amounts = Parts()
      for part in Part.allCases where left[part] > 0 {
        amounts[part] = n == Int64(count) ? left[part] : left[part] / Int64(count)
        left[part] -= amounts[part]
      }
      terms.items.append(ModelStatedItem(n: n, due: due, amounts: amounts))
      due += random.pick([0, 7, 15, 30])
    }
    terms.accrues = random.percent(30)
    terms.conditional = random.percent(65)
    terms.defaultAfterDays = random.pick([0, 1, 5, 15, 30, 400])
    terms.kind = random.pick(["paymentPlan", "refinancing", "settlement", "consolidation"])
    let id = "L\(next)"
    plans.append((account, id))
    record(account, day, .plan(id: id, terms))
  }

  mutating func addPlanCancellation(_ account: String, _ day: Int) {
    guard let id = ids(of: account, in: plans).last else { return addPlan(account, day) }
    record(account, day, .planCancelled(id: id))
  }

  mutating func addPromise(_ account: String, _ day: Int) {
    var terms = ModelPromiseTerms(
      amount: amount(), due: day + random.pick(0...random.pick([10, 120])))
    if random.percent(40), let state = model.state(of: account, on: day, knownAt: next) {
      terms.amount = max(1, state.outstanding.total / Int64(random.pick(1...3)))
    }
    if random.percent(50) { terms.toleranceBp = random.pick([1, 500, 2000, 9999, 10_000]) }
    if random.percent(50) { terms.graceDays = random.pick(1...5) }
    let id = "R\(next)"
    promises.append((account, id))
    record(account, day, .promise(id: id, terms))
  }

  mutating func addPromiseMove(_ account: String, _ day: Int) {
    guard let id = ids(of: account, in: promises).randomElement(using: &random) else {
      return addPromise(account, day)
    }
    let sum = random.percent(50) ? amount() : nil
    record(account, day, .promiseMoved(id: id, due: day + random.pick(-3...20), amount: sum))
  }

  mutating func addPromiseCancellation(_ account: String, _ day: Int) {
    guard let id = ids(of: account, in: promises).randomElement(using: &random) else {
      return addPromise(account, day)
    }
    record(account, day, .promiseCancelled(id: id))
  }
}
