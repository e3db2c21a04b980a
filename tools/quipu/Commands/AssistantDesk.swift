internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Answers messages by what a ledger knows on a day: the command line and the service both ask here.
struct AssistantDesk {
  /// An answer, and what it was made from.
  struct Answer {
    var answer: AssistantAnswer
    /// The signs found, strongest of each kind; what the person who takes over needs to know.
    var findings: [VulnerabilityPatterns.Finding]
    var texts: MessageTemplates
    var classifier: IntentModel
    var day: CivilDate
    var size: Int64
  }

  private let model: ReadModel
  private let day: CivilDate
  private let size: Int64
  /// The documents in force; those of a trial put in their place.
  var texts: MessageTemplates?
  var classifier: IntentModel?
  private let patterns: [VulnerabilityPatterns]

  /// What was adopted before a position.
  struct Documents: Sendable {
    let assistant: AdoptedAssistant
    let patterns: AdoptedPatterns

    /// O(their bytes).
    init(_ model: ReadModel, knownAt size: Int64) {
      assistant = AdoptedAssistant(model, knownAt: size)
      patterns = AdoptedPatterns(model.documents, knownAt: size) {
        model.accounts.isVoided($0, knownAt: size)
      }
    }
  }

  /// A desk on a day, by the events before a position, with its documents where they are read already.
  init(
    _ model: ReadModel, on day: CivilDate, knownAt size: Int64, _ documents: Documents? = nil
  ) {
    (self.model, self.day, self.size) = (model, day, size)
    let adopted = documents ?? Documents(model, knownAt: size)
    texts = adopted.assistant.templates(on: day, before: size)
    classifier = adopted.assistant.classifier(on: day, before: size)
    patterns = adopted.patterns.inForce(on: day)
  }

  /// Whether signs of vulnerability are looked for by patterns that were adopted.
  var hasPatterns: Bool { !patterns.isEmpty }

  /// Who owes an account. Throws ``Failure`` `unknown_account`.
  func debtor(of account: String) throws -> String {
    try report(account).subject
  }

  /// Answers about an account. Patterns of vulnerability are those in force, else those of the program.
  ///
  /// Throws ``Failure``: `unknown_account`, `no_texts`, `no_classifier`.
  func answer(
    _ message: String, about account: String, to subject: String, by channel: ContactChannel
  ) throws -> Answer {
    let (texts, classifier) = try documents()
    let patterns = try patterns.isEmpty ? [builtIn()] : patterns
    var findings: [VulnerabilityPatterns.Finding] = []
    for pattern in patterns { findings += pattern.findings(in: message) }
    guard
      let knowledge = try AssistantKnowledge(
        of: account, for: subject, model, on: day, knownAt: size)
    else { throw unknown(account) }
    let answer = AssistantAnswer(
      to: classifier.reading(of: message), isVulnerable: !findings.isEmpty, knowledge, texts,
      by: channel)
    return Answer(
      answer: answer, findings: findings, texts: texts, classifier: classifier, day: day,
      size: size)
  }

  /// The texts and the classifier there are. Throws ``Failure`` `no_texts`, `no_classifier`, exit 3.
  func documents() throws(Failure) -> (MessageTemplates, IntentModel) {
    guard let texts else {
      throw Self.noTexts(on: day, or: "; or --texts pe-messages to try them out")
    }
    if let classifier { return (texts, classifier) }
    return (texts, try AssistantDocuments.classifierInForce(in: model, on: day, knownAt: size))
  }

  /// That no texts hold on a day; `or` is what else a command takes.
  static func noTexts(on day: CivilDate, or other: String = "") -> Failure {
    Failure(
      .refused, "no_texts",
      Text(
        "no texts of the assistant are in force on \(day.text)",
        "no rigen textos del asistente el \(day.text)"),
      [
        Failure.Detail(
          "expected",
          "quipu assistant adopt pe-messages --as NAME --approve-as NAME" + other)
      ])
  }

  private func builtIn() throws(Failure) -> VulnerabilityPatterns {
    let bytes = PackageResources.vulnerability_json
    do {
      return try VulnerabilityPatterns(parsing: bytes.span)
    } catch {
      throw Failure(error, of: Text("the patterns", "los patrones"), in: "built-in")
    }
  }

  private func report(_ account: String) throws -> AccountReport {
    guard
      let report = try AccountReport(account, of: model.accounts, on: day, knownAt: size)
    else { throw unknown(account) }
    return report
  }

  private func unknown(_ account: String) -> Failure {
    Failure.unknownAccount(account, of: model.accounts, on: day, knownAt: size)
  }
}
