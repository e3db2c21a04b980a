internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Option {
  static let knowledge = Option(
    "knowledge", Text("KIND", "CLASE"), .choices(Knowledge.allCases.map(\.rawValue)),
    standard: Knowledge.recorded.rawValue,
    doc: Text(
      "what counts as known on a day: recorded, what the log held; effective, in a history imported at "
        + "one moment, what was in effect by then, reversals and voids too",
      "qué se tiene por conocido en un día: recorded, lo que había en el registro; effective, en una "
        + "historia importada de una vez, lo que regía para entonces, también extornos y anulaciones"
    ))

  static let listFeatures = Option(
    "list",
    doc: Text("what each feature says, and no values", "qué dice cada variable, sin valores"))

  static let features = Option(
    "features", Text("NAMES", "NOMBRES"),
    doc: Text(
      "only these, in this order, with commas between them; else all",
      "solo estas, en este orden, separadas por comas; si no, todas"))
}

/// What accounts' features are, or what they mean: `score features`.
struct ScoreFeatures {
  private let invocation: Invocation
  private let account: String?

  /// The options it takes beside `--on`, `--known-at`, `--from-scratch`, `--jobs`, `--format` and `--out`.
  static let options: [Option] = [.listFeatures, .features, .knowledge]

  /// Of one account, or of all.
  init(_ invocation: Invocation, account: String?) {
    self.invocation = invocation
    self.account = account
  }

  private var console: Console { invocation.console }

  func run() throws -> ExitCode {
    let features = try invocation.features
    if invocation.has(.listFeatures) {
      try list(features)
      return .done
    }
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let knowledge = invocation.value(.knowledge).flatMap { Knowledge(rawValue: $0) } ?? .recorded
    let reader = FeatureReader(
      model: model, wanted: FeatureSet(features), knownAt: size, knowledge: knowledge)
    if let account { return try show(account, features, reader, on: day) }
    return try writeAll(features, reader, on: day)
  }

  // MARK: What they mean

  private func list(_ features: [Feature]) throws {
    if account != nil {
      throw invocation.wrongUsage(
        Text("--list is of no account", "--list no es de ninguna cuenta"))
    }
    if console.json {
      let values = features.map { feature -> JSONValue in
        let definition = feature.definition
        return .object([
          "feature": .string(feature.name), "unit": .string(definition.unit.rawValue),
          "says": .string(definition.text[console.language]),
          "categories": .array(definition.categories.map { .string($0) }),
        ])
      }
      return try console.print(.object(["features": .array(values)]))
    }
    var table = Table([
      Table.Column(Text("feature", "variable")), Table.Column(Text("unit", "unidad")),
      Table.Column(Text("what it says", "qué dice")),
    ])
    for feature in features {
      let definition = feature.definition
      table.add([
        feature.name, definition.unit.text[console.language], definition.text[console.language],
      ])
    }
    try console.print(table)
  }

  // MARK: One account

  private func show(
    _ account: String, _ features: [Feature], _ reader: FeatureReader, on day: CivilDate
  ) throws -> ExitCode {
    var reader = reader
    let book = reader.model.accounts
    guard let number = book.accounts.find(account),
      let row = try reader.row(of: number, on: day)
    else { throw Failure.unknownAccount(account, of: book, on: day, knownAt: reader.knownAt) }
    if console.json {
      try console.print(
        .object([
          "account": .string(account), "on": .string(day.text),
          "knownAt": .object(["size": .integer(reader.knownAt)]),
          "knowledge": .string(reader.knowledge.rawValue), "features": row.json(of: features),
        ]))
      return .done
    }
    var table = Table([
      Table.Column(Text("feature", "variable")), Table.Column(Text("value", "valor"), .right),
      Table.Column(Text("what it says", "qué dice")),
    ])
    // Most of what never happened is counts by channel: told in one line, unless they were asked for.
    let isChosen = invocation.value(.features) != nil
    var zeros: Int64 = 0
    for feature in features {
      guard isChosen || !feature.isOfChannel || row[feature] != 0 else {
        zeros += 1
        continue
      }
      let value = feature.valueText(row[feature])
      table.add([feature.name, value, feature.definition.text[console.language]])
    }
    try console.print(asOf(day, knownAt: reader.knownAt))
    try console.print(table)
    if zeros > 0 {
      try console.print(
        counted(
          zeros, Text("count by channel is 0", "conteo por canal es 0"),
          Text("counts by channel are 0", "conteos por canal son 0")))
    }
    return .done
  }

  // MARK: All accounts

