internal import CanonicalJSON
internal import EventStore

extension Option {
  static let trustedKey = Option(
    "vkey", Text("VKEY", "CLAVE"), repeated: true,
    doc: Text(
      "a verifier key you trust, from outside: the log's, or a witness's that must have cosigned",
      "clave pública en la que usted confía, de fuera: la del registro o la de un testigo que debe "
        + "haber cofirmado"))

  static let strict = Option(
    "strict", doc: Text("notices are findings too", "los avisos también son hallazgos"))

  static let against = Option(
    "against", Text("FILE", "ARCHIVO"), .file, repeated: true,
    doc: Text(
      "a checkpoint kept elsewhere, which the log must contain",
      "punto de control guardado en otro lugar, que el registro debe contener"))

  static let since = Option(
    "since", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "a checkpoint that was verified before: read only the segments after it",
      "punto de control ya verificado: leer solo los segmentos posteriores"))

  static let proofFile = Option(
    "proof", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "check a tlog-proof instead; needs no ledger", "revisar un tlog-proof; no necesita el libro"))
}

extension Command {
  static let verify = Command(
    "verify", Text("check every byte of the log", "revisar cada byte del registro"),
    details: Text(
      "Rebuilds every hash, compares log, tiles, checkpoints and anchors, and names file and lines "
        + "of what does not agree. Changes nothing. Exit status 1 means that something is wrong. "
        + "A key found inside the ledger proves nothing by itself: give the one you trust with "
        + "--vkey. --since compares keys and positions only among the events it reads. "
        + "--json prints one object: findings [{finding, file, lines [first, last] or null, byte "
        + "or null, detail}], notices [{notice, file, detail}], events, batches, segments, bytes, "
        + "root or null, first, checkpoints, covered, tiles, keys, trusted.",
      "Recalcula todos los resúmenes, compara registro, tiles, puntos de control y anclas, y nombra "
        + "archivo y líneas de lo que no concuerda. No cambia nada. El código de salida 1 "
        + "significa que algo está mal. Una clave hallada dentro del libro no prueba nada por sí "
        + "sola: dé con --vkey la suya. --since compara claves y posiciones solo entre los "
        + "eventos que lee. --json imprime un objeto: findings [{finding, file, lines [primera, "
        + "última] o null, byte o null, detail}], notices [{notice, file, detail}], events, "
        + "batches, segments, bytes, root o null, first, checkpoints, covered, tiles, keys, "
        + "trusted."),
    options: [.trustedKey, .strict, .against, .since, .proofFile, .jobs],
    examples: [
      Example("quipu verify --json", Text("the findings as JSON", "los hallazgos en JSON")),
      Example(
        "quipu verify --vkey books+8891…+ASH5… --against /mnt/usb/books.checkpoint",
        Text("against what is known outside", "contra lo que se sabe fuera")),
      Example(
        "quipu verify --proof payment.tlog-proof --vkey books+8891…+ASH5…",
        Text("one event, without the ledger", "un evento, sin el libro")),
    ]
  ) { try VerifyRun($0).run() }
}

