internal import CanonicalJSON
internal import Collections

// What plans and promises have to satisfy when they are recorded (ledger-rules, sections 6, 7 and 11).
extension Intake {
  /// Checks that a plan just applied balances at its turn: for each component its items and haircut are
  /// what is outstanding, and the interest it adds.
  func checkBalance(of draft: Draft, at seq: Int64, _ effective: CivilDate) throws(Refusal) {
    let name = Array(draft.stream.utf8)
    guard let stream = StreamName(parsing: name.span, 0..<name.count),
      let account = book.accounts.find(name.span, stream.id)
    else { return }
    let fold = try state(of: account, on: effective)
    guard let plan = fold.plans.first(where: { $0.seq == seq }) else { return }
    guard plan.shortfall != Amounts() || plan.excess != Amounts() else { return }
    var owed = plan.replaced
    owed.interest += plan.stated.planInterest
    var offered = owed
    for component in Component.allCases {
      offered[component] += plan.excess[component] - plan.shortfall[component]
    }
    throw Refusal(
      "plan_unbalanced", field: "data.items",
      value: "items and haircut: \(Self.text(offered))",
      expected: "what is outstanding on \(effective.text) at its turn, and planInterest: "
        + Self.text(owed))
  }

  /// `principal 90000, interest 0, penalty 0, cost 0`.
  private static func text(_ amounts: Amounts) -> String {
    let order: [Component] = [.principal, .interest, .penalty, .cost]
    return order.map { "\($0.name) \(amounts[$0])" }.joined(separator: ", ")
  }

  /// Checks that what is promised is due on the day it is promised or later.
  func checkDue(_ value: JSONValue?, _ effective: CivilDate) throws(Refusal) {
    guard let text = value?.stringValue, let due = CivilDate(text), due < effective else { return }
    throw Refusal(
      "dates_out_of_order", field: "data.dueOn", value: text,
      expected: "\(effective.text), the day on which it is promised, or later")
  }

  /// Checks that a write-off, or taking one back, finds the account as it must be.
  func checkBooks(
    isWrittenOff wanted: Bool, _ draft: Draft, on account: Int, _ effective: CivilDate
  ) throws(Refusal) {
    let isWrittenOff = try state(of: account, on: effective).life.writtenOffOn != nil
    guard isWrittenOff != wanted else { return }
    throw Refusal(
      wanted ? "not_written_off" : "already_written_off", field: "type", value: draft.type.name,
      expected: "an account that is \(wanted ? "" : "not ")written off on \(effective.text)")
  }

  /// Checks that a promise's grace has not ended: what is broken stays visible.
  func checkGrace(
    _ value: JSONValue?, on account: Int, _ effective: CivilDate
  ) throws(Refusal) {
    guard let id = value?.stringValue else { return }
    let fold = try state(of: account, on: effective)
    let promises = fold.promises(of: book)
    guard let promise = promises.last(where: { book.texts.text($0.id) == id }) else {
      throw Refusal(
        "before_promise", field: "effective", value: effective.text,
        expected: "on or after the day promise \(id) was made")
    }
    guard promise.outcome != .cancelled else {
      throw Refusal(
        "promise_cancelled", field: "data.promise", value: id,
        expected: "a promise that is not cancelled on \(effective.text); else a new one")
    }
    guard effective <= promise.graceEndsOn else {
      throw Refusal(
        "grace_ended", field: "effective", value: effective.text,
        expected: "at most \(promise.graceEndsOn.text), the last day of the promise's grace; after "
          + "it a new promise")
    }
  }
}