  private func writeAll(
    _ features: [Feature], _ reader: FeatureReader, on day: CivilDate
  ) throws -> ExitCode {
    let asJSON = console.json || invocation.value(.format) == "json"
    let jobs = invocation.jobs
    let book = reader.model.accounts
    let parts = reader.parts(on: day, jobs: jobs, from: FeatureLines(asJSON: asJSON, features)) {
      lines, account, row throws(RuleError) in
      lines.add(account, row, of: book)
    }
    let file = try invocation.value(.outputFile).map { try OutputFile.Draft($0) }
    func write(_ bytes: [UInt8]) throws {
      if let file { try file.write(bytes) } else { try console.output.write(bytes) }
    }
    if !asJSON { try write(FeatureLines.header(features)) }
    for part in parts { try write(part.result.bytes) }
    try file?.finish()
    let failures = parts.flatMap(\.failures)
    for failure in failures { console.warn(Failure(failure)) }
    return failures.isEmpty ? .done : .foundWrong
  }
}

extension Invocation {
  /// The features named by `--features`, else all. Throws ``Failure`` `unknown_feature`, exit 2, or
  /// `forbidden_feature`, exit 3.
  var features: [Feature] {
    get throws {
      guard let names = value(.features) else { return Feature.all }
      return try names.split(separator: ",", omittingEmptySubsequences: false).map { name in
        let name = String(name)
        if let feature = Feature(named: name) { return feature }
        guard !Feature.forbidden.contains(name) else {
          throw Failure(
            .refused, "forbidden_feature",
            Text("no score may go by \(name)", "ningún puntaje puede basarse en \(name)"),
            [Failure.Detail("field", "--features"), Failure.Detail("value", name)])
        }
        let near = nearest(to: name, among: Feature.all.map(\.name))
        throw Failure(
          .usage, "unknown_feature",
          Text("there is no feature \(name)", "no hay ninguna variable \(name)"),
          [
            Failure.Detail("field", "--features"), Failure.Detail("value", name),
            Failure.Detail(
              "expected", near ?? "a name that `quipu score features --list` shows"),
          ])
      }
    }
  }
}

/// Lines of a portfolio's features: CSV, or a JSON object an account.
private struct FeatureLines: Sendable {
  private let asJSON: Bool
  private let features: [Feature]
  private var table = TableRow()
  private var json: [UInt8] = []

  init(asJSON: Bool, _ features: [Feature]) {
    (self.asJSON, self.features) = (asJSON, features)
  }

  var bytes: [UInt8] { asJSON ? json : table.bytes }

  static func header(_ features: [Feature]) -> [UInt8] {
    var table = TableRow()
    table.header(["account"] + features.map(\.name))
    return table.bytes
  }

  mutating func add(_ account: Int, _ row: FeatureRow, of book: AccountBook) {
    guard !asJSON else {
      let line = JSONValue.object([
        "account": .string(book.accounts.text(account)), "features": row.json(of: features),
      ])
      line.appendCanonical(to: &json)
      json.append(UInt8(ascii: "\n"))
      return
    }
    table.word { book.accounts.append(account, to: &$0) }
    for feature in features {
      let value = row[feature]
      if value == Feature.missing { table.word("") } else { table.integer(value) }
    }
    table.end()
  }
}

extension FeatureRow {
  /// Values by name; null for one that is missing.
  fileprivate func json(of features: [Feature]) -> JSONValue {
    JSONValue(
      members: features.map { feature in
        let value = self[feature]
        return JSONMember(
          key: feature.name, value: value == Feature.missing ? .null : .integer(value))
      })
  }
}

extension Feature {
  /// Whether it counts contacts of one channel, or of all.
  fileprivate var isOfChannel: Bool { name.contains(".") }

  /// A value as a reader takes it: `card` for a category, `–` for none.
  fileprivate func valueText(_ value: Int64) -> String {
    if value == Feature.missing { return "–" }
    let categories = definition.categories
    if categories.indices.contains(Int(value)) { return categories[Int(value)] }
    return grouped(value)
  }
}

extension Feature.Definition {
  /// What it says.
  var text: Text { Text(english, spanish) }
}

extension Feature.Unit {
  fileprivate var text: Text {
    switch self {
    case .days: Text("days", "días")
    case .count: Text("how many", "cuántos")
    case .money: Text("minor units", "unidades menores")
    case .basisPoints: Text("of 10,000", "de 10 000")
    case .flag: Text("1 or 0", "1 o 0")
    case .category: Text("a name", "un nombre")
    case .band: Text("a band", "un tramo")
    }
  }
}
