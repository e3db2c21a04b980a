internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told of promises and plans.
extension SchemaCatalog {
  static let agreements: [JSONMember] = [
    JSONMember(key: "Promise", value: .objectSchema(promise)),
    JSONMember(key: "PromiseRow", value: promiseRow),
    JSONMember(key: "PromisePage", value: page("promises", "PromiseRow", ("failures", failures))),
    JSONMember(key: "Plan", value: .objectSchema(plan)),
    JSONMember(key: "PlanRow", value: .objectSchema(plan + [("account", Schema.id)])),
    JSONMember(key: "PlanPage", value: page("plans", "PlanRow", ("failures", failures))),
  ]

  private static let promise: [(String, JSONValue)] = [
    ("promise", Schema.id), ("seq", Schema.seq), ("madeOn", Schema.date),
    ("amount", Schema.money), ("dueOn", Schema.date), ("graceEndsOn", Schema.date),
    ("toleranceBp", Schema.integer(0...10_000)), ("paid", Schema.money),
    ("paidBp", Schema.count),
    ("outcome", Schema.choice(PromiseOutcome.Outcome.allCases.map(\.rawValue))),
    ("since", Schema.date), ("cause", nullableSeq), ("curedLate", Schema.bool),
    ("curedLateOn", nullableDate), ("rescheduled", Schema.count),
  ]

  /// With `knownNow` where the past is asked about.
  private static let promiseRow: JSONValue = {
    let members =
      promise + [
        ("account", Schema.id), ("knownNow", Schema.nullable(Schema.reference("Promise"))),
      ]
    return Schema.withOptional(["knownNow"], members)
  }()

  private static let plan: [(String, JSONValue)] = [
    ("plan", Schema.id), ("kind", Schema.choice(PlanKind.allCases.map { "\($0)" })),
    ("state", Schema.choice(PlanOutcome.State.allCases.map(\.rawValue))), ("since", Schema.date),
    ("agreedOn", Schema.date), ("seq", Schema.seq), ("cause", nullableSeq),
    ("conditional", Schema.bool), ("fallen", Schema.bool), ("accrues", Schema.bool),
    ("defaultAfterDays", Schema.count), ("replaced", amountsReference),
    ("haircut", amountsReference), ("planInterest", Schema.money),
    ("shortfall", amountsReference), ("excess", amountsReference), ("outstanding", Schema.money),
    ("overdue", Schema.money), ("daysPastDue", Schema.count), ("nextDueOn", nullableDate),
  ]
}

extension Schema {
  /// An object with these members and no others, some of which may be missing.
  static func withOptional(
    _ optional: Set<String>, _ members: [(String, JSONValue)]
  ) -> JSONValue {
    let required = members.map(\.0).filter { !optional.contains($0) }.sorted()
    return .object([
      "type": .string("object"), "additionalProperties": .bool(false),
      "required": .array(required.map { .string($0) }),
      "properties": JSONValue(members: members.map { JSONMember(key: $0.0, value: $0.1) }),
    ])
  }
}
