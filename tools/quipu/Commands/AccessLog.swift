internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let aboutSubject = Option(
    "subject", Text("ID", "ID"),
    doc: Text("only what concerns this person", "solo lo que toca a esta persona"))

  static let reader = Option(
    "reader", Text("ID", "ID"),
    doc: Text(
      "only what this reader or recipient saw or got", "solo lo que vio o recibió este lector"))

  static let fromDay = Option(
    "from", Text("DATE", "FECHA"), .date, doc: Text("from this day on", "desde este día"))

  static let throughDay = Option(
    "to", Text("DATE", "FECHA"), .date, doc: Text("through this day", "hasta este día"))
}

extension Command {
  static let accessLog = Command(
    "access-log",
    Text("who saw, got or erased personal data", "quién vio, recibió o suprimió datos personales"),
    details: Text(
      "Every unsealing with its reader and purpose, every export and disclosure with its recipient and "
        + "ground, every erasure with its receipt. They are events of the log like any other: kept for "
        + "good, so longer than the two years of DS 016-2024-JUS art. 46.3.",
      "Cada apertura con su lector y finalidad, cada exportación y transferencia con su destinatario y "
        + "fundamento, cada supresión con su constancia. Son eventos del registro como cualquier otro: se "
        + "conservan siempre, más que los dos años del DS 016-2024-JUS art. 46.3."),
    options: [.aboutSubject, .reader, .fromDay, .throughDay, .knownAt],
    examples: [
      Example(
        "quipu access-log --subject S-1", Text("who saw her data", "quién vio sus datos")),
      Example(
        "quipu access-log --reader u-17 --from 2026-01-01 --json",
        Text("what one reader opened this year", "lo que abrió un lector este año")),
    ]
  ) { invocation in
    let view = try invocation.openView()
    let size = try invocation.size(of: view)
    let last = try invocation.date(.throughDay) ?? WallClock.today(in: view.identity.timeZone) + 1
    let book = try CustodyBook(of: view, upTo: size, on: last)
    if let from = invocation.date(.fromDay), let to = invocation.date(.throughDay), from > to {
      throw invocation.wrongUsage(
        Text("--from is after --to", "--from es posterior a --to"),
        [Failure.Detail("value", from.text), Failure.Detail("expected", "at most \(to.text)")])
    }
    let (subject, party) = (invocation.value(.aboutSubject), invocation.value(.reader))
    let streams = try invocation.streams(of: subject, in: view, at: size, on: last)
    let entries = book.entries.filter { entry in
      (subject == nil || entry.subject == subject
        || entry.subject.isEmpty && streams.contains(entry.stream))
        && (party == nil || entry.party == party || entry.actor == party)
        && (invocation.date(.fromDay).map { $0 <= entry.on } ?? true)
    }
    let console = invocation.console
    if console.json {
      try console.print(
        .object([
          "knownAt": .object(["size": .integer(size)]), "entries": .array(entries.map(\.json)),
        ]))
      return .done
    }
    guard !entries.isEmpty else {
      try console.print(Text("no access is recorded", "no hay accesos registrados"))
      return .done
    }
    var table = Table([
      .init(Text("seq", "seq"), .right), .init(Text("recorded", "registrado")),
      .init(Text("what", "qué")), .init(Text("subject", "persona")), .init(Text("by", "por")),
      .init(Text("reader or recipient", "lector o destinatario")),
      .init(Text("purpose or ground", "finalidad o fundamento")),
      .init(Text("fields", "campos")),
    ])
    for entry in entries {
      table.add([
        "\(entry.seq)", entry.at, entry.what[console.language], entry.subject, entry.actor,
        entry.party + (entry.country.isEmpty ? "" : ", \(entry.country)"), entry.purpose,
        entry.fields.joined(separator: " "),
      ])
    }
    try console.print(table)
    return .done
  }
}

extension Invocation {
  /// The streams of the accounts a person has to do with.
  fileprivate func streams(
    of subject: String?, in view: LedgerView, at size: Int64, on day: CivilDate
  ) throws -> [String] {
    guard let subject else { return [] }
    let people = try readModel(of: view, at: size).model.people
    let facts = people.facts(of: subject, on: day, knownAt: size)
    return facts?.accounts.map { "account/\($0.account)" } ?? []
  }
}

extension CustodyBook {
  /// The book of the events before a size that take effect by a day. One pass: O(events).
  init(of view: LedgerView, upTo size: Int64, on date: CivilDate) throws {
    self.init()
    var book = CustodyBook()
    try view.eachEvent(upTo: size) { envelope, line in try book.apply(envelope, line) }
    book.finish(on: date)
    self = book
  }
}

extension CustodyBook.Entry {
  var what: Text {
    switch type {
    case .personalDataAccessed: Text("opened", "abierto")
    case .evidenceExported: Text("exported", "exportado")
    case .dataDisclosed: Text("disclosed", "transferido")
    default: Text("erased", "suprimido")
    }
  }

  /// As programs read it; what is not there is null.
  var json: JSONValue {
    func text(_ value: String) -> JSONValue { value.isEmpty ? .null : .string(value) }
    return .object([
      "seq": .integer(seq), "at": .string(at), "on": .string(on.text), "type": .string(type.name),
      "stream": .string(stream), "subject": text(subject), "actor": text(actor),
      "party": text(party), "purpose": text(purpose), "country": text(country),
      "digest": text(digest), "fields": .array(fields.map { .string($0) }),
      "events": .integer(events),
    ])
  }
}
