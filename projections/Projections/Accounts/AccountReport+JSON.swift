package import CanonicalJSON
package import Collections

// The report as JSON, amounts in minor units. A service writes tens of thousands a second, so it is
// written straight, its keys in their order, and never as a tree.
extension AccountReport {
  /// The report as a canonical object, without a newline. O(items + payments + their settlements).
  package var canonicalBytes: [UInt8] { written.bytes }

  /// The same, and where in it the digits of the ledger's size stand that is known: alone of it all they
  /// tell of more than the account.
  package var written: (bytes: [UInt8], size: Range<Int>) {
    var writer = CanonicalWriter()
    writer.bytes.reserveCapacity(2_048 + 256 * (items.count + payments.count))
    writer.beginObject()
    writer.key("account")
    writer.string(account)
    writer.key("agency")
    if agency.isEmpty { writer.null() } else { writer.string(agency) }
    writer.key("bucket")
    writer.string(row.bucket.name)
    writer.key("classification")
    if let classification = row.classification {
      writer.string(classification.name)
    } else {
      writer.null()
    }
    writer.key("closed")
    writeClosure(to: &writer)
    writer.key("credit")
    writer.integer(row.credit)
    writer.key("creditor")
    writer.string(creditor)
    writer.key("currency")
    writer.string(row.currency.code)
    writer.key("daysPastDue")
    writer.integer(Int64(row.daysPastDue))
    writer.key("facts")
    writer.array(facts.lazy.filter { !$0.isHold }) { $0.raw($1.json.canonicalBytes) }
    writer.key("holds")
    writer.array(facts.lazy.filter(\.isHold)) { $0.raw($1.json.canonicalBytes) }
    writer.key("items")
    writer.array(items) { write($1, to: &$0) }
    writer.key("knownAt")
    writer.beginObject()
    writer.key("size")
    let first = writer.bytes.count
    writer.integer(knownAt)
    let size = first..<writer.bytes.count
    writer.endObject()
    writer.key("lastPaymentOn")
    writer.date(row.lastPaymentOn)
    writer.key("nextDue")
    writeNextDue(to: &writer)
    writer.key("on")
    writer.date(on)
    writer.key("openedOn")
    writer.date(life.openedOn)
    writeRest(to: &writer)
    writer.endObject()
    return (writer.bytes, size)
  }

  /// What stands after `openedOn`.
  private func writeRest(to writer: inout CanonicalWriter) {
    writer.key("outstanding")
    Self.write(row.outstanding, to: &writer)
    writer.key("overdue")
    Self.write(row.overdue, to: &writer)
    writer.key("paid")
    writer.integer(row.paid)
    writer.key("payments")
    let restated = restatements.isEmpty ? [:] : Dictionary(grouping: restatements, by: \.event)
    writer.array(payments) { write($1, restated[$1.seq] ?? [], to: &$0) }
    writer.key("plans")
    writer.array(plans) { $0.raw($1.json.canonicalBytes) }
    writer.key("product")
    writer.string(row.product.name)
    writer.key("promises")
    writer.array(promises) { $0.raw($1.json.canonicalBytes) }
    writer.key("provision")
    writer.integer(row.provision)
    writer.key("recovered")
    writer.integer(totals.recovered)
    writer.key("remarks")
    writer.array(remarks) { $0.raw(Self.json($1).canonicalBytes) }
    writer.key("status")
    writer.string(row.status.rawValue)
    writer.key("subject")
    writer.string(subject)
    writer.key("writtenOffOn")
    writer.date(life.writtenOffOn)
  }

  private func writeClosure(to writer: inout CanonicalWriter) {
    guard let closure = life.closure else { return writer.null() }
    writer.beginObject()
    if closure.isSale {
      writer.key("buyer")
      writer.string(closureText)
    }
    writer.key("on")
    writer.date(closure.on)
    if !closure.isSale {
      writer.key("reason")
      writer.string(closureText)
    }
    writer.endObject()
  }

  private func writeNextDue(to writer: inout CanonicalWriter) {
    guard let due = row.nextDueOn else { return writer.null() }
    writer.beginObject()
    writer.key("amount")
    writer.integer(items.lazy.filter { $0.dueOn == due }.map(\.outstanding.total).reduce(0, +))
    writer.key("dueOn")
    writer.date(due)
    writer.endObject()
  }

