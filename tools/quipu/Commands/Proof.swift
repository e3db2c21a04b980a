internal import CanonicalJSON
internal import EventStore

extension Argument {
  static let seq = Argument(
    Text("SEQ", "SEQ"), .integer(0...Int64.max),
    doc: Text("the event's sequence number", "número de secuencia del evento"))

  static let oldSize = Argument(
    Text("OLD", "ANTERIOR"), .integer(0...Int64.max),
    doc: Text(
      "size of the earlier stored checkpoint, or 0",
      "tamaño del punto de control anterior, o 0"))

  static let newSize = Argument(
    Text("NEW", "NUEVO"), .integer(1...Int64.max), optional: true,
    doc: Text(
      "size of the later one; else the newest", "tamaño del posterior; si no, el último"))
}

extension Option {
  static let output = Option(
    "out", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "write to FILE; else to standard output",
      "escribir en ARCHIVO; si no, en la salida estándar"))
}

extension Command {
  static let proof = Command(
    "proof", Text("prove that an event is in the log", "probar que un evento está en el registro"),
    details: Text(
      "Writes a C2SP tlog-proof: the event's exact line, the hashes from it to the root, and the "
        + "signed checkpoint. `quipu verify --proof FILE --vkey KEY` checks it anywhere, without "
        + "the ledger.",
      "Escribe un tlog-proof de C2SP: la línea exacta del evento, los resúmenes hasta la raíz y el "
        + "punto de control firmado. `quipu verify --proof ARCHIVO --vkey CLAVE` lo revisa en "
        + "cualquier lugar, sin el libro."),
    arguments: [.seq], options: [.size, .output],
    examples: [
      Example(
        "quipu proof 2 --out payment.tlog-proof",
        Text("that event 2 was recorded", "que el evento 2 fue registrado"))
    ]
  ) { invocation in
    let reader = try LogReader.open(directory: invocation.ledger)
    let seq = Int64(invocation.required(.seq)) ?? 0
    let checkpoint = try invocation.storedCheckpoint(invocation.integer(.size), reader)
    guard seq < reader.size else {
      throw Failure(
        .refused, "no_such_event",
        Text("there is no event \(seq)", "no existe el evento \(seq)"),
        [Failure.Detail("expected", "0 to \(reader.size - 1)")])
    }
    guard seq < checkpoint.size else {
      throw Failure(
        .refused, "not_covered",
        Text(
          "event \(seq) came after the checkpoint of \(checkpoint.size) events",
          "el evento \(seq) llegó después del punto de control de \(checkpoint.size) eventos"),
        [Failure.Detail("expected", "a later checkpoint, as `quipu checkpoint` makes it")])
    }
    let proof = try reader.inclusionProof(of: seq, under: checkpoint)
    try invocation.write(proof.bytes) {
      .object([
        "seq": .integer(seq), "checkpoint": checkpoint.json,
        "proof": .string(String(decoding: proof.bytes, as: UTF8.self)),
      ])
    }
    return .done
  }

  static let consistency = Command(
    "consistency",
    Text(
      "prove that a checkpoint contains an earlier one",
      "probar que un punto de control contiene a uno anterior"),
    details: Text(
      "Writes what C2SP tlog-witness asks for: the earlier size, the consistency proof (RFC 6962) "
        + "and the later checkpoint. A witness cosigns it: `quipu cosign`, or any other.",
      "Escribe lo que pide C2SP tlog-witness: el tamaño anterior, la prueba de consistencia (RFC "
        + "6962) y el punto de control posterior. Un testigo lo cofirma: `quipu cosign`, u otro."),
    arguments: [.oldSize, .newSize], options: [.output],
    examples: [
      Example(
        "quipu consistency 1 --out request",
        Text("from the first checkpoint to the newest", "del primer punto de control al último"))
    ]
  ) { invocation in
    let reader = try LogReader.open(directory: invocation.ledger)
    let new = try invocation.storedCheckpoint(
      invocation.argument(.newSize).flatMap { Int64($0) }, reader)
    let old = Int64(invocation.required(.oldSize)) ?? 0
    let request = try reader.witnessRequest(from: old, to: new)
    try invocation.write(request.bytes) {
      .object([
        "old": .integer(old), "checkpoint": new.json,
        "request": .string(String(decoding: request.bytes, as: UTF8.self)),
      ])
    }
    return .done
  }
}

extension Invocation {
  /// The stored checkpoint of a size, or the newest. Throws ``Failure`` where there is none.
  func storedCheckpoint(_ size: Int64?, _ reader: LogReader) throws -> Checkpoint {
    if let size { return try reader.checkpoint(of: size) }
    guard let latest = try reader.latestCheckpoint() else {
      throw Failure(
        .refused, "not_signed",
        Text("the log has no checkpoint yet", "el registro aún no tiene punto de control"),
        [Failure.Detail("expected", "a checkpoint, as `quipu checkpoint` makes it")])
    }
    return latest
  }

  /// Writes bytes to `--out` or standard output; with `--json` and no `--out`, the value instead.
  func write(_ bytes: [UInt8], orPrint value: () -> JSONValue) throws {
    if let path = self.value(.output) {
      try OutputFile.write(bytes, to: path)
    } else if console.json {
      try console.print(value())
    } else {
      try console.output.write(bytes)
    }
  }
}

extension LogReader {
  /// The request for a witness that last cosigned the checkpoint of `old` events, 0 for none.
  func witnessRequest(
    from old: Int64, to new: Checkpoint
  ) throws(LogError) -> WitnessRequest {
    let proof = old == 0 ? [] : try consistencyProof(from: try checkpoint(of: old), to: new)
    return WitnessRequest(old: old, proof: proof, checkpoint: new)
  }
}
