internal import CanonicalJSON
internal import Collections
internal import EventStore

extension Argument {
  static let cosignatures = Argument(
    Text("URL|FILE", "URL|ARCHIVO"),
    doc: Text(
      "the witness's submission prefix, http(s)://…, or its answer in a file (- for standard input)",
      "prefijo de envío del testigo, http(s)://…, o su respuesta en un archivo (-: entrada estándar)"
    ))

  static let request = Argument(
    Text("REQUEST", "SOLICITUD"), .fileOrInput,
    doc: Text(
      "what `quipu consistency` wrote", "lo que escribió `quipu consistency`"))
}

extension Option {
  static let witnessKey = Option(
    "witness", Text("VKEY", "CLAVE"), repeated: true,
    doc: Text(
      "the witness's verifier key, name+id+key",
      "clave pública del testigo, nombre+id+clave"))

  static let signWith = Option(
    "key", Text("FILE", "ARCHIVO"), .file,
    doc: Text("the witness's private key", "clave privada del testigo"))

  static let signAs = Option(
    "name", Text("NAME", "NOMBRE"), doc: Text("the witness's name", "nombre del testigo"))

  static let logKey = Option(
    "log", Text("VKEY", "CLAVE"), repeated: true,
    doc: Text(
      "verifier key of the log that is witnessed",
      "clave pública del registro atestiguado"))

  static let memory = Option(
    "memory", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "remembers the last checkpoint cosigned; made when it is not there",
      "recuerda el último punto de control cofirmado; se crea si no existe"))
}

extension Command {
  static let witness = Command(
    "witness", Text("have a checkpoint cosigned", "hacer cofirmar un punto de control"),
    details: Text(
      "Sends the newest checkpoint to a witness (C2SP tlog-witness, over the curl program) and "
        + "keeps its cosignature with it; or, given a file, keeps the cosignatures a witness "
        + "answered with by other means. Only signatures by a key named with --witness are kept.",
      "Envía el último punto de control a un testigo (C2SP tlog-witness, con el programa curl) y "
        + "guarda su cofirma; o, dado un archivo, guarda las cofirmas que el testigo dio por "
        + "otro medio. Solo se guardan firmas de las claves dadas con --witness."),
    arguments: [.cosignatures], options: [.witnessKey, .size, .actor],
    examples: [
      Example(
        "quipu witness https://witness.example/ --witness w.example+d5e3f1a2+BHx…",
        Text("over the network", "por la red")),
      Example(
        "quipu witness answer --witness w.example+d5e3f1a2+BHx…",
        Text("from a file", "desde un archivo")),
    ]
  ) { try WitnessRun($0).run() }

  static let cosign = Command(
    "cosign", Text("witness another's log", "atestiguar el registro de otro"),
    details: Text(
      "The other side of `witness`: checks that the checkpoint in REQUEST is signed by the log and "
        + "contains the one remembered, remembers it, and prints the cosignature line. Exit "
        + "status 1 means that it does not: the log may have two histories.",
      "El otro lado de `witness`: revisa que el punto de control en SOLICITUD esté firmado por el "
        + "registro y contenga al recordado, lo recuerda e imprime la línea de cofirma. El código "
        + "de salida 1 significa que no: el registro puede tener dos historias."),
    arguments: [.request], options: [.signWith, .signAs, .logKey, .memory],
    examples: [
      Example(
        "quipu cosign request --key w.pem --name w.example --log books+8891…+ASH5… --memory books.seen",
        Text("check and cosign", "revisar y cofirmar"))
    ],
    usesLedger: false
  ) { try CosignRun($0).run() }
}

