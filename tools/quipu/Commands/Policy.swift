internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let policyAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["list", "show", "diff", "adopt"]),
    doc: Text(
      "list what there is; show one; diff two; adopt one into the ledger",
      "list: las que hay; show: una; diff: dos; adopt: adoptar una en el libro"))

  static let policyName = Argument(
    Text("POLICY", "POLÍTICA"), optional: true,
    doc: Text(
      "house, pe, us-regf or uk-conc; a FILE; or adopted:ID, the one in force in the ledger",
      "house, pe, us-regf o uk-conc; un ARCHIVO; o adopted:ID, la que rige en el libro"))

  static let otherPolicy = Argument(
    Text("OTHER", "OTRA"), optional: true,
    doc: Text("with diff: the other one", "con diff: la otra"))
}

extension Option {
  static let effective = Option(
    "effective", Text("DATE", "FECHA"), .date,
    doc: Text(
      "with adopt: the first day on which it holds; else today",
      "con adopt: el primer día en que rige; si no, hoy"))
}

extension Command {
  static let policy = Command(
    "policy", Text("contact policies: list, show, compare, adopt", "políticas de contacto"),
    details: Text(
      "A policy is a JSON document of rules, each with its condition, source and dates. `adopt` puts "
        + "its text, with that of all it extends, and PolicyAdopted into the log in one batch. A "
        + "contact is judged by the policy known when it was recorded: adopting another later, even "
        + "backdated, changes no past verdict. `diff` exits with 1 where rules differ.",
      "Una política es un documento JSON de reglas, cada una con su condición, fuente y fechas. `adopt` "
        + "pone su texto, con el de todo lo que extiende, y PolicyAdopted en el registro en un solo "
        + "lote. Un contacto se juzga por la política conocida cuando se registró: adoptar otra "
        + "después, aun con fecha anterior, no cambia ningún veredicto. `diff` sale con 1 si hay "
        + "reglas distintas."),
    arguments: [.policyAction, .policyName, .otherPolicy],
    options: [
      .effective, .actingAs, .approveAs, .on, .knownAt, .segmentSize, .fromScratch,
    ],
    examples: [
      Example(
        "quipu policy adopt pe --as ana --approve-as luis",
        Text("the Peruvian pack holds from today", "el paquete peruano rige desde hoy")),
      Example(
        "quipu policy show pe", Text("its rules and sources", "sus reglas y fuentes")),
      Example(
        "quipu policy diff adopted:pe proposed.json",
        Text("what a proposal would change", "lo que cambiaría una propuesta")),
    ]
  ) { invocation in
    do {
      return try PolicyRun(invocation).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// One run of `policy`.
private struct PolicyRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let other = invocation.argument(.otherPolicy)
    let action = invocation.required(.policyAction)
    guard (other != nil) == (action == "diff") else {
      throw invocation.wrongUsage(
        Text("diff compares two policies, the others take one", "diff compara dos políticas"))
    }
    if action == "list" { return try list() }
    guard let name = invocation.argument(.policyName) else {
      throw invocation.wrongUsage(
        Text(
          "\(action) needs the name of a policy", "\(action) necesita el nombre de una política"),
        [
          Failure.Detail(
            "expected",
            "one of " + PolicyDocuments.builtInNames.joined(separator: ", ")
              + ", a file, or adopted:ID")
        ])
    }
    switch action {
    case "show": return try show(try named(name))
    case "adopt": return try PolicyAdoption(invocation).adopt(name)
    default: return try diff(try named(name), try named(other ?? ""))
    }
  }

  private func named(_ name: String) throws -> ContactPolicy {
    guard name.hasPrefix(PolicyDocuments.adoptedPrefix) else {
      return try PolicyDocuments.policy(named: name)
    }
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    return try invocation.policy(
      named: name, in: try invocation.readModel(of: view, at: size).model,
      on: try invocation.day(of: view), knownAt: size)
  }

  private func list() throws -> ExitCode {
    guard invocation.argument(.policyName) == nil else {
      throw invocation.wrongUsage(Text("list takes no name", "list no lleva nombre"))
    }
    var builtIn: [ContactPolicy] = []
    for name in PolicyDocuments.builtInNames {
      builtIn.append(try PolicyDocuments.policy(named: name))
    }
    let adopted = try adoptedOfLedger()
    if console.json {
      try console.print(
        .object([
          "adopted": .array(adopted.map { $0.json }),
          "builtIn": .array(
            builtIn.map { policy in
              .object([
                "jurisdiction": .string(policy.jurisdiction), "policy": .string(policy.id),
                "rules": .integer(Int64(policy.rules.count)), "title": .string(policy.title),
                "version": .integer(policy.version),
              ])
            }),
        ]))
      return .done
    }
    var table = Table([
      Table.Column(Text("policy", "política")), Table.Column(Text("version", "versión"), .right),
      Table.Column(Text("rules", "reglas"), .right), Table.Column(Text("from", "desde")),
      Table.Column(Text("what", "qué")),
    ])
    for policy in builtIn {
      table.add([
        policy.id, "\(policy.version)", "\(policy.rules.count)",
        Text("built in", "incluida")[console.language], policy.title,
      ])
    }
    for adoption in adopted {
      table.add([
        PolicyDocuments.adoptedPrefix + adoption.policy.id, "\(adoption.policy.version)",
        "\(adoption.policy.rules.count)", adoption.effective.text,
        Text("adopted at seq \(adoption.seq)", "adoptada en seq \(adoption.seq)")[
          console.language],
      ])
    }
    try console.print(table)
    return .done
  }

  /// What the ledger adopted; nothing where there is no ledger and none was named.
  private func adoptedOfLedger() throws -> [AdoptedPolicies.Adoption] {
    let view: LedgerView
    do {
      view = try invocation.openView()
    } catch let error as LogError where error.code == .notALedger && !invocation.has(.ledger) {
      return []
    }
    let size = try invocation.size(of: view)
    let adopted = AdoptedPolicies(try invocation.readModel(of: view, at: size).model, knownAt: size)
    invocation.report(adopted.unreadable)
    return adopted.adoptions
  }

  private func show(_ policy: ContactPolicy) throws -> ExitCode {
    if console.json {
      try console.print(policy.json)
      return .done
    }
    try console.print(
      Text(same: "\(policy.id) \(policy.version), \(policy.jurisdiction): \(policy.title)"))
    if !policy.note.isEmpty { try console.print(printable(policy.note)) }
    var table = Table([
      Table.Column(Text("rule", "regla")), Table.Column(Text("kind", "clase")),
      Table.Column(Text("verdict", "veredicto")), Table.Column(Text("channels", "canales")),
      Table.Column(Text("from", "desde")), Table.Column(Text("to", "hasta")),
      Table.Column(Text("source", "fuente")),
    ])
    for rule in policy.rules {
      let channels =
        rule.channels == .all
        ? Text("all", "todos")[console.language]
        : rule.channels.channels.map { "\($0)" }.joined(separator: " ")
      table.add([
        rule.id, rule.test.kind.rawValue, "\(rule.verdict)", channels, rule.from?.text ?? "",
        rule.to?.text ?? "", rule.citation,
      ])
    }
    try console.print(table)
    for rule in policy.rules {
      try console.print(Text(same: printable("\(rule.id): \(rule.condition) \(rule.note)")))
      if !rule.test.isAboutContacts {
        try console.print(
          Text(
            "  not about contacts: carried for its source, checked by persons",
            "  no es sobre contactos: consta por su fuente, la verifican personas"))
      }
    }
    return .done
  }

  private func diff(_ first: ContactPolicy, _ second: ContactPolicy) throws -> ExitCode {
    let changes = PolicyChange.between(first, second)
    if console.json {
      try console.print(
        .object([
          "changes": .array(changes.map(\.json)),
          "from": .object(["policy": .string(first.id), "version": .integer(first.version)]),
          "to": .object(["policy": .string(second.id), "version": .integer(second.version)]),
        ]))
    } else if changes.isEmpty {
      try console.print(Text("the rules are the same", "las reglas son las mismas"))
    } else {
      for change in changes { try console.print(change.text) }
    }
    return changes.isEmpty ? .done : .foundWrong
  }
}

extension AdoptedPolicies.Adoption {
  fileprivate var json: JSONValue {
    .object([
      "document": .string(document), "effective": .string(effective.text),
      "policy": .string(policy.id), "rules": .integer(Int64(policy.rules.count)),
      "seq": .integer(seq), "version": .integer(policy.version),
    ])
  }
}

/// How a rule differs between two policies.
private struct PolicyChange {
  var before: PolicyRule?
  var after: PolicyRule?

  /// The differences: those of the first policy's rules in its order, then the second's new ones.
  static func between(_ first: ContactPolicy, _ second: ContactPolicy) -> [PolicyChange] {
    func same(_ rule: PolicyRule, in policy: ContactPolicy) -> PolicyRule? {
      policy.rules.first { $0.id == rule.id && $0.test.kind == rule.test.kind }
    }
    var changes: [PolicyChange] = []
    for rule in first.rules {
      let after = same(rule, in: second)
      if after != rule { changes.append(PolicyChange(before: rule, after: after)) }
    }
    for rule in second.rules where same(rule, in: first) == nil {
      changes.append(PolicyChange(before: nil, after: rule))
    }
    return changes
  }

  var json: JSONValue {
    .object(["after": after?.json ?? .null, "before": before?.json ?? .null])
  }

  /// `- {…}` and `+ {…}`, as a patch has them.
  var text: String {
    [before.map { "- " + $0.json.canonicalText }, after.map { "+ " + $0.json.canonicalText }]
      .compactMap { $0 }.joined(separator: "\n")
  }
}
