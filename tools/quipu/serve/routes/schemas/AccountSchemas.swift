internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told of accounts, under the names of `AccountReport.json` and `AccountHistory.json`.
extension SchemaCatalog {
  static let accounts: [JSONMember] = [
    JSONMember(key: "Amounts", value: amounts),
    JSONMember(key: "Account", value: Schema.dated(accountMembers + accountLists)),
    JSONMember(key: "AccountRow", value: row),
    JSONMember(key: "AccountPage", value: page("accounts", "AccountRow", ("failures", failures))),
    JSONMember(key: "Item", value: item), JSONMember(key: "Payment", value: payment),
    JSONMember(key: "Settlement", value: Schema.object(settlement)),
    JSONMember(key: "Restatement", value: Schema.object(restatement)),
    JSONMember(key: "Fact", value: fact), JSONMember(key: "Remark", value: remark),
    JSONMember(key: "History", value: history), JSONMember(key: "HistoryEvent", value: event),
    JSONMember(key: "Change", value: change),
    JSONMember(
      key: "Failure", value: Schema.object(["account": Schema.text, "code": Schema.text])),
  ]

  /// A page of a listing: the rows, and where the next page begins.
  static func page(
    _ name: String, _ row: String, _ more: (String, JSONValue)...
  ) -> JSONValue {
    Schema.dated(
      [(name, Schema.array(Schema.reference(row))), ("next", Schema.next)] + more)
  }

  static let failures = Schema.array(Schema.reference("Failure"))
  static let amountsReference = Schema.reference("Amounts")
  static let nullableDate = Schema.nullable(Schema.date)
  static let nullableSeq = Schema.nullable(Schema.seq)

  private static let amounts = Schema.object([
    "principal": Schema.money, "interest": Schema.money, "penalty": Schema.money,
    "cost": Schema.money, "total": Schema.money,
  ])

  private static let figures: [(String, JSONValue)] = [
    ("currency", Schema.currency), ("product", Schema.choice(Product.names)),
    ("status", Schema.choice(AccountStatus.allNames)), ("outstanding", amountsReference),
    ("overdue", amountsReference), ("credit", Schema.money), ("daysPastDue", Schema.count),
    ("bucket", Schema.choice(AgingBucket.allCases.map(\.name))),
    ("classification", Schema.nullable(Schema.choice(Classification.allCases.map(\.name)))),
    ("provision", Schema.money), ("paid", Schema.money), ("lastPaymentOn", nullableDate),
  ]

  private static let row = JSONValue.objectSchema(
    figures + [("account", Schema.id), ("nextDueOn", nullableDate)])

  private static let accountMembers: [(String, JSONValue)] =
    figures + [
      ("account", Schema.id), ("creditor", Schema.text), ("subject", Schema.id),
      (
        "closed",
        Schema.nullable(
          Schema.object(
            ["on": Schema.date, "buyer": Schema.text, "reason": Schema.text],
            optional: ["buyer", "reason"]))
      ), ("writtenOffOn", nullableDate), ("openedOn", Schema.date),
      ("agency", Schema.nullable(Schema.text)), ("recovered", Schema.money),
      (
        "nextDue",
        Schema.nullable(Schema.object(["amount": Schema.money, "dueOn": Schema.date]))
      ),
    ]

  private static let accountLists: [(String, JSONValue)] = [
    ("items", Schema.array(Schema.reference("Item"))),
    ("payments", Schema.array(Schema.reference("Payment"))),
    ("plans", Schema.array(Schema.reference("Plan"))),
    ("promises", Schema.array(Schema.reference("Promise"))),
    ("holds", Schema.array(Schema.reference("Fact"))),
    ("facts", Schema.array(Schema.reference("Fact"))),
    ("remarks", Schema.array(Schema.reference("Remark"))),
  ]

  private static let item = Schema.object([
    "n": nullableSeq, "seq": Schema.seq, "dueOn": Schema.date, "stated": amountsReference,
    "accrued": amountsReference, "outstanding": amountsReference, "ages": Schema.bool,
    "plan": Schema.nullable(Schema.id),
  ])

