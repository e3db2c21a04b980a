internal import Collections
internal import Testing

/// Records events with the book and the model alike, and asks both.
struct AccountDesk {
  private(set) var book = AccountBook()
  private(set) var model = AccountModel(log: [])
  private var reader = FieldReader()
  private var fold = AccountFold()
  private var next: Int64 = 1

  /// A ledger of Peru's.
  init() throws {
    try take(
      "LedgerOpened", seq: 0, dateText(0), "ledger/L1",
      DraftValue.members([
        "ledger": .text("L1"), "origin": .text("quipu.example"), "currency": .text("PEN"),
        "timeZone": .text("America/Lima"), "jurisdiction": .text("PE"), "keys": .list([]),
      ]).text)
  }

  /// A ledger that holds a history; with `wavering` each event was taken back and recorded again.
  init(_ log: [ModelEvent], wavering: Bool = false) throws {
    try self.init()
    for event in log {
      if wavering { book.undo(try take(event)) }
      try take(event)
    }
    model = AccountModel(log: log)
  }

  /// Records one more event and returns its position.
  @discardableResult
  mutating func record(
    _ effective: String, _ fact: ModelFact, account: String = "A1", isOfDebtor: Bool = false
  ) throws -> Int64 {
    defer { next += 1 }
    try take(
      ModelEvent(
        seq: next, account: account, effective: day(effective), fact: fact, isOfDebtor: isOfDebtor))
    return next
  }

  @discardableResult
  private mutating func take(_ event: ModelEvent) throws -> AccountBook.Undo {
    let undo = try take(
      event.type, seq: event.seq, dateText(event.effective), event.stream, event.data)
    model.log.append(event)
    return undo
  }

  @discardableResult
  private mutating func take(
    _ typeName: String, seq: Int64, _ effective: String, _ stream: String, _ data: String
  ) throws -> AccountBook.Undo {
    let type = try #require(EventType(named: typeName))
    let date = try #require(CivilDate(effective))
    let streamBytes = Array(stream.utf8)
    let dataBytes = Array(data.utf8)
    return try book.apply(
      type, seq: seq, effective: date, stream: streamBytes.span, 0..<streamBytes.count,
      dataBytes.span, 0..<dataBytes.count, &reader)
  }

  /// What the fold says of an account at the end of a day; nil before its opening.
  mutating func folded(
    _ account: String, on day: Int, knownAt: Int64 = .max
  ) throws -> AccountView? {
    guard let number = book.accounts.find(account) else { return nil }
    let date = CivilDate(days: Int32(day))
    let calendar = book.calendar(on: date, knownAt: knownAt)
    guard try fold.fold(number, of: book, on: date, knownAt: knownAt, calendar: calendar) else {
      return nil
    }
    return try AccountView(fold, of: book)
  }

  /// What the book says was restated.
  func restatements(_ account: String, on day: Int, knownAt: Int64) throws -> [Restated] {
    guard let number = book.accounts.find(account) else { return [] }
    let date = CivilDate(days: Int32(day))
    return try book.restatements(of: number, on: date, knownAt: knownAt).map { found in
      Restated(
        event: found.event, cause: found.cause, before: Parts(found.before),
        after: Parts(found.after), creditBefore: found.creditBefore,
        creditAfter: found.creditAfter)
    }
  }

  /// What both say of an account at the end of a day; it is an issue if they differ.
  mutating func view(
    on date: String, knownAt: Int64 = .max, account: String = "A1",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> AccountView {
    let number = day(date)
    let state = try #require(model.state(of: account, on: number, knownAt: knownAt))
    let expected = AccountView(state)
    let found = try #require(try folded(account, on: number, knownAt: knownAt))
    #expect(found.differences(from: expected).isEmpty, sourceLocation: sourceLocation)
    return found
  }
}

extension AccountView {
  /// The fold's answer.
  init(_ fold: AccountFold, of book: AccountBook) throws {
    let amounts = try fold.outstanding()
    outstanding = Parts(amounts)
    overdue = Parts(try fold.overdue())
    credit = fold.credit
    daysPastDue = fold.daysPastDue
    status = fold.status(outstanding: amounts).rawValue
    accrued = Parts(try fold.accrued())
    plans = fold.plans.map { plan in
      Plan(
        id: book.texts.text(plan.id), state: plan.state.rawValue, since: Int(plan.since),
        cause: plan.cause, replaced: Parts(plan.replaced), haircut: Parts(plan.haircut),
        shortfall: Parts(plan.shortfall), excess: Parts(plan.excess))
    }
    promises = fold.promises(of: book).map { promise in
      Promise(
        id: book.texts.text(promise.id), amount: promise.amount, paid: promise.paid,
        due: Int(promise.dueOn.days), graceEnd: Int(promise.graceEndsOn.days),
        outcome: promise.outcome.rawValue, since: Int(promise.since.days),
        curedLateOn: promise.curedLateOn.map { Int($0.days) })
    }
    items = fold.itemStates.map { item in
      Item(
        seq: item.seq, n: item.n, due: Int(item.dueOn.days), stated: Parts(item.stated),
        accrued: Parts(item.accrued), unpaid: Parts(item.outstanding), ages: item.ages)
    }
    payments = fold.payments.map { payment in
      Payment(
        id: book.texts.text(payment.id), seq: payment.seq, day: Int(payment.effective),
        amount: payment.amount, taken: Parts(payment.taken), toCredit: payment.toCredit,
        chargedBack: payment.chargedBack)
    }
    for each in fold.settlements {
      let line = Line(
        seq: each.seq, day: Int(each.on), cause: each.cause.rawValue, part: Part(each.component),
        itemSeq: each.itemSeq, itemN: each.itemN)
      lines[line, default: 0] += each.amount
    }
    // A charge-back that finds no payment changes nothing, so the model has no word for it.
    ignored = fold.remarks.filter { $0.kind != .chargebackWithoutPayment }
      .map { ModelIgnored(seq: $0.seq, amount: $0.amount) }
    totals = ModelTotals(fold.totals)
    isWrittenOff = fold.life.writtenOffOn != nil
    agency = fold.life.agency.map { book.texts.text($0) }
    closedFor = fold.life.closure.map { book.texts.text($0.text) }
  }
}

extension Part {
  init(_ component: Component) {
    switch component {
    case .penalty: self = .penalty
    case .interest: self = .interest
    case .cost: self = .cost
    case .principal: self = .principal
    }
  }
}

extension Parts {
  init(_ amounts: Amounts) {
    self.init(
      penalty: amounts.penalty, interest: amounts.interest, cost: amounts.cost,
      principal: amounts.principal)
  }
}

extension ModelTotals {
  init(_ totals: Totals) {
    opened = Parts(totals.opened)
    charged = Parts(totals.charged)
    rescheduled = Parts(totals.rescheduled)
    planned = Parts(totals.planned)
    planInterest = totals.planInterest
    haircut = Parts(totals.haircut)
    replaced = Parts(totals.replaced)
    chargedBack = Parts(totals.chargedBack)
    waived = Parts(totals.waived)
    forgiven = Parts(totals.forgiven)
    unearned = totals.unearned
    paid = totals.paid
    recovered = totals.recovered
    refunded = totals.refunded
    creditChargedBack = totals.creditChargedBack
  }
}
