internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Everything the ledger holds of one person, opened: what answers a request for access or portability.
///
/// `data.json` holds it all for programs; `index.html` shows it to the person, in her language.
struct PersonPackage {
  let report: SubjectReport
  let accounts: [AccountReport]
  /// Her events as they lie in the log, opened fields beside them.
  let events: [JSONValue]
  let opened: [UnsealedEvent]
  let custody: [CustodyBook.Entry]
  let on: CivilDate
  let size: Int64

  /// Gathers a person's data; `opened` is what was unsealed for it. Passes over the log: O(events).
  init(
    of subject: String, _ model: ReadModel, _ view: LedgerView, opened: [UnsealedEvent],
    on day: CivilDate
  ) throws {
    report = try SubjectReport(subject, model, view, on: day)
    self.opened = opened
    on = day
    size = model.size
    var ids: [String] = []
    for link in report.facts.accounts where !ids.contains(link.account) { ids.append(link.account) }
    accounts = try ids.compactMap {
      try AccountReport($0, of: model.accounts, on: day, knownAt: model.size)
    }
    let fields = Dictionary(opened.map { ($0.seq, $0.fields) }) { first, _ in first }
    let streams = Set(["subject/\(subject)"] + ids.map { "account/\($0)" })
    var events: [JSONValue] = []
    var custody = CustodyBook()
    try view.eachEvent(upTo: model.size) { envelope, line in
      try custody.apply(envelope, line)
      func text(_ range: Range<Int>) -> String { decodeCanonicalString(range, in: line) }
      let named = text(envelope.subject)
      // On an account she shares, what concerns another person is not hers.
      guard named == subject || named.isEmpty && streams.contains(text(envelope.stream)) else {
        return
      }
      let bytes = envelope.data.map { line[$0] }
      events.append(
        .object([
          "seq": .integer(envelope.seq), "at": .string(text(envelope.at)),
          "effective": .string(text(envelope.effective)), "type": .string(text(envelope.type)),
          "stream": .string(text(envelope.stream)),
          "data": try JSONValue(parsing: bytes.span, as: .event),
          "opened": (fields[envelope.seq] ?? nil) ?? .null,
        ]))
    }
    custody.finish(on: day)
    self.events = events
    self.custody = custody.entries.filter { $0.subject == subject }
  }

  /// `data.json`.
  var json: JSONValue {
    .object([
      "format": .string("quipu-person-1"), "subject": .string(report.facts.subject),
      "on": .string(on.text), "knownAt": .object(["size": .integer(size)]),
      "person": report.json(on: on, knownAt: size),
      "accounts": .array(accounts.map(\.json)), "events": .array(events),
      "accesses": .array(custody.map(\.json)),
    ])
  }

  /// `index.html`.
  func page(_ language: Language, controller: String) -> String {
    var page = HTMLWriter(title: Text("Your data", "Sus datos")[language], language: language)
    page.heading(1, Text("Your personal data", "Sus datos personales")[language])
    page.paragraph(
      Text(
        "What \(controller) holds of you on \(on.text). data.json holds the same for programs; "
          + "SHA256SUMS proves that neither was changed.",
        "Lo que \(controller) tiene de usted al \(on.text). data.json contiene lo mismo para programas; "
          + "SHA256SUMS prueba que nada fue cambiado.")[language])
    addPerson(to: &page, language)
    addAccounts(to: &page, language)
    addWords(to: &page, language)
    addUse(to: &page, language)
    return page.page()
  }

