internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told of requests about personal data, and of scores.
extension SchemaCatalog {
  static let requests: [JSONMember] = [
    JSONMember(
      key: "RequestPage",
      value: page("requests", "DataRequest", ("terms", Schema.nullable(Schema.text)))),
    JSONMember(
      key: "DataRequest",
      value: Schema.object([
        "subject": Schema.id, "request": Schema.id,
        "right": Schema.choice(DataRight.allCases.map { "\($0)" }), "via": Schema.text,
        "seq": Schema.seq, "filedOn": Schema.date, "dueOn": nullableDate,
        "statedDueOn": Schema.date,
        "state": Schema.choice(DataRequest.State.allCases.map(\.rawValue)),
        "isLate": Schema.bool,
        "businessDaysLeft": Schema.nullable(Schema.integer(-1_000_000...1_000_000)),
        "source": nullableText, "note": nullableText, "askedOn": nullableDate,
        "askedBy": nullableSeq, "sendBy": nullableDate, "extendedBy": nullableSeq,
        "answeredOn": nullableDate, "answeredBy": nullableSeq, "decision": nullableText,
        "package": nullableText,
        "warnings": Schema.array(
          Schema.choice(DataRequest.Warning.allCases.map(\.rawValue))),
      ])),
  ]

  static let scores: [JSONMember] = [
    JSONMember(
      key: "Scores",
      value: Schema.dated([
        ("account", Schema.id), ("scores", Schema.array(Schema.reference("Score"))),
      ])),
    JSONMember(
      key: "Score",
      value: Schema.object([
        "seq": Schema.seq, "model": Schema.id, "version": Schema.count, "asOf": Schema.date,
        "points": Schema.money, "probabilityBp": Schema.integer(0...10_000),
        "reasons": Schema.array(Schema.text), "basis": Schema.count,
        "featuresSha256": Schema.sha256,
      ])),
    JSONMember(key: "ScoreExplanation", value: explanation),
  ]

  private static let nullableText = Schema.nullable(Schema.text)

  private static let explanation = Schema.object([
    "account": Schema.id, "asOf": Schema.date, "basis": Schema.count, "base": Schema.money,
    "cut": Schema.money, "featuresSha256": Schema.sha256, "model": Schema.id,
    "parts": Schema.array(
      Schema.object([
        "best": Schema.nullable(Schema.money), "feature": Schema.text, "points": Schema.money,
        "reason": Schema.nullable(Schema.object(["en": Schema.text, "es": Schema.text])),
        "value": Schema.nullable(Schema.money),
      ])), "points": Schema.money, "probabilityBp": Schema.integer(0...10_000),
    "reasons": Schema.array(Schema.text),
    "target": Schema.object(
      [
        "kind": Schema.text, "days": Schema.count, "minShareBp": Schema.integer(0...10_000),
        "channel": Schema.text, "event": Schema.text,
      ], optional: ["days", "minShareBp", "channel", "event"]), "version": Schema.count,
  ])
}
