internal import CanonicalJSON
internal import EventStore

extension Option {
  static let repairSource = Option(
    "from", Text("OTHER", "OTRO"), .directory,
    doc: Text(
      "a backup or replica of the same ledger, believed in nothing",
      "una copia o réplica del mismo libro; no se le cree nada"))

  static let dryRun = Option(
    "dry-run", doc: Text("only say what would be done", "solo decir qué se haría"))
}

extension Command {
  static let repair = Command(
    "repair", Text("mend a damaged log from a copy", "reparar un registro dañado con una copia"),
    details: Text(
      "Takes batches and single lines from OTHER only where they lead to the tree that the damaged "
        + "ledger itself states: in a commit, the next segment's header, or a signed checkpoint. What "
        + "is replaced is kept in quarantine/; what cannot be proven is left and named, and the exit "
        + "status is 1.",
      "Toma lotes y líneas de OTRO solo donde llevan al árbol que el propio libro dañado declara: en "
        + "un cierre, el encabezado siguiente o un punto de control firmado. Lo reemplazado queda en "
        + "quarantine/; lo que no se puede probar se deja y se nombra, y el código de salida es 1."),
    options: [.repairSource, .dryRun],
    examples: [
      Example(
        "quipu repair --from /mnt/usb/books --dry-run",
        Text("what a backup could mend", "qué podría reparar una copia"))
    ]
  ) { invocation in
    let console = invocation.console
    guard let source = invocation.value(.repairSource) else {
      throw invocation.wrongUsage(
        Text("name a backup or replica with --from", "nombre una copia o réplica con --from"))
    }
    let steps = try Repair.run(
      directory: invocation.ledger, from: source, dryRun: invocation.has(.dryRun))
    for step in steps {
      if console.json {
        try console.print(
          .object([
            "file": .string(step.file), "lines": .integer(Int64(step.lines)),
            "reason": step.reason.map { .string($0.rawValue) } ?? .null,
            "original": step.original.map { .string($0) } ?? .null,
          ]))
      } else {
        try console.print(step.text(isDryRun: invocation.has(.dryRun)))
      }
    }
    if steps.isEmpty, !console.json {
      try console.print(Text("nothing is damaged", "nada está dañado"))
    }
    return steps.allSatisfy { $0.reason == nil } ? .done : .foundWrong
  }
}

extension Repair.Step {
  /// What became of the file.
  fileprivate func text(isDryRun: Bool) -> Text {
    switch reason {
    case .notThere?:
      Text(
        "\(file): left as it is: the other ledger does not have what is missing here",
        "\(file): se deja: el otro libro no tiene lo que falta aquí")
    case .notProven?:
      Text(
        "\(file): left as it is: nothing here proves what the other ledger has",
        "\(file): se deja: nada aquí prueba lo que tiene el otro libro")
    case nil:
      (isDryRun
        ? Text("\(file): can be mended, ", "\(file): se puede reparar, ")
        : Text("\(file): mended, ", "\(file): reparado, "))
        + counted(Int64(lines), Text("line", "línea"), Text("lines", "líneas"))
        + Text(" from the other ledger", " del otro libro")
        + Text(
          original.map { "; the damaged one is \($0)" } ?? "",
          original.map { "; el dañado es \($0)" } ?? "")
    }
  }
}
