internal import Collections

/// Just enough JSON to write a draft: sorted keys, ASCII text, integers.
indirect enum DraftValue {
  case text(String)
  case integer(Int64)
  case bool(Bool)
  case list([DraftValue])
  case members([String: DraftValue])

  /// Canonical text.
  var text: String {
    switch self {
    case .text(let value): "\"\(value)\""
    case .integer(let value): "\(value)"
    case .bool(let value): value ? "true" : "false"
    case .list(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .members(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.text)" }
        .joined(separator: ",") + "}"
    }
  }
}

/// The text of a day.
func dateText(_ day: Int) -> String { CivilDate(days: Int32(day)).text }

/// The day of a text, in days since 1970-01-01; traps on any other text.
func day(_ text: String) -> Int {
  guard let date = CivilDate(text) else { preconditionFailure("not a date: \(text)") }
  return Int(date.days)
}

extension ModelEvent {
  /// The event's type, as drafts name it.
  var type: String {
    switch fact {
    case .opened: "AccountOpened"
    case .terms: "TermsChanged"
    case .schedule: "ScheduleSet"
    case .charge: "ChargeAssessed"
    case .waiver: "ChargeWaived"
    case .forgiveness: "DebtForgiven"
    case .pause: "DelinquencyPaused"
    case .moratorium: "MoratoriumStarted"
    case .moratoriumEnd: "MoratoriumEnded"
    case .grace: "GracePeriodGranted"
    case .payment: "PaymentReceived"
    case .reversal: "PaymentReversed"
    case .chargeback: "PaymentChargedBack"
    case .refund: "RefundIssued"
    case .writeOff: "WrittenOff"
    case .writeOffReversed: "WriteOffReversed"
    case .closure: "AccountClosed"
    case .sale: "PortfolioSold"
    case .reopening: "AccountReopened"
    case .placement: "AgencyPlaced"
    case .recall: "AgencyRecalled"
    case .void: "EventVoided"
    case .plan: "PlanAgreed"
    case .planCancelled: "PlanCancelled"
    case .promise: "PromiseMade"
    case .promiseMoved: "PromiseRescheduled"
    case .promiseCancelled: "PromiseCancelled"
    }
  }

  /// The stream it is recorded in.
  var stream: String {
    fact.isVoid ? "ledger/L1" : isOfDebtor ? "subject/S-1" : "account/\(account)"
  }

  /// Its `data`, canonical.
  var data: String { DraftValue.members(members).text }

  /// The draft that records it, one line.
  var draft: String {
    DraftValue.members([
      "type": .text(type), "stream": .text(stream), "effective": .text(dateText(effective)),
      "key": .text("k\(seq)"), "data": .members(members),
    ]).text
  }

  private var members: [String: DraftValue] {
    switch fact {
    case .opened(let opening): openingMembers(opening)
    case .terms(let terms): ["terms": termsValue(terms)]
    case .schedule(let items): ["items": itemsValue(items)]
    case .charge(let part, let amount, let n): lineMembers(part, amount, n, "label", "fee")
    case .waiver(let part, let amount, let n): lineMembers(part, amount, n, "reason", "goodwill")
    case .forgiveness(let amounts): partMembers(amounts, ["reason": .text("goodwill")])
    case .pause(let to, let stops), .moratorium(let to, let stops): spanMembers(to, stops)
    case .grace(let to, let stops):
      [
        "from": .text(dateText(effective)), "to": .text(dateText(to)), "reason": .text("law"),
        "pausesAccrual": .bool(stops),
      ]
    case .payment(let id, let amount, let prepays, let promise):
      paymentMembers(id, amount, prepays, promise)
    case .reversal(let id):
      ["payment": .text(id), "kind": .text("bounced"), "reason": .text("no funds")]
    case .chargeback(let id, let amount): ["payment": .text(id), "amount": .integer(amount)]
    case .refund(let amount): ["amount": .integer(amount), "method": .text("transfer")]
    case .closure(let reason): ["reason": .text(reason)]
    case .sale(let buyer):
      ["buyer": .text(buyer), "price": .integer(1), "cutoff": .text(dateText(effective))]
    case .reopening: ["reason": .text("mistake")]
    case .placement(let agency):
      ["agency": .text(agency), "from": .text(dateText(effective))]
    case .void(let target):
      ["target": .integer(target), "reason": .text("mistake"), "approver": .text("U2")]
    case .plan(let id, let terms): planMembers(id, terms)
    case .planCancelled(let id): ["plan": .text(id), "reason": .text("mistake")]
    case .promise(let id, let terms): promiseMembers(id, terms)
    case .promiseMoved(let id, let due, let amount): moveMembers(id, due, amount)
    case .promiseCancelled(let id):
      ["promise": .text(id), "by": .text("debtor"), "reason": .text("no work")]
    case .moratoriumEnd, .writeOff, .writeOffReversed, .recall: [:]
    }
  }

  private func openingMembers(_ opening: ModelOpening) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "account": .text(account), "subject": .text("S-1"), "creditor": .text("C1"),
      "product": .text(opening.product), "currency": .text("PEN"),
      "items": itemsValue(opening.items),
    ]
    if let terms = opening.terms { members["terms"] = termsValue(terms) }
    if let profile = opening.profile {
      members["allocation"] = .members([
        "order": .list(profile.order.map { .text($0.name) }),
        "spread": .text(profile.spread.rawValue), "advance": .text(profile.advance.rawValue),
      ])
    }
    return members
  }

  private func itemsValue(_ items: [ModelStatedItem]) -> DraftValue {
    .list(
      items.map { item in
        .members(
          partMembers(
            item.amounts,
            [
              "n": .integer(item.n), "dueOn": .text(dateText(item.due)),
              "principal": .integer(item.amounts.principal),
            ]))
      })
  }

  /// The amounts that are not zero, beside other members.
  private func partMembers(
    _ amounts: Parts, _ others: [String: DraftValue]
  ) -> [String: DraftValue] {
    var members = others
    for part in Part.allCases where amounts[part] != 0 {
      members[part.name] = .integer(amounts[part])
    }
    return members
  }

  private func termsValue(_ terms: ModelTerms) -> DraftValue {
    var members: [String: DraftValue] = [:]
    for (name, rate) in [("compensatory", terms.compensatory), ("default", terms.penal)] {
      switch rate {
      case .none: break
      case .yearly(let points, let days):
        members[name + "Bp"] = .integer(points)
        if days != 360 { members["yearDays"] = .integer(days) }
      case .daily(let parts): members[name + "Daily"] = .integer(parts)
      }
    }
    if terms.rolls { members["roll"] = .text("following") }
    if terms.materiality != 0 { members["materiality"] = .integer(terms.materiality) }
    return .members(members)
  }

  private func lineMembers(
    _ part: Part, _ amount: Int64, _ n: Int64?, _ wordKey: String, _ word: String
  ) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "component": .text(part.name), "amount": .integer(amount), wordKey: .text(word),
    ]
    if let n { members["item"] = .integer(n) }
    return members
  }

  private func spanMembers(_ to: Int, _ stops: Bool) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "from": .text(dateText(effective)), "to": .text(dateText(to)),
    ]
    if case .moratorium = fact {
      members["kind"] = .text("law")
    } else {
      members["reason"] = .text("hardship")
    }
    if stops { members["stopsAccrual"] = .bool(true) }
    return members
  }

  private func planMembers(_ id: String, _ terms: ModelPlanTerms) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "plan": .text(id), "kind": .text(terms.kind), "items": itemsValue(terms.items),
      "conditional": .bool(terms.conditional),
      "defaultAfterDays": .integer(Int64(terms.defaultAfterDays)),
    ]
    if terms.haircut != Parts() { members["haircut"] = .members(partMembers(terms.haircut, [:])) }
    if terms.planInterest != 0 { members["planInterest"] = .integer(terms.planInterest) }
    if terms.accrues { members["accrues"] = .bool(true) }
    return members
  }

  private func promiseMembers(_ id: String, _ terms: ModelPromiseTerms) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "promise": .text(id), "amount": .integer(terms.amount), "dueOn": .text(dateText(terms.due)),
      "channel": .text("call"),
    ]
    if terms.toleranceBp != 0 { members["toleranceBp"] = .integer(terms.toleranceBp) }
    if terms.graceDays != 0 { members["graceDays"] = .integer(Int64(terms.graceDays)) }
    return members
  }

  private func moveMembers(_ id: String, _ due: Int, _ amount: Int64?) -> [String: DraftValue] {
    var members: [String: DraftValue] = ["promise": .text(id), "dueOn": .text(dateText(due))]
    if let amount { members["amount"] = .integer(amount) }
    return members
  }

  private func paymentMembers(
    _ id: String, _ amount: Int64, _ prepays: Bool, _ promise: String?
  ) -> [String: DraftValue] {
    var members: [String: DraftValue] = [
      "payment": .text(id), "amount": .integer(amount), "currency": .text("PEN"),
      "method": .text("cash"),
    ]
    if prepays { members["intent"] = .text("prepayment") }
    if let promise { members["promise"] = .text(promise) }
    return members
  }
}