  private func addPerson(to page: inout HTMLWriter, _ language: Language) {
    page.heading(2, Text("Who you are", "Quién es usted")[language])
    let identity = opened.last { ["SubjectRegistered", "SubjectUpdated"].contains($0.type.name) }
    let names: [String: Text] = [
      "name": Text("Name", "Nombre"), "document": Text("Document", "Documento"),
      "documentType": Text("Kind of document", "Tipo de documento"),
      "birthDate": Text("Date of birth", "Fecha de nacimiento"),
      "address": Text("Address", "Dirección"),
    ]
    page.facts(
      (identity?.values ?? []).map { (names[$0.name]?[language] ?? $0.name, $0.value) }
        + [
          (Text("Code in the ledger", "Código en el libro")[language], report.facts.subject),
          (Text("Region", "Región")[language], report.facts.region),
        ])
    page.heading(2, Text("How you are reached", "Cómo se le contacta")[language])
    let values = opened.filter { $0.type == .contactPointAdded }
    page.table(
      [
        Text("Point", "Medio")[language], Text("Value", "Dato")[language],
        Text("Known from", "Origen")[language], Text("Agreed", "Aceptado")[language],
        Text("State", "Estado")[language],
      ],
      report.facts.points.map { point in
        let value = values.first { $0.seq == point.seq }?.values.first?.value ?? ""
        return [
          point.kind.text[language], value, point.source,
          (point.isAgreed ? Text("yes", "sí") : Text("no", "no"))[language],
          (point.isValid ? Text("in use", "vigente") : Text("invalid", "inválido"))[language],
        ]
      })
    page.heading(2, Text("What you agreed to", "Lo que usted consintió")[language])
    page.table(
      [
        Text("Purpose", "Finalidad")[language], Text("Channel", "Canal")[language],
        Text("Given", "Dado")[language], Text("Revoked", "Revocado")[language],
      ],
      report.facts.consents.map { consent in
        [
          consent.purpose, consent.channel?.text[language] ?? "", consent.on.text,
          consent.revokedOn?.text ?? "",
        ]
      })
  }

  private func addAccounts(to page: inout HTMLWriter, _ language: Language) {
    page.heading(2, Text("Your accounts", "Sus cuentas")[language])
    page.table(
      [
        Text("Account", "Cuenta")[language], Text("Creditor", "Acreedor")[language],
        Text("State", "Estado")[language], Text("Outstanding", "Saldo")[language],
        Text("Paid", "Pagado")[language], Text("Days past due", "Días de atraso")[language],
      ],
      accounts.map { account in
        let (row, digits) = (account.row, account.row.currency.minorDigits)
        let code = row.currency.code
        return [
          account.account, account.creditor, row.status.text[language],
          "\(code) \(amountText(row.outstanding.total, digits: digits))",
          "\(code) \(amountText(row.paid, digits: digits))", "\(row.daysPastDue)",
        ]
      }, figures: [3, 4, 5])
  }

  private func addWords(to page: inout HTMLWriter, _ language: Language) {
    let known: Set<EventType> = [.subjectRegistered, .contactPointAdded]
    let words = opened.filter { !known.contains($0.type) }
    guard !words.isEmpty else { return }
    page.heading(2, Text("What was written down", "Lo que se anotó")[language])
    page.table(
      [
        Text("Day", "Día")[language], Text("Event", "Evento")[language],
        Text("Words", "Texto")[language],
      ],
      words.map { event in
        [
          event.effective, event.type.title[language],
          event.values.map { value in
            let field = FieldName.allCases.first { $0.text == value.name }
            return "\(field?.title[language] ?? value.name): \(value.value)"
          }.joined(separator: "; "),
        ]
      })
  }

  private func addUse(to page: inout HTMLWriter, _ language: Language) {
    page.heading(2, Text("Who saw or got your data", "Quién vio o recibió sus datos")[language])
    page.table(
      [
        Text("When", "Cuándo")[language], Text("Who", "Quién")[language],
        Text("What for", "Para qué")[language], Text("Fields", "Campos")[language],
      ], custody.map { [$0.at, $0.party, $0.purpose, $0.fields.joined(separator: ", ")] })
    page.heading(2, Text("Your requests", "Sus solicitudes")[language])
    page.table(
      [
        Text("Request", "Solicitud")[language], Text("Right", "Derecho")[language],
        Text("Filed", "Presentada")[language], Text("State", "Estado")[language],
      ],
      report.requests.map {
        [$0.id, $0.right.text[language], $0.filedOn.text, $0.state.text[language]]
      })
    page.heading(2, Text("How long it is kept", "Cuánto tiempo se conserva")[language])
    page.table(
      [
        Text("Ground", "Fundamento")[language], Text("Account", "Cuenta")[language],
        Text("Until", "Hasta")[language], Text("Source", "Fuente")[language],
      ],
      report.retention.bindings.map { [$0.ground, $0.about, $0.until?.text ?? "–", $0.source] })
    page.paragraph(
      Text(
        "All \(events.count) events about you stand in data.json, one by one.",
        "Los \(events.count) eventos sobre usted están en data.json, uno por uno.")[language],
      isNote: true)
  }
}
