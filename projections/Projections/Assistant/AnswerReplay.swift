package import Collections

/// Every answer the assistant gave, made again from the prefix of the log and the documents it names; and
/// where they differ, in what.
///
/// What a message was read as is taken from the answer, for the message is sealed; where messages are given,
/// opened on record, they are read again too.
package struct AnswerReplay: Sendable {
  /// Something recorded that is not what is derived.
  package struct Difference: Equatable, Sendable {
    /// The event, and the account it stands on.
    package var seq: Int64
    package var account: String
    /// What differs: a field of the event, or what it rests on.
    package var field: String
    /// What was recorded, and what is derived.
    package var recorded: String
    package var derived: String
  }

  /// A message as it was opened, and the answer's own text; nil where the person's keys are gone.
  package struct Opened: Sendable {
    /// What she wrote, and what she was told.
    package var message: String?
    package var answer: String?

    /// Texts.
    package init(message: String?, answer: String?) {
      (self.message, self.answer) = (message, answer)
    }
  }

  /// Answers made again; of them those whose message was read again.
  package private(set) var answers = 0
  package private(set) var read = 0
  /// The differences, in the order of the log.
  package private(set) var differences: [Difference] = []

  /// Replays those recorded before a position.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - knownAt: only events before it are checked.
  ///   - opened: texts by the answer's position; empty where none was opened.
  /// - Complexity: O(answers × their accounts' events).
  package init(_ model: ReadModel, knownAt: Int64, opened: [Int64: Opened] = [:]) {
    let entries = model.answers.entries.filter {
      $0.seq < knownAt && !model.accounts.isVoided($0.seq, knownAt: knownAt)
    }
    guard !entries.isEmpty else { return }
    let adopted = AdoptedAssistant(model, knownAt: knownAt)
    for entry in entries {
      answers += 1
      let texts = opened[entry.seq]
      if texts?.message != nil { read += 1 }
      differences += Self.differences(entry, model, adopted, texts)
    }
  }

  private static func differences(
    _ entry: AnswerBook.Entry, _ model: ReadModel, _ adopted: AdoptedAssistant, _ opened: Opened?
  ) -> [Difference] {
    let (book, day) = (model.answers, CivilDate(days: entry.asOf))
    let account = book.accounts.text(Int(entry.account))
    var found: [Difference] = []
    func compare(_ field: String, _ recorded: String, _ derived: String) {
      guard recorded != derived else { return }
      found.append(
        Difference(
          seq: entry.seq, account: account, field: field, recorded: recorded, derived: derived))
    }
    guard entry.basis <= entry.seq else {
      compare("basis", "\(entry.basis)", "at most \(entry.seq)")
      return found
    }
    let texts = adopted.templates(on: day, before: entry.basis)
    guard let texts, let classifier = adopted.classifier(on: day, before: entry.basis) else {
      compare("policy", book.text(entry.policy), "none in force")
      return found
    }
    compare(
      "policy", "\(book.text(entry.policy)) \(entry.version)", "\(texts.id) \(texts.version)")
    compare("model", book.text(entry.model), Self.name(of: classifier))
    guard found.isEmpty else { return found }
    let subject = book.text(entry.subject)
    guard
      let knowledge = try? AssistantKnowledge(
        of: account, for: subject, model, on: day, knownAt: entry.basis)
    else {
      compare("account", account, "not open")
      return found
    }
    let (reading, isVulnerable) = reading(entry, model, classifier, opened?.message)
    let answer = AssistantAnswer(
      to: reading, isVulnerable: isVulnerable, knowledge, texts, by: entry.wordedChannel)
    compare("intent", entry.wordedIntent.rawValue, answer.intent.rawValue)
    compare("probabilityBp", "\(entry.probabilityBp)", "\(answer.probabilityBp)")
    compare("reason", entry.wordedTopic.rawValue, answer.topic.rawValue)
    compare("action", "\(entry.wordedStep)", "\(answer.step)")
    compare("language", entry.wordedLanguage.rawValue, answer.language.rawValue)
    compare("template", book.text(entry.template), answer.template)
    compare("tone", book.text(entry.tone), answer.tone)
    compare("events", "\(book.numbers(entry.events))", "\(answer.events)")
    if let text = opened?.answer { compare("text", text, answer.text) }
    return found
  }

  /// What the message was read as: read again where it is given, as recorded where not.
  private static func reading(
    _ entry: AnswerBook.Entry, _ model: ReadModel, _ classifier: IntentModel, _ message: String?
  ) -> (MessageReading, isVulnerable: Bool) {
    let day = CivilDate(days: entry.asOf)
    guard let message else {
      let reading = MessageReading(
        intent: entry.wordedIntent, probabilityBp: entry.probabilityBp,
        isSure: entry.probabilityBp >= classifier.sureFromBp, language: entry.wordedLanguage)
      return (reading, entry.wordedTopic == .vulnerable)
    }
    let patterns = AdoptedPatterns(model.documents, knownAt: entry.basis) {
      model.accounts.isVoided($0, knownAt: entry.basis)
    }
    let isVulnerable = patterns.inForce(on: day).contains { !$0.findings(in: message).isEmpty }
    return (classifier.reading(of: message), isVulnerable)
  }

  /// What an answer calls the classifier it was made by.
  package static func name(of classifier: IntentModel) -> String {
    "\(classifier.id).\(classifier.version)"
  }
}
