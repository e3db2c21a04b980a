internal import Collections
internal import Ledger
internal import Projections

extension Route {
  static let promises = Route(
    "GET", "/v1/promises", "listPromises",
    Text("what was promised, and what came of it", "lo prometido y su resultado"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .ofAccount,
      .query(
        "outcome", .choices(PromiseOutcome.Outcome.allCases.map(\.rawValue)), Option.outcome.doc),
    ],
    answers: [.json("PromisePage", Text("promises by account", "promesas por cuenta"))],
    problems: [404, 422],
    .aside { exchange in
      let outcome = exchange.request.parameter("outcome")
      return try AccountListing(exchange, "promises").answer { model, numbers, page in
        let promises = PromiseRows(
          model.accounts, numbers, outcome: outcome, on: page.moment.on, knownAt: page.moment.size,
          present: page.present)
        return (promises.rows.map { ($0.account, promises.json($0)) }, promises.failures)
      }
    })

  static let plans = Route(
    "GET", "/v1/plans", "listPlans",
    Text("restructurings, and what is late", "reestructuraciones y lo vencido"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .ofAccount, .query("late", .choices(["false", "true"]), Option.late.doc),
    ],
    answers: [.json("PlanPage", Text("plans by account", "planes por cuenta"))],
    problems: [404, 422],
    .aside { exchange in
      let isLate = exchange.flag("late")
      return try AccountListing(exchange, "plans").answer { model, numbers, page in
        let plans = PlanRows(
          model.accounts, numbers, isLate: isLate, on: page.moment.on, knownAt: page.moment.size)
        return (plans.rows.map { ($0.account, PlanRows.json($0)) }, plans.failures)
      }
    })
}
