internal import CanonicalJSON
internal import Collections
internal import Projections

/// A report of conduct, in words and as JSON.
struct ConductText {
  private let report: ConductReport
  private let scope: ConductReport.Scope
  private let model: ReadModel
  private let proposal: ConductComparison?
  private let violations: [ConductReport.Violation]
  private let limit: Int

  init(
    _ report: ConductReport, _ scope: ConductReport.Scope, _ model: ReadModel,
    _ proposal: ConductComparison?, rule: String?, limit: Int
  ) {
    self.report = report
    self.scope = scope
    self.model = model
    self.proposal = proposal
    self.limit = limit
    let all = (proposal?.proposed ?? report).violations
    violations = rule == nil ? all : all.filter { $0.rule == rule }
  }

  /// By rule, most first; a warning of a rule that blocks counts apart.
  private var rules: [ConductRuleCount] { ConductRuleCount.all(of: violations) }
}

// As JSON.
extension ConductText {
  var json: JSONValue {
    let total = (proposal?.proposed ?? report)
    var members: [JSONMember] = [
      JSONMember(
        key: "asked",
        value: JSONValue(
          members: ConductReport.Asked.allCases.map {
            JSONMember(key: "\($0)", value: .integer(total.asked[Int($0.rawValue)]))
          })),
      JSONMember(
        key: "byAgent", value: .array(total.byAgent.map { $0.count.json("agent", $0.agent) })),
      JSONMember(
        key: "byChannel",
        value: .array(
          ContactChannel.allCases.compactMap { channel in
            let count = total.byChannel[Int(channel.rawValue)]
            return count.contacts == 0 ? nil : count.json("channel", "\(channel)")
          })),
      JSONMember(
        key: "byHour",
        value: .array(
          total.byHour.enumerated().compactMap { place, count in
            guard count.contacts > 0 else { return nil }
            return JSONValue(
              members: (count.json().objectValue ?? []) + [
                JSONMember(key: "hour", value: .integer(Int64(place % 24))),
                JSONMember(key: "weekday", value: .integer(Int64(place / 24 + 1))),
              ])
          })),
      JSONMember(key: "inbound", value: .integer(total.inbound)),
      JSONMember(key: "knownAt", value: .object(["size": .integer(scope.knownAt)])),
      JSONMember(
        key: "rules",
        value: .array(
          rules.map { rule in
            .object([
              "citation": .string(rule.citation), "count": .integer(rule.count),
              "kind": .string(rule.kind), "knownThen": .integer(rule.known),
              "policy": .string(rule.policy), "rule": .string(rule.rule),
              "verdict": .string("\(rule.verdict)"),
            ])
          })),
      JSONMember(key: "to", value: .string(scope.to.text)),
      JSONMember(key: "total", value: total.total.json()),
      JSONMember(key: "violations", value: .array(violations.map(\.json))),
    ]
    if scope.from > .first {
      members.append(JSONMember(key: "from", value: .string(scope.from.text)))
    }
    if let proposal { members.append(JSONMember(key: "under", value: proposal.json)) }
    return JSONValue(members: members)
  }
}

extension ConductReport.Count {
  fileprivate func json(_ key: String? = nil, _ name: String = "") -> JSONValue {
    var members = [
      JSONMember(key: "blocked", value: .integer(blocked)),
      JSONMember(key: "contacts", value: .integer(contacts)),
      JSONMember(key: "unjudged", value: .integer(unjudged)),
      JSONMember(key: "warned", value: .integer(warned)),
    ]
    if let key { members.append(JSONMember(key: key, value: .string(name))) }
    return JSONValue(members: members)
  }
}

extension ConductReport.Contact {
  /// When it was made, where the person was.
  fileprivate var localAt: String {
    localText(localDate, second: localSecond, offsetMinutes: offsetMinutes)
  }
}

extension ConductReport.Violation {
  var json: JSONValue {
    var members = [
      JSONMember(key: "account", value: .string(contact.account)),
      JSONMember(key: "agent", value: .string(contact.agent)),
      JSONMember(key: "channel", value: .string("\(contact.channel)")),
      JSONMember(key: "citation", value: .string(citation)),
      JSONMember(key: "contact", value: .string(contact.contact)),
      JSONMember(key: "inputs", value: .string(inputs)),
      JSONMember(key: "kind", value: .string(kind.rawValue)),
      JSONMember(key: "knownThen", value: .bool(wasKnown)),
      JSONMember(key: "localAt", value: .string(contact.localAt)),
      JSONMember(key: "policy", value: .string(policy)),
      JSONMember(key: "rule", value: .string(rule)),
      JSONMember(key: "seq", value: .integer(contact.seq)),
      JSONMember(key: "verdict", value: .string("\(verdict)")),
      JSONMember(key: "version", value: .integer(version)),
    ]
    if let subject = contact.subject {
      members.append(JSONMember(key: "subject", value: .string(subject)))
    }
    return JSONValue(members: members)
  }
}

