internal import CanonicalJSON
internal import Collections
internal import Ledger

/// How well patterns find what people labelled by hand: one JSON object a line,
/// `{"text":…,"categories":["illness",…]}`, no category for a message without a sign.
struct PatternMeasure {
  /// One category, or any at all: found rightly, found wrongly, missed.
  struct Count {
    var right: Int64 = 0
    var wrong: Int64 = 0
    var missed: Int64 = 0

    /// In basis points, half up; nil where there is nothing to divide by.
    var precision: Int64? { Self.share(right, of: right + wrong) }
    var recall: Int64? { Self.share(right, of: right + missed) }

    private static func share(_ part: Int64, of whole: Int64) -> Int64? {
      whole == 0 ? nil : (part * 20_000 + whole) / (2 * whole)
    }

    mutating func note(found: Bool, labelled: Bool) {
      if found, labelled { right += 1 }
      if found, !labelled { wrong += 1 }
      if !found, labelled { missed += 1 }
    }
  }

  /// Messages read, and those without a label.
  private(set) var messages: Int64 = 0
  private(set) var unlabelled: Int64 = 0
  /// Any sign at all, whichever its category: what decides whether a person looks.
  private(set) var any = Count()
  /// By category, in their order.
  private(set) var categories: [Count] =
    VulnerabilityPatterns.Category.allCases.map { _ in Count() }
  /// The lines where a sign was found wrongly or missed.
  private(set) var wrong: [Int64] = []
  private(set) var missed: [Int64] = []

  /// Measures on a file. Throws ``Failure``: exit 4 where it cannot be read, 3 for a line that is not as
  /// described.
  init(_ patterns: VulnerabilityPatterns, on path: String) throws(Failure) {
    let bytes = try OutputFile.read(path)
    var line: Int64 = 0
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      if part.isEmpty { continue }
      let (text, labels) = try Self.read(Array(part), path, line)
      let found = Set(patterns.findings(in: text).map(\.category))
      messages += 1
      if labels.isEmpty { unlabelled += 1 }
      any.note(found: !found.isEmpty, labelled: !labels.isEmpty)
      if labels.isEmpty, !found.isEmpty { wrong.append(line) }
      if !labels.isEmpty, found.isEmpty { missed.append(line) }
      for (place, category) in VulnerabilityPatterns.Category.allCases.enumerated() {
        categories[place].note(
          found: found.contains(category), labelled: labels.contains(category))
      }
    }
  }

  private static func read(
    _ bytes: [UInt8], _ path: String, _ line: Int64
  ) throws(Failure) -> (String, Set<VulnerabilityPatterns.Category>) {
    func refusal(_ code: String, _ field: String, _ value: String, _ expected: String) -> Failure {
      Failure(
        .refused, code,
        Text("the line cannot be measured on", "la línea no sirve para medir"),
        [
          Failure.Detail("file", path), Failure.Detail("line", line),
          Failure.Detail("field", field),
          Failure.Detail("value", value), Failure.Detail("expected", expected),
        ])
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes.span, as: .interoperable)
    } catch {
      throw refusal("invalid_json", "$", "\(error.code.rawValue)", "one JSON object")
    }
    guard let text = value["text"]?.stringValue else {
      throw refusal("missing_key", "$.text", "", "the message, a text")
    }
    let names = VulnerabilityPatterns.Category.allCases.map(\.rawValue).joined(separator: ", ")
    guard let labels = value["categories"]?.arrayValue else {
      throw refusal("missing_key", "$.categories", "", "a list of \(names); empty for none")
    }
    var categories: Set<VulnerabilityPatterns.Category> = []
    for label in labels {
      guard let category = label.stringValue.flatMap(VulnerabilityPatterns.Category.init) else {
        throw refusal(
          "invalid_value", "$.categories", label.stringValue ?? "", "one of \(names)")
      }
      categories.insert(category)
    }
    return (text, categories)
  }

  var json: JSONValue {
    var members = [JSONMember(key: "any", value: Self.json(any))]
    for (category, count) in zip(VulnerabilityPatterns.Category.allCases, categories) {
      members.append(JSONMember(key: category.rawValue, value: Self.json(count)))
    }
    return .object([
      "counts": JSONValue(members: members), "messages": .integer(messages),
      "missedLines": .array(missed.map { .integer($0) }), "unlabelled": .integer(unlabelled),
      "wrongLines": .array(wrong.map { .integer($0) }),
    ])
  }

  private static func json(_ count: Count) -> JSONValue {
    .object([
      "missed": .integer(count.missed),
      "precisionBp": count.precision.map { .integer($0) } ?? .null,
      "recallBp": count.recall.map { .integer($0) } ?? .null, "right": .integer(count.right),
      "wrong": .integer(count.wrong),
    ])
  }

  func print(on console: Console) throws {
    var table = Table([
      .init(Text("sign of", "señal de")), .init(Text("right", "aciertos"), .right),
      .init(Text("wrong", "falsas"), .right), .init(Text("missed", "perdidas"), .right),
      .init(Text("precision, bp", "precisión, pb"), .right),
      .init(Text("recall, bp", "cobertura, pb"), .right),
    ])
    func add(_ name: String, _ count: Count) {
      table.add([
        name, "\(count.right)", "\(count.wrong)", "\(count.missed)",
        count.precision.map { "\($0)" } ?? "", count.recall.map { "\($0)" } ?? "",
      ])
    }
    for (category, count) in zip(VulnerabilityPatterns.Category.allCases, categories) {
      add(choiceText(category.rawValue, console.language), count)
    }
    add(Text("any of them", "cualquiera")[console.language], any)
    try console.print(table)
    let (wrong, missed) = (Self.lines(wrong), Self.lines(missed))
    try console.print(
      Text(
        "\(messages) messages, \(unlabelled) without a sign; wrong: lines \(wrong); missed: lines \(missed)",
        "\(messages) mensajes, \(unlabelled) sin señal; falsas: líneas \(wrong); perdidas: líneas \(missed)"
      ))
  }

  private static func lines(_ lines: [Int64]) -> String {
    lines.isEmpty ? "-" : lines.map { "\($0)" }.joined(separator: ", ")
  }
}
