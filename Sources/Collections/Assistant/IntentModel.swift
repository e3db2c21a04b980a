package import CanonicalJSON

/// A classifier of messages in whole numbers (`quipu-intents/1`): the same reading on every machine for ever.
///
///     points of an intent = its bias + (the sum of its weights of the message's terms) / √(terms known)
///
/// Points are 64ths of the natural logarithm of odds. The gap between the two highest is looked up in the
/// document's table: how often gaps as wide were right on messages not learned from.
package struct IntentModel: Sendable {
  /// What the documents call their form.
  package static let format = "quipu-intents/1"
  /// The most bytes of a document.
  package static let longestDocument = 2 << 20
  /// Points to one of the natural logarithm of odds.
  package static let pointsPerUnit = 64
  /// The most points of a weight, and the most terms.
  static let largestWeight: Int64 = 32_767
  static let mostTerms = 60_000
  /// The most characters that are read of a message; what follows is passed over.
  package static let longestMessage = 40_000

  /// From a gap of so many points on, so many basis points of the readings were right.
  package struct Step: Equatable, Sendable {
    package var gap: Int64
    package var bp: Int64

    /// A step of the table.
    package init(gap: Int64, bp: Int64) { (self.gap, self.bp) = (gap, bp) }
  }

  /// Its id and version, and what it is.
  package let id: String
  package let version: Int64
  package let title: BilingualText
  /// The basis points from which a reading counts as sure.
  package let sureFromBp: Int64
  /// The table, by rising gap.
  package let steps: [Step]
  /// The document itself.
  package let document: JSONValue
  private let classes: WordClasses
  /// The row of each term, and the rows: a weight for each intent, then for each language.
  private let rows: [String: Int]
  private let weights: [Int16]
  private let bias: [Int64]

  /// The columns of a row: intents in the order of their cases, then languages.
  package static let columns =
    Intent.allCases.map(\.rawValue) + MessageLanguage.allCases.map(\.rawValue)

  /// How many terms it knows.
  package var termCount: Int { rows.count }

  /// Reads the text of a document: every key, word and figure is checked. O(bytes).
  ///
  /// Throws ``DocumentError``, with the JSON path of the fault.
  package init(parsing bytes: Span<UInt8>) throws(DocumentError) {
    try self.init(
      DocumentNode.parse(bytes, longest: Self.longestDocument, tooLong: .documentTooLong))
  }

  /// Reads a document.
  package init(_ document: JSONValue) throws(DocumentError) {
    self.document = document
    let root = DocumentNode(value: document, path: "$")
    try root.requireFormat(Self.format)
    let members = try root.members(
      required: [
        "format", "model", "version", "title", "lists", "columns", "bias", "terms", "weights",
        "sureFromBp", "table",
      ], optional: ["note", "training"])
    id = try members.required("model").id()
    version = try members.required("version").integer(1...1_000_000)
    title = try BilingualText(members.required("title"), atMost: 200)
    _ = try members.text("note", 2_000)
    sureFromBp = try members.required("sureFromBp").integer(0...10_000)
    classes = try WordClasses(members.required("lists"))
    let columns = members.required("columns")
    guard columns.value == .array(Self.columns.map { .string($0) }) else {
      throw columns.invalid("", "exactly " + Self.columns.joined(separator: ", "))
    }
    bias = try Self.row(members.required("bias"))
    rows = try Self.terms(members.required("terms"))
    let lines = try members.required("weights").elements(atMost: Self.mostTerms)
    guard lines.count == rows.count else {
      throw members.required("weights").invalid(
        "\(lines.count) rows", "\(rows.count) rows, one a term")
    }
    var weights: [Int16] = []
    weights.reserveCapacity(lines.count * Self.columns.count)
    for line in lines { weights += try Self.row(line).map { Int16(clamping: $0) } }
    self.weights = weights
    steps = try Self.steps(members.required("table"))
  }

  private static func row(_ node: DocumentNode) throws(DocumentError) -> [Int64] {
    let values = (node.value.arrayValue ?? []).compactMap(\.integerValue)
    guard values.count == columns.count, node.value.arrayValue?.count == columns.count,
      values.allSatisfy({ (-largestWeight...largestWeight).contains($0) })
    else {
      throw node.invalid(
        "\(values.count) numbers",
        "\(columns.count) whole numbers from −\(largestWeight) to \(largestWeight)")
    }
    return values
  }

  private static func terms(_ node: DocumentNode) throws(DocumentError) -> [String: Int] {
    var rows: [String: Int] = [:]
    for (place, element) in try node.elements(atMost: mostTerms).enumerated() {
      let term = try element.text(200)
      guard rows.updateValue(place, forKey: term) == nil else {
        throw DocumentError(.duplicate, element.path, value: term, expected: "each term once")
      }
    }
    return rows
  }

  private static func steps(_ node: DocumentNode) throws(DocumentError) -> [Step] {
    var steps: [Step] = []
    for element in try node.elements(atMost: 100) {
      let members = try element.members(required: ["gap", "bp"])
      let step = Step(
        gap: try members.required("gap").integer(0...1_000_000),
        bp: try members.required("bp").integer(0...10_000))
      guard steps.last.map({ $0.gap < step.gap && $0.bp <= step.bp }) ?? (step.gap == 0) else {
        throw DocumentError(
          .unsorted, element.path, value: "\(step.gap)",
          expected: "gaps that rise from 0, and basis points that do not fall")
      }
      steps.append(step)
    }
    guard !steps.isEmpty else { throw node.invalid("[]", "at least the step from gap 0") }
    return steps
  }
}

