internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Argument {
  static let clearedAccount = Argument(
    Text("ACCOUNT", "CUENTA"), optional: true,
    doc: Text(
      "the account that is paid; else those certified are listed",
      "la cuenta pagada; si falta, se listan las certificadas"))
}

extension Option {
  static let outputFolder = Option(
    "out", Text("DIR", "DIR"), .directory,
    doc: Text(
      "the folder to make; else certificate-ACCOUNT here",
      "la carpeta a crear; si no, certificate-CUENTA aquí"))
}

extension Command {
  static let certificate = Command(
    "certificate", Text("a certificate of no debt", "una constancia de no adeudo"),
    details: Text(
      "For an account on which nothing is owed: a folder with the certificate to print and as JSON, each "
        + "event of the account with its proof, SHA-256 sums, and a verifier that needs no ledger. Refused while anything is owed. Records ClearanceIssued; the bureaus then have 7 "
        + "business days to be told (SBS 02531-2025, art. 5). Without ACCOUNT: who was certified, and "
        + "whether the bureau was told; exit 1 while one is late.",
      "Para una cuenta en la que no se debe nada: una carpeta con la constancia para imprimir y en JSON, "
        + "cada evento de la cuenta con su prueba y sumas SHA-256, que cualquiera revisa sin el libro. Se "
        + "rechaza mientras se deba algo. Registra ClearanceIssued; las centrales deben rectificar en 7 "
        + "días hábiles (SBS 02531-2025, art. 5). Con --as de un rol que pueda abrirlos, la página lleva el "
        + "nombre y documento del deudor; el JSON nunca. Sin CUENTA: qué se certificó y si se avisó a la "
        + "central; sale con 1 mientras alguno esté vencido."),
    arguments: [.clearedAccount],
    options: [.outputFolder, .purpose, .actingAs, .on, .knownAt, .actor, .fromScratch],
    examples: [
      Example(
        "quipu certificate A-1 --out constancia --lang es",
        Text("to hand to the debtor", "para entregar al deudor")),
      Example(
        "quipu certificate", Text("which bureaus are to be told", "qué centrales falta avisar")),
    ]
  ) { invocation in
    guard let account = invocation.argument(.clearedAccount) else {
      return try ClearanceList(invocation).run()
    }
    do {
      return try CertificateRun(invocation, account).run()
    } catch let refusal as Refusal {
      throw Failure(access: refusal)
    }
  }
}

/// The certificates issued, and the bureaus' term.
private struct ClearanceList {
  let invocation: Invocation
  /// Business days a creditor has to have the bureaus' data mended (SBS 02531-2025, art. 5).
  static let term = 7

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let book = try CustodyBook(of: view, upTo: size, on: day)
    let accounts = try invocation.readModel(of: view, at: size).model.accounts
    let calendar = accounts.calendar(on: day, knownAt: size)
    let console = invocation.console
    var table = Table([
      .init(Text("account", "cuenta")), .init(Text("certified", "certificada")),
      .init(Text("bureau by", "central hasta")), .init(Text("state", "estado")),
      .init(Text("certificate", "constancia")),
    ])
    var rows: [JSONValue] = []
    var isLate = false
    for clearance in book.clearances {
      let due = calendar.adding(businessDays: Self.term, to: clearance.on)
      let told = book.rectifications.first {
        $0.account == clearance.account && $0.on >= clearance.on
      }
      let late = (told?.on ?? day) > due
      if told == nil, late { isLate = true }
      let state =
        told.map {
          Text("told on \($0.on.text)", "avisada el \($0.on.text)")
            + (late ? Text(", late", ", tarde") : "")
        } ?? (late ? Text("LATE", "VENCIDO") : Text("to be told", "por avisar"))
      table.add([
        clearance.account, clearance.on.text, due.text, state[console.language],
        String(clearance.digest.prefix(16)),
      ])
      rows.append(
        .object([
          "account": .string(clearance.account), "on": .string(clearance.on.text),
          "seq": .integer(clearance.seq), "sha256": .string(clearance.digest),
          "bureauDueOn": .string(due.text), "isLate": .bool(late),
          "rectifiedOn": told.map { .string($0.on.text) } ?? .null,
        ]))
    }
    if console.json {
      try console.print(.object(["on": .string(day.text), "certificates": .array(rows)]))
    } else if rows.isEmpty {
      try console.print(Text("no certificate was issued", "no se emitió ninguna constancia"))
    } else {
      try console.print(table)
    }
    return isLate ? .foundWrong : .done
  }
}

