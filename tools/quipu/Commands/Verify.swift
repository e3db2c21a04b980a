internal import CanonicalJSON
internal import EventStore

extension Command {
  static let verify = Command(
    "verify", Text("check every byte of the log", "revisar cada byte del registro"),
    details: Text(
      "Rebuilds every hash and names the file and lines of what does not agree. Changes nothing. "
        + "Exit status 1 means that something is wrong.",
      "Recalcula todos los resúmenes y nombra archivo y líneas de lo que no concuerda. No cambia "
        + "nada. El código de salida 1 significa que algo está mal."),
    examples: [
      Example("quipu verify --json", Text("the findings as JSON", "los hallazgos en JSON"))
    ]
  ) { try VerifyRun($0).run() }
}

/// One run of `verify`.
private struct VerifyRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let console = invocation.console
    var progress: Progress?
    var done = 0
    let result = try LogVerifier.verify(directory: invocation.ledger) { bytes, total in
      let bar =
        progress ?? console.startProgress(of: Int64(total), unit: Text("bytes", "bytes"))
      progress = bar
      bar.advance(by: Int64(bytes - done))
      done = bytes
    }
    console.finishProgress()
    if console.json {
      try console.print(json(result))
    } else {
      try printText(result)
    }
    return result.findings.isEmpty ? .done : .foundWrong
  }

  private func printText(_ result: Verification) throws {
    let console = invocation.console
    for finding in result.findings {
      let kind = console.terminal.emphasised(finding.kind.rawValue, .red)
      let text = finding.description.dropFirst(finding.kind.rawValue.count)
      try console.print(kind + printable(String(text)))
    }
    for notice in result.notices {
      console.notice(Text(same: "\(notice.kind.rawValue) \(notice.file): \(notice.detail)"))
    }
    let extent =
      countedEvents(result.events) + Text(" in ", " en ")
      + counted(result.commits, Text("batch", "lote"), Text("batches", "lotes"))
      + Text(" and ", " y ")
      + counted(
        Int64(result.segments), Text("segment", "segmento"), Text("segments", "segmentos"))
      + Text(same: ", \(grouped(Int64(result.bytes))) bytes")
    guard result.findings.isEmpty else {
      return try console.print(
        Text("DAMAGED: ", "DAÑADO: ")
          + counted(
            Int64(result.findings.count), Text("finding", "hallazgo"),
            Text("findings", "hallazgos"))
          + "; " + extent)
    }
    try console.print(Text("sound: ", "íntegro: ") + extent)
    if let root = result.root {
      try console.print(Text("root   \(root.base64)", "raíz    \(root.base64)"))
    }
  }

  private func json(_ result: Verification) -> JSONValue {
    .object([
      "findings": .array(result.findings.map(Self.json)),
      "notices": .array(
        result.notices.map { notice in
          .object([
            "notice": .string(notice.kind.rawValue), "file": .string(notice.file),
            "detail": .string(notice.detail),
          ])
        }),
      "events": .integer(result.events), "batches": .integer(result.commits),
      "segments": .integer(Int64(result.segments)), "bytes": .integer(Int64(result.bytes)),
      "root": result.root.map { .string($0.base64) } ?? .null,
    ])
  }

  private static func json(_ finding: Finding) -> JSONValue {
    .object([
      "finding": .string(finding.kind.rawValue), "file": .string(finding.file),
      "lines": finding.lines.map {
        .array([.integer($0.lowerBound), .integer($0.upperBound)])
      } ?? .null,
      "byte": finding.byte.map { .integer(Int64($0)) } ?? .null,
      "detail": .string(finding.detail),
    ])
  }
}
