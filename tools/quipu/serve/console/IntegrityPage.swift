internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Synchronization

/// The last verification from the console, and whether one is under way.
struct VerificationState: Sendable {
  var isRunning = false
  var last: (at: Instant, by: String, milliseconds: Int64, result: Verification)?
}

/// Whether the log is what it was: its tree, the checkpoints signed over it, who else vouched, and a
/// verification of every byte at the press of a button.
struct IntegrityPage {
  private let exchange: Exchange
  private let reader: LogReader
  private let books: LogBooks
  private let link: ConsoleLink

  private static let mostRows = 20

  static let route = Route(
    "GET", "/console/integrity", "getConsoleIntegrity",
    Text(
      "the log's tree and signatures, as a page", "el árbol y las firmas del registro, como página"),
    permission: .readEvents, isPage: true, answers: [.page],
    .aside { try IntegrityPage($0).response() })

  /// Verifies every byte, one reader's wish at a time.
  static let verify = Route(
    "POST", "/console/integrity/verify", "postConsoleVerify",
    Text("verifies the log and shows what was found", "verifica el registro y muestra lo hallado"),
    permission: .readEvents, isPage: true,
    answers: [
      Route.Answer(status: 303, doc: Text("verified", "verificado"), content: nil)
    ], problems: [403, 409],
    .aside { exchange in
      try exchange.requireSameOrigin()
      let console = exchange.service.console
      let isFree = console.verification.withLock { state in
        defer { state.isRunning = true }
        return !state.isRunning
      }
      guard isFree else {
        throw Problem(
          409, "verifying",
          Text(
            "the log is being verified right now: look again in a moment",
            "el registro se está verificando ahora: mire de nuevo en un momento"))
      }
      defer { console.verification.withLock { $0.isRunning = false } }
      var options = VerifyOptions()
      options.jobs = Processors.count
      options.anchors = exchange.service.anchors
      let began = WallClock.now()
      let result = try LogVerifier.verify(
        directory: exchange.service.ledger, options: options
      ) { _, _ in }
      let took = WallClock.now().milliseconds - began.milliseconds
      console.verification.withLock { $0.last = (began, exchange.grant.name, took, result) }
      return HTTPResponse(seeOther: "/console/integrity#verification")
    })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    reader = try LogReader.open(directory: exchange.service.ledger)
    books = try exchange.service.console.books(exchange.service, exchange.service.books.size)
    link = ConsoleLink(exchange.request)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func response() throws -> HTTPResponse {
    let latest = try reader.latestCheckpoint()
    let sizes = try reader.checkpointSizes()
    let recent = try sizes.suffix(Self.mostRows).reversed().map { try reader.checkpoint(of: $0) }
    let page = ConsolePage(
      exchange, .integrity, Text("Integrity", "Integridad"),
      Text(
        "Whether the log is what it was: \(grouped(reader.size)) events under one tree, and who signed it.",
        "Si el registro es lo que era: \(grouped(reader.size)) eventos bajo un árbol, y quién lo firmó."
      ))
    return page.response { html in
      let covered = latest?.size ?? 0
      html.tiles([
        (
          say("events", "eventos"), grouped(reader.size),
          books.lastRecorded.map { moment in
            say("last \(exchange.local(moment.text))", "último: \(exchange.local(moment.text))")
          } ?? ""
        ),
        (
          say("covered by a signature", "cubiertos por una firma"), grouped(covered),
          covered < reader.size
            ? say(
              "\(grouped(reader.size - covered)) came since",
              "\(grouped(reader.size - covered)) llegaron después") : ""
        ),
        (say("checkpoints", "puntos de control"), grouped(Int64(sizes.count)), ""),
        (
          say("witnesses of the last", "testigos del último"),
          grouped(Int64(latest.map(witnesses)?.count ?? 0)), ""
        ),
      ])
      for notice in reader.notices {
        html.notice("\(notice.file): \(notice.detail)", isBad: true)
      }
      writeVerification(&html)
      writeTree(latest, &html)
      writeCheckpoints(recent, sizes.count, &html)
      writeKeys(&html)
      html.part("log", say("The log and its proofs", "El registro y sus pruebas")) { html in
        html.element("p") { html in
          html.link(
            "/console/events",
            say("All events, the last first", "Todos los eventos, el último primero"))
          html.words(
            say(
              ": each has its proof to download. One by its number:",
              ": cada uno con su prueba para descargar. Uno por su número:"))
        }
        html.ask("/console/events", say("One event", "Un evento"), say("Show", "Mostrar")) { html in
          html.field(
            "before", say("Events before number", "Eventos anteriores al número"),
            type: "number", value: "\(reader.size)", [("min", "1"), ("max", "\(reader.size)")])
        }
      }
    }
  }

