internal import CanonicalJSON

// Plans, promises and facts, from the fields their types declare.
extension AccountBook {
  /// Keeps a plan and its items; returns the money it can ever move.
  mutating func agree(
    _ entry: inout AccountEntry, _ bytes: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int64 {
    var plan = StatedPlan()
    plan.id = TextReference(packed: text(.plan, bytes, reader))
    plan.kind = reader.choice(.kind, as: PlanKind.self) ?? .paymentPlan
    plan.accrues = reader.flag(.accrues) ?? false
    plan.isConditional = reader.flag(.conditional) ?? false
    plan.defaultAfterDays = reader.integer(.defaultAfterDays) ?? 0
    plan.planInterest = reader.integer(.planInterest) ?? 0
    plan.firstItem = Int64(items.count)
    // Reading an inner object replaces what was read of the event.
    let haircut = reader.valueRange(.haircut)
    var money = try take(items: reader.list(.items), bytes, &reader)
    plan.itemCount = Int32(items.count - Int(plan.firstItem))
    if let haircut {
      do {
        try reader.read(.haircut, bytes, haircut)
      } catch {
        throw RuleError(.malformed, "haircut")
      }
      plan.haircut = Self.amounts(reader)
    }
    money = try checkedSum(money, plan.planInterest)
    for component in Component.allCases {
      money = try checkedSum(money, plan.haircut[component])
    }
    entry.reference = Int64(plans.count)
    plans.append(plan)
    return money
  }

  /// Keeps a promise, or what becomes of it.
  mutating func promise(
    _ entry: inout AccountEntry, _ bytes: Span<UInt8>, _ reader: borrowing FieldReader
  ) {
    let id = text(.promise, bytes, reader)
    guard entry.kind != .promiseCancelled else {
      entry.reference = id
      return
    }
    var promise = StatedPromise()
    promise.id = TextReference(packed: id)
    promise.amount = entry.amount
    promise.dueOn = reader.date(.dueOn) ?? entry.effective
    if entry.kind == .promiseMade {
      promise.toleranceBp = Int32(reader.integer(.toleranceBp) ?? 0)
      promise.graceDays = Int32(reader.integer(.graceDays) ?? 0)
    }
    entry.reference = Int64(promises.count)
    promises.append(promise)
  }

  /// Keeps the texts of a fact; the end of a hold or dispute names it alone.
  mutating func state(
    _ entry: inout AccountEntry, _ bytes: Span<UInt8>, _ reader: borrowing FieldReader
  ) {
    var fact = StatedFact()
    let (name, kind): (FieldName, FieldName?) =
      switch entry.kind {
      case .disputeOpened: (.dispute, .scope)
      case .holdPlaced: (.hold, .kind)
      case .suitFiled: (.court, .case)
      case .limitationInterrupted: (.by, nil)
      case .disputeResolved: (.dispute, nil)
      case .holdLifted: (.hold, nil)
      default: (.assignee, nil)
      }
    // A judgment has no text: its amount is in the entry.
    guard entry.kind != .judgmentEntered else { return }
    fact.name = TextReference(packed: text(name, bytes, reader))
    if entry.kind == .disputeResolved || entry.kind == .holdLifted {
      entry.reference = fact.name.packed
      return
    }
    if let kind { fact.kind = TextReference(packed: text(kind, bytes, reader)) }
    if entry.kind == .disputeOpened || entry.kind == .holdPlaced {
      fact.reason = TextReference(packed: text(.reason, bytes, reader))
    }
    entry.reference = Int64(facts.count)
    facts.append(fact)
  }
}
