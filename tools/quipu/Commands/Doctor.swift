internal import CanonicalJSON
internal import Collections
internal import EventStore

extension Option {
  static let fix = Option(
    "fix",
    doc: Text(
      "make derived files anew from the log and remove what a crash left unfinished",
      "rehacer del registro los archivos derivados y quitar lo que un corte dejó a medias"))
}

extension Command {
  static let doctor = Command(
    "doctor",
    Text(
      "look over machine and ledger, and say how to mend", "revisar máquina y libro, y qué hacer"),
    details: Text(
      "One line a check of the ledger, its keys, who has access, the disk and the machine: ok, warn "
        + "or bad, and what to do about it. Verifies no line (that is `quipu verify`) and changes "
        + "nothing unless --fix is given. Exit status 1 means that something is bad.",
      "Una línea por revisión del libro, sus claves, los accesos, el disco y la máquina: ok, aviso o "
        + "mal, y qué hacer. No verifica líneas (eso hace `quipu verify`) ni cambia nada sin --fix. El "
        + "código de salida 1 significa que algo está mal."),
    options: [.fix],
    examples: [
      Example("quipu doctor", Text("before calling for help", "antes de pedir ayuda"))
    ]
  ) { invocation in
    let console = invocation.console
    if invocation.has(.fix) {
      for done in try DoctorFix.run(directory: invocation.ledger) {
        switch done {
        case .removed(let name):
          console.notice(
            "removed", Text("removed \(name)", "se quitó \(name)"), [Failure.Detail("file", name)])
        case .rebuilt(let name):
          console.notice(
            "made_anew", Text("made anew: \(name)", "se rehízo: \(name)"),
            [Failure.Detail("file", name)])
        }
      }
    }
    let lines = try doctorLines(invocation)
    if console.json {
      let list = lines.map { line in
        JSONValue.object([
          "check": .string(line.check), "state": .string(line.state.rawValue),
          "detail": .string(line.text[invocation.language]),
        ])
      }
      try console.print(.object(["checks": .array(list)]))
    } else {
      var table = Table([
        Table.Column(Text("check", "revisión")), Table.Column(Text("state", "estado")),
        Table.Column(Text("what and what to do", "qué y qué hacer"), .wrapped),
      ])
      let language = invocation.language
      for line in lines {
        table.add([line.name[language], line.state.word[language], line.text[language]])
      }
      try console.print(table)
    }
    return lines.contains { $0.state == .bad } ? .foundWrong : .done
  }
}

/// Everything looked at. Where no ledger was named and none is here, the machine alone.
private func doctorLines(_ invocation: Invocation) throws -> [DoctorLine] {
  let checks: [Doctor.Check]
  do {
    checks = try Doctor.examine(
      directory: invocation.ledger, now: WallClock.now().text, settings: invocation.logSettings)
  } catch {
    guard error.code == .notALedger, !invocation.namesLedger else { throw error }
    let none = DoctorLine(
      "ledger", Doctor.Subject.ledger.word, .warn,
      Text(
        "none in \(invocation.ledger): `quipu init` makes one, --ledger DIR names another",
        "ninguno en \(invocation.ledger): `quipu init` crea uno, --ledger DIR nombra otro"))
    return [none] + DoctorMachine.machine()
  }
  let vault = try VaultCheck.all(invocation)
  return checks.map {
    DoctorLine($0.subject.rawValue, $0.subject.word, $0.state, $0.symptom.text)
  } + vault.map { DoctorLine("vault", Text("vault", "bóveda"), $0.state, $0.text) }
    + (try DoctorMachine.around(invocation.ledger, now: WallClock.now()))
    + DoctorMachine.machine()
}

extension Doctor.State {
  /// Its name for a person.
  fileprivate var word: Text {
    switch self {
    case .ok: "ok"
    case .warn: Text("warn", "aviso")
    case .bad: Text("bad", "mal")
    }
  }
}

extension Doctor.Subject {
  /// Its name for a person.
  fileprivate var word: Text {
    switch self {
    case .ledger: Text("ledger", "libro")
    case .permissions: Text("permissions", "permisos")
    case .space: Text("space", "espacio")
    case .clock: Text("clock", "reloj")
    case .writer: Text("writer", "escritor")
    case .tail: Text("tail", "cola")
    case .derived: Text("derived files", "derivados")
    case .checkpoint: Text("checkpoint", "punto de control")
    case .anchors: Text("anchors", "anclas")
    case .quarantine: Text("quarantine", "cuarentena")
    case .key: Text("key", "clave")
    case .leftovers: Text("leftovers", "restos")
    }
  }
}