extension ConductComparison {
  fileprivate var json: JSONValue {
    var cells: [JSONValue] = []
    for (before, row) in zip(ConductReport.Verdict.allCases, matrix) {
      for (after, count) in zip(ConductReport.Verdict.allCases, row) where count > 0 {
        cells.append(
          .object([
            "contacts": .integer(count), "inForce": .string("\(before)"),
            "proposed": .string("\(after)"),
          ]))
      }
    }
    return .object([
      "changed": .array(
        changed.map { change in
          .object([
            "inForce": .string("\(change.before)"), "proposed": .string("\(change.after)"),
            "seq": .integer(change.seq),
          ])
        }), "inForce": adopted.total.json(), "matrix": .array(cells),
      "policy": .string(policy.id), "proposed": proposed.total.json(),
      "version": .integer(policy.version),
    ])
  }
}

// In words.
extension ConductText {
  func print(on console: Console) throws {
    let shown = proposal?.proposed ?? report
    try console.print(heading)
    guard shown.total.contacts > 0 else { return }
    try console.print(channels(shown, console.language))
    try console.print(hours(shown, console.language))
    if shown.byAgent.count > 1 { try console.print(agents(shown)) }
    let (authorized, blocked) = (
      shown.asked[Int(ConductReport.Asked.authorized.rawValue)],
      shown.asked[Int(ConductReport.Asked.blocked.rawValue)]
    )
    if authorized + blocked > 0 {
      try console.print(
        Text(
          "asked before by may-contact: \(authorized) made as authorized, \(blocked) made though "
            + "blocked",
          "consultados antes con may-contact: \(authorized) hechos con autorización, \(blocked) hechos "
            + "pese al bloqueo"))
    }
    if let proposal { try console.print(comparison(proposal, console.language)) }
    if shown.total.unjudged > 0 {
      try console.print(
        counted(
          shown.total.unjudged,
          Text(
            "contact was recorded when no policy was in force: --under pe says what that would say",
            "contacto se registró sin política vigente: --under pe dice lo que esta diría"),
          Text(
            "contacts were recorded when no policy was in force: --under pe says what that would say",
            "contactos se registraron sin política vigente: --under pe dice lo que esta diría")))
    }
    guard !violations.isEmpty else {
      let total = (proposal?.proposed ?? report).total
      return try console.print(
        total.contacts > 0 && total.unjudged == total.contacts
          ? Text("no contact was judged", "ningún contacto fue juzgado")
          : Text(
            "no rule was broken by those that were judged",
            "los que se juzgaron no infringieron ninguna regla"))
    }
    try console.print(ruleTable(console.language))
    guard limit > 0 else { return }
    try console.print(violationTable(console.language))
    if violations.count > limit {
      try console.print(
        Text(
          "… and \(violations.count - limit) more: --limit N, --rule RULE or --json",
          "… y \(violations.count - limit) más: --limit N, --rule REGLA o --json"))
    }
  }

  private var heading: Text {
    let total = (proposal?.proposed ?? report).total
    let span =
      scope.from > .first
      ? Text("\(scope.from.text) to \(scope.to.text)", "\(scope.from.text) a \(scope.to.text)")
      : Text("to \(scope.to.text)", "hasta \(scope.to.text)")
    let under =
      proposal.map {
        Text(
          ", under \($0.policy.id) \($0.policy.version)",
          ", según \($0.policy.id) \($0.policy.version)")
      }
      ?? ""
    return counted(
      total.contacts, Text("outbound contact", "contacto saliente"),
      Text("outbound contacts", "contactos salientes")) + ", " + span + under
      + Text(
        ": \(grouped(total.blocked)) broke a rule that blocks, \(grouped(total.warned)) one that warns",
        ": \(grouped(total.blocked)) infringieron una regla que bloquea, \(grouped(total.warned)) una que advierte"
      )
  }

  private static let countColumns = [
    Table.Column(Text("contacts", "contactos"), .right),
    Table.Column(Text("blocked", "bloqueados"), .right),
    Table.Column(Text("warned", "advertidos"), .right),
    Table.Column(Text("unjudged", "sin juzgar"), .right),
  ]

