internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Training

extension Option {
  static let trainedModel = Option(
    "model", Text("ID", "ID"), doc: Text("the model's id", "identificador del modelo"))

  static let trainedVersion = Option(
    "version", Text("N", "N"), .integer(1...1_000_000), standard: "1",
    doc: Text("the model's version", "versión del modelo"))

  static let target = Option(
    "target", Text("TARGET", "OBJETIVO"),
    doc: Text(
      "what it foretells: paysWithin:DAYS:SHARE_BP, keepsPromise, curesWithin:DAYS, "
        + "answersOn:CHANNEL:DAYS or endsIn:EVENT:DAYS",
      "lo que predice: paysWithin:DÍAS:PARTE_BP, keepsPromise, curesWithin:DÍAS, "
        + "answersOn:CANAL:DÍAS o endsIn:EVENTO:DÍAS"))

  static let favourable = Option(
    "favourable", "yes|no", .choices(["yes", "no"]),
    doc: Text(
      "whether it is good for the person that the target comes true; else yes, but no for endsIn",
      "si es bueno para la persona que el objetivo se cumpla; si no, yes, salvo no para endsIn"))

  static let moments = Option(
    "at", Text("MOMENTS", "MOMENTOS"),
    doc: Text(
      "when accounts are looked at: DATE,DATE…; FROM..TO, the ends of the months; or EVENT or "
        + "EVENT:component, each account's first, as ChargeAssessed:penalty",
      "cuándo se mira cada cuenta: FECHA,FECHA…; DESDE..HASTA, los fines de mes; o EVENTO o "
        + "EVENTO:componente, el primero de cada una, como ChargeAssessed:penalty"))

  static let split = Option(
    "split", Text("SPLIT", "CORTE"),
    doc: Text(
      "what is learned from and what measured by: DATE; opened:80, by opening, the first 80 of 100 "
        + "accounts; or number:8/10, by the number an account's id ends in",
      "de qué se aprende y con qué se mide: FECHA; opened:80, por apertura, las primeras 80 de 100 "
        + "cuentas; o number:8/10, por el número en que termina el id de la cuenta"))

  static let ridge = Option(
    "ridge", Text("NUMBER", "NÚMERO"), standard: "1",
    doc: Text(
      "how much large coefficients cost, 0 or more",
      "cuánto cuestan los coeficientes grandes, desde 0"))

  static let rounds = Option(
    "rounds", Text("N", "N"), .integer(0...100_000), standard: "1000",
    doc: Text(
      "how often rows are drawn anew for the intervals",
      "cuántas veces se vuelven a sortear las filas para los intervalos"))

  static let trainingSeed = Option(
    "seed", Text("N", "N"), .integer(0...Int64.max), standard: "1",
    doc: Text(
      "where chance begins; the same seed gives the same intervals",
      "dónde comienza el azar; la misma semilla da los mismos intervalos"))

  static let cut = Option(
    "cut", Text("POINTS", "PUNTOS"), .integer(-1_000_000...1_000_000),
    doc: Text(
      "the points at which the report of fairness chooses; else the median",
      "los puntos con que elige el informe de equidad; si no, la mediana"))

  static let pointsToDouble = Option(
    "points-to-double", Text("POINTS", "PUNTOS"), .integer(1...10_000), standard: "20",
    doc: Text("how many points double the odds", "cuántos puntos duplican la chance"))

  static let reportFile = Option(
    "report", Text("FILE", "ARCHIVO"), .file,
    doc: Text("write the report there, as JSON", "escribir ahí el informe, en JSON"))
}

extension Option {
  static let tableFile = Option(
    "table", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "write the rows learned from and measured by there, as CSV",
      "escribir ahí las filas de las que se aprende y con que se mide, en CSV"))
}