  private static let payment = Schema.object([
    "payment": Schema.id, "seq": Schema.seq, "effective": Schema.date, "amount": Schema.money,
    "state": Schema.choice(["applied", "chargedBack", "reversed", "voided"]),
    "credit": Schema.money, "chargedBack": Schema.money,
    "allocation": Schema.array(Schema.reference("Settlement")),
    "restated": Schema.array(Schema.reference("Restatement")),
  ])

  private static let settlement: KeyValuePairs<String, JSONValue> = [
    "item": nullableSeq, "itemSeq": Schema.seq, "dueOn": Schema.date,
    "component": Schema.choice(Component.allCases.map(\.name)), "amount": Schema.money,
    "cause": Schema.choice([
      "payment", "credit", "waiver", "forgiveness", "unearned", "haircut", "plan", "schedule",
    ]),
  ]

  private static let restatement: KeyValuePairs<String, JSONValue> = [
    "by": Schema.seq, "before": amountsReference, "after": amountsReference,
    "reason": Schema.choice(["event", "planDefault"]), "creditBefore": Schema.money,
    "creditAfter": Schema.money,
  ]

  private static let fact = Schema.object(
    [
      "fact": Schema.choice(AccountFact.Kind.allCases.map(\.rawValue)), "seq": Schema.seq,
      "of": Schema.choice(["account", "debtor"]), "on": Schema.date, "endedOn": nullableDate,
      "endedBy": nullableSeq, "dispute": Schema.text, "scope": Schema.text, "hold": Schema.text,
      "kind": Schema.text, "agency": Schema.text, "assignee": Schema.text, "court": Schema.text,
      "case": Schema.text, "by": Schema.text, "reason": Schema.text, "amount": Schema.money,
      "purgeBy": Schema.date,
    ],
    optional: [
      "dispute", "scope", "hold", "kind", "agency", "assignee", "court", "case", "by", "reason",
      "amount", "purgeBy",
    ])

  private static let remark = Schema.object([
    "remark": Schema.choice([
      "waiverExcess", "forgivenessExcess", "refundExcess", "chargebackExcess",
      "chargebackWithoutPayment",
    ]), "seq": Schema.seq, "amount": Schema.money,
  ])

  private static let history = Schema.dated([
    ("account", Schema.id), ("events", Schema.array(Schema.reference("HistoryEvent"))),
    ("changes", Schema.array(Schema.reference("Change"))),
    (
      "creditUse",
      Schema.array(.objectSchema(settlement.map { ($0.key, $0.value) } + [("on", Schema.date)]))
    ),
  ])

  private static let event = Schema.object([
    "seq": Schema.seq, "stream": Schema.text, "n": Schema.count, "at": Schema.instant,
    "effective": Schema.date, "type": Schema.choice(EventType.allCases.map(\.name)),
    "actor": Schema.reference("Actor"), "key": Schema.text, "data": anyObject,
    "cause": nullableSeq, "voidedBy": nullableSeq, "valueDate": nullableDate,
    "allocation": Schema.array(Schema.reference("Settlement")),
    "gaveBack": Schema.nullable(
      Schema.object([
        "principal": Schema.money, "interest": Schema.money, "penalty": Schema.money,
        "cost": Schema.money, "credit": Schema.money, "total": Schema.money,
      ])),
    "restated": Schema.array(
      .objectSchema(
        restatement.map { ($0.key, $0.value) } + [
          ("restates", Schema.choice(["payment", "waiver", "forgiveness"])), ("event", Schema.seq),
          ("payment", nullableSeq),
        ])),
    "remarks": Schema.array(Schema.reference("Remark")), "later": Schema.bool,
  ])

  private static let change = Schema.object([
    "on": Schema.date, "change": Schema.choice(AccountChange.Kind.allCases.map(\.rawValue)),
    "section": Schema.integer(1...20), "id": Schema.nullable(Schema.id), "cause": nullableSeq,
    "inputs": anyObject,
  ])

  static let anyObject: JSONValue = .object(["type": .string("object")])
}

extension JSONValue {
  /// The schema of an object with all of these members and no others.
  static func objectSchema(_ members: [(String, JSONValue)]) -> JSONValue {
    .object([
      "type": .string("object"), "additionalProperties": .bool(false),
      "required": .array(members.map(\.0).sorted().map { .string($0) }),
      "properties": JSONValue(members: members.map { JSONMember(key: $0.0, value: $0.1) }),
    ])
  }
}
