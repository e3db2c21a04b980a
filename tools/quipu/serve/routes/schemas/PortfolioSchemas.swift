internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told of a portfolio, under the names of `AgingReport.json` and `PortfolioReport.json`.
extension SchemaCatalog {
  static let portfolio: [JSONMember] = [
    JSONMember(
      key: "Portfolio",
      value: Schema.dated(
        [
          (
            "by",
            Schema.nullable(
              Schema.choice(
                AgingReport.Grouping.allCases.filter { $0 != .none }.map(\.rawValue)))
          ), ("groups", Schema.array(Schema.reference("AgingGroup"))), ("failures", failures),
          ("from", Schema.date), ("measures", Schema.array(Schema.reference("Measures"))),
          ("definitions", Schema.map(of: Schema.text)),
        ], optional: ["from", "measures", "definitions"])),
    JSONMember(
      key: "AgingGroup",
      value: Schema.object([
        "currency": Schema.currency, "name": Schema.nullable(Schema.text),
        "total": .objectSchema(cell),
        "buckets": Schema.array(.objectSchema(cell + [bucket])),
      ])),
    JSONMember(key: "Measures", value: .objectSchema(measures)),
    JSONMember(
      key: "Share",
      value: Schema.object([
        "part": Schema.money, "whole": Schema.money, "basisPoints": Schema.nullable(Schema.money),
      ])),
    JSONMember(key: "Roll", value: .objectSchema([bucket] + rolls)),
    JSONMember(
      key: "Vintage",
      value: Schema.object([
        "month": Schema.pattern("^[0-9]{4}-[0-9]{2}$"), "accounts": Schema.count,
        "opened": Schema.money, "paid": Schema.money, "curve": Schema.array(Schema.money),
      ])),
  ]

  private static let bucket = ("bucket", Schema.choice(AgingBucket.allCases.map(\.name)))

  private static let cell: [(String, JSONValue)] = [
    ("accounts", Schema.count), ("outstanding", Schema.money), ("overdue", Schema.money),
    ("credit", Schema.money), ("provision", Schema.money),
  ]

  private static let rolls: [(String, JSONValue)] = [
    "all", "forward", "same", "back", "cured", "left",
  ].map { ($0, Schema.object(["accounts": Schema.count, "outstanding": Schema.money])) }

  private static let channel = Schema.object([
    "channel": Schema.choice(ContactChannel.allCases.map { "\($0)" }), "attempts": Schema.count,
    "answered": Schema.count, "begun": Schema.count,
  ])

  private static let wait = Schema.object([
    "reason": Schema.choice(DealingReport.reasons.map(\.key)), "begun": Schema.count,
    "open": Schema.count, "medianMinutes": Schema.nullable(Schema.count),
    "ninetiethMinutes": Schema.nullable(Schema.count),
  ])

  private static let measures: [(String, JSONValue)] = {
    let rates: [Measure] = [
      .redefault, .contactRate, .rightPartyRate, .promiseRate, .keptRate, .keptAmountRate,
      .costToCollect, .recoveryRate, .selfServicePromises, .callPromises, .selfServicePlans,
      .selfServiceMoney, .callMoney, .complaintRate, .optOutRate,
    ]
    return rates.map { ($0.key, Schema.reference("Share")) } + [
      ("currency", Schema.currency), ("name", Schema.text),
      ("rolls", Schema.array(Schema.reference("Roll"))), ("accountsWrittenOff", Schema.count),
      ("channels", Schema.array(channel)), ("waits", Schema.array(wait)),
      ("vintages", Schema.array(Schema.reference("Vintage"))),
      (
        "classes",
        Schema.array(
          Schema.object([
            "classification": Schema.nullable(
              Schema.choice(Classification.allCases.map(\.name))), "accounts": Schema.count,
            "principal": Schema.money, "provision": Schema.money,
          ]))
      ),
    ]
  }()
}
