internal import CanonicalJSON
internal import Collections
internal import Projections

/// The positions of the proposals just recorded, by account number; none where nothing was.
struct ProposalReceipts {
  var seqs: [Int: Int64] = [:]
}

/// A work list in words, as JSON and as lines for gateways.
struct WorkListWords {
  let model: ReadModel
  let rules: ActionRules
  var strategy: Strategy { rules.strategy }

  init(_ model: ReadModel, _ rules: ActionRules) {
    self.model = model
    self.rules = rules
  }

  /// The account's id, and the person's.
  func account(_ action: NextAction) -> String { model.accounts.accounts.text(action.account) }
  func subject(_ action: NextAction) -> String {
    action.person < 0 ? "" : model.people.subjects.text(action.person)
  }

  /// The step of an action; nil for care.
  func step(_ action: NextAction) -> TreatmentStep? {
    action.isCare || action.step < 0
      ? nil : strategy.segments[action.segment].ladders[action.arm][action.step]
  }

  /// What is to be done: the step's id, or `care`.
  func name(_ action: NextAction) -> String { action.isCare ? "care" : step(action)?.id ?? "" }

  /// The way chosen of a row.
  func way(_ row: WorkList.Row) -> ActionWay? {
    row.way < 0 ? nil : row.action.ways[row.way]
  }

  /// A row as JSON: whole, with the figures it goes by.
  func json(_ row: WorkList.Row, seq: Int64?) -> JSONValue {
    let action = row.action
    var members = [
      JSONMember(key: "account", value: .string(account(action))),
      JSONMember(key: "action", value: .string(name(action))),
      JSONMember(key: "arm", value: .string(strategy.arms[action.arm].id)),
      JSONMember(key: "daysPastDue", value: .integer(Int64(action.daysPastDue))),
      JSONMember(key: "overdue", value: .integer(action.overdue)),
      JSONMember(
        key: "reasons",
        value: .array(action.reasons(strategy, by: way(row)).map { .string($0) })),
      JSONMember(key: "segment", value: .string(strategy.segments[action.segment].id)),
      JSONMember(key: "subject", value: .string(subject(action))),
    ]
    if let step = step(action) {
      members += [
        JSONMember(key: "cost", value: .integer(step.cost)),
        JSONMember(key: "expected", value: .integer(action.expected)),
        JSONMember(key: "kind", value: .string(step.kind.rawValue)),
        JSONMember(key: "probabilityBp", value: .integer(action.probabilityBp)),
        JSONMember(key: "score", value: action.score < 0 ? .null : .integer(action.score)),
        JSONMember(key: "template", value: .string(step.template)),
      ]
    } else {
      members.append(
        JSONMember(key: "offers", value: .array(strategy.care.offers.map { .string($0) })))
    }
    if let seq { members.append(JSONMember(key: "proposal", value: .integer(seq))) }
    if let way = way(row) {
      members += json(way)
    } else {
      members.append(JSONMember(key: "channel", value: .null))
    }
    return JSONValue(members: members)
  }

  private func json(_ way: ActionWay) -> [JSONMember] {
    [
      JSONMember(key: "channel", value: .string("\(way.channel)")),
      JSONMember(key: "localZone", value: .string(way.zone)),
      JSONMember(key: "point", value: way.point.isEmpty ? .null : .string(way.point)),
      JSONMember(key: "tone", value: .string(way.tone)),
      JSONMember(key: "window", value: window(way)),
    ]
  }

  /// The window of a way, as events have it.
  func window(_ way: ActionWay) -> JSONValue {
    .object([
      "from": .string(timeText(way.from)), "on": .string(rules.date.text),
      "to": .string(timeText(way.to)),
    ])
  }

  /// What is said of a list besides its rows.
  func totals(_ list: WorkList) -> [JSONMember] {
    let holds = ActionHold.allCases.compactMap { hold in
      list.holds[hold].map { JSONMember(key: hold.rawValue, value: .integer(Int64($0))) }
    }
    let used = ContactChannel.allCases.compactMap { channel in
      list.used[channel].map { JSONMember(key: "\(channel)", value: .integer(Int64($0))) }
    }
    return [
      JSONMember(key: "accounts", value: .integer(Int64(list.accounts))),
      JSONMember(key: "asOf", value: .string(rules.date.text)),
      JSONMember(key: "holds", value: JSONValue(members: holds)),
      JSONMember(key: "knownAt", value: .object(["size": .integer(rules.knownAt)])),
      JSONMember(key: "overdue", value: .integer(Int64(list.overdue))),
      JSONMember(key: "strategy", value: .string(strategy.id)),
      JSONMember(key: "used", value: JSONValue(members: used)),
      JSONMember(key: "version", value: .integer(Int64(strategy.version))),
    ]
  }

