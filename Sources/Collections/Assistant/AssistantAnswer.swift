/// What the assistant answers to a message: a pure function of the message, the documents in force and
/// what the ledger knows.
///
///     signs of vulnerability? ─► vulnerable          a bar (stranger, blocked, in care)? ─► that
///     despair, however unsure ─► despair             not sure, or none of the intents ─► unsure, unsureAgain
///     else what she wants     ─► its topic           topic ─► text, facts, what follows
package struct AssistantAnswer: Equatable, Sendable {
  /// What was read: its intent, and how sure that is in basis points.
  package var intent: Intent
  package var probabilityBp: Int64
  /// What is answered, what follows, and in which language.
  package var topic: AnswerTopic
  package var step: AnswerStep
  package var language: MessageLanguage
  /// The text's id and tone, the text itself, and the facts in it.
  package var template: String
  package var tone: String
  package var text: String
  package var facts: [ToldFact]
  /// Whether she is not to be written to this way any more.
  package var optsOut: Bool

  /// The events that the facts rest on, ascending.
  package var events: [Int64] { Array(Set(facts.flatMap(\.events)).sorted()) }

  /// The answer to a message that was read as `reading`.
  ///
  /// - Parameters:
  ///   - reading: what the classifier reads in it.
  ///   - isVulnerable: whether the patterns in force find a sign in it.
  ///   - knowledge: what the ledger knows.
  ///   - templates: the texts in force.
  ///   - channel: how she wrote.
  /// - Complexity: O(templates + facts).
  package init(
    to reading: MessageReading, isVulnerable: Bool, _ knowledge: AssistantKnowledge,
    _ templates: MessageTemplates, by channel: ContactChannel
  ) {
    intent = reading.intent
    probabilityBp = reading.probabilityBp
    topic = Self.topic(of: reading, isVulnerable: isVulnerable, knowledge)
    language = reading.language ?? knowledge.language ?? .es
    step = topic.step
    optsOut = topic == .stop
    let chosen = templates.template(topic, by: channel, where: knowledge.conditions)
    template = chosen.id
    tone = chosen.tone
    text = chosen.text(knowledge, in: language)
    facts = chosen.placeholders.compactMap(knowledge.fact)
  }

  private static func topic(
    of reading: MessageReading, isVulnerable: Bool, _ knowledge: AssistantKnowledge
  ) -> AnswerTopic {
    if isVulnerable { return .vulnerable }
    switch knowledge.bar {
    case .stranger: return .stranger
    case .blocked: return .blocked
    // A wish to be left alone, or to be heard by a person, holds whoever looks after her.
    case .underCare: return reading.isSure && reading.intent == .stop ? .stop : .underCare
    case nil: break
    }
    // Rather one too many heard by a person than one too few.
    if reading.intent == .despair { return .despair }
    guard reading.isSure, reading.intent != .other else {
      if knowledge.askedBefore { return .unsureAgain }
      return reading.isSure ? .other : .unsure
    }
    return AnswerTopic(reading.intent)
  }
}