extension Command {
  static let train = Command(
    "train", Text("train a scorecard by replaying the past", "entrenar un modelo de puntaje"),
    details: Text(
      "Replays to past moments, takes each account's features as known then and what came after, "
        + "bins them by weight of evidence, fits a logistic regression, turns it into whole points, and "
        + "reports on rows it has not seen: how well it foretells, how well it is calibrated, and how it "
        + "would treat people by birth decade and region, which no score may go by. The same ledger and "
        + "options give the same bytes. `quipu model register` puts the document into the log.",
      "Repite el registro hasta momentos pasados, toma las variables de cada cuenta según lo que se "
        + "sabía y lo que vino después, las agrupa por peso de evidencia, ajusta una regresión "
        + "logística, la convierte en puntos enteros e informa sobre filas que no ha visto: cuánto "
        + "acierta, si está calibrado y cómo trataría a las personas por década de nacimiento y región, "
        + "en las que ningún puntaje puede basarse. El mismo libro y las mismas opciones dan los mismos "
        + "bytes. `quipu model register` pone el documento en el registro."),
    options: [
      .trainedModel, .trainedVersion, .target, .favourable, .moments, .split, .features, .knowledge,
      .on, .knownAt, .trainingSeed, .rounds, .ridge, .cut, .pointsToDouble, .jobs, .fromScratch,
      .outputFile, .reportFile, .tableFile, .intentExamples,
    ],
    examples: [
      Example(
        "quipu train --model pays30 --target paysWithin:30:5000 --at 2025-01-31..2025-11-30 "
          + "--split 2025-10-01 --out pays30.json --report report.json",
        Text(
          "who pays half of what is overdue within 30 days, measured on the last months",
          "quién paga la mitad de lo vencido en 30 días, medido en los últimos meses")),
      Example(
        "quipu train --model agency --target endsIn:AgencyPlaced:730 --at ChargeAssessed:penalty "
          + "--split opened:80 --knowledge effective --out agency.json",
        Text(
          "which fines end at the agency, of a history imported at one moment",
          "qué multas terminan en la agencia, de una historia importada de una vez")),
      Example(
        "quipu train --intents intents.json --out classifier.json",
        Text(
          "the assistant's classifier of messages, measured by intent on examples held out",
          "el clasificador de mensajes del asistente, medido por intención en ejemplos reservados")),
    ]
  ) { invocation in
    do {
      if let file = invocation.value(.intentExamples) {
        return try IntentTrainingRun(invocation).run(file)
      }
      return try TrainRun(invocation).run()
    } catch let error as TrainingError {
      throw Failure(error)
    }
  }
}

