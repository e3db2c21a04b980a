internal import CanonicalJSON
internal import EventStore
internal import Glibc

extension Option {
  static let rate = Option(
    "rate", Text("MIB", "MIB"), .integer(1...100_000), standard: "50",
    doc: Text("read at most so many MiB a second", "leer como máximo tantos MiB por segundo"))

  static let from = Option(
    "from", Text("SEQ", "SEQ"), .integer(0...Int64.max), standard: "0",
    doc: Text(
      "begin with the segment that holds this event", "empezar por el segmento de este evento"))

  static let segments = Option(
    "segments", Text("N", "N"), .integer(1...Int64.max),
    doc: Text(
      "stop after so many segments and say where to go on; else read all once",
      "parar tras tantos segmentos y decir dónde seguir; si no, leer todos una vez"))
}

extension Command {
  static let scrub = Command(
    "scrub",
    Text("read finished segments again, slowly", "releer despacio los segmentos terminados"),
    details: Text(
      "Looks for a disk that forgets: every finished segment is read past the page cache and "
        + "hashed, beside a writer at work. Exit status 1 means that one is damaged: see "
        + "`quipu repair`.",
      "Busca un disco que olvida: cada segmento terminado se lee sin la memoria caché y se resume, "
        + "junto a quien escribe. El código de salida 1 significa que uno está dañado: vea "
        + "`quipu repair`."),
    options: [.rate, .from, .segments],
    examples: [
      Example(
        "quipu scrub --rate 10 --segments 64",
        Text("an hour's share each night", "una parte cada noche"))
    ]
  ) { invocation in
    let console = invocation.console
    var scrubber = try Scrubber(
      directory: invocation.ledger, from: invocation.integer(.from) ?? 0,
      bytesPerSecond: Int(invocation.integer(.rate) ?? 50) << 20)
    var left = invocation.integer(.segments) ?? Int64.max
    var (count, bytes, damaged, next): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    let progress = console.startProgress(of: nil, unit: Text("bytes", "bytes"))
    while left > 0, let step = try scrubber.step() {
      (count, left, next) = (count + 1, left - 1, step.next)
      bytes += Int64(step.bytes)
      progress.advance(by: Int64(step.bytes))
      if let damage = step.damage {
        damaged += 1
        console.report(Failure(damage))
      }
    }
    console.finishProgress()
    if console.json {
      try console.print(
        .object([
          "segments": .integer(count), "bytes": .integer(bytes), "damaged": .integer(damaged),
          "next": .integer(next),
        ]))
    } else {
      try console.print(
        counted(count, Text("segment", "segmento"), Text("segments", "segmentos"))
          + Text(same: ", \(grouped(bytes)) bytes, ")
          + Text(
            "\(damaged) damaged; next --from \(next)", "\(damaged) dañados; sigue --from \(next)"))
    }
    return damaged == 0 ? .done : .foundWrong
  }
}
