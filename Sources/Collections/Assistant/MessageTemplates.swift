package import CanonicalJSON

/// Texts that the assistant may send (`quipu-templates/1`): it says nothing else.
///
///     {"format": …, "templates": "pe-messages", "version": 1, "title": {"en": …, "es": …}, "note": …,
///      "texts": [{"template": "balance-overdue", "topic": "balance", "when": ["overdue"],
///                 "channels": ["whatsapp"], "tone": "plain", "reviewed": true,
///                 "text": {"en": "You owe {balance} …", "es": "Debe {balance} …"}}, …]}
///
/// The first of a topic whose channel and conditions fit is used; one that nobody reviewed never is. Every
/// topic but `reminder` and `thanks`, whose texts are sent unasked by their ids, has one that always fits. Such an id
/// may have a text for each tone. What no text may say stands in ``TemplateRules``.
package struct MessageTemplates: Equatable, Sendable {
  /// A text.
  package struct Template: Equatable, Sendable {
    /// Its id, what it answers, and its tone.
    package let id: String
    package let topic: AnswerTopic
    package let tone: String
    /// What has to hold of the account.
    package let conditions: [AccountCondition]
    /// The channels it is for; all where none is named.
    package let channels: [ContactChannel]
    /// Whether somebody read and released it.
    package let isReviewed: Bool
    let pieces: [MessageLanguage: [Piece]]

    /// The placeholders in it, each once, in the order of the text.
    package var placeholders: [Placeholder] {
      var found: [Placeholder] = []
      for case .placeholder(let name) in pieces[.es] ?? [] where !found.contains(name) {
        found.append(name)
      }
      return found
    }

    /// Whether it is sent without being asked.
    var isUnasked: Bool { !AnswerTopic.answers.contains(topic) }

    /// Whether it may be used whatever holds.
    var alwaysFits: Bool { isReviewed && conditions.isEmpty && channels.isEmpty }
  }

  /// A part of a text.
  enum Piece: Equatable, Sendable {
    case words(String)
    case placeholder(Placeholder)
  }

  /// What the documents call their form.
  package static let format = "quipu-templates/1"
  /// The most bytes of a document, and the most characters of a text.
  package static let longestDocument = 262_144
  static let longestText = 1_000

  /// Its id and version, and what it is.
  package let id: String
  package let version: Int64
  package let title: BilingualText
  /// The texts, in the document's order.
  package let templates: [Template]
  /// The document itself.
  package let document: JSONValue

  /// Reads the text of a document: every key, word and placeholder is checked. O(bytes).
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
      required: ["format", "templates", "version", "title", "texts"], optional: ["note"])
    id = try members.required("templates").id()
    version = try members.required("version").integer(1...1_000_000)
    title = try BilingualText(members.required("title"), atMost: 200)
    _ = try members.text("note", 2_000)
    var templates: [Template] = []
    for node in try members.required("texts").elements(atMost: 500) {
      let template = try Template(node)
      let same = templates.filter { $0.id == template.id }
      let isVariant = same.allSatisfy {
        $0.isUnasked && $0.topic == template.topic && $0.tone != template.tone
      }
      guard isVariant else {
        throw DocumentError(
          .duplicate, "\(node.path).template", value: template.id,
          expected: "each template once; one of reminder or of thanks once a tone")
      }
      templates.append(template)
    }
    for topic in AnswerTopic.answers
    where !templates.contains(where: { $0.topic == topic && $0.alwaysFits }) {
      throw DocumentError(
        .missingTemplate, "$.texts", value: topic.rawValue,
        expected: "a reviewed text about \(topic.rawValue) without `when` and `channels`")
    }
    self.templates = templates
  }

  /// The text to use: the first about a topic that fits.
  package func template(
    _ topic: AnswerTopic, by channel: ContactChannel, where conditions: Set<AccountCondition>
  ) -> Template {
    let found = templates.first { template in
      template.topic == topic && template.isReviewed
        && (template.channels.isEmpty || template.channels.contains(channel))
        && template.conditions.allSatisfy(conditions.contains)
    }
    guard let found else { preconditionFailure("every topic has a text that always fits") }
    return found
  }

  /// The text of that id which is sent without being asked, in the first of the tones that there is one in, else
  /// the first; nil where there is none that was reviewed and fits the channel and what holds of the account.
  package func unasked(
    _ id: String, by channel: ContactChannel, where conditions: Set<AccountCondition>,
    preferring tones: [String] = []
  ) -> Template? {
    let fitting = templates.filter { template in
      template.id == id && template.isUnasked && template.isReviewed
        && (template.channels.isEmpty || template.channels.contains(channel))
        && template.conditions.allSatisfy(conditions.contains)
    }
    for tone in tones {
      if let found = fitting.first(where: { $0.tone == tone }) { return found }
    }
    return fitting.first
  }
}

