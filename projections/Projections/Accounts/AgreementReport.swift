package import CanonicalJSON
package import Collections

/// A plan on a day: what was agreed, what has become of it, and what of it is late.
package struct PlanReport: Sendable {
  /// Its id.
  package let id: String
  /// What has become of it.
  package let outcome: PlanOutcome
  /// What is left of its items.
  package let progress: PlanProgress

  /// Reads a plan off the fold it is of.
  package init(_ plan: PlanOutcome, _ fold: AccountFold, _ book: AccountBook) {
    id = book.texts.text(plan.id)
    outcome = plan
    progress = fold.progress(of: plan)
  }

  /// The plan as JSON: amounts are integers in minor units.
  package var json: JSONValue {
    let stated = outcome.stated
    return .object([
      "plan": .string(id), "kind": .string(stated.kind.name),
      "state": .string(outcome.state.rawValue),
      "since": .string(CivilDate(days: outcome.since).text),
      "agreedOn": .string(CivilDate(days: outcome.agreedOn).text), "seq": .integer(outcome.seq),
      "cause": outcome.cause < 0 ? .null : .integer(outcome.cause),
      "conditional": .bool(stated.isConditional), "fallen": .bool(outcome.hasFallen),
      "accrues": .bool(stated.accrues), "defaultAfterDays": .integer(stated.defaultAfterDays),
      "replaced": AccountReport.json(outcome.replaced),
      "haircut": AccountReport.json(outcome.haircut),
      "planInterest": .integer(stated.planInterest),
      "shortfall": AccountReport.json(outcome.shortfall),
      "excess": AccountReport.json(outcome.excess),
      "outstanding": .integer(progress.outstanding), "overdue": .integer(progress.overdue),
      "daysPastDue": .integer(Int64(progress.daysPastDue)),
      "nextDueOn": progress.nextDueOn.map { .string($0.text) } ?? .null,
    ])
  }
}

/// A promise on a day.
package struct PromiseReport: Sendable {
  /// Its id.
  package let id: String
  /// What has become of it.
  package let outcome: PromiseOutcome

  /// The share paid, in basis points, rounded down.
  package var paidBp: Int64 {
    Int64(Int128(outcome.paid) * 10_000 / Int128(max(1, outcome.amount)))
  }

  /// The promise as JSON: amounts are integers in minor units.
  package var json: JSONValue {
    .object([
      "promise": .string(id), "seq": .integer(outcome.seq),
      "madeOn": .string(CivilDate(days: outcome.madeOn).text), "amount": .integer(outcome.amount),
      "dueOn": .string(outcome.dueOn.text), "graceEndsOn": .string(outcome.graceEndsOn.text),
      "toleranceBp": .integer(Int64(outcome.toleranceBp)), "paid": .integer(outcome.paid),
      "paidBp": .integer(paidBp), "outcome": .string(outcome.outcome.rawValue),
      "since": .string(outcome.since.text),
      "cause": outcome.cause < 0 ? .null : .integer(outcome.cause),
      "curedLate": .bool(outcome.curedLateOn != nil),
      "curedLateOn": outcome.curedLateOn.map { .string($0.text) } ?? .null,
      "rescheduled": .integer(Int64(outcome.rescheduled)),
    ])
  }
}

/// A hold, a dispute, a suit or another fact, its texts spelt out.
package struct FactReport: Sendable {
  /// What happened.
  package let fact: AccountFact
  /// Its id, court, agency or new owner; its kind, scope or case; why. Empty where it has none.
  package let name: String
  package let kind: String
  package let reason: String

  init(_ fact: AccountFact, _ book: AccountBook) {
    self.fact = fact
    name = book.plainText(fact.texts.name)
    kind = book.plainText(fact.texts.kind)
    reason = book.plainText(fact.texts.reason)
  }

  /// Whether it is a hold or a dispute that stands: collection is to stop.
  package var isHold: Bool {
    (fact.kind == .hold || fact.kind == .dispute) && fact.endedOn == nil
  }

  /// The fact as JSON, under the names its event gives.
  package var json: JSONValue {
    var members = [
      JSONMember(key: "fact", value: .string(fact.kind.rawValue)),
      JSONMember(key: "seq", value: .integer(fact.seq)),
      JSONMember(key: "of", value: .string(fact.isOfDebtor ? "debtor" : "account")),
      JSONMember(key: "on", value: .string(CivilDate(days: fact.on).text)),
      JSONMember(
        key: "endedOn",
        value: fact.endedOn.map { .string(CivilDate(days: $0).text) } ?? .null),
      JSONMember(key: "endedBy", value: fact.endedBy < 0 ? .null : .integer(fact.endedBy)),
    ]
    let names: (name: String, kind: String) =
      switch fact.kind {
      case .dispute: ("dispute", "scope")
      case .hold: ("hold", "kind")
      case .placement: ("agency", "")
      case .assignment: ("assignee", "")
      case .suit: ("court", "case")
      case .limitation: ("by", "")
      case .judgment: ("", "")
      }
    for (key, text) in [(names.name, name), (names.kind, kind), ("reason", reason)]
    where !key.isEmpty && !text.isEmpty {
      members.append(JSONMember(key: key, value: .string(text)))
    }
    if fact.amount > 0 { members.append(JSONMember(key: "amount", value: .integer(fact.amount))) }
    if fact.purgeBy != 0 {
      members.append(
        JSONMember(key: "purgeBy", value: .string(CivilDate(days: fact.purgeBy).text)))
    }
    return JSONValue(members: members)
  }
}

extension AccountBook {
  /// A text of the book, its escapes resolved.
  func plainText(_ reference: TextReference) -> String {
    let raw = Array(texts.text(reference).utf8)
    return decodeCanonicalString(0..<raw.count, in: raw.span)
  }
}
