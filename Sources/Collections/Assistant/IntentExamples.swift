package import CanonicalJSON

/// Messages and what each wants (`quipu-intent-examples/1`): what a model is trained on and measured by.
///
///     {"format": …, "model": "pe-intents", "version": 1, "title": {"en": …, "es": …}, "note": …,
///      "lists": [{"name": "money", "words": ["plata", …]}, …],
///      "intents": [{"intent": "balance", "es": ["cuánto debo", …], "en": […]}, …]}
///
/// Which of them are held out, never learned from, follows from their text alone: whoever adds an
/// example does not choose.
package struct IntentExamples: Sendable {
  /// A message.
  package struct Example: Equatable, Sendable {
    package var text: String
    package var intent: Intent
    package var language: MessageLanguage
    /// Whether it is kept for measuring.
    package var isHeldOut: Bool
  }

  /// What the documents call their form.
  package static let format = "quipu-intent-examples/1"
  /// The most bytes of a document.
  package static let longestDocument = 1 << 20
  /// The fewest examples of an intent.
  package static let fewest = 60
  /// The most characters of an example.
  static let longestExample = 500

  /// The id and version of the model to be trained, and what it is.
  package let model: String
  package let version: Int64
  package let title: BilingualText
  /// In the document's order.
  package let examples: [Example]
  package let classes: WordClasses
  /// The lists as the document has them: the model takes them along.
  package let lists: JSONValue

  /// Reads the text of a document. O(bytes).
  ///
  /// Throws ``DocumentError``: `duplicate` for a message that sounds like another, `invalid_value` for an
  /// intent with fewer than ``fewest`` examples.
  package init(parsing bytes: Span<UInt8>) throws(DocumentError) {
    let document = try DocumentNode.parse(
      bytes, longest: Self.longestDocument, tooLong: .documentTooLong)
    let root = DocumentNode(value: document, path: "$")
    try root.requireFormat(Self.format)
    let members = try root.members(
      required: ["format", "model", "version", "title", "lists", "intents"], optional: ["note"])
    model = try members.required("model").id()
    version = try members.required("version").integer(1...1_000_000)
    title = try BilingualText(members.required("title"), atMost: 200)
    _ = try members.text("note", 2_000)
    lists = members.required("lists").value
    classes = try WordClasses(members.required("lists"))
    examples = try Self.examples(members.required("intents"))
  }

  private static func examples(_ node: DocumentNode) throws(DocumentError) -> [Example] {
    var examples: [Example] = []
    var seen: [[[UInt8]]: String] = [:]
    var missing = Set(Intent.allCases)
    for element in try node.elements(atMost: Intent.allCases.count) {
      let members = try element.members(
        required: ["intent"] + MessageLanguage.allCases.map(\.rawValue))
      let intent = try members.required("intent").choice(Intent.self)
      guard missing.remove(intent) != nil else {
        throw DocumentError(
          .duplicate, "\(element.path).intent", value: intent.rawValue,
          expected: "each intent once")
      }
      let before = examples.count
      for language in MessageLanguage.allCases {
        for text in try members.required(language.rawValue).elements(atMost: 5_000) {
          let example = try text.text(longestExample)
          let words = MessageWords(example).words.map(\.bytes)
          if !words.isEmpty {
            if let other = seen[words] {
              throw DocumentError(
                .duplicate, text.path, value: example,
                expected: "a message that does not sound like \(other)")
            }
            seen[words] = text.path
          }
          examples.append(
            Example(
              text: example, intent: intent, language: language,
              isHeldOut: isHeldOut(example)))
        }
      }
      guard examples.count - before >= fewest else {
        throw element.invalid("\(examples.count - before)", "at least \(fewest) examples")
      }
    }
    if let intent = Intent.allCases.first(where: missing.contains) {
      throw node.invalid(intent.rawValue, "every intent, \(intent.rawValue) too")
    }
    return examples
  }

  /// One in five, by FNV-1a of the text, its halves folded into one another.
  static func isHeldOut(_ text: String) -> Bool {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (hash ^ (hash >> 32)) % 5 == 0
  }
}
