internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Puts a message and its answer on record: first the message, sealed, with the signs found in it; then the
/// answer, by all that is known with it, and what follows.
///
///     MessageReceived… ─► VulnerabilitySignalled, BotHandedOff      one batch a part, by the intake
///     AnswerGiven, BotHandedOff, ChannelOptedOut                    one batch
struct AssistRecording {
  /// The positions of the message's parts and of the answer.
  struct Recorded {
    var messages: [Int64]
    var answer: Int64
  }

  private let invocation: Invocation
  private let account: String
  private let subject: String
  private let channel: ContactChannel

  /// The most characters of a part of a message.
  private static let longestPart = 8_000

  init(
    _ invocation: Invocation, _ account: String, _ subject: String, _ channel: ContactChannel
  ) {
    (self.invocation, self.account) = (invocation, account)
    (self.subject, self.channel) = (subject, channel)
  }

  /// Records a message and its answer; of a message recorded before, the answer it was given.
  ///
  /// Throws ``Failure``: `no_patterns` where no patterns of vulnerability were adopted, which come first.
  func record(
    _ message: String, _ desk: AssistantDesk
  ) throws -> (answer: AssistantDesk.Answer, recorded: Recorded) {
    _ = try desk.documents()
    guard desk.hasPatterns else {
      throw Failure(
        .refused, "no_patterns",
        Text(
          "no patterns of vulnerability are in force: they come before any answer",
          "no rigen patrones de vulnerabilidad: van antes que cualquier respuesta"),
        [Failure.Detail("expected", "quipu vulnerability adopt --as NAME --approve-as NAME")])
    }
    // Nothing is recorded of a message that cannot be answered.
    _ = try desk.answer(message, about: account, to: subject, by: channel)
    let key = invocation.value(.messageKey) ?? WallClock.now().text
    let messages = try receive(message, key)
    let view = try invocation.openView()
    let model = try invocation.readModel(of: view, at: view.size).model
    let given = model.answers.answers(
      about: account, to: subject, knownAt: view.size, voids: model.accounts
    ).first { model.answers.numbers($0.evidence) == messages }
    if let given {
      let then = AssistantDesk(model, on: CivilDate(days: given.asOf), knownAt: given.basis)
      let answer = try then.answer(message, about: account, to: subject, by: channel)
      return (answer, Recorded(messages: messages, answer: given.seq))
    }
    let now = AssistantDesk(model, on: try invocation.day(of: view), knownAt: view.size)
    let answer = try now.answer(message, about: account, to: subject, by: channel)
    let seq = try give(answer, messages, key, isHandedOff: handedOff(answer.findings))
    return (answer, Recorded(messages: messages, answer: seq))
  }

  /// Whether the intake itself has handed over already.
  private func handedOff(_ findings: [VulnerabilityPatterns.Finding]) -> Bool {
    let isByPerson = channel == .call || channel == .visit || channel == .letter
    return findings.contains(where: \.isImmediate) && !isByPerson
  }

  private func receive(_ message: String, _ key: String) throws -> [Int64] {
    let parts = Self.parts(of: message)
    return try invocation.append(
      parts.enumerated().map { place, part in
        OwnDraft(
          .messageReceived, "account/\(account)", key: "message:\(account):\(key):\(place + 1)",
          subject: subject, ["channel": .string("\(channel)"), "text": .string(part)])
      }
    ).map(\.seq)
  }

  private func give(
    _ made: AssistantDesk.Answer, _ messages: [Int64], _ key: String, isHandedOff: Bool
  ) throws -> Int64 {
    let answer = made.answer
    func draft(
      _ type: EventType, _ stream: String, _ role: String,
      _ data: KeyValuePairs<String, JSONValue?>
    ) -> OwnDraft {
      OwnDraft(
        type, stream, key: "\(role):\(account):\(key)", cause: messages.last, subject: subject, data
      )
    }
    let stream = "account/\(account)"
    var drafts = [
      draft(
        .answerGiven, stream, "answer",
        [
          "action": .string("\(answer.step)"), "asOf": .string(made.day.text),
          "basis": .integer(made.size), "channel": .string("\(channel)"),
          "events": .array(answer.events.map { .integer($0) }),
          "evidence": .array(messages.map { .integer($0) }),
          "intent": .string(answer.intent.rawValue),
          "language": .string(answer.language.rawValue),
          "model": .string(AnswerReplay.name(of: made.classifier)),
          "policy": .string(made.texts.id), "probabilityBp": .integer(answer.probabilityBp),
          "reason": .string(answer.topic.rawValue), "template": .string(answer.template),
          "text": .string(answer.text), "tone": .string(answer.tone),
          "version": .integer(made.texts.version),
        ])
    ]
    if answer.step == .person || answer.step == .handOver, !isHandedOff {
      drafts.append(
        draft(
          .botHandedOff, stream, "handoff", ["reason": .string(answer.topic.rawValue)]))
    }
    if answer.optsOut {
      drafts.append(
        draft(
          .channelOptedOut, "subject/\(subject)", "optout",
          ["channel": .string("\(channel)")]))
    }
    return try invocation.append(drafts).first?.seq ?? -1
  }

  /// A message in parts, each short enough for an event, cut after a blank where there is one: put together
  /// they are the message.
  static func parts(of message: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(message).unicodeScalars
    while rest.count > longestPart {
      let limit = rest.index(rest.startIndex, offsetBy: longestPart)
      let blank = rest[..<limit].lastIndex { $0 == " " || $0 == "\n" }
      let cut = blank.map { rest.index(after: $0) } ?? limit
      parts.append(String(rest[..<cut]))
      rest = rest[cut...]
    }
    parts.append(String(rest))
    return parts
  }
}
