internal import CanonicalJSON
internal import EventStore

extension Argument {
  static let anchorPath = Argument(
    Text("FILE", "ARCHIVO"), .file, optional: true,
    doc: Text(
      "a file on another disk or host that shall keep the last checkpoint; else all are shown",
      "un archivo en otro disco o equipo que guardará el último punto de control; si no, se muestran"
    ))
}

extension Option {
  static let forget = Option(
    "forget",
    doc: Text(
      "take FILE out of the ledger's list; the file itself stays",
      "quitar ARCHIVO de la lista del libro; el archivo queda"))
}

extension Command {
  static let anchor = Command(
    "anchor",
    Text("keep the last checkpoint elsewhere", "guardar el último punto de control en otro lugar"),
    details: Text(
      "From now on every checkpoint is copied to FILE, after it is compared with the one there. A "
        + "ledger that was cut or restored from an old backup is behind its anchor, and is opened "
        + "for writing no more (behind_anchor). $QUIPU_ANCHOR names further anchors.",
      "Desde ahora cada punto de control se copia a ARCHIVO, después de compararlo con el que hay. "
        + "Un libro cortado o restaurado de una copia vieja queda detrás de su ancla y ya no se "
        + "abre para escribir (behind_anchor). $QUIPU_ANCHOR nombra más anclas."),
    arguments: [.anchorPath], options: [.forget, .actor],
    examples: [
      Example(
        "quipu anchor /mnt/usb/books.anchor",
        Text("keep it on another disk", "guardarlo en otro disco"))
    ]
  ) { try AnchorRun($0).run() }
}

/// One run of `anchor`.
private struct AnchorRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func run() throws -> ExitCode {
    let (log, _) = try invocation.openLog(by: try invocation.recordingActor())
    do {
      if let path = invocation.argument(.anchorPath) {
        let full = try absolute(path)
        if invocation.has(.forget) {
          try log.forget(anchor: full)
        } else {
          try log.add(anchor: full)
        }
      } else if invocation.has(.forget) {
        throw invocation.wrongUsage(
          Text("--forget needs the anchor's file", "--forget necesita el archivo del ancla"))
      }
      try printAll(log)
      return .done
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  private func absolute(_ path: String) throws -> String {
    if path.hasPrefix("/") { return path }
    return try OutputFile.workingDirectory() + "/" + path
  }

  private func printAll(_ log: EventLog) throws {
    let console = invocation.console
    var table = Table([
      Table.Column(Text("anchor", "ancla")), Table.Column(Text("events", "eventos"), .right),
      Table.Column(Text("root", "raíz")),
    ])
    for (path, kept) in try log.anchorStates() {
      if console.json {
        try console.print(
          .object([
            "anchor": .string(path), "size": kept.map { .integer($0.size) } ?? .null,
            "root": kept.map { .string($0.root.base64) } ?? .null,
          ]))
      } else {
        table.add([path, kept.map { grouped($0.size) } ?? "–", kept?.root.base64 ?? "–"])
      }
    }
    if table.isEmpty, !console.json {
      return console.notice(
        "no_anchor",
        Text(
          "no anchor: name a file on another disk", "sin ancla: nombre un archivo en otro disco"))
    }
    if !console.json { try console.print(table) }
  }
}
