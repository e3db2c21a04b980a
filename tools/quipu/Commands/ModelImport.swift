internal import CanonicalJSON
internal import Collections
internal import Training

extension Option {
  static let importedFrom = Option(
    "from", Text("PROGRAM", "PROGRAMA"), .choices(["xgboost", "lightgbm"]),
    doc: Text(
      "with import: who wrote it, XGBoost as JSON or LightGBM as text; its features have our names",
      "con import: quién lo escribió, XGBoost en JSON o LightGBM en texto; sus variables llevan "
        + "nuestros nombres"))

  static let importedModel = Option(
    "model", Text("ID", "ID"),
    doc: Text("with import: the model's id", "con import: identificador del modelo"))
}

/// Makes a model of ours from boosted trees of another program: `model import FILE`.
struct ModelImport {
  /// The options it takes beside `--version`.
  static let options: [Option] = [
    .importedFrom, .importedModel, .target, .favourable, .knowledge, .outputFile,
  ]

  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// Takes in a file and writes the document. Throws ``Failure``, exit 3, for what cannot be taken in.
  func run(_ path: String) throws -> ExitCode {
    let program = try required(.importedFrom)
    let id = try required(.importedModel)
    guard isIdentifier(id) else {
      throw invocation.wrongUsage(
        Text("--model expects an id", "--model espera un identificador"),
        [
          Failure.Detail("value", id),
          Failure.Detail("expected", "1 to 64 of A-Z a-z 0-9 . _ : -"),
        ])
    }
    let target = try invocation.target(try required(.target))
    let plan = ImportPlan(
      id: id, version: invocation.integer(.modelVersion) ?? 1,
      title: BilingualText("\(id): \(target.text)", "\(id): \(target.text)"), target: target,
      isFavourable: try invocation.isFavourable(target), knowledge: invocation.trainedKnowledge)
    let bytes = try OutputFile.read(path)
    let model: ScoringModel
    do {
      model =
        program == "xgboost"
        ? try ScoringModel(xgboost: bytes.span, plan)
        : try ScoringModel(lightgbm: String(decoding: bytes, as: UTF8.self), plan)
    } catch {
      throw Failure(error, in: path)
    }
    var text: [UInt8] = []
    model.json.appendCanonical(to: &text)
    text.append(UInt8(ascii: "\n"))
    guard let file = invocation.value(.outputFile) else {
      try invocation.console.output.write(text)
      return .done
    }
    try OutputFile.write(text, to: file)
    try report(model, plan, file)
    return .done
  }

  private func report(_ model: ScoringModel, _ plan: ImportPlan, _ file: String) throws {
    guard case .trees(let trees) = model.body else { return }
    guard !invocation.console.json else {
      return try invocation.console.print(
        .object([
          "features": .array(model.features.map { .string($0.name) }), "file": .string(file),
          "model": .string(model.id), "scale": .integer(trees.scale),
          "trees": .integer(Int64(trees.trees.count)), "version": .integer(model.version),
        ]))
    }
    let (count, features) = (trees.trees.count, model.features.count)
    let (scale, points) = (grouped(trees.scale), grouped(plan.pointsToDouble))
    try invocation.console.print(
      Text(
        "model \(model.id) \(model.version): \(count) trees of \(features) features, leaves in whole "
          + "numbers of 1/\(scale); \(points) points double the odds",
        "modelo \(model.id) \(model.version): \(count) árboles de \(features) variables, hojas en "
          + "enteros de 1/\(scale); \(points) puntos duplican la chance"))
  }

  private func required(_ option: Option) throws -> String {
    guard let value = invocation.value(option) else {
      throw invocation.wrongUsage(
        Text(
          "import needs \(option.form(in: .english))",
          "import necesita \(option.form(in: .spanish))"),
        [Failure.Detail("option", "--\(option.long)")])
    }
    return value
  }
}
