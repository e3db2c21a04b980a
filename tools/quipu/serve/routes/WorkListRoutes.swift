internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Route {
  static let workList = Route(
    "GET", "/v1/worklist", "getWorkList",
    Text("the day's next best actions", "las mejores acciones del día"),
    permission: .readProjections,
    parameters: Page.parameters + [
      .query(
        "strategy", .identifier,
        Text(
          "one in force; needed only where several are",
          "una vigente; solo hace falta si hay varias")),
      .query("queue", .choices(["actions", "specialist"]), Option.queue.doc),
    ],
    answers: [
      .json(
        "WorkList",
        Text(
          "the actions, best first, then who goes to a trained person",
          "las acciones, las mejores primero, y luego quién va a una persona capacitada"))
    ],
    problems: [404, 422],
    .aside { exchange in
      let page = try Page(exchange, of: "worklist")
      let moment = page.moment
      let model = exchange.service.books.copy()
      let adopted = AdoptedStrategies(model, knownAt: moment.size)
      let inForce = adopted.ids.filter {
        adopted.inForce($0, on: moment.on, before: moment.size) != nil
      }
      let name =
        exchange.request.parameter("strategy") ?? (inForce.count == 1 ? inForce.first : nil)
      guard let name, let found = adopted.inForce(name, on: moment.on, before: moment.size) else {
        throw Failure.strategyNotAdopted(name, inForce, on: moment.on)
      }
      let rules = try ActionRules(
        ChosenStrategy(strategy: found.strategy, adoption: found.seq),
        ActionRules.policies(in: model, on: moment.on, knownAt: moment.size), in: model,
        zone: exchange.service.books.identity.timeZone, on: moment.on, knownAt: moment.size)
      let words = WorkListWords(model, rules)
      let list = WorkList(model, rules, capacity: [:], jobs: 1)
      return exchange.answer(page) {
        // Only a page's rows are put into words.
        let queue = exchange.request.parameter("queue")
        let actions = queue == "specialist" ? [] : list.rows
        let care = queue == "actions" ? [] : list.care
        let range = page.skip..<page.skip + page.limit
        let shown = range.clamped(to: 0..<actions.count)
        let rest = (range.lowerBound - actions.count)..<(range.upperBound - actions.count)
        let cared = rest.clamped(to: 0..<care.count)
        var members = words.totals(list)
        func rows(_ rows: ArraySlice<WorkList.Row>) -> JSONValue {
          .array(rows.map { words.json($0, seq: nil) })
        }
        if queue != "specialist" {
          members.append(JSONMember(key: "actions", value: rows(actions[shown])))
        }
        if queue != "actions" {
          members.append(JSONMember(key: "care", value: rows(care[cared])))
        }
        let isMore = range.upperBound < actions.count + care.count
        return (JSONValue(members: members), isMore ? page.next(skip: range.upperBound) : nil)
      }
    })
}

extension SchemaCatalog {
  static let workList: [JSONMember] = [
    JSONMember(
      key: "WorkList",
      value: Schema.withOptional(
        ["actions", "care"],
        [
          ("accounts", Schema.count), ("asOf", Schema.date),
          ("holds", Schema.map(of: Schema.count)), ("knownAt", Schema.knownAt),
          ("overdue", Schema.count), ("strategy", Schema.id), ("version", Schema.count),
          ("used", Schema.map(of: Schema.count)),
          ("actions", Schema.array(Schema.reference("Action"))),
          ("care", Schema.array(Schema.reference("Action"))), ("next", Schema.next),
        ])),
    JSONMember(key: "Action", value: action),
  ]

  private static let action = Schema.object(
    [
      "account": Schema.id, "action": Schema.text, "arm": Schema.text,
      "daysPastDue": Schema.count, "overdue": Schema.money, "reasons": Schema.array(Schema.text),
      "segment": Schema.text, "subject": Schema.text, "cost": Schema.money,
      "expected": Schema.money, "kind": Schema.text,
      "probabilityBp": Schema.integer(-1...10_000), "score": Schema.nullable(Schema.money),
      "template": Schema.text, "offers": Schema.array(Schema.text), "proposal": Schema.seq,
      "channel": Schema.nullable(Schema.choice(ContactChannel.allCases.map { "\($0)" })),
      "localZone": Schema.text, "point": Schema.nullable(Schema.text), "tone": Schema.text,
      "window": Schema.object(["from": Schema.text, "on": Schema.date, "to": Schema.text]),
    ],
    optional: [
      "cost", "expected", "kind", "probabilityBp", "score", "template", "offers", "proposal",
      "localZone", "point", "tone", "window",
    ])
}