// How a message is read.
extension IntentModel {
  /// What a message seems to want. O(its letters).
  package func reading(of text: String) -> MessageReading {
    let read = String(text.prefix(Self.longestMessage))
    let points = points(MessageTerms.terms(of: read, classes))
    guard let points else {
      return MessageReading(intent: .other, probabilityBp: 0, isSure: false, language: nil)
    }
    let intents = Array(points[..<Intent.allCases.count])
    let languages = Array(points[Intent.allCases.count...])
    let (best, gap) = Self.highest(intents)
    let probability = steps.last { $0.gap <= gap }?.bp ?? 0
    return MessageReading(
      intent: Intent.allCases[best], probabilityBp: probability,
      isSure: probability >= sureFromBp,
      language: MessageLanguage.allCases[Self.highest(languages).place])
  }

  /// The gap between the likeliest intent and the next, and the likeliest; nil where no term is known.
  package func gap(of text: String) -> (intent: Intent, gap: Int64)? {
    points(MessageTerms.terms(of: text, classes)).map { points in
      let (place, gap) = Self.highest(Array(points[..<Intent.allCases.count]))
      return (Intent.allCases[place], gap)
    }
  }

  /// The points of every column; nil where no term is known.
  private func points(_ terms: [String]) -> [Int64]? {
    let known = terms.compactMap { rows[$0] }
    guard !known.isEmpty else { return nil }
    var sums = Array(repeating: Int64(0), count: Self.columns.count)
    for row in known {
      let start = row * sums.count
      for column in sums.indices { sums[column] += Int64(weights[start + column]) }
    }
    let divisor = Self.root(Int64(known.count) << 16)
    return zip(sums, bias).map { ($0 << 8) / divisor + $1 }
  }

  /// The place of the highest, the first of equals, and how far it is above the next.
  private static func highest(_ points: [Int64]) -> (place: Int, gap: Int64) {
    var best = 0
    for place in points.indices where points[place] > points[best] { best = place }
    var next = Int64.min
    for place in points.indices where place != best { next = max(next, points[place]) }
    return (best, points[best] - next)
  }

  /// The whole part of a square root, of a number above 0, by Newton's method.
  private static func root(_ number: Int64) -> Int64 {
    var guess = number
    while true {
      let next = (guess + number / guess) / 2
      if next >= guess { return guess }
      guess = next
    }
  }
}
