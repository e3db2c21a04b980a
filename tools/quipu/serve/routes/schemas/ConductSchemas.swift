internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told of contacts: made, and asked about.
extension SchemaCatalog {
  static let conduct: [JSONMember] = [
    JSONMember(key: "Conduct", value: report),
    JSONMember(key: "ContactCount", value: .objectSchema(counts)),
    JSONMember(key: "Violation", value: violation),
    JSONMember(
      key: "Duty",
      value: Schema.object([
        "citation": Schema.text, "inputs": Schema.text, "kind": ruleKind, "on": Schema.date,
        "policy": Schema.id, "rule": Schema.text, "seq": Schema.seq, "stream": Schema.text,
        "verdict": verdict, "version": Schema.count,
      ])),
  ]

  static let contacts: [JSONMember] = [
    JSONMember(key: "ContactQuestion", value: question),
    JSONMember(key: "ContactAnswer", value: answer),
    JSONMember(
      key: "ContactRefusal",
      value: Schema.object([
        "error": Schema.object([
          "code": Schema.text, "message": Schema.text, "exit": Schema.count, "detail": anyObject,
        ])
      ])),
  ]

  private static let ruleKind = Schema.choice(RuleTest.Kind.allCases.map(\.rawValue))
  private static let verdict = Schema.choice(RuleVerdict.allCases.map { "\($0)" })
  private static let channel = Schema.choice(ContactChannel.allCases.map { "\($0)" })
  private static let localAt = Schema.instant

  private static let counts: [(String, JSONValue)] = [
    ("blocked", Schema.count), ("contacts", Schema.count), ("unjudged", Schema.count),
    ("warned", Schema.count),
  ]

  private static let report = Schema.withOptional(
    ["from"],
    [
      (
        "asked",
        .objectSchema(ConductReport.Asked.allCases.map { ("\($0)", Schema.count) })
      ), ("byAgent", Schema.array(.objectSchema(counts + [("agent", Schema.text)]))),
      ("byChannel", Schema.array(.objectSchema(counts + [("channel", channel)]))),
      (
        "byHour",
        Schema.array(
          .objectSchema(
            counts + [("hour", Schema.integer(0...23)), ("weekday", Schema.integer(1...7))]))
      ), ("inbound", Schema.count), ("knownAt", Schema.knownAt), ("from", Schema.date),
      ("to", Schema.date),
      (
        "rules",
        Schema.array(
          Schema.object([
            "citation": Schema.text, "count": Schema.count, "kind": ruleKind,
            "knownThen": Schema.count, "policy": Schema.id, "rule": Schema.text,
            "verdict": verdict,
          ]))
      ), ("total", Schema.reference("ContactCount")),
      ("violations", Schema.array(Schema.reference("Violation"))),
      ("duties", Schema.array(Schema.reference("Duty"))), ("next", Schema.next),
    ])

  private static let violation = Schema.object(
    [
      "account": Schema.id, "agent": Schema.text, "channel": channel, "citation": Schema.text,
      "contact": Schema.id, "inputs": Schema.text, "kind": ruleKind, "knownThen": Schema.bool,
      "localAt": localAt, "policy": Schema.id, "rule": Schema.text, "seq": Schema.seq,
      "verdict": verdict, "version": Schema.count, "subject": Schema.id,
    ], optional: ["subject"])

  private static let question = Schema.object(
    [
      "subject": Schema.id, "channel": channel, "account": Schema.id, "point": Schema.id,
      "template": Schema.id, "agent": Schema.id,
      "at": .object([
        "type": .string("string"),
        "description": .string(
          "2026-03-02T10:15:00-05:00, or 2026-03-02T10:15 where the person is; else now"),
        "format": .string("date-time"),
      ]),
    ], optional: ["account", "point", "template", "agent", "at"])

  /// A question and its answer, as examples.
  static let questionExample: JSONValue = .object([
    "subject": .string("S-1"), "account": .string("A-1"), "channel": .string("call"),
    "at": .string("2026-03-02T10:15:00-05:00"),
  ])
  static let answerExample: JSONValue = .object([
    "account": .string("A-1"), "allowed": .bool(true), "channel": .string("call"),
    "checks": .array([
      .object([
        "citation": .string("Ley 29571 art. 62.b"),
        "inputs": .string("day=2026-03-02 weekday=1 time=10:15:00"), "kind": .string("hours"),
        "policy": .string("pe"), "rule": .string("PE-HRS"), "verdict": .string("pass"),
      ])
    ]), "knownAt": .object(["size": .integer(4_711)]),
    "localAt": .string("2026-03-02T10:15:00.000-05:00"),
    "policies": .array([.object(["policy": .string("pe"), "version": .integer(1)])]),
    "subject": .string("S-1"), "zone": .string("America/Lima"),
  ])

  private static let answer = Schema.object(
    [
      "account": Schema.id, "allowed": Schema.bool, "channel": channel,
      "checks": Schema.array(
        Schema.object([
          "citation": Schema.text, "inputs": Schema.text, "kind": ruleKind, "policy": Schema.id,
          "rule": Schema.text, "verdict": verdict,
        ])), "knownAt": Schema.knownAt, "localAt": localAt, "point": Schema.id,
      "policies": Schema.array(
        Schema.object(["policy": Schema.id, "version": Schema.count])), "subject": Schema.id,
      "zone": Schema.text,
    ], optional: ["account", "point"])
}