  /// The whole list as one JSON document and a newline; of one queue where it is named.
  func json(_ list: WorkList, _ receipts: ProposalReceipts, queue: String?) -> [UInt8] {
    func rows(_ rows: [WorkList.Row]) -> JSONValue {
      .array(rows.map { json($0, seq: receipts.seqs[$0.action.account]) })
    }
    var members = totals(list)
    if queue == nil || queue == "actions" {
      members.append(JSONMember(key: "actions", value: rows(list.rows)))
    }
    if queue == nil || queue == "specialist" {
      members.append(JSONMember(key: "care", value: rows(list.care)))
    }
    if queue == nil || queue == "reminders", let reminders = list.reminders {
      members.append(JSONMember(key: "reminders", value: .array(reminders.map { json($0) })))
    }
    return JSONValue(members: members).canonicalBytes + [UInt8(ascii: "\n")]
  }

  /// The actions as lines for diallers, gateways and the portal: no personal data, ids alone. What was
  /// proposed for the day before comes first, so that a list recorded and lost can be written again.
  func emitted(_ list: WorkList, _ receipts: ProposalReceipts) -> [UInt8] {
    var out: [UInt8] = []
    for action in list.proposed {
      let proposal = model.proposals.proposal(
        of: account(action), in: strategy.id, for: rules.date, knownAt: rules.knownAt,
        voids: model.accounts)
      guard let proposal, let step = step(of: proposal) else { continue }
      let zone = model.people.zone(ofPoint: proposal.point, ofPerson: action.person) ?? rules.zone
      let way = ActionWay(
        channel: proposal.channel, point: proposal.point, zone: zone, from: proposal.from,
        to: proposal.to, tone: proposal.tone, channelBy: .step, hoursBy: .step)
      emit(
        action, step, way, segment: proposal.segment, arm: proposal.arm, seq: proposal.seq,
        to: &out)
    }
    for row in list.rows {
      guard let way = way(row), let step = step(row.action) else { continue }
      emit(
        row.action, step, way, segment: strategy.segments[row.action.segment].id,
        arm: strategy.arms[row.action.arm].id, seq: receipts.seqs[row.action.account], to: &out)
    }
    return out
  }

  /// The step that a proposal of this version of the strategy names; nil for care.
  private func step(of proposal: ProposalBook.Proposal) -> TreatmentStep? {
    guard proposal.version == strategy.version else { return nil }
    let segment = strategy.segments.first { $0.id == proposal.segment }
    return segment?.ladders.lazy.flatMap { $0 }.first { $0.id == proposal.action }
  }

  private func emit(
    _ action: NextAction, _ step: TreatmentStep, _ way: ActionWay, segment: String, arm: String,
    seq: Int64?, to out: inout [UInt8]
  ) {
    let members =
      [
        JSONMember(key: "account", value: .string(account(action))),
        JSONMember(key: "action", value: .string(step.id)),
        JSONMember(key: "arm", value: .string(arm)),
        JSONMember(key: "kind", value: .string(step.kind.rawValue)),
        JSONMember(key: "offers", value: .array(step.offers.map { .string($0) })),
        JSONMember(key: "proposal", value: seq.map { .integer($0) } ?? .null),
        JSONMember(key: "segment", value: .string(segment)),
        JSONMember(key: "strategy", value: .string(strategy.id)),
        JSONMember(key: "subject", value: .string(subject(action))),
        JSONMember(
          key: "template", value: step.template.isEmpty ? .null : .string(step.template)),
        JSONMember(key: "version", value: .integer(strategy.version)),
      ] + json(way)
    out.append(contentsOf: JSONValue(members: members).canonicalBytes)
    out.append(UInt8(ascii: "\n"))
  }

  /// Everything about one account, proposed or not; what it is told unasked where texts are in force.
  func whole(_ action: NextAction, _ reminder: Reminder?) -> JSONValue {
    var members = [
      JSONMember(key: "account", value: .string(account(action))),
      JSONMember(key: "asOf", value: .string(rules.date.text)),
      JSONMember(key: "blocked", value: json(action.blocked)),
      JSONMember(key: "hold", value: action.hold.map { .string($0.rawValue) } ?? .null),
      JSONMember(key: "knownAt", value: .object(["size": .integer(rules.knownAt)])),
      JSONMember(key: "queue", value: .string(action.isCare ? "specialist" : "actions")),
      JSONMember(
        key: "ways", value: .array(action.ways.map { JSONValue(members: json($0)) })),
    ]
    if action.arm >= 0 {
      members.append(
        JSONMember(
          key: "proposal",
          value: json(WorkList.Row(action: action, way: action.ways.isEmpty ? -1 : 0), seq: nil)))
    }
    if rules.texts != nil {
      members.append(JSONMember(key: "reminder", value: reminder.map { json($0) } ?? .null))
    }
    return JSONValue(members: members)
  }
}

/// `09:05` for a minute of the day, `24:00` for its end.
func timeText(_ minute: Int) -> String {
  // An event's window ends by 23:59, which is before the day's last minute is over.
  let minute = min(minute, 1_439)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(two(minute / 60)):\(two(minute % 60))"
}
