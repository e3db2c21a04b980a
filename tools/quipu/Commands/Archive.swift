internal import CanonicalJSON
internal import EventStore

extension Option {
  static let keep = Option(
    "keep", Text("N", "N"), .integer(0...Int64.max), standard: "0",
    doc: Text(
      "leave the last N finished segments as they are",
      "dejar como están los últimos N segmentos terminados"))
}

extension Command {
  static let archive = Command(
    "archive",
    Text("compress finished segments", "comprimir los segmentos terminados"),
    details: Text(
      "Replaces each finished segment, all but the one being written, by a .jsonl.zst file and its "
        + "SHA-256, after every line was checked and the compressed copy read back and compared. "
        + "Every command reads both, and so does zstdcat. May run beside a writer. A damaged "
        + "segment is left as it is, with exit status 1.",
      "Reemplaza cada segmento terminado, todos menos el que se escribe, por un archivo .jsonl.zst y "
        + "su SHA-256, tras revisar cada línea y releer y comparar la copia comprimida. Todos los "
        + "comandos leen ambos, y también zstdcat. Puede ejecutarse junto a quien escribe. Un "
        + "segmento dañado queda como está, con código de salida 1."),
    options: [.keep],
    examples: [
      Example(
        "quipu archive --keep 4",
        Text("all but the last four finished ones", "todos menos los cuatro últimos terminados"))
    ]
  ) { invocation in
    let console = invocation.console
    var progress: Progress?
    let archived = try Archiver.archive(
      directory: invocation.ledger, keeping: Int(clamping: invocation.integer(.keep) ?? 0)
    ) { _, left in
      let bar =
        progress
        ?? console.startProgress(of: Int64(left + 1), unit: Text("segments", "segmentos"))
      progress = bar
      bar.advance(by: 1)
    }
    console.finishProgress()
    let before = archived.reduce(0) { $0 + Int64($1.bytes) }
    let after = archived.reduce(0) { $0 + Int64($1.archivedBytes) }
    if console.json {
      try console.print(
        .object([
          "archived": .array(
            archived.map {
              .object([
                "file": .string($0.file), "bytes": .integer(Int64($0.bytes)),
                "archived_bytes": .integer(Int64($0.archivedBytes)),
              ])
            }),
          "bytes": .integer(before), "archived_bytes": .integer(after),
        ]))
      return .done
    }
    for one in archived {
      try console.print(
        "\(one.file)  \(grouped(Int64(one.bytes))) → \(grouped(Int64(one.archivedBytes)))")
    }
    try console.print(
      counted(Int64(archived.count), Text("segment", "segmento"), Text("segments", "segmentos"))
        + Text(" archived: ", " archivados: ")
        + Text(same: "\(grouped(before)) → \(grouped(after)) bytes"))
    return .done
  }
}
