internal import CanonicalJSON
internal import Testing

/// What commands say on standard error that is no failure, and what of it is in the reader's language.
@Suite("End to end: notices and warnings")
struct EndToEndDiagnosticsTests {
  /// Each line on standard error as its kind and the object under it.
  private static func lines(_ run: Program.Outcome) throws -> [(kind: String, JSONValue)] {
    try run.errors.split(separator: "\n").map { line in
      let value = try JSONValue(parsing: String(line), as: .json)
      let members = try #require(value.objectValue)
      try #require(members.count == 1)
      return (members[0].key, members[0].value)
    }
  }

  @Test("with --json every line on standard error is an object", arguments: ["en", "es"])
  func linesAreJSON(_ language: String) throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let drafts = (0..<21).map { DraftLine.paid("A-1", "p-\($0)", -1) }
    try ledger.write(Array(drafts.joined(separator: "\n").utf8), to: "drafts")
    let words = "record \(ledger.folder)/drafts --json --lang \(language)"
    let told = try Self.lines(try ledger.run(words))
    #expect(told.map(\.kind) == ["notice", "warning"] + Array(repeating: "error", count: 20))
    #expect(told[0].1["code"]?.stringValue == "nothing_recorded")
    #expect(told[0].1["detail"]?["refused"]?.integerValue == 21)
    let text = try ledger.run(words.replacing("--json ", with: "")).errors
    for (kind, value) in told where kind != "error" {
      #expect(text.contains(": \(try #require(value["message"]?.stringValue))\n"))
      #expect(value["code"]?.stringValue?.contains(" ") == false)
    }
  }

  @Test("with --json a file of the log is told as a detail")
  func filesAreDetails() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let run = try ledger.bash(
      """
      f=$(ls "$QUIPU_LEDGER"/log/*.jsonl | tail -1); chmod 600 "$f"
      printf '{"torn' >> "$f"; "$quipu" show A-1 --json
      """)
    let told = try Self.lines(run)
    #expect(told.map(\.kind) == ["notice"])
    #expect(told.first?.1["code"]?.stringValue == "torn_tail")
    #expect(told.first?.1["detail"]?["file"]?.stringValue?.hasSuffix(".jsonl") == true)
  }

  @Test("one line is one line")
  func oneLine() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    try ledger.write(Array(DraftLine.paid("A-1", "p", -1).utf8), to: "drafts")
    let words = "record \(ledger.folder)/drafts --lang"
    #expect(
      try ledger.run("\(words) en").errors
        .contains("notice: nothing was recorded: 1 of 1 line is refused\n"))
    #expect(
      try ledger.run("\(words) es").errors
        .contains("aviso: no se registró nada: se rechaza 1 de 1 línea\n"))
  }

  @Test("in Spanish, the states of doctor and the faults of a statement are Spanish")
  func spanish() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let doctor = try ledger.run("doctor --lang es").output
    #expect(doctor.contains("  aviso   "), "\(doctor)")
    #expect(!doctor.contains("warn"))
    #expect(try ledger.run("doctor --lang en").output.contains("  warn   "))
    let fixture = CamtFixture(closing: "7.00")
    for (text, words) in [
      (fixture.statement, "cierra el extracto"), ("<a", "no es XML bien formado"),
      (fixture.statement.replacing("camt.053", with: "pain.001"), "no es un mensaje conocido aquí"),
      (fixture.statement.replacing("CdtDbtInd", with: "X"), "falta en el <Bal>"),
    ] {
      try ledger.write(Array(text.utf8), to: "statement")
      let run = try ledger.run("import camt \(ledger.folder)/statement --lang es")
      #expect(run.exit == 3)
      #expect(run.errors.contains(words), "\(run.errors)")
    }
  }
}
