internal import CanonicalJSON
internal import Collections
internal import Ledger

// Events, drafts of them and receipts.
extension SchemaCatalog {
  static let log: [JSONMember] = [
    JSONMember(
      key: "Actor",
      value: Schema.object([
        "id": Schema.id, "kind": Schema.choice(["person", "system", "bot"]), "role": Schema.id,
      ])),
    JSONMember(key: "Event", value: event),
    JSONMember(key: "Identity", value: identity), JSONMember(key: "Health", value: health),
    JSONMember(key: "Receipt", value: receiptSchema),
  ]

  /// An event's line; what `data` holds is said by its type's draft, personal fields are in `sealed`.
  private static let event = Schema.object(
    [
      "actor": Schema.reference("Actor"), "at": Schema.instant, "cause": Schema.seq,
      "data": anyObject, "effective": Schema.date, "key": Schema.text, "n": Schema.count,
      "salt": Schema.pattern("^[A-Za-z0-9+/]{16}$"),
      "sealed": Schema.object([
        "alg": Schema.text, "ct": Schema.text, "kid": Schema.text, "nonce": Schema.text,
      ]),
      "seq": Schema.seq, "stream": Schema.text, "subject": Schema.id,
      "type": Schema.choice(EventType.allCases.map(\.name)), "v": Schema.count,
    ], optional: ["cause", "sealed", "subject"])

  private static let identity = Schema.object([
    "ledger": Schema.pattern("^[0-9a-f]{32}$"), "origin": Schema.text,
    "currency": Schema.currency, "timeZone": Schema.text, "jurisdiction": Schema.text,
    "keys": Schema.array(Schema.text), "size": Schema.count, "today": Schema.date,
    "checkpoint": nullableSeq, "version": Schema.text,
  ])

  private static let health = Schema.object([
    "status": Schema.choice(ServiceHealth.State.allCases.map(\.rawValue)), "size": Schema.count,
    "since": Schema.instant,
    "checks": Schema.array(
      Schema.object([
        "check": Schema.text,
        "state": Schema.choice(ServiceHealth.State.allCases.map(\.rawValue)),
        "detail": Schema.text,
      ])),
  ])

  /// What is given for an event that was recorded.
  static let receiptSchema = Schema.object([
    "at": Schema.instant, "key": Schema.text, "seq": Schema.seq,
  ])

  /// A draft and its receipt, as examples.
  static let draftExample: JSONValue = .object([
    "type": .string("PaymentReceived"), "stream": .string("account/A-1"),
    "effective": .string("2026-03-02"), "key": .string("bank:77"),
    "data": .object([
      "payment": .string("p-77"), "amount": .integer(20_000), "currency": .string("PEN"),
      "method": .string("transfer"),
    ]),
  ])
  static let receiptExample: JSONValue = .object([
    "at": .string("2026-03-02T15:04:05.678Z"), "key": .string("bank:77"), "seq": .integer(4_711),
  ])

  /// What `POST /v1/events` takes: one draft, or `{"events":[…]}`.
  static let eventsBody: JSONValue = .object([
    "anyOf": .array([
      Schema.reference("Draft"),
      Schema.object([
        "events": .object([
          "type": .string("array"), "items": Schema.reference("Draft"), "minItems": .integer(1),
          "maxItems": .integer(Int64(HandedEvents.most)),
        ])
      ]),
    ])
  ])

  /// What it answers: a receipt, or those of several.
  static let receipts: JSONValue = .object([
    "anyOf": .array([
      Schema.reference("Receipt"),
      Schema.object(["receipts": Schema.array(Schema.reference("Receipt"))]),
    ])
  ])

  /// Recorded by the log itself, and refused in a draft.
  private static let ofTheLog: [EventType] = [.ledgerOpened, .signingKeyChanged, .logRecovered]

  /// The catalogue of events as schemas: `Draft` is any of them, by `type`; `Draft.Name` one, `Draft.name`
  /// a shape that several of them have.
  static let drafts: [JSONMember] = {
    let catalogue = EventCatalog.jsonSchema
    let definitions = catalogue["$defs"]?.objectValue ?? []
    let recordable = EventType.allCases.filter { !ofTheLog.contains($0) }.map(\.name)
    let mapping = recordable.map {
      JSONMember(key: $0, value: .string("#/components/schemas/Draft.\($0)"))
    }
    let draft = JSONValue.object([
      "oneOf": .array(recordable.map { Schema.reference("Draft.\($0)") }),
      "discriminator": .object([
        "propertyName": .string("type"), "mapping": JSONValue(members: mapping),
      ]),
    ])
    return [JSONMember(key: "Draft", value: draft)]
      + definitions.map { definition in
        JSONMember(key: "Draft.\(definition.key)", value: definition.value.pointingToComponents)
      }
  }()
}

extension JSONValue {
  /// A schema whose references into its own definitions lead to the shared ones.
  fileprivate var pointingToComponents: JSONValue {
    switch self {
    case .object(let members):
      JSONValue(
        members: members.map { member in
          guard member.key == "$ref", let text = member.value.stringValue,
            text.hasPrefix("#/$defs/")
          else { return JSONMember(key: member.key, value: member.value.pointingToComponents) }
          return JSONMember(
            key: "$ref", value: .string("#/components/schemas/Draft." + text.dropFirst(8)))
        })
    case .array(let values): .array(values.map(\.pointingToComponents))
    default: self
    }
  }
}