/// One certificate being made.
private struct CertificateRun {
  let invocation: Invocation
  let account: String

  init(_ invocation: Invocation, _ account: String) {
    (self.invocation, self.account) = (invocation, account)
  }

  func run() throws -> ExitCode {
    let first = try invocation.openView()
    let day = try invocation.day(of: first)
    let report = try AccountReport.read(account, in: first, on: day, knownAt: first.size)
    try requirePaid(report)
    let debtor = try debtor(report)
    // To read who the debtor is was recorded meanwhile.
    let view = try invocation.openView()
    let reader = try LogReader.open(directory: invocation.ledger)
    let checkpoint = try invocation.storedCheckpoint(nil, reader)
    let events = try events(of: view)
    guard let last = events.last, last.seq < checkpoint.size else {
      throw Failure(
        .refused, "not_covered",
        Text(
          "the account has events after the last checkpoint, of \(checkpoint.size) events",
          "la cuenta tiene eventos posteriores al último punto de control, de \(checkpoint.size) eventos"
        ),
        [Failure.Detail("expected", "a later checkpoint, as `quipu checkpoint` makes it")])
    }
    let keys = try reader.keyHistory().keys(for: checkpoint.size).map(\.text)
    let proven = ProvenEvents(
      events: events, checkpoint: checkpoint, key: keys.last ?? "",
      completeStreams: ["account/\(account)": try count(of: events)])
    let certificate =
      json(report, events.map(\.seq), checkpoint, keys).canonicalBytes + [UInt8(ascii: "\n")]
    let digest = Digest(hashing: certificate.span).hex
    let path =
      invocation.value(.outputFolder) ?? "certificate-\(account.replacing(":", with: "_"))"
    let actor = try invocation.grant().actor ?? invocation.recordingActor()
    let sign: (String) throws -> [UInt8] = { text in
      let (intake, _) = try invocation.openIntake(by: actor)
      defer { invocation.report(intake.close()) }
      return try intake.signedNote(of: text)
    }
    _ = try ProofFolder.make(at: path, signedBy: sign) { folder in
      try proven.write(to: &folder, from: view)
      try folder.write(certificate, as: "certificate.json")
      let page = page(report, debtor, proven, digest)
      try folder.write(Array(page.utf8), as: "certificate.html")
    }
    let receipts = try invocation.append([
      OwnDraft(
        .clearanceIssued, "account/\(account)", key: "clearance:\(digest)", on: day,
        ["account": .string(account), "sha256": .string(digest)])
    ])
    return try tell(path, digest, receipts, day)
  }

  private func requirePaid(_ report: AccountReport) throws {
    let owed = report.row.outstanding.total
    guard owed > 0 || ![.paid, .closed].contains(report.row.status) else { return }
    let amount = amountText(owed, digits: report.row.currency.minorDigits)
    throw Failure(
      .refused, "still_owed",
      Text(
        "\(account) is not paid: \(report.row.currency.code) \(amount) is outstanding, status \(report.row.status.rawValue)",
        "\(account) no está pagada: se debe \(report.row.currency.code) \(amount), estado \(report.row.status.rawValue)"
      ),
      [
        Failure.Detail("value", owed),
        Failure.Detail("expected", "an account on which nothing is outstanding"),
      ])
  }

  /// The debtor's name and document, opened on record, where `--as` says who asks; else nothing.
  ///
  /// They stand on the page alone: the JSON's digest goes into the log, and a digest of a name is the name
  /// to whoever guesses it.
  private func debtor(_ report: AccountReport) throws -> [String] {
    guard invocation.value(.actingAs) != nil else { return [] }
    let opened = try invocation.opened(
      of: report.subject, for: invocation.value(.purpose) ?? "clearance-certificate",
      types: [.subjectRegistered, .subjectUpdated])
    let identity = opened.last { $0.fields?["identity"] != nil }?.fields?["identity"]
    let document = ["documentType", "document"].compactMap { identity?[$0]?.stringValue }
    return [identity?["name"]?.stringValue, document.joined(separator: " ")].compactMap { $0 }
      .filter { !$0.isEmpty }
  }

  /// The events that bear on the account. O(events of the account).
  private func events(of view: LedgerView) throws -> [(seq: Int64, line: [UInt8])] {
    try view.account(account, knownAt: view.size).lines.map { line in
      (try EventEnvelope(parsing: line.span).seq, line)
    }
  }