/// One run of `verify`.
private struct VerifyRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    if let path = invocation.value(.proofFile) { return try checkProof(path) }
    let console = invocation.console
    var options = VerifyOptions()
    options.jobs = invocation.jobs
    options.trusted = try trustedKeys()
    options.anchors = invocation.logSettings.anchors
    options.against = invocation.values(.against)
    options.since = invocation.value(.since)
    if let folder = environmentValue("TMPDIR") { options.scratch = folder }
    var progress: Progress?
    var done = 0
    let result = try LogVerifier.verify(directory: invocation.ledger, options: options) {
      bytes, total in
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
    let isSound =
      result.findings.isEmpty && (result.notices.isEmpty || !invocation.has(.strict))
    return isSound ? .done : .foundWrong
  }

  private func trustedKeys() throws -> [VerifierKey] {
    try invocation.values(.trustedKey).map { text in
      guard let key = VerifierKey(text) else {
        throw invocation.wrongUsage(
          Text("--vkey is no verifier key", "--vkey no es una clave pública"),
          [Failure.Detail("found", text), Failure.Detail("expected", "NAME+ID+KEY")])
      }
      return key
    }
  }

  private func checkProof(_ path: String) throws -> ExitCode {
    let others = [Option.against, .since, .strict, .jobs].filter { invocation.has($0) }
    guard others.isEmpty else {
      throw invocation.wrongUsage(
        Text(
          "--proof stands alone, with --vkey: --\(others[0].long) is about a ledger",
          "--proof va solo, con --vkey: --\(others[0].long) es para un libro"))
    }
    let keys = try trustedKeys()
    guard !keys.isEmpty else {
      throw invocation.wrongUsage(
        Text(
          "--proof needs the key that is trusted: --vkey VKEY",
          "--proof necesita la clave de confianza: --vkey CLAVE"))
    }
    let bytes = try OutputFile.read(path)
    let proof: InclusionProof
    do {
      proof = try InclusionProof(parsing: bytes)
      try proof.check(against: keys)
    } catch {
      throw Failure(
        LogError(error.code, error.detail, file: path, lines: error.lines))
    }
    let checkpoint = proof.checkpoint
    let signers = (checkpoint.signers(among: keys) ?? []).map(\.name).joined(separator: ", ")
    if invocation.console.json {
      try invocation.console.print(
        .object([
          "proven": .bool(true), "seq": .integer(proof.index),
          "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
          "root": .string(checkpoint.root.base64),
          "keys": .array((checkpoint.signers(among: keys) ?? []).map { .string($0.text) }),
          "event": .string(String(decoding: proof.line, as: UTF8.self)),
        ]))
    } else {
      try invocation.console.print(
        Text(
          "proven: event \(proof.index) is in the log \(checkpoint.origin) of \(checkpoint.size) "
            + "events, signed by \(signers)",
          "probado: el evento \(proof.index) está en el registro \(checkpoint.origin) de "
            + "\(checkpoint.size) eventos, firmado por \(signers)"))
      try invocation.console.print(printable(String(decoding: proof.line, as: UTF8.self)))
    }
    return .done
  }

  private func printText(_ result: Verification) throws {
    let console = invocation.console
    for finding in result.findings {
      let kind = console.terminal.emphasised(finding.kind.rawValue, .red)
      let text = finding.description.dropFirst(finding.kind.rawValue.count)
      try console.print(kind + printable(String(text)))
    }
    printNotices(result.notices)
    let extent =
      countedEvents(result.events) + Text(" in ", " en ")
      + counted(result.commits, Text("batch", "lote"), Text("batches", "lotes"))
      + Text(" and ", " y ")
      + counted(
        Int64(result.segments), Text("segment", "segmento"), Text("segments", "segmentos"))
      + Text(same: ", \(grouped(Int64(result.bytes))) bytes")
      + (result.first == 0
        ? Text(same: "") : Text(", from event \(result.first) on", ", desde el \(result.first)"))
    if result.findings.isEmpty {
      try console.print(Text("sound: ", "íntegro: ") + extent)
    } else {
      try console.print(
        Text("DAMAGED: ", "DAÑADO: ")
          + counted(
            Int64(result.findings.count), Text("finding", "hallazgo"),
            Text("findings", "hallazgos"))
          + "; " + extent)
    }
    if let root = result.root, result.findings.isEmpty {
      try console.print(Text("root   \(root.base64)", "raíz    \(root.base64)"))
    }
    try printSignatures(result)
  }

  /// Which checkpoints cover the log, and whose word that is.
  private func printSignatures(_ result: Verification) throws {
    guard result.checkpoints > 0 else { return }
    let console = invocation.console
    try console.print(
      counted(
        Int64(result.checkpoints), Text("checkpoint", "punto de control"),
        Text("checkpoints", "puntos de control"))
        + Text(
          " cover \(grouped(result.covered)) events, checked with",
          " cubren \(grouped(result.covered)) eventos, revisados con"))
    for key in result.keys {
      try console.print(
        Text(same: "  \(key.text)")
          + (result.keysAreTrusted
            ? Text(" (--vkey, or vouched for by it)", " (--vkey, o avalada por ella)")
            : Text(" (found in the ledger)", " (hallada en el libro)")))
    }
    if !result.keysAreTrusted {
      console.warn(
        "key_not_trusted",
        Text(
          "a key found inside the ledger proves nothing by itself: give the one you trust with "
            + "--vkey",
          "una clave hallada dentro del libro no prueba nada por sí sola: dé con --vkey la suya"))
    }
  }

  /// One line for all files of a folder that have the same: a copy has no tile at all.
  private func printNotices(_ notices: [LogNotice]) {
    var groups: [[LogNotice]] = []
    for notice in notices {
      if let last = groups.last?.last, last.kind == notice.kind, last.detail == notice.detail,
        Self.folder(of: last) == Self.folder(of: notice)
      {
        groups[groups.count - 1].append(notice)
      } else {
        groups.append([notice])
      }
    }
    for group in groups {
      guard let first = group.first else { continue }
      let others = Int64(group.count - 1)
      let more =
        others == 0
        ? Text("")
        : Text(
          " and \(grouped(others)) more in \(Self.folder(of: first))/",
          " y \(grouped(others)) más en \(Self.folder(of: first))/")
      invocation.console.notice(
        first.kind.rawValue,
        Text(same: "\(first.kind.rawValue) \(first.file)") + more + Text(same: ": \(first.detail)"))
    }
  }

  /// The folder of the ledger that a notice is about.
  private static func folder(of notice: LogNotice) -> String {
    String(notice.file.prefix { $0 != "/" })
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
      "first": .integer(result.first), "checkpoints": .integer(Int64(result.checkpoints)),
      "covered": .integer(result.covered), "tiles": .integer(Int64(result.tiles)),
      "keys": .array(result.keys.map { .string($0.text) }),
      "trusted": .bool(result.keysAreTrusted),
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
