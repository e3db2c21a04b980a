internal import CanonicalJSON
internal import Collections
internal import Projections

/// What a replay found, for a reader at a terminal and as JSON.
struct ReplayText {
  /// What it took.
  struct Speed {
    var reading: Duration
    var folding: Duration
  }

  let result: ReplayResult
  /// SHA-256 over the bytes of all tables' CSV, in the order of their names.
  let digest: String
  /// How many of its events came from a snapshot.
  let snapshot: Int64
  /// Nil where nothing was read.
  let speed: Speed?

  init(_ result: ReplayResult, snapshot: Int64, speed: Speed?) {
    (self.result, self.snapshot, self.speed) = (result, snapshot, speed)
    digest = result.digest
  }

  /// Prints counts, sums by currency, the digest and the speed.
  func print(on console: Console) throws {
    try console.print(
      countedEvents(result.size)
        + Text(" replayed, on \(result.on.text): ", " en total, al \(result.on.text): ")
        + counted(result.accounts, Text("account", "cuenta"), Text("accounts", "cuentas"))
        + ", "
        + counted(result.contacts, Text("contact", "contacto"), Text("contacts", "contactos")))
    for totals in result.totals {
      try console.print("")
      try console.print(table(totals, console.language))
    }
    try console.print("")
    try console.print(Text("digest  \(digest)", "resumen  \(digest)"))
    guard let speed else { return }
    let rate = grouped(eventsPerSecond(speed))
    let (read, fold) = (speed.reading.milliseconds, speed.folding.milliseconds)
    if snapshot > 0 {
      let (kept, rest) = (grouped(snapshot), grouped(result.size - snapshot))
      try console.print(
        Text(
          "began with the snapshot of \(kept) events, read \(rest) (\(read) ms; \(fold) ms folding accounts)",
          "empezó con la instantánea de \(kept) eventos, leyó \(rest) (\(read) ms; \(fold) ms plegando cuentas)"
        ))
      return
    }
    try console.print(
      Text(
        "speed   \(rate) events/s, every hash checked (\(read) ms reading, \(fold) ms folding accounts)",
        "ritmo    \(rate) eventos/s, cada hash revisado (\(read) ms leyendo, \(fold) ms plegando cuentas)"
      ))
  }

  /// The whole result as JSON: amounts are integers in minor units.
  var json: JSONValue {
    let json = JSONValue.object([
      "on": .string(result.on.text), "knownAt": .object(["size": .integer(result.size)]),
      "accounts": .integer(result.accounts), "contacts": .integer(result.contacts),
      "digest": .string(digest), "snapshot": .integer(snapshot),
      "events": JSONValue(
        members: EventType.allCases.filter { result.counts[$0] > 0 }.map {
          JSONMember(key: $0.name, value: .integer(result.counts[$0]))
        }),
      "totals": .array(result.totals.map(Self.json)),
    ])
    return speed.map { json.adding("eventsPerSecond", .integer(eventsPerSecond($0))) } ?? json
  }

  /// Events read, not those a snapshot held.
  private func eventsPerSecond(_ speed: Speed) -> Int64 {
    (result.size - snapshot) * 1000 / max(1, (speed.reading + speed.folding).milliseconds)
  }

  private static func json(_ totals: PortfolioTotals) -> JSONValue {
    let figures = PortfolioTotals.names.map { name in
      let value = totals[name]
      // JSON's whole numbers end at 2^53 − 1: a larger sum goes as text.
      let fits = Int64(exactly: value).flatMap { $0 <= largestAmount ? $0 : nil }
      return JSONMember(key: name, value: fits.map { .integer($0) } ?? .string("\(value)"))
    }
    return JSONValue(
      members: figures + [
        JSONMember(key: "currency", value: .string(totals.currency.code)),
        JSONMember(key: "accounts", value: .integer(totals.accounts)),
        JSONMember(key: "placed", value: .integer(totals.placed)),
        JSONMember(key: "payments", value: .integer(totals.payments)),
      ])
  }

  private func table(_ totals: PortfolioTotals, _ language: Language) -> Table {
    let heading = Text(same: totals.currency.code)
    var table = Table([.init(heading), .init("", .right), .init("", .right)])
    func add(_ name: Text, _ count: Int64? = nil, _ figures: String...) {
      let sum = figures.map { totals[$0] }.reduce(0, +)
      let text = Int64(exactly: sum).map {
        amountText($0, digits: totals.currency.minorDigits)
      }
      table.add([name[language], count.map(grouped) ?? "", text ?? "\(sum)"])
    }
    add(Text("principal opened", "capital abierto"), totals.accounts, "openedPrincipal")
    add(
      Text("interest, penalty and cost opened", "interés, mora y gastos abiertos"), nil,
      "openedInterest", "openedPenalty", "openedCost")
    add(Text("costs charged", "gastos cargados"), nil, "chargedCost")
    add(Text("penalties charged", "moras cargadas"), nil, "chargedPenalty")
    add(
      Text("principal and interest charged", "capital e interés cargados"), nil,
      "chargedPrincipal", "chargedInterest")
    add(Text("paid", "pagado"), totals.payments, "paid")
    add(Text("recovered after write-off", "recuperado tras castigo"), nil, "recovered")
    add(Text("waived", "exonerado"), nil, "waived")
    add(Text("forgiven", "condonado"), nil, "forgiven")
    add(Text("outstanding", "saldo"), nil, "outstanding")
    add(Text("overdue", "vencido"), nil, "overdue")
    add(Text("credit", "a favor"), nil, "credit")
    table.add([
      Text("placed with an agency", "asignadas a agencia")[language], grouped(totals.placed), "",
    ])
    return table
  }
}
