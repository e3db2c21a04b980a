internal import CanonicalJSON
internal import EventStore
internal import Ledger

extension Option {
  static let batch = Option(
    "batch", Text("N", "N"), .integer(1...4096), standard: "4096",
    doc: Text("events committed at a time", "eventos confirmados de una vez"))
}

extension Argument {
  static let drafts = Argument(
    Text("FILE", "ARCHIVO"), .fileOrInput, optional: true,
    doc: Text(
      "event drafts, one JSON object a line; else, or when -, standard input",
      "borradores de eventos, un objeto JSON por línea; si falta o es -, la entrada estándar"))
}

extension Command {
  static let record = Command(
    "record", Text("append events", "agregar eventos"),
    details: Text(
      "A draft has type, stream and data; optionally effective, key, actor, cause, subject, v and "
        + "n. The whole file is checked first; then a receipt a line is printed for what is on "
        + "disk for good. Recording the same file again records nothing twice.",
      "Un borrador lleva type, stream y data; opcionalmente effective, key, actor, cause, "
        + "subject, v y n. Primero se revisa todo el archivo; luego se imprime un recibo por "
        + "línea de lo que ya está en disco. Registrar otra vez el mismo archivo no registra "
        + "nada dos veces."),
    arguments: [.drafts],
    options: [.actor, .actingAs, .approveAs, .skipInvalid, .rejects, .batch, .segmentSize],
    examples: [
      Example(
        "quipu record payments.jsonl --actor u-17/agent",
        Text("what agent u-17 collected", "lo que cobró el agente u-17")),
      Example(
        "quipu record today.jsonl --skip-invalid --rejects bad.jsonl",
        Text(
          "the valid lines; the others go to bad.jsonl",
          "las líneas válidas; las otras van a bad.jsonl")),
    ]
  ) { try RecordRun($0).run() }
}

/// One run of `record`.
private struct RecordRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let path = invocation.argument(.drafts) ?? "-"
    let name = path == "-" ? "-" : path.split(separator: "/").last.map(String.init) ?? path
    var recorder = try Recorder(invocation)
    let bytes = try OutputFile.read(path)
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      // A blank line, however lines end, and the reason above a line left out earlier.
      let isBlank = line.allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
      if isBlank || line.first == UInt8(ascii: "#") { continue }
      let number = number
      recorder.take(Array(line)) { () throws(Refusal) in
        try Draft(line: Array(line), number: number, of: name)
      }
    }
    let batch = Int(invocation.integer(.batch) ?? 4096)
    let rejects = invocation.value(.rejects) ?? (name == "-" ? "stdin" : name) + ".rejected"
    let tally = try recorder.finish(batch: batch, rejects: rejects) { receipt in
      try invocation.console.print(
        .object([
          "at": .string(receipt.at), "key": .string(receipt.key), "seq": .integer(receipt.seq),
        ]))
    }
    if tally.recorded + tally.repeated + tally.refused == 0 {
      invocation.console.notice(
        "no_draft",
        Text("no draft was given: nothing to record", "sin borradores: nada que registrar"))
    }
    if tally.repeated > 0 {
      invocation.console.notice(
        "already_recorded",
        Text(
          "\(tally.recorded) recorded; \(tally.repeated) were there already, their first receipts repeated",
          "\(tally.recorded) registrados; \(tally.repeated) ya estaban, se repiten sus primeros recibos"
        ),
        [
          Failure.Detail("recorded", Int64(tally.recorded)),
          Failure.Detail("repeated", Int64(tally.repeated)),
        ])
    }
    return .done
  }
}
