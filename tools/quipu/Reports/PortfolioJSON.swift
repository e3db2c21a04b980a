internal import CanonicalJSON
internal import Collections
internal import Projections

extension PortfolioReport {
  /// The report's members for JSON: amounts are integers in minor units, rates have their part, their
  /// whole and basis points (null where the whole is 0).
  func json(in language: Language) -> [JSONMember] {
    let definitions = Measure.all.map {
      JSONMember(key: $0.key, value: .string($0.definition[language]))
    }
    return [
      JSONMember(key: "from", value: .string(from.text)),
      JSONMember(key: "measures", value: .array(groups.map(Self.json))),
      JSONMember(key: "definitions", value: JSONValue(members: definitions)),
    ]
  }

  private static func json(_ group: Group) -> JSONValue {
    var members = group.rates.map { JSONMember(key: $0.measure.key, value: json($0.share)) }
    members += [
      JSONMember(key: "currency", value: .string(group.currency.code)),
      JSONMember(key: "name", value: .string(group.name)),
      JSONMember(key: "rolls", value: .array(AgingBucket.allCases.map { json(group.rolls, $0) })),
      JSONMember(key: "accountsWrittenOff", value: .integer(group.recovery.accounts)),
      JSONMember(key: "channels", value: .array(group.dealings.usedChannels.map(json))),
      JSONMember(key: "waits", value: .array(group.dealings.usedWaits.map(json))),
      JSONMember(key: "vintages", value: .array(group.vintages.map(json))),
      JSONMember(key: "classes", value: .array(group.classes.map(json))),
    ]
    return JSONValue(members: members)
  }

  private static func json(_ share: Share) -> JSONValue {
    .object([
      "part": .integer(share.part), "whole": .integer(share.whole),
      "basisPoints": share.basisPoints.map { .integer($0) } ?? .null,
    ])
  }

  private static func json(_ rolls: RollReport, _ bucket: AgingBucket) -> JSONValue {
    let row = rolls.rows[Int(bucket.rawValue)]
    func cell(_ cell: RollReport.Cell) -> JSONValue {
      .object([
        "accounts": .integer(cell.accounts), "outstanding": .integer(cell.outstanding),
      ])
    }
    func outcome(_ outcome: RollReport.Outcome) -> JSONValue {
      cell(row.outcomes[outcome.rawValue])
    }
    return .object([
      "bucket": .string(bucket.name), "all": cell(row.all), "forward": outcome(.forward),
      "same": outcome(.same), "back": outcome(.back), "cured": cell(row.cured),
      "left": outcome(.left),
    ])
  }

  private static func json(
    _ channel: ContactChannel, _ figures: DealingReport.Channel
  ) -> JSONValue {
    .object([
      "channel": .string("\(channel)"), "attempts": .integer(figures.attempts),
      "answered": .integer(figures.answered), "begun": .integer(figures.begun),
    ])
  }

  private static func json(
    _ reason: WaitReason, _ wait: DealingReport.Wait
  ) -> JSONValue {
    .object([
      "reason": .string(reason.key), "begun": .integer(wait.begun),
      "open": .integer(wait.open), "medianMinutes": wait.median.map { .integer($0) } ?? .null,
      "ninetiethMinutes": wait.ninetieth.map { .integer($0) } ?? .null,
    ])
  }

  private static func json(_ vintage: VintageReport) -> JSONValue {
    .object([
      "month": .string(vintage.name), "accounts": .integer(vintage.accounts),
      "opened": .integer(vintage.opened), "paid": .integer(vintage.paid),
      "curve": .array(vintage.curve.map { .integer($0) }),
    ])
  }

  private static func json(_ entry: ClassReport) -> JSONValue {
    .object([
      "classification": entry.classification.map { .string($0.name) } ?? .null,
      "accounts": .integer(entry.accounts), "principal": .integer(entry.principal),
      "provision": .integer(entry.provision),
    ])
  }
}