/// One run of `witness`.
private struct WitnessRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let witnesses = try invocation.verifierKeys(.witnessKey, kind: .cosignature)
    let source = invocation.required(.cosignatures)
    let reader = try LogReader.open(directory: invocation.ledger)
    let checkpoint = try invocation.storedCheckpoint(invocation.integer(.size), reader)
    let isRemote = source.hasPrefix("http://") || source.hasPrefix("https://")
    let answer =
      isRemote
      ? try ask(source, checkpoint, witnesses, reader) : try OutputFile.read(source)
    let (log, _) = try invocation.openLog(by: try invocation.recordingActor())
    do {
      let (kept, new) = try log.addCosignatures(answer, to: checkpoint.size, by: witnesses)
      let count = kept.note.signatures.count
      invocation.console.notice(
        "cosignatures_kept",
        Text(
          "\(new) new; the checkpoint of \(kept.size) events has \(count) signatures",
          "\(new) nuevas; el punto de control de \(kept.size) eventos tiene \(count) firmas"),
        [Failure.Detail("new", Int64(new)), Failure.Detail("signatures", Int64(count))])
      try invocation.print(kept)
      return .done
    } catch let error as LogError {
      throw Failure(error)
    }
  }

  /// Asks from the size it last cosigned, as far as the ledger knows; once more from what it says.
  private func ask(
    _ prefix: String, _ checkpoint: Checkpoint, _ witnesses: [VerifierKey], _ reader: LogReader
  ) throws -> [UInt8] {
    var old: Int64 = 0
    for size in try reader.checkpointSizes().filter({ $0 <= checkpoint.size }).suffix(16) {
      let known = try reader.checkpoint(of: size)
      if known.signers(among: witnesses)?.isEmpty == false { old = size }
    }
    let url = (prefix.hasSuffix("/") ? prefix : prefix + "/") + "add-checkpoint"
    for _ in 1...2 {
      let request = try reader.witnessRequest(from: old, to: checkpoint)
      let answer = try HTTPExchange.post(request.bytes, to: url)
      if answer.status == 200 { return answer.body }
      let text = String(decoding: answer.body.prefix(200), as: UTF8.self)
      guard answer.status == 409, let known = Int64(text.split(separator: "\n").first ?? ""),
        known != old
      else { throw refusal(answer.status, text, url) }
      guard known <= checkpoint.size else {
        throw Failure(
          LogError(
            .behindAnchor,
            "the witness knows \(known) events, this checkpoint has \(checkpoint.size): the ledger "
              + "was cut, or restored from an old backup", file: url))
      }
      old = known
    }
    throw refusal(409, "", url)
  }

  private func refusal(_ status: Int, _ text: String, _ url: String) -> Failure {
    Failure(
      status == 422 || status == 409 ? .foundWrong : .inputOutput, "witness_refused",
      Text(
        "the witness answered \(status): \(text)", "el testigo respondió \(status): \(text)"),
      [Failure.Detail("file", url)])
  }
}

/// One run of `cosign`.
private struct CosignRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    guard let file = invocation.value(.signWith), let name = invocation.value(.signAs),
      let memory = invocation.value(.memory)
    else {
      throw invocation.wrongUsage(
        Text("--key, --name and --memory are needed", "se necesitan --key, --name y --memory"))
    }
    let logs = try invocation.verifierKeys(.logKey, kind: .signature)
    let key = try SigningKey.read(file, name: name, kind: .cosignature)
    let request = try WitnessRequest(
      parsing: try OutputFile.read(invocation.required(.request)))
    let seconds = WallClock.now().milliseconds / 1000
    do {
      let line = try Witness(memory: memory, logKeys: logs).cosign(request, with: key, at: seconds)
      if invocation.console.json {
        try invocation.console.print(
          .object(["size": .integer(request.checkpoint.size), "cosignature": .string(line)]))
      } else {
        try invocation.console.print(line)
      }
      return .done
    } catch let error as Witness.Refusal {
      throw failure(error, request)
    }
  }

  private func failure(_ refusal: Witness.Refusal, _ request: WitnessRequest) -> Failure {
    switch refusal {
    case .unsigned:
      Failure(
        .foundWrong, "unsigned",
        Text(
          "no key given with --log signed the checkpoint of \(request.checkpoint.origin)",
          "ninguna clave dada con --log firmó el punto de control de \(request.checkpoint.origin)"))
    case .conflict(let known):
      Failure(
        .refused, "conflict",
        Text(
          "the request begins at \(request.old) events, remembered are \(known)",
          "la solicitud empieza en \(request.old) eventos, se recuerdan \(known)"),
        [
          Failure.Detail("expected", "`quipu consistency \(known)`"),
          Failure.Detail("value", known),
        ])
    case .inconsistent:
      Failure(
        .foundWrong, "inconsistent",
        Text(
          "the checkpoint of \(request.checkpoint.size) events does not contain the one remembered",
          "el punto de control de \(request.checkpoint.size) eventos no contiene al recordado"))
    case .failed(let error): Failure(error)
    }
  }
}

extension Invocation {
  /// The verifier keys given with an option, all of a kind; at least one where they are needed.
  func verifierKeys(
    _ option: Option, kind: VerifierKey.Kind, areNeeded: Bool = true
  ) throws -> [VerifierKey] {
    let keys = try values(option).map { text in
      guard let key = VerifierKey(text), key.kind == kind else {
        throw wrongUsage(
          Text(
            "--\(option.long) takes a verifier key, name+id+base64: \(text)",
            "--\(option.long) recibe una clave pública, nombre+id+base64: \(text)"))
      }
      return key
    }
    guard !keys.isEmpty || !areNeeded else {
      throw wrongUsage(
        Text("--\(option.long) is needed", "se necesita --\(option.long)"))
    }
    return keys
  }
}