  private static func cells(_ count: ConductReport.Count) -> [String] {
    [count.contacts, count.blocked, count.warned, count.unjudged].map { grouped($0) }
  }

  private func channels(_ report: ConductReport, _ language: Language) -> Table {
    var table = Table([Table.Column(Text("channel", "canal"))] + Self.countColumns)
    for channel in ContactChannel.allCases {
      let count = report.byChannel[Int(channel.rawValue)]
      if count.contacts > 0 { table.add(["\(channel)"] + Self.cells(count)) }
    }
    return table
  }

  private func agents(_ report: ConductReport) -> Table {
    var table = Table([Table.Column(Text("agent", "agente"))] + Self.countColumns)
    let most = report.byAgent.enumerated().sorted { first, second in
      let (one, two) = (first.element.count.blocked, second.element.count.blocked)
      return one == two ? first.offset < second.offset : one > two
    }
    for (_, (agent, count)) in most.prefix(10) { table.add([agent] + Self.cells(count)) }
    return table
  }

  /// Contacts by weekday and hour, hours without any left out.
  private func hours(_ report: ConductReport, _ language: Language) -> Table {
    let days: [Text] = [
      Text("Mon", "lun"), Text("Tue", "mar"), Text("Wed", "mié"), Text("Thu", "jue"),
      Text("Fri", "vie"), Text("Sat", "sáb"), Text("Sun", "dom"),
    ]
    var table = Table(
      [Table.Column(Text("hour", "hora"))] + days.map { Table.Column($0, .right) })
    for hour in 0..<24 {
      let counts = (0..<7).map { report.byHour[$0 * 24 + hour].contacts }
      guard counts.contains(where: { $0 > 0 }) else { continue }
      table.add(
        [hour < 10 ? "0\(hour)" : "\(hour)"] + counts.map { $0 == 0 ? "" : grouped($0) })
    }
    return table
  }

  private func comparison(_ proposal: ConductComparison, _ language: Language) -> Table {
    var table = Table([
      Table.Column(Text("in force", "vigente")), Table.Column(Text("proposed", "propuesta")),
      Table.Column(Text("contacts", "contactos"), .right),
    ])
    for (before, row) in zip(ConductReport.Verdict.allCases, proposal.matrix) {
      for (after, count) in zip(ConductReport.Verdict.allCases, row) where count > 0 {
        table.add([before.text[language], after.text[language], grouped(count)])
      }
    }
    return table
  }

  private func ruleTable(_ language: Language) -> Table {
    var table = Table([
      Table.Column(Text("rule", "regla")), Table.Column(Text("verdict", "veredicto")),
      Table.Column(Text("times", "veces"), .right),
      Table.Column(Text("known then", "se sabía"), .right),
      Table.Column(Text("source", "fuente")),
    ])
    for rule in rules {
      table.add([
        rule.rule, rule.verdict.text[language], grouped(rule.count), grouped(rule.known),
        rule.citation,
      ])
    }
    return table
  }

  private func violationTable(_ language: Language) -> Table {
    var table = Table([
      Table.Column(Text("seq", "seq"), .right), Table.Column(Text("local time", "hora local")),
      Table.Column(Text("account", "cuenta")), Table.Column(Text("contact", "contacto")),
      Table.Column(Text("channel", "canal")), Table.Column(Text("agent", "agente")),
      Table.Column(Text("rule", "regla")), Table.Column(Text("verdict", "veredicto")),
      Table.Column(Text("by", "por")), Table.Column(Text("known then", "se sabía")),
    ])
    // What blocks before what warns; by time within each.
    let worst =
      violations.filter { $0.verdict == .block } + violations.filter { $0.verdict != .block }
    for violation in worst.prefix(limit) {
      let contact = violation.contact
      table.add([
        "\(contact.seq)", contact.localAt, contact.account, contact.contact, "\(contact.channel)",
        contact.agent, violation.rule, violation.verdict.text[language], violation.inputs,
        (violation.wasKnown ? Text("yes", "sí") : Text("no", "no"))[language],
      ])
    }
    return table
  }
}

extension ConductReport.Verdict {
  fileprivate var text: Text {
    switch self {
    case .allowed: Text("allowed", "permitido")
    case .warned: Text("warned", "advertido")
    case .blocked: Text("blocked", "bloqueado")
    case .unjudged: Text("unjudged", "sin juzgar")
    }
  }
}