extension Doctor.Symptom {
  /// What was seen and what to do about it.
  fileprivate var text: Text {
    switch self {
    case .readable(let events, let segments):
      countedEvents(events) + Text(" in ", " en ")
        + counted(Int64(segments), Text("segment", "segmento"), Text("segments", "segmentos"))
    case .unreadable(let why):
      Text("\(why); run `quipu verify`", "\(why); ejecute `quipu verify`")
    case .tight: Text("as they should be", "como deben ser")
    case .exposed(let names):
      Text(
        "others can read \(list(names)): chmod 0700 for keys, 0600 for files in it, and change "
          + "the key (`quipu key change`)",
        "otros pueden leer \(list(names)): chmod 0700 a keys, 0600 a sus archivos, y cambie la "
          + "clave (`quipu key change`)")
    case .writable(let names):
      Text(
        "finished segments can be written: chmod 0444 \(list(names))",
        "segmentos terminados admiten escritura: chmod 0444 \(list(names))")
    case .room(let bytes):
      Text("\(grouped(Int64(bytes >> 20))) MiB free", "\(grouped(Int64(bytes >> 20))) MiB libres")
    case .clock(let last): Text("the last event is of \(last)", "el último evento es de \(last)")
    case .clockBehind(let last):
      Text(
        "the clock is behind the last event, \(last): set it right before recording",
        "el reloj está detrás del último evento, \(last): corríjalo antes de registrar")
    default: aroundTheLog
    }
  }

  private var aroundTheLog: Text {
    switch self {
    case .noWriter: Text("nobody is writing", "nadie escribe")
    case .writer(let events):
      Text("a writer is at work; durable: ", "hay un escritor; duradero: ") + countedEvents(events)
    case .writerOpening:
      Text("a writer is opening the ledger: look again", "un escritor está abriendo: mire de nuevo")
    case .whole: Text("ends with a commit", "termina en un cierre")
    case .torn(let file, let bytes):
      Text(
        "\(file): \(bytes) bytes are no whole batch; the next recording moves them to quarantine",
        "\(file): \(bytes) bytes no son un lote entero; el próximo registro los pone en cuarentena")
    case .upToDate: Text("up to date", "al día")
    case .stale(let names):
      Text(
        "stale: \(list(names)); run `quipu doctor --fix`",
        "desfasados: \(list(names)); ejecute `quipu doctor --fix`")
    case .covered(let size): Text("covers all: ", "cubre todo: ") + countedEvents(size)
    case .uncovered(let covered, let size):
      covered < size
        ? Text(
          "covers \(covered) of \(size) events: run `quipu checkpoint`; a service signs when it stops",
          "cubre \(covered) de \(size) eventos: ejecute `quipu checkpoint`; un servicio firma al "
            + "parar")
        : Text(
          "speaks of \(covered) events, the log has \(size): it was cut; restore a backup",
          "habla de \(covered) eventos y hay \(size): fue cortado; restaure una copia")
    case .spoilt(let names):
      Text(
        "not what was signed: \(list(names)); `quipu repair --from COPY` brings them back",
        "no son lo que se firmó: \(list(names)); `quipu repair --from COPIA` los recupera")
    case .noCheckpoint:
      Text("none: run `quipu checkpoint`", "ninguno: ejecute `quipu checkpoint`")
    default: elsewhere
    }
  }

  private var elsewhere: Text {
    switch self {
    case .noAnchor:
      Text(
        "none: `quipu anchor FILE` on another disk shows a ledger that was cut",
        "ninguna: `quipu anchor ARCHIVO` en otro disco delata un libro cortado")
    case .anchored(let count):
      Text("\(count) reached, of this history", "\(count) alcanzadas, de esta historia")
    case .anchorUnreachable(let why):
      Text("cannot be read: \(why)", "no se puede leer: \(why)")
    case .anchorAhead(let path, let size):
      Text(
        "\(path) knows \(size) events that this log has not: restore a later backup",
        "\(path) conoce \(size) eventos que este registro no tiene: restaure una copia posterior")
    case .quarantined(let files, let bytes):
      Text(
        "\(files) files, \(bytes) bytes cut from the tail: look at them, then keep them elsewhere",
        "\(files) archivos, \(bytes) bytes cortados de la cola: revíselos y guárdelos en otro lugar"
      )
    case .keyInside:
      Text(
        "lies in the ledger: whoever copies it can sign; keep it outside and name it in "
          + "$QUIPU_SIGNING_KEY_FILE",
        "está en el libro: quien lo copie puede firmar; guárdela fuera y nómbrela en "
          + "$QUIPU_SIGNING_KEY_FILE")
    case .keyElsewhere(let stream):
      Text(
        "none here: a replica of the stream \(stream), which only `quipu follow` writes",
        "ninguna aquí: réplica del flujo \(stream), que solo escribe `quipu follow`")
    case .keyOutside(let path): Text("outside, at \(path)", "fuera, en \(path)")
    case .noKey(let why):
      Text(
        "\(why); nothing can be signed: put it back or name it in $QUIPU_SIGNING_KEY_FILE",
        "\(why); no se puede firmar: repóngala o nómbrela en $QUIPU_SIGNING_KEY_FILE")
    case .leftovers(let names):
      Text(
        "unfinished: \(list(names)); run `quipu doctor --fix`",
        "a medias: \(list(names)); ejecute `quipu doctor --fix`")
    default: Text("none", "ninguno")
    }
  }

  private func list(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) … (\(names.count))" : shown
  }
}