/// One run of `train`.
private struct TrainRun {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let (id, target) = (try required(.trainedModel), try self.target())
    guard isIdentifier(id) else {
      throw invocation.wrongUsage(
        Text("--model expects an id", "--model espera un identificador"),
        [
          Failure.Detail("value", id),
          Failure.Detail("expected", "1 to 64 of A-Z a-z 0-9 . _ : -"),
        ])
    }
    let (moments, split) = (try self.moments(), try self.split())
    let wanted = try features()
    var plan = TrainingPlan(
      id: id, version: invocation.integer(.trainedVersion) ?? 1,
      title: BilingualText("\(id): \(target.text)", "\(id): \(target.text)"), target: target,
      isFavourable: try invocation.isFavourable(target), knowledge: invocation.trainedKnowledge)
    plan.scaling.pointsToDouble = invocation.integer(.pointsToDouble) ?? 20
    plan.rounds = Int(invocation.integer(.rounds) ?? 1_000)
    plan.seed = UInt64(invocation.integer(.trainingSeed) ?? 1)
    plan.cut = invocation.integer(.cut)
    let ridge = invocation.value(.ridge) ?? "1"
    guard plan.takeRidge(ridge) else {
      throw invocation.wrongUsage(
        Text("--ridge expects a number from 0", "--ridge espera un número desde 0"),
        [Failure.Detail("value", ridge)])
    }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let spec = TrainingSpec(
      features: wanted, target: target, moments: moments, knowledge: plan.knowledge, cutoff: day,
      knownAt: size)
    let tables = try tables(spec, split, of: view)
    if let path = invocation.value(.tableFile) {
      try OutputFile.write(TrainingRows.bytes(tables.training, tables.test), to: path)
    }
    var training = try ScorecardTraining(tables.training, test: tables.test, plan)
    let root = try view.root(at: size)?.base64 ?? ""
    training.model.training = .object([
      "from": .string(training.report.training.first?.text ?? ""),
      "to": .string(training.report.training.last?.text ?? ""),
      "rows": .integer(Int64(training.report.training.rows)),
      "events": .integer(Int64(training.report.training.events)), "split": .string(split.text),
      "seed": .string("\(plan.seed)"), "ridge": .string(ridge), "size": .integer(size),
      "root": .string(root), "metrics": training.report.metrics,
      "intervals": training.report.kept.intervals, "fairness": training.report.kept.fairness,
    ])
    let report = training.report.json(of: training.model, split: split.text)
      .adding("trainedOn", .object(["root": .string(root), "size": .integer(size)]))
    try write(training.model.json, report)
    if console.json {
      try console.print(report)
    } else {
      try TrainingText(training.report, training.model, console).print(split: split.text)
    }
    return tables.failures == 0 ? .done : .foundWrong
  }

  private func write(_ model: JSONValue, _ report: JSONValue) throws {
    for (option, value) in [(Option.outputFile, model), (.reportFile, report)] {
      guard let path = invocation.value(option) else { continue }
      var bytes: [UInt8] = []
      value.appendCanonical(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      try OutputFile.write(bytes, to: path)
    }
  }

  // MARK: What was asked for

  private func required(_ option: Option) throws -> String {
    guard let value = invocation.value(option) else {
      throw invocation.wrongUsage(
        Text(
          "train needs \(option.form(in: .english))", "train necesita \(option.form(in: .spanish))"),
        [Failure.Detail("option", "--\(option.long)")])
    }
    return value
  }

  private func target() throws -> Target {
    try invocation.target(try required(.target))
  }

  private func moments() throws -> TrainingSpec.Moments {
    let text = try required(.moments)
    func date(_ word: Substring) throws -> CivilDate {
      guard let date = CivilDate(String(word)) else {
        throw invocation.wrongUsage(
          Text("--at names no date: \(word)", "--at no nombra una fecha: \(word)"),
          [Failure.Detail("value", String(word)), Failure.Detail("expected", "YYYY-MM-DD")])
      }
      return date
    }
    if let dots = text.firstRange(of: "..") {
      let (first, last) = (
        try date(text[..<dots.lowerBound]), try date(text[dots.upperBound...])
      )
      return .days(TrainingSpec.monthEnds(from: first, through: last).filter { $0 <= last })
    }
    if text.utf8.first.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ?? false {
      return .days(try text.split(separator: ",", omittingEmptySubsequences: false).map(date))
    }
    do {
      return try TrainingSpec.Moments(parsing: text)
    } catch {
      throw invocation.wrongUsage(
        Text("--at is not understood: \(error.value)", "--at no se entiende: \(error.value)"),
        error.usageDetails)
    }
  }

  private func split() throws -> TrainingSplit {
    let text = try required(.split)
    guard let split = TrainingSplit(text) else {
      throw invocation.wrongUsage(
        Text("--split is not understood: \(text)", "--split no se entiende: \(text)"),
        [
          Failure.Detail("value", text),
          Failure.Detail("expected", "a date, opened:1 to opened:99, or number:8/10"),
        ])
    }
    return split
  }

  private func features() throws -> [Feature] {
    guard let names = invocation.value(.features) else { return Feature.all }
    let found = try names.split(separator: ",", omittingEmptySubsequences: false).map {
      try Feature(importing: String($0), at: "--features")
    }
    var seen = Set<Feature>()
    return found.filter { seen.insert($0).inserted }
  }

  // MARK: Tables

  private func tables(
    _ asked: TrainingSpec, _ split: TrainingSplit, of view: LedgerView
  ) throws -> (training: TrainingTable, test: TrainingTable, failures: Int) {
    let model = try invocation.readModel(of: view, at: asked.knownAt).model
    let recorded = try invocation.recordedDays(of: view, for: asked.knowledge)
    let jobs = invocation.jobs
    var spec = asked
    if case .opened = split, let age = Feature(named: "debtAgeDays"), !spec.features.contains(age) {
      spec.features.append(age)
    }
    let all = TrainingReplay(spec, of: model, recorded: recorded, jobs: jobs)
    for failure in all.failures { console.warn(Failure(failure)) }
    let test = all.table.rows(try split.testRows(of: all.table), of: asked.features)
    var learned = all.table
    let day = split.day(in: all.table)
    if let day {
      // What was not known before the split cannot have been learned from.
      spec.cutoff = min(spec.cutoff, day - 1)
      if spec.knowledge == .recorded {
        spec.knownAt = min(spec.knownAt, recorded.size(through: spec.cutoff))
      }
      learned = TrainingReplay(spec, of: model, recorded: recorded, jobs: jobs).table
    }
    let training = learned.rows(
      try split.trainingRows(of: learned, before: day), of: asked.features)
    if all.openWindows > 0 {
      console.notice(
        "open_windows",
        Text(
          "\(all.openWindows) moments are left out: what came after them is not known yet",
          "se dejan fuera \(all.openWindows) momentos: aún no se sabe qué vino después"))
    }
    guard all.table.count > 0 || all.openWindows == 0 else {
      throw TrainingError(
        .noClosedWindow, value: "\(all.openWindows) moments",
        expected: "moments whose window closed by \(asked.cutoff.text), or a shorter window")
    }
    return (training, test, all.failures.count)
  }
}

