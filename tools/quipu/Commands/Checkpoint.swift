internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Option {
  static let list = Option(
    "list",
    doc: Text("every stored checkpoint, a line each", "cada punto de control, uno por línea"))

  static let stampRequest = Option(
    "stamp-request", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "write an RFC 3161 request over the newest checkpoint to FILE, for a time stamp authority",
      "escribir en ARCHIVO una solicitud RFC 3161 sobre el último punto de control"))

  static let stamp = Option(
    "stamp", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "keep the authority's response in FILE beside the checkpoint it stamps",
      "guardar la respuesta de la autoridad, en ARCHIVO, junto al punto de control que sella"))

  static let size = Option(
    "size", Text("N", "N"), .integer(0...Int64.max),
    doc: Text(
      "the stored checkpoint of N events; else the newest",
      "el punto de control de N eventos; si no, el último"))
}

extension Command {
  static let checkpoint = Command(
    "checkpoint", Text("sign the log as it is", "firmar el registro tal como está"),
    details: Text(
      "Reads back what came since the last checkpoint, hashes it, signs size and root (C2SP "
        + "tlog-checkpoint), and prints the signed note: give it to an auditor, and the log can "
        + "never be changed before it unseen. With --list and --size nothing is signed.",
      "Relee lo llegado desde el último punto de control, lo resume, firma tamaño y raíz (C2SP "
        + "tlog-checkpoint) e imprime la nota firmada: entréguela a un auditor y nada anterior "
        + "podrá cambiarse sin que se note. Con --list y --size no se firma nada."),
    options: [.list, .size, .stampRequest, .stamp, .actor],
    examples: [
      Example(
        "quipu checkpoint > yesterday.checkpoint",
        Text("what an auditor keeps", "lo que guarda un auditor")),
      Example(
        "quipu checkpoint --stamp-request request.tsq",
        Text("ask for a time stamp", "pedir un sello de tiempo")),
    ]
  ) { try CheckpointRun($0).run() }
}

/// One run of `checkpoint`.
private struct CheckpointRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    if invocation.has(.list) { return try list() }
    if let size = invocation.integer(.size), invocation.value(.stamp) == nil {
      let reader = try LogReader.open(directory: invocation.ledger)
      return try finish(try reader.checkpoint(of: size))
    }
    let (log, _) = try invocation.openLog(by: try invocation.recordingActor())
    do {
      if let file = invocation.value(.stamp) { return try keepStamp(file, log) }
      let before = log.notices.count
      let checkpoint = try log.checkpoint()
      invocation.report(Array(log.notices[before...]))
      return try finish(checkpoint)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  private func finish(_ checkpoint: Checkpoint) throws -> ExitCode {
    if let file = invocation.value(.stampRequest) {
      try OutputFile.write(try TimeStamp.request(for: checkpoint), to: file)
      invocation.console.notice(
        "stamp_request_written",
        Text(
          "\(file): the request for a time stamp over the checkpoint of \(checkpoint.size) events",
          "\(file): la solicitud de sello de tiempo del punto de control de \(checkpoint.size) eventos"
        ), [Failure.Detail("file", file)])
    }
    try invocation.print(checkpoint)
    return .done
  }

  private func keepStamp(_ file: String, _ log: EventLog) throws -> ExitCode {
    let size = try invocation.integer(.size) ?? log.checkpoint().size
    let time = try log.keep(timeStamp: try OutputFile.read(file), of: size)
    if invocation.console.json {
      try invocation.console.print(.object(["size": .integer(size), "stampedAt": .string(time)]))
    } else {
      try invocation.console.print(
        Text(
          "checkpoint of \(size) events stamped at \(time)",
          "punto de control de \(size) eventos sellado el \(time)"))
    }
    return .done
  }

  private func list() throws -> ExitCode {
    let reader = try LogReader.open(directory: invocation.ledger)
    var table = Table([
      Table.Column(Text("events", "eventos"), .right), Table.Column(Text("root", "raíz")),
      Table.Column(Text("signed by", "firmado por")),
    ])
    for size in try reader.checkpointSizes() {
      let checkpoint = try reader.checkpoint(of: size)
      if invocation.console.json {
        try invocation.console.print(checkpoint.json)
      } else {
        let names = checkpoint.note.signatures.map(\.name).joined(separator: ", ")
        table.add([grouped(size), checkpoint.root.base64, names])
      }
    }
    if !invocation.console.json { try invocation.console.print(table) }
    return .done
  }
}

extension Invocation {
  /// Prints a checkpoint: the signed note as it stands, or as JSON.
  func print(_ checkpoint: Checkpoint) throws {
    if console.json { return try console.print(checkpoint.json) }
    try console.output.write(checkpoint.note.bytes)
  }
}

extension Checkpoint {
  /// `{"origin","root","signers","size","note"}`.
  var json: JSONValue {
    .object([
      "origin": .string(origin), "size": .integer(size), "root": .string(root.base64),
      "signers": .array(note.signatures.map { .string($0.name) }),
      "note": .string(String(decoding: note.bytes, as: UTF8.self)),
    ])
  }
}
