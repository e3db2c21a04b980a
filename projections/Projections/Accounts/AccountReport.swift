package import CanonicalJSON
package import Collections

/// One account on one day, as known at one position, with everything that explains it.
package struct AccountReport: Sendable {
  /// The account's id.
  package let account: String
  /// The day.
  package let on: CivilDate
  /// Only events before this position count.
  package let knownAt: Int64
  /// The figures, as in `accounts.csv`.
  package let row: AccountRow
  /// The due items, oldest first; emptied ones too.
  package let items: [ItemState]
  /// Payments in time order, those that do not count last.
  package let payments: [AppliedPayment]
  /// What settled what, in the order it happened.
  package let settlements: [Settlement]
  /// Payments, waivers and forgiveness whose allocation a later-recorded event changed.
  package let restatements: [Restatement]
  /// What charge-backs gave back, in the order they happened.
  package let givenBack: [AccountFold.GivenBack]
  /// What was stated and ignored.
  package let remarks: [Remark]
  /// The plans, in time order, and what has become of them.
  package let plans: [PlanReport]
  /// The promises, in time order, and what has become of them.
  package let promises: [PromiseReport]
  /// Holds, disputes, suits and the like, in time order.
  package let facts: [FactReport]
  /// The day since which nothing is outstanding, and the event that paid the last of it (−1: credit).
  package let cleared: (on: CivilDate, by: Int64)?
  /// Sums over the account's life.
  package let totals: Totals
  /// Marks of its life.
  package let life: Life
  /// Whose debt it is.
  package let subject: String
  /// Whom it is owed to.
  package let creditor: String
  /// Why or to whom the account is closed, and with whom it is placed.
  package let closureText: String
  package let agency: String
  private let paymentIDs: [Int64: String]

  /// The report, or nil where the account is not open by then, as known then.
  ///
  /// - Throws: ``RuleError`` `amount_overflow`.
  package init?(
    _ id: String, of book: AccountBook, on date: CivilDate, knownAt: Int64
  ) throws(RuleError) {
    guard let number = book.accounts.find(id) else { return nil }
    var fold = AccountFold()
    let calendar = book.calendar(on: date, knownAt: knownAt)
    guard
      try fold.fold(number, of: book, on: date, knownAt: knownAt, calendar: calendar),
      let row = try AccountRow(fold, account: number), let opening = fold.openingStated
    else { return nil }
    account = id
    on = date
    self.knownAt = knownAt
    self.row = row
    items = fold.itemStates
    payments = fold.payments + fold.removedPayments.sorted { $0.seq < $1.seq }
    settlements = fold.settlements
    restatements = try book.restatements(of: number, on: date, knownAt: knownAt)
    givenBack = fold.givenBack
    remarks = fold.remarks
    plans = fold.plans.map { PlanReport($0, fold, book) }
    promises = fold.promises(of: book).map {
      PromiseReport(id: book.texts.text($0.id), outcome: $0)
    }
    facts = book.facts(of: number, on: date, knownAt: knownAt).map { FactReport($0, book) }
    cleared = fold.cleared
    totals = fold.totals
    life = fold.life
    subject = book.texts.text(opening.subject)
    creditor = book.texts.text(opening.creditor)
    closureText = fold.life.closure.map { book.plainText($0.text) } ?? ""
    agency = fold.life.agency.map { book.texts.text($0) } ?? ""
    paymentIDs = Dictionary(
      payments.map { ($0.seq, book.texts.text($0.id)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The id of a payment of the report.
  package func id(of payment: AppliedPayment) -> String {
    paymentIDs[payment.seq] ?? ""
  }
}

extension AccountReport {
  /// The report as JSON: amounts are integers in minor units.
  package var json: JSONValue {
    let restated = Dictionary(grouping: restatements, by: \.event)
    let next = row.nextDueOn.map { due in
      JSONValue.object([
        "amount": .integer(
          items.filter { $0.dueOn == due }.map(\.outstanding.total).reduce(0, +)),
        "dueOn": .string(due.text),
      ])
    }
    return .object([
      "account": .string(account), "on": .string(on.text),
      "knownAt": .object(["size": .integer(knownAt)]),
      "currency": .string(row.currency.code), "product": .string(row.product.name),
      "creditor": .string(creditor), "subject": .string(subject),
      "status": .string(row.status.rawValue), "closed": closure,
      "writtenOffOn": text(life.writtenOffOn), "openedOn": .string(life.openedOn.text),
      "agency": agency.isEmpty ? .null : .string(agency),
      "outstanding": Self.json(row.outstanding), "overdue": Self.json(row.overdue),
      "credit": .integer(row.credit), "daysPastDue": .integer(Int64(row.daysPastDue)),
      "bucket": .string(row.bucket.name),
      "classification": row.classification.map { .string($0.name) } ?? .null,
      "provision": .integer(row.provision), "paid": .integer(row.paid),
      "recovered": .integer(totals.recovered),
      "items": .array(items.map(json)),
      "payments": .array(payments.map { json($0, restated[$0.seq] ?? []) }),
      "plans": .array(plans.map(\.json)), "promises": .array(promises.map(\.json)),
      "holds": .array(facts.filter(\.isHold).map(\.json)),
      "facts": .array(facts.filter { !$0.isHold }.map(\.json)),
      "nextDue": next ?? .null, "lastPaymentOn": text(row.lastPaymentOn),
      "remarks": .array(remarks.map(Self.json)),
    ])
  }

  private var closure: JSONValue {
    guard let closure = life.closure else { return .null }
    return .object([
      "on": .string(closure.on.text), closure.isSale ? "buyer" : "reason": .string(closureText),
    ])
  }

  private func text(_ date: CivilDate?) -> JSONValue {
    date.map { .string($0.text) } ?? .null
  }

  private func json(_ payment: AppliedPayment, _ restated: [Restatement]) -> JSONValue {
    let lines = settlements[payment.settlements].map(Self.json)
    return .object([
      "payment": .string(id(of: payment)), "seq": .integer(payment.seq),
      "effective": .string(CivilDate(days: payment.effective).text),
      "amount": .integer(payment.amount), "state": .string(payment.state.rawValue),
      "credit": .integer(payment.toCredit), "chargedBack": .integer(payment.chargedBack),
      "allocation": .array(lines), "restated": .array(restated.map(Self.json)),
    ])
  }

  /// Amounts by component, and their sum.
  package static func json(_ amounts: Amounts) -> JSONValue {
    .object([
      "principal": .integer(amounts.principal), "interest": .integer(amounts.interest),
      "penalty": .integer(amounts.penalty), "cost": .integer(amounts.cost),
      "total": .integer(amounts.total),
    ])
  }

  static func json(_ settlement: Settlement) -> JSONValue {
    .object([
      "item": settlement.itemN == 0 ? .null : .integer(settlement.itemN),
      "itemSeq": .integer(settlement.itemSeq),
      "dueOn": .string(CivilDate(days: settlement.itemDue).text),
      "component": .string(settlement.component.name), "amount": .integer(settlement.amount),
      "cause": .string(settlement.cause.rawValue),
    ])
  }

  static func json(_ restatement: Restatement) -> JSONValue {
    .object([
      "by": .integer(restatement.cause), "before": json(restatement.before),
      "after": json(restatement.after), "reason": .string(restatement.reason.rawValue),
      "creditBefore": .integer(restatement.creditBefore),
      "creditAfter": .integer(restatement.creditAfter),
    ])
  }

  static func json(_ remark: Remark) -> JSONValue {
    .object([
      "remark": .string(remark.kind.rawValue), "seq": .integer(remark.seq),
      "amount": .integer(remark.amount),
    ])
  }

  private func json(_ item: ItemState) -> JSONValue {
    // A plan's items are those its event made.
    let plan = plans.first { $0.outcome.seq == item.seq }
    return .object([
      "n": item.n == 0 ? .null : .integer(item.n), "seq": .integer(item.seq),
      "dueOn": .string(item.dueOn.text), "stated": Self.json(item.stated),
      "accrued": Self.json(item.accrued), "outstanding": Self.json(item.outstanding),
      "ages": .bool(item.ages), "plan": plan.map { .string($0.id) } ?? .null,
    ])
  }
}