extension Invocation {
  /// What counts as known at past moments.
  var trainedKnowledge: Knowledge {
    value(.knowledge).flatMap { Knowledge(rawValue: $0) } ?? .recorded
  }

  /// The target of a text as `paysWithin:30:5000`. Throws ``Failure``, exit 2.
  func target(_ text: String) throws -> Target {
    do {
      return try Target(parsing: text)
    } catch {
      throw wrongUsage(
        Text("--target is not understood: \(text)", "--target no se entiende: \(text)"),
        error.usageDetails)
    }
  }

  /// Whether it is good for the person that a target comes true.
  func isFavourable(_ target: Target) throws -> Bool {
    if let stated = value(.favourable) { return stated == "yes" }
    if case .endsIn = target { return false }
    return true
  }

  /// How far the log had come at the end of each day of the ledger's zone; nothing where that is not asked.
  func recordedDays(of view: LedgerView, for knowledge: Knowledge) throws -> RecordedDays {
    guard knowledge == .recorded else { return RecordedDays() }
    var offsets = ZoneOffsets()
    var failure: (any Error)?
    let days = try view.recordedDays { moment in
      do {
        let minutes = try offsets.minutes(at: moment, in: view.identity.timeZone)
        return Instant(milliseconds: moment.milliseconds + Int64(minutes) * 60_000).date
      } catch {
        failure = failure ?? error
        return moment.date
      }
    }
    if let failure { throw failure }
    return days
  }
}

extension DocumentError {
  /// What a wrong word of a command line gets told.
  var usageDetails: [Failure.Detail] {
    [Failure.Detail("value", value), Failure.Detail("expected", expected)]
      + (nearest.map { [Failure.Detail("nearest", $0)] } ?? [])
  }
}

extension Failure {
  /// What cannot be trained, or taken in: exit 3.
  init(_ error: TrainingError, in file: String? = nil) {
    var details: [Detail] = []
    if let file { details.append(Detail("file", file)) }
    if !error.place.isEmpty { details.append(Detail("field", error.place)) }
    if !error.value.isEmpty { details.append(Detail("value", error.value)) }
    details.append(Detail("expected", error.expected))
    if let nearest = error.nearest { details.append(Detail("nearest", nearest)) }
    self.init(.refused, error.code.rawValue, TrainingText.refusal(error.code), details)
  }
}
