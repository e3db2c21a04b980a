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
      .query("queue", .choices(["actions", "specialist", "reminders"]), Option.queue.doc),
    ],
    answers: [
      .json(
        "WorkList",
        Text(
          "the actions, best first, then who goes to a trained person, then who is reminded or thanked",
          "las acciones, las mejores primero, luego quién va a una persona capacitada y a quién se le "
            + "recuerda o agradece"))
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
      var rules = try ActionRules(
        ChosenStrategy(strategy: found.strategy, adoption: found.seq),
        ActionRules.policies(in: model, on: moment.on, knownAt: moment.size), in: model,
        zone: exchange.service.books.identity.timeZone, on: moment.on, knownAt: moment.size)
      rules.texts = AdoptedAssistant(model, knownAt: moment.size, only: .templates)
        .templates(on: moment.on, before: moment.size)
      if exchange.request.parameter("queue") == "reminders", rules.texts == nil {
        throw AssistantDesk.noTexts(on: moment.on)
      }
      let words = WorkListWords(model, rules)
      let list = WorkList(model, rules, capacity: [:], jobs: 1)
      return exchange.answer(page) {
        // Only a page's rows are put into words.
        let queue = exchange.request.parameter("queue")
        func holds(_ name: String) -> Bool { queue == nil || queue == name }
        let actions = holds("actions") ? list.rows : []
        let care = holds("specialist") ? list.care : []
        let reminders = holds("reminders") ? list.reminders : nil
        let range = page.skip..<page.skip + page.limit
        /// The part of the page that lies in a queue of so many, which begins there.
        func part(from start: Int, _ count: Int) -> Range<Int> {
          (range.lowerBound - start..<range.upperBound - start).clamped(to: 0..<count)
        }
        let (first, second) = (actions.count, actions.count + care.count)
        let count = second + (reminders?.count ?? 0)
        var members = words.totals(list)
        func rows(_ rows: ArraySlice<WorkList.Row>) -> JSONValue {
          .array(rows.map { words.json($0, seq: nil) })
        }
        if holds("actions") {
          let shown = actions[part(from: 0, first)]
          members.append(JSONMember(key: "actions", value: rows(shown)))
        }
        if holds("specialist") {
          let shown = care[part(from: first, care.count)]
          members.append(JSONMember(key: "care", value: rows(shown)))
        }
        if let reminders {
          let shown = reminders[part(from: second, reminders.count)]
          members.append(
            JSONMember(key: "reminders", value: .array(shown.map { words.json($0) })))
        }
        let isMore = range.upperBound < count
        return (JSONValue(members: members), isMore ? page.next(skip: range.upperBound) : nil)
      }
    })
}

extension SchemaCatalog {
  static let workList: [JSONMember] = [
    JSONMember(
      key: "WorkList",
      value: Schema.withOptional(
        ["actions", "care", "reminders"],
        [
          ("accounts", Schema.count), ("asOf", Schema.date),
          ("holds", Schema.map(of: Schema.count)), ("knownAt", Schema.knownAt),
          ("overdue", Schema.count), ("strategy", Schema.id), ("version", Schema.count),
          ("used", Schema.map(of: Schema.count)),
          ("actions", Schema.array(Schema.reference("Action"))),
          ("care", Schema.array(Schema.reference("Action"))),
          ("reminders", Schema.array(Schema.reference("Reminder"))), ("next", Schema.next),
        ])),
    JSONMember(key: "Action", value: action), JSONMember(key: "Reminder", value: reminder),
  ]

  private static let window = Schema.object([
    "from": Schema.text, "on": Schema.date, "to": Schema.text,
  ])

  private static let reminder = Schema.object([
    "account": Schema.id,
    "blocked": Schema.array(
      Schema.object(["channel": Schema.text, "rules": Schema.array(Schema.text)])),
    "channel": Schema.nullable(Schema.choice(ContactChannel.allCases.map { "\($0)" })),
    "contact": Schema.id,
    "earliest": Schema.nullable(Schema.object(["from": Schema.text, "on": Schema.date])),
    "hold": Schema.nullable(Schema.text),
    "kind": Schema.choice(Reminder.Occasion.allCases.map(\.rawValue)),
    "language": Schema.choice(MessageLanguage.allCases.map(\.rawValue)),
    "localZone": Schema.nullable(Schema.text), "on": Schema.date,
    "point": Schema.nullable(Schema.text), "reasons": Schema.array(Schema.text),
    "subject": Schema.id, "template": Schema.text, "tone": Schema.text,
    "window": Schema.nullable(window),
  ])

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
      "window": window,
    ],
    optional: [
      "cost", "expected", "kind", "probabilityBp", "score", "template", "offers", "proposal",
      "localZone", "point", "tone", "window",
    ])
}