  private func write(_ item: ItemState, to writer: inout CanonicalWriter) {
    writer.beginObject()
    writer.key("accrued")
    Self.write(item.accrued, to: &writer)
    writer.key("ages")
    writer.bool(item.ages)
    writer.key("dueOn")
    writer.date(item.dueOn)
    writer.key("n")
    if item.n == 0 { writer.null() } else { writer.integer(item.n) }
    writer.key("outstanding")
    Self.write(item.outstanding, to: &writer)
    writer.key("plan")
    // A plan's items are those its event made.
    if let plan = plans.first(where: { $0.outcome.seq == item.seq }) {
      writer.string(plan.id)
    } else {
      writer.null()
    }
    writer.key("seq")
    writer.integer(item.seq)
    writer.key("stated")
    Self.write(item.stated, to: &writer)
    writer.endObject()
  }

  private func write(
    _ payment: AppliedPayment, _ restated: [Restatement], to writer: inout CanonicalWriter
  ) {
    writer.beginObject()
    writer.key("allocation")
    writer.array(settlements[payment.settlements]) { Self.write($1, to: &$0) }
    writer.key("amount")
    writer.integer(payment.amount)
    writer.key("chargedBack")
    writer.integer(payment.chargedBack)
    writer.key("credit")
    writer.integer(payment.toCredit)
    writer.key("effective")
    writer.date(CivilDate(days: payment.effective))
    writer.key("payment")
    writer.string(id(of: payment))
    writer.key("restated")
    writer.array(restated) { $0.raw(Self.json($1).canonicalBytes) }
    writer.key("seq")
    writer.integer(payment.seq)
    writer.key("state")
    writer.string(payment.state.rawValue)
    writer.endObject()
  }

  private static func write(_ settlement: Settlement, to writer: inout CanonicalWriter) {
    writer.beginObject()
    writer.key("amount")
    writer.integer(settlement.amount)
    writer.key("cause")
    writer.string(settlement.cause.rawValue)
    writer.key("component")
    writer.string(settlement.component.name)
    writer.key("dueOn")
    writer.date(CivilDate(days: settlement.itemDue))
    writer.key("item")
    if settlement.itemN == 0 { writer.null() } else { writer.integer(settlement.itemN) }
    writer.key("itemSeq")
    writer.integer(settlement.itemSeq)
    writer.endObject()
  }

  private static func write(_ amounts: Amounts, to writer: inout CanonicalWriter) {
    // Most of what is written is of items that were paid, or did not accrue.
    if amounts == Amounts() {
      return writer.raw(#"{"cost":0,"interest":0,"penalty":0,"principal":0,"total":0}"#)
    }
    writer.beginObject()
    writer.key("cost")
    writer.integer(amounts.cost)
    writer.key("interest")
    writer.integer(amounts.interest)
    writer.key("penalty")
    writer.integer(amounts.penalty)
    writer.key("principal")
    writer.integer(amounts.principal)
    writer.key("total")
    writer.integer(amounts.total)
    writer.endObject()
  }

  /// The report as JSON.
  package var json: JSONValue { tree(canonicalBytes) }

  /// Amounts by component, and their sum.
  package static func json(_ amounts: Amounts) -> JSONValue {
    .object([
      "principal": .integer(amounts.principal), "interest": .integer(amounts.interest),
      "penalty": .integer(amounts.penalty), "cost": .integer(amounts.cost),
      "total": .integer(amounts.total),
    ])
  }

  static func json(_ settlement: Settlement) -> JSONValue {
    var writer = CanonicalWriter()
    write(settlement, to: &writer)
    return tree(writer.bytes)
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
}

/// The tree of what was written here.
private func tree(_ bytes: [UInt8]) -> JSONValue {
  guard
    let value = try? JSONValue(
      parsing: bytes.span, as: .event, limits: JSONLimits(bytes: bytes.count))
  else { preconditionFailure("what is written is canonical JSON") }
  return value
}

extension CanonicalWriter {
  /// Writes an array, each element by `body`.
  fileprivate mutating func array<Elements: Sequence>(
    _ elements: Elements, _ body: (inout CanonicalWriter, Elements.Element) -> Void
  ) {
    beginArray()
    for element in elements { body(&self, element) }
    endArray()
  }

  /// Writes a date, or null for none.
  fileprivate mutating func date(_ date: CivilDate?) {
    guard let date else { return null() }
    string { date.appendText(to: &$0) }
  }
}
