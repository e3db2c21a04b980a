internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let firstLocalDay = Option(
    "from", Text("DATE", "FECHA"), .date,
    doc: Text(
      "the first local day; else the first there is", "el primer día local; si no, el primero")
  )

  static let lastLocalDay = Option(
    "to", Text("DATE", "FECHA"), .date,
    doc: Text("the last local day; else that of --on", "el último día local; si no, el de --on"))

  static let byAgent = Option(
    "agent", Text("AGENT", "AGENTE"),
    doc: Text("only what this one made", "solo lo que hizo este"))

  static let contactsAbout = Option(
    "account", Text("ACCOUNT", "CUENTA"),
    doc: Text("only about this account", "solo sobre esta cuenta"))

  static let contactsWith = Option(
    "subject", Text("SUBJECT", "PERSONA"),
    doc: Text("only with this person", "solo con esta persona"))

  static let rule = Option(
    "rule", Text("RULE", "REGLA"),
    doc: Text("list only what this rule found", "listar solo lo que halló esta regla"))

  static let under = Option(
    "under", Text("POLICY", "POLÍTICA"),
    doc: Text(
      "what if: judge the same contacts by this policy too, and compare; a built-in one, a FILE, or "
        + "adopted:ID",
      "qué pasaría: juzgar los mismos contactos también por esta política, y comparar; una incluida, "
        + "un ARCHIVO o adopted:ID"))

  static let brokenIsWrong = Option(
    "strict",
    doc: Text(
      "exit with 1 where a rule was broken that blocks",
      "salir con 1 si se infringió una regla que bloquea"))

  static let limit = Option(
    "limit", Text("N", "N"), .integer(0...1_000_000_000), standard: "40",
    doc: Text(
      "violations listed in words; --json lists all",
      "infracciones que se listan; --json las lista todas"))
}

extension Command {
  static let conduct = Command(
    "conduct", Text("contacts made, and rules they broke", "contactos hechos y reglas infringidas"),
    details: Text(
      "Outbound contacts by channel, weekday, hour and agent, and each rule not kept, with what it went "
        + "by, its source, and whether that was known when the contact was recorded. A contact is judged "
        + "by the policies known when it was recorded. With --under, the same contacts by a proposed "
        + "policy, compared. Duties beside contacts are listed apart, unless --agent is given: complaints "
        + "not answered in time, decisions of machines without a reviewer, scores of models that are not "
        + "registered, costs charged while past due.",
      "Contactos salientes por canal, día, hora y agente, y cada regla no cumplida, con lo que se tuvo en "
        + "cuenta, su fuente y si eso se sabía cuando se registró el contacto. Un contacto se juzga por "
        + "las políticas conocidas cuando se registró. Con --under, los mismos contactos según una "
        + "política propuesta, comparados. Los deberes ajenos a los contactos se listan aparte, salvo con "
        + "--agent: reclamos no respondidos a tiempo, decisiones automatizadas sin revisor, puntajes de "
        + "modelos no registrados, gastos cobrados estando en mora."),
    options: [
      .firstLocalDay, .lastLocalDay, .on, .knownAt, .byAgent, .contactsAbout, .contactsWith, .rule,
      .under,
      .brokenIsWrong, .limit, .fromScratch,
    ],
    examples: [
      Example(
        "quipu conduct --from 2026-03-01 --on 2026-03-31",
        Text("the contacts of March", "los contactos de marzo")),
      Example(
        "quipu conduct --agent u-17 --json",
        Text("what agent u-17 did, for a program", "lo que hizo el agente u-17, para un programa")),
      Example(
        "quipu conduct --from 2025-01-01 --to 2025-12-31 --under proposed.json",
        Text("last year under a proposal", "el año pasado según una propuesta")),
    ]
  ) { try ConductRun($0).run() }
}

/// One run of `conduct`.
private struct ConductRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    var model = try invocation.readModel(of: view, at: size).model
    model.placeContacts()
    let last = invocation.date(.lastLocalDay) ?? day
    let first = invocation.date(.firstLocalDay) ?? .first
    guard first <= last else {
      throw invocation.wrongUsage(
        Text("--from is after --to", "--from es posterior a --to"),
        [Failure.Detail("value", first.text), Failure.Detail("expected", "at most \(last.text)")])
    }
    var scope = ConductReport.Scope(from: first, to: last, knownAt: size)
    scope.agent = invocation.value(.byAgent)
    scope.account = invocation.value(.contactsAbout)
    scope.subject = invocation.value(.contactsWith)
    let policy = try invocation.value(.under).map { name in
      try invocation.policy(named: name, in: model, on: day, knownAt: size)
    }
    let figures = try ConductFigures(model, scope, under: policy, rule: invocation.value(.rule))
    invocation.report(figures.adopted.unreadable)
    if console.json {
      try console.print(figures.json(model))
    } else {
      let texts = figures.texts(model, limit: Int(invocation.integer(.limit) ?? 40))
      try texts.contacts.print(on: console)
      try texts.duties.print(on: console)
    }
    return invocation.has(.brokenIsWrong) && figures.isBlocked ? .foundWrong : .done
  }
}

/// The same contacts by what was in force and by a proposal.
struct ConductComparison {
  let policy: ContactPolicy
  let adopted: ConductReport
  let proposed: ConductReport

  /// Contacts by the verdict of those in force (first) and of the proposal (second), by raw values.
  var matrix: [[Int64]] {
    let count = ConductReport.Verdict.allCases.count
    var matrix = [[Int64]](repeating: [Int64](repeating: 0, count: count), count: count)
    for (before, after) in zip(adopted.verdicts, proposed.verdicts) {
      matrix[Int(before.verdict.rawValue)][Int(after.verdict.rawValue)] += 1
    }
    return matrix
  }

  /// Those whose verdict differs, in no order that means anything.
  var changed: [(seq: Int64, before: ConductReport.Verdict, after: ConductReport.Verdict)] {
    zip(adopted.verdicts, proposed.verdicts).compactMap { before, after in
      before.verdict == after.verdict ? nil : (before.seq, before.verdict, after.verdict)
    }.sorted { $0.seq < $1.seq }
  }
}