  // MARK: Verification

  private func writeVerification(_ html: inout HTMLWriter) {
    let (last, isRunning) = exchange.service.console.verification.withLock {
      ($0.last, $0.isRunning)
    }
    html.part(
      "verification", say("Verify now", "Verificar ahora"),
      say(
        "Reads every byte, rebuilds every hash, and compares log, tiles, checkpoints and anchors. It "
          + "changes nothing.",
        "Lee cada byte, recalcula cada resumen y compara registro, mosaicos, puntos de control y anclas. No "
          + "cambia nada.")
    ) { html in
      if let last { write(last.result, at: last.at, by: last.by, last.milliseconds, &html) }
      if isRunning {
        html.notice(say("A verification is under way.", "Hay una verificación en curso."))
      } else {
        html.element("form", ["method": "post", "action": "/console/integrity/verify"]) {
          $0.element("button", [:], say("Verify every byte", "Verificar cada byte"))
        }
      }
      let values = exchange.service.metrics.values
      if values.scrubbedSegments > 0 {
        html.paragraph(
          say(
            "Since it began, the service has read \(grouped(values.scrubbedSegments)) finished segments "
              + "again, past every cache: \(grouped(values.damagedSegments)) were damaged.",
            "Desde que empezó, el servicio ha releído \(grouped(values.scrubbedSegments)) segmentos "
              + "terminados, sin memoria caché: \(grouped(values.damagedSegments)) estaban dañados."
          ))
      }
      html.paragraph(
        say(
          "A key found inside the ledger proves nothing by itself: compare with one you were given "
            + "another way, as `quipu verify --vkey KEY --against FILE` does.",
          "Una clave hallada dentro del libro no prueba nada por sí sola: compárela con una que le dieron "
            + "por otra vía, como hace `quipu verify --vkey CLAVE --against ARCHIVO`."),
        isNote: true)
    }
  }

  private func write(
    _ result: Verification, at moment: Instant, by name: String, _ milliseconds: Int64,
    _ html: inout HTMLWriter
  ) {
    let (seconds, when) = (amountText(milliseconds / 10), exchange.local(moment.text))
    let by = name.isEmpty ? "" : say(" by \(name)", " por \(name)")
    if result.findings.isEmpty {
      html.notice(
        say(
          "Sound at \(when)\(by): \(grouped(result.events)) events, "
            + "\(grouped(Int64(result.bytes))) bytes read in \(seconds) s; "
            + "\(result.checkpoints) checkpoints cover \(grouped(result.covered)) events.",
          "Íntegro el \(when)\(by): \(grouped(result.events)) eventos, "
            + "\(grouped(Int64(result.bytes))) bytes leídos en \(seconds) s; "
            + "\(result.checkpoints) puntos de control cubren \(grouped(result.covered)) eventos."))
    } else {
      html.notice(
        say(
          "DAMAGED at \(when)\(by): \(result.findings.count) findings.",
          "DAÑADO el \(when)\(by): \(result.findings.count) hallazgos."), isBad: true)
      html.wideTable(
        say("Findings", "Hallazgos"),
        heads: [
          say("finding", "hallazgo"), say("file", "archivo"), say("lines", "líneas"),
          say("what", "qué"),
        ],
        rows: result.findings.prefix(100).map { finding in
          [
            .head(.mark(finding.kind.rawValue, isGood: false)), .code(finding.file),
            .text(finding.lines.map { "\($0.lowerBound)–\($0.upperBound)" } ?? "–"),
            .text(finding.detail),
          ]
        })
    }
    for notice in result.notices.prefix(20) {
      html.paragraph("\(notice.kind.rawValue) \(notice.file): \(notice.detail)", isNote: true)
    }
  }

  // MARK: The tree

