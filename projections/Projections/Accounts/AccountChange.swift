package import CanonicalJSON
package import Collections

/// A change of an account's state that a rule derived: which, since when, by what rule, from what.
package struct AccountChange: Sendable {
  /// What changed.
  package enum Kind: String, CaseIterable, Sendable {
    /// Of a plan (section 6).
    case planCompleted, planReplaced, planCancelled, planDefault
    /// Of a promise (section 7).
    case promiseKept, promiseBroken, promiseCancelled, promiseCuredLate
    /// Credit paid what was due (section 3).
    case creditUsed
    /// Nothing is outstanding any more; the account is written off; it is closed (section 9).
    case paid, writtenOff, closed
  }

  /// What changed.
  package var kind: Kind
  /// Since when.
  package var on: CivilDate
  /// The plan or promise; empty where the account itself is meant.
  package var id = ""
  /// The event that did it; nil where days or credit did.
  package var cause: Int64?
  /// The figures and dates the rule went by, under their names in the rules.
  package var inputs: [JSONMember] = []

  /// The section of the rules.
  package var section: Int {
    switch kind {
    case .planCompleted, .planReplaced, .planCancelled, .planDefault: 6
    case .promiseKept, .promiseBroken, .promiseCancelled, .promiseCuredLate: 7
    case .creditUsed: 3
    case .paid, .writtenOff, .closed: 9
    }
  }

  /// A figure or date the rule went by.
  package subscript(name: String) -> JSONValue? { inputs.first { $0.key == name }?.value }

  /// The change as JSON.
  package var json: JSONValue {
    .object([
      "on": .string(on.text), "change": .string(kind.rawValue), "section": .integer(Int64(section)),
      "id": id.isEmpty ? .null : .string(id), "cause": cause.map { .integer($0) } ?? .null,
      "inputs": JSONValue(members: inputs),
    ])
  }
}

extension AccountReport {
  /// Every change that a rule derived, by day.
  package var changes: [AccountChange] {
    var found = plans.compactMap(Self.change) + promises.flatMap(Self.changes) + creditUse
    if let cleared, !items.isEmpty {
      found.append(
        AccountChange(kind: .paid, on: cleared.on, cause: cleared.by < 0 ? nil : cleared.by))
    }
    if let day = life.writtenOffOn {
      found.append(AccountChange(kind: .writtenOff, on: day, cause: life.writtenOffBy))
    }
    if let closure = life.closure {
      found.append(AccountChange(kind: .closed, on: closure.on, cause: closure.seq))
    }
    // Stable: what is of one day stays in the order above.
    return found.enumerated().sorted { first, second in
      first.element.on == second.element.on
        ? first.offset < second.offset : first.element.on < second.element.on
    }.map(\.element)
  }

  private static func change(_ plan: PlanReport) -> AccountChange? {
    let outcome = plan.outcome
    let kind: AccountChange.Kind
    switch outcome.state {
    case .active: return nil
    case .completed: kind = .planCompleted
    case .replaced: kind = .planReplaced
    case .cancelled: kind = .planCancelled
    case .inDefault: kind = .planDefault
    }
    let since = CivilDate(days: outcome.since)
    var change = AccountChange(
      kind: kind, on: since, id: plan.id, cause: outcome.cause < 0 ? nil : outcome.cause)
    if kind == .planDefault {
      change.inputs = [
        JSONMember(key: "daysPastDue", value: .integer(Int64(outcome.daysPastDue))),
        JSONMember(key: "defaultAfterDays", value: .integer(outcome.stated.defaultAfterDays)),
      ]
    }
    guard kind == .planDefault || kind == .planCancelled else { return change }
    change.inputs.append(JSONMember(key: "fallsAway", value: .bool(outcome.hasFallen)))
    if outcome.hasFallen, outcome.agreedOn < outcome.since {
      change.inputs += [
        JSONMember(key: "from", value: .string(CivilDate(days: outcome.agreedOn).text)),
        JSONMember(key: "to", value: .string(CivilDate(days: outcome.since - 1).text)),
      ]
    }
    return change
  }

  private static func changes(_ promise: PromiseReport) -> [AccountChange] {
    let outcome = promise.outcome
    let kind: AccountChange.Kind
    switch outcome.outcome {
    case .open: return []
    case .kept: kind = .promiseKept
    case .broken: kind = .promiseBroken
    case .cancelled: kind = .promiseCancelled
    }
    var change = AccountChange(
      kind: kind, on: outcome.since, id: promise.id, cause: outcome.cause < 0 ? nil : outcome.cause)
    change.inputs = [
      JSONMember(key: "amount", value: .integer(outcome.amount)),
      JSONMember(key: "paid", value: .integer(outcome.paid)),
      JSONMember(key: "toleranceBp", value: .integer(Int64(outcome.toleranceBp))),
      JSONMember(key: "graceEndsOn", value: .string(outcome.graceEndsOn.text)),
    ]
    guard let day = outcome.curedLateOn else { return [change] }
    return [change, AccountChange(kind: .promiseCuredLate, on: day, id: promise.id)]
  }

  /// What credit paid, a day at a time.
  private var creditUse: [AccountChange] {
    var found: [AccountChange] = []
    var sum: Int64 = 0
    for use in settlements where use.cause == .credit {
      let day = CivilDate(days: use.on)
      sum = found.last?.on == day ? sum + use.amount : use.amount
      if found.last?.on == day { found.removeLast() }
      found.append(
        AccountChange(
          kind: .creditUsed, on: day, inputs: [JSONMember(key: "amount", value: .integer(sum))]))
    }
    return found
  }
}
