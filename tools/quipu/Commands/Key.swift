internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

extension Argument {
  static let keyAction = Argument(
    Text("ACTION", "ACCIÓN"), .choices(["show", "new", "change"]),
    doc: Text(
      "show the ledger's keys; make a new key in FILE; change the ledger's key",
      "show: las claves del libro; new: crear una clave en ARCHIVO; change: cambiar la del libro"))

  static let keyFile = Argument(
    Text("FILE", "ARCHIVO"), .file, optional: true,
    doc: Text(
      "the new key's file; with change, a key kept outside the ledger",
      "archivo de la clave nueva; con change, una clave fuera del libro"))
}

extension Option {
  static let keyName = Option(
    "name", Text("NAME", "NOMBRE"),
    doc: Text(
      "with new: who signs, such as the ledger's name", "con new: quién firma, p. ej. el libro"))

  static let cosigner = Option(
    "cosigner",
    doc: Text("with new: a witness's key", "con new: la clave de un testigo"))
}

extension Command {
  static let key = Command(
    "key", Text("show, make or change signing keys", "ver, crear o cambiar claves de firma"),
    details: Text(
      "`change` records SigningKeyChanged, and signs the checkpoint that ends with it with both "
        + "keys; from then on only the new one signs. Private keys are PEM files of mode 0600 that "
        + "openssl reads.",
      "`change` registra SigningKeyChanged y firma el punto de control que termina con él con ambas "
        + "claves; desde entonces firma solo la nueva. Las claves privadas son archivos PEM de modo "
        + "0600 que openssl lee."),
    arguments: [.keyAction, .keyFile], options: [.keyName, .cosigner, .actor],
    examples: [
      Example(
        "quipu key change", Text("a new key for the ledger", "una clave nueva para el libro")),
      Example(
        "quipu key new w.pem --name w.example --cosigner",
        Text("a witness's key", "la clave de un testigo")),
    ]
  ) { try KeyRun($0).run() }
}

/// One run of `key`.
private struct KeyRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    do {
      switch invocation.required(.keyAction) {
      case "new": return try make()
      case "change": return try change()
      default: return try show()
      }
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  private func show() throws -> ExitCode {
    let reader = try LogReader.open(directory: invocation.ledger)
    let history = try reader.keyHistory()
    let now = history.keys(for: reader.size + 1)
    for key in history.all {
      let signs = now.contains(key)
      if invocation.console.json {
        try invocation.console.print(
          .object(["vkey": .string(key.text), "signs": .bool(signs)]))
      } else {
        try invocation.console.print(
          Text(same: key.text) + (signs ? "" : Text("  (retired)", "  (retirada)")))
      }
    }
    return .done
  }

  private func make() throws -> ExitCode {
    guard let file = invocation.argument(.keyFile), let name = invocation.value(.keyName) else {
      throw invocation.wrongUsage(
        Text("new needs FILE and --name", "new necesita ARCHIVO y --name"))
    }
    let kind = invocation.has(.cosigner) ? VerifierKey.Kind.cosignature : .signature
    let key = try SigningKey.generated(name: name, kind: kind)
    try key.write(to: file)
    try print(key.verifier)
    return .done
  }

  private func change() throws -> ExitCode {
    let actor = try invocation.recordingActor()
    let (log, today) = try invocation.openLog(by: actor)
    let changed = try log.changeSigningKey(
      to: invocation.argument(.keyFile), at: WallClock.now().text, effective: today.text,
      actor: actor.canonical)
    try print(changed.key)
    return .done
  }

  private func print(_ key: VerifierKey) throws {
    if invocation.console.json {
      try invocation.console.print(.object(["vkey": .string(key.text)]))
    } else {
      try invocation.console.print(key.text)
    }
  }
}
