internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Command {
  static let waiting = Command(
    "waiting", Text("who waits for a person", "quién espera a una persona"),
    details: Text(
      "Everybody whom a machine handed over, who declared hardship, complained or disputed without a "
        + "person, or told of a payment that has not come in, and for whom no person has done anything "
        + "since; the longest first.",
      "Todos a quienes una máquina derivó, o que declararon dificultades, reclamaron u objetaron sin una "
        + "persona, o avisaron un pago que no llega, y por quienes ninguna persona ha hecho nada desde "
        + "entonces; quien más espera, primero."),
    options: [.on, .knownAt, .fromScratch],
    examples: [
      Example("quipu waiting", Text("whom to see to first", "a quién atender primero")),
      Example(
        "quipu waiting --on 2026-03-31 --json",
        Text("who waited at the end of March", "quién esperaba al cierre de marzo")),
    ]
  ) { invocation in
    let console = invocation.console
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let accounts = try invocation.readModel(of: view, at: size).model.accounts
    let dealings = try view.sideBooks(at: size).dealings
    let waits = try WaitingList(dealings, accounts, on: day, knownAt: size).waits
    if console.json {
      try console.print(.listing("waiting", waits.map(\.json), on: day, knownAt: size))
      return .done
    }
    guard !waits.isEmpty else {
      try console.print(Text("nobody waits, ", "nadie espera, ") + asOf(day, knownAt: size))
      return .done
    }
    var table = Table([
      .init(Text("since", "desde")), .init(Text("subject", "persona")),
      .init(Text("account", "cuenta")), .init(Text("why", "por qué")),
      .init(Text("seq", "seq"), .right),
    ])
    for wait in waits {
      table.add([
        wait.since.text, wait.subject, wait.account ?? "", wait.reason.text[console.language],
        "\(wait.seq)",
      ])
    }
    try console.print(table)
    return .done
  }
}

extension WaitingList.Wait {
  /// As programs read it; `account` is null where it is about her.
  fileprivate var json: JSONValue {
    .object([
      "seq": .integer(seq), "since": .string(since.text), "reason": .string(reason.key),
      "subject": .string(subject), "account": account.map(JSONValue.string) ?? .null,
    ])
  }
}