  /// The log's tree as the whole subtrees it is made of, widest first: what is drawn is how a size is
  /// written in powers of two.
  private func writeTree(_ latest: Checkpoint?, _ html: inout HTMLWriter) {
    let size = reader.size
    guard size > 0 else { return }
    var levels: [Int] = []
    for level in stride(from: 62, through: 0, by: -1) where size >> Int64(level) & 1 == 1 {
      levels.append(level)
    }
    let parts = levels.map { grouped(1 << Int64($0)) }.joined(separator: " + ")
    html.part(
      "tree", say("The tree", "El árbol"),
      say(
        "RFC 6962: \(grouped(size)) events are \(parts); each subtree has one hash, and all join in one "
          + "root. One bit changed anywhere is another root.",
        "RFC 6962: \(grouped(size)) eventos son \(parts); cada subárbol tiene un resumen, y todos se unen "
          + "en una raíz. Un bit distinto en cualquier parte es otra raíz.")
    ) { html in
      html.element("div", ["class": "scroll figure"]) { html in
        html.element(
          "svg",
          [
            "class": "chart", "viewBox": "0 0 1000 230", "role": "img",
            "aria-label": say("The tree over \(parts) events", "El árbol sobre \(parts) eventos"),
          ]
        ) { html in draw(levels, &html) }
      }
      if let latest {
        html.facts([
          (say("signed size", "tamaño firmado"), grouped(latest.size)),
          (say("signed root", "raíz firmada"), latest.root.base64),
        ])
      } else {
        html.nothing(
          say(
            "Nothing is signed yet: `quipu checkpoint` signs the log as it is.",
            "Aún no hay firmas: `quipu checkpoint` firma el registro tal como está."))
      }
    }
  }

  private func draw(_ levels: [Int], _ html: inout HTMLWriter) {
    let shown = levels.prefix(14)
    let weights = shown.map { $0 + 2 }
    let whole = weights.reduce(0, +)
    let (top, base) = (26, 200)
    let highest = (levels.first ?? 0) + 1
    var left = 20
    var joints: [Int] = []
    for (level, weight) in zip(shown, weights) {
      let width = max(14, 960 * weight / whole)
      let height = 20 + 110 * (level + 1) / highest
      let middle = left + width / 2
      html.element(
        "polygon",
        [
          "class": "fill-p0",
          "points": "\(left + 3),\(base) \(left + width - 3),\(base) \(middle),\(base - height)",
        ], "")
      html.line((middle, base - height), (500, top), "axis")
      html.text(
        grouped(1 << Int64(level)), middle, base + 18, "t-soft",
        anchor: "middle")
      joints.append(middle)
      left += width
    }
    html.dot(500, top, 7, "mark")
    html.text(say("root", "raíz"), 514, top + 5, "t-strong")
  }

  // MARK: Signatures

  private func witnesses(_ checkpoint: Checkpoint) -> [String] {
    checkpoint.note.signatures.map(\.name).filter { $0 != checkpoint.origin }
  }

  private func writeCheckpoints(
    _ recent: [Checkpoint], _ count: Int, _ html: inout HTMLWriter
  ) {
    guard !recent.isEmpty else { return }
    html.part(
      "checkpoints", say("Checkpoints", "Puntos de control"),
      say(
        "Signed statements of how the log was (C2SP tlog-checkpoint). The newest is at /checkpoint, for "
          + "any client of public logs.",
        "Declaraciones firmadas de cómo era el registro (tlog-checkpoint de C2SP). El último está en "
          + "/checkpoint, para cualquier cliente de registros públicos.")
    ) { html in
      html.wideTable(
        say("Checkpoints, the newest first", "Puntos de control, el último primero"),
        heads: [
          say("events", "eventos"), say("root", "raíz"), say("signed by", "firmado por"),
          say("witnesses", "testigos"),
        ], numbers: [0],
        rows: recent.map { checkpoint in
          let own = checkpoint.note.signatures.map(\.name).filter { $0 == checkpoint.origin }
          return [
            .text(grouped(checkpoint.size)), .code(checkpoint.root.base64),
            .text(own.joined(separator: ", ")),
            .text(
              witnesses(checkpoint).isEmpty ? "–" : witnesses(checkpoint).joined(separator: ", ")),
          ]
        })
      if count > recent.count {
        html.paragraph(
          say(
            "The last \(recent.count) of \(grouped(Int64(count))).",
            "Los últimos \(recent.count) de \(grouped(Int64(count)))."), isNote: true)
      }
    }
  }

  private func writeKeys(_ html: inout HTMLWriter) {
    let signing = books.keys.keys(for: reader.size + 1)
    html.part("keys", say("Keys", "Claves")) { html in
      html.wideTable(
        say("Keys that have signed", "Claves que han firmado"),
        heads: [say("verifier key", "clave pública"), say("state", "estado")],
        rows: books.keys.all.reversed().map { key in
          [
            .code(key.text),
            .text(
              signing.contains(key) ? say("signs now", "firma ahora") : say("retired", "retirada")),
          ]
        })
    }
  }
}