extension MessageTemplates.Template {
  /// The text with the facts in their places. A fact that is missing leaves its placeholder standing, which
  /// the conditions keep from happening.
  package func text(
    _ knowledge: AssistantKnowledge, in language: MessageLanguage
  ) -> String {
    (pieces[language] ?? []).map { piece in
      switch piece {
      case .words(let words): words
      case .placeholder(let name):
        knowledge.fact(name)?.text(knowledge.currency, in: language) ?? "{\(name.rawValue)}"
      }
    }.joined()
  }

  init(_ node: DocumentNode) throws(DocumentError) {
    let members = try node.members(
      required: ["template", "topic", "tone", "reviewed", "text"],
      optional: ["when", "channels"])
    id = try members.required("template").id()
    topic = try members.required("topic").choice(AnswerTopic.self)
    tone = try members.required("tone").id()
    isReviewed = try members.required("reviewed").bool()
    var conditions: [AccountCondition] = []
    for element in try members["when"]?.elements(atMost: 10) ?? [] {
      conditions.append(try element.choice(AccountCondition.self))
    }
    self.conditions = conditions
    var channels: [ContactChannel] = []
    for element in try members["channels"]?.elements(atMost: 9) ?? [] {
      channels.append(try element.choice(ContactChannel.self))
    }
    self.channels = channels
    let texts = try members.required("text").members(
      required: MessageLanguage.allCases.map(\.rawValue))
    var pieces: [MessageLanguage: [MessageTemplates.Piece]] = [:]
    for language in MessageLanguage.allCases {
      let text = texts.required(language.rawValue)
      try TemplateRules.check(text.text(MessageTemplates.longestText), at: text.path)
      pieces[language] = try Self.pieces(text, topic, conditions)
    }
    self.pieces = pieces
    func told(_ language: MessageLanguage) -> Set<String> {
      Set(
        (pieces[language] ?? []).compactMap {
          if case .placeholder(let name) = $0 { name.rawValue } else { nil }
        })
    }
    let missing = told(.en).symmetricDifference(told(.es)).sorted()
    guard missing.isEmpty else {
      throw members.required("text").invalid(
        missing.joined(separator: ", "), "the same placeholders in every language")
    }
  }

  private static func pieces(
    _ node: DocumentNode, _ topic: AnswerTopic, _ conditions: [AccountCondition]
  ) throws(DocumentError) -> [MessageTemplates.Piece] {
    var pieces: [MessageTemplates.Piece] = []
    var rest = try Substring(node.text(MessageTemplates.longestText))
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      let after = rest[rest.index(after: open)...]
      guard rest[open] == "{", let close = after.firstIndex(of: "}") else {
        throw node.invalid(String(rest[open...]), "braces around placeholders alone, as {balance}")
      }
      if open > rest.startIndex { pieces.append(.words(String(rest[..<open]))) }
      pieces.append(.placeholder(try placeholder(after[..<close], node.path, topic, conditions)))
      rest = after[after.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.words(String(rest))) }
    return pieces
  }

  private static func placeholder(
    _ name: Substring, _ path: String, _ topic: AnswerTopic, _ conditions: [AccountCondition]
  ) throws(DocumentError) -> Placeholder {
    let known = Placeholder.allCases.map(\.rawValue)
    guard let placeholder = Placeholder(rawValue: String(name)) else {
      throw DocumentError(
        .unknownPlaceholder, path, value: String(name),
        expected: "one of " + known.joined(separator: ", "),
        nearest: Collections.nearest(to: String(name), among: known))
    }
    guard topic.tellsOfDebt else {
      throw DocumentError(
        .unknownPlaceholder, path, value: placeholder.rawValue,
        expected: "no placeholder: a text about \(topic.rawValue) tells nothing of the debt")
    }
    if let condition = placeholder.condition, !conditions.contains(condition) {
      throw DocumentError(
        .unknownPlaceholder, path, value: placeholder.rawValue,
        expected: "\"\(condition.rawValue)\" in `when`: else there may be none")
    }
    return placeholder
  }
}