  /// How many of them stand on the account's own stream.
  private func count(of events: [(seq: Int64, line: [UInt8])]) throws -> Int64 {
    let stream = Array("account/\(account)".utf8)
    return Int64(
      try events.count { event in
        let envelope = try EventEnvelope(parsing: event.line.span)
        return event.line[envelope.stream].elementsEqual(stream)
      })
  }

  private func json(
    _ report: AccountReport, _ seqs: [Int64], _ checkpoint: Checkpoint, _ keys: [String]
  ) -> JSONValue {
    .object([
      "certificate": .string("clearance-1"), "account": .string(account),
      "creditor": .string(report.creditor), "subject": .string(report.subject),
      "on": .string(report.on.text), "currency": .string(report.row.currency.code),
      "outstanding": .integer(report.row.outstanding.total), "paid": .integer(report.row.paid),
      "openedOn": .string(report.life.openedOn.text),
      "clearedOn": report.cleared.map { .string($0.on.text) } ?? .null,
      "clearedBy": report.cleared.map { .integer($0.by) } ?? .null,
      "status": .string(report.row.status.rawValue),
      "events": .array(seqs.map { .integer($0) }),
      "checkpoint": .object([
        "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
        "root": .string(checkpoint.root.base64),
      ]), "keys": .array(keys.map { .string($0) }),
    ])
  }

  private func page(
    _ report: AccountReport, _ debtor: [String], _ proven: ProvenEvents, _ digest: String
  ) -> String {
    let language = invocation.language
    let title = Text("Certificate of no debt", "Constancia de no adeudo")[language]
    var page = HTMLWriter(title: "\(title) · \(account)", language: language)
    let count = proven.events.count
    let digits = report.row.currency.minorDigits
    page.heading(1, title)
    page.paragraph(
      Text(
        "\(report.creditor) certifies that on \(report.on.text) nothing is owed on account \(account).",
        "\(report.creditor) certifica que al \(report.on.text) no se adeuda nada por la cuenta \(account)."
      )[language])
    page.facts([
      (Text("Account", "Cuenta")[language], account),
      (Text("Debtor", "Deudor")[language], (debtor + [report.subject]).joined(separator: ", ")),
      (Text("Opened on", "Abierta el")[language], report.life.openedOn.text),
      (
        Text("Nothing owed since", "Sin deuda desde")[language],
        report.cleared?.on.text ?? report.on.text
      ),
      (
        Text("Paid in all", "Total pagado")[language],
        "\(report.row.currency.code) \(amountText(report.row.paid, digits: digits))"
      ),
      (
        Text("Outstanding", "Saldo")[language],
        "\(report.row.currency.code) \(amountText(report.row.outstanding.total, digits: digits))"
      ),
    ])
    page.paragraph(
      Text(
        "The creditor asks the credit bureaus to mend what they hold of this debt within 7 business "
          + "days (SBS 02531-2025, art. 5).",
        "El acreedor solicita a las centrales de riesgo rectificar lo que conste de esta deuda en 7 días "
          + "hábiles (SBS 02531-2025, art. 5).")[language])
    page.heading(2, Text("How to check it", "Cómo comprobarla")[language])
    page.paragraph(
      Text(
        "Each of the \(count) events of the account stands in this folder with the proof that it is in "
          + "the creditor's signed log. With Python 3 and OpenSSL, in the folder:",
        "Cada uno de los \(count) eventos de la cuenta está en esta carpeta con la prueba de que consta "
          + "en el registro firmado del acreedor. Con Python 3 y OpenSSL, en la carpeta:")[language]
    )
    page.code("sha256sum -c SHA256SUMS\npython3 verify.py --vkey '\(proven.key)'")
    page.paragraph("SHA-256 certificate.json", isNote: true)
    page.code(digest)
    return page.page()
  }

  private func tell(
    _ path: String, _ digest: String, _ receipts: [Receipt], _ day: CivilDate
  ) throws -> ExitCode {
    let console = invocation.console
    let seq = receipts.first?.seq ?? 0
    if console.json {
      try console.print(
        .object([
          "account": .string(account), "on": .string(day.text), "folder": .string(path),
          "sha256": .string(digest), "seq": .integer(seq),
        ]))
    } else {
      try console.print(
        Text(
          "\(path): certificate of no debt for \(account), recorded as event \(seq)",
          "\(path): constancia de no adeudo de \(account), registrada como evento \(seq)"))
    }
    return .done
  }
}
