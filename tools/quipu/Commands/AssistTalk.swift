internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// What a person wrote about an account, and the events that keep it and its answer: the command line and
/// the service record the same.
///
///     MessageReceived… ─► VulnerabilitySignalled, BotHandedOff      the intake's, from the signs found
///     AnswerGiven, BotHandedOff, ChannelOptedOut                    one batch; CeaseContactRequested in the portal
struct AssistTalk: Sendable {
  let account: String
  let subject: String
  let channel: ContactChannel
  let message: String
  /// The gateway's id of the message: the same again is recorded and answered once.
  let key: String
  /// The event that the message came of, if any.
  var cause: Int64?

  /// The most characters of a part of a message.
  private static let longestPart = 8_000

  /// What was written, without what steers a terminal and without the line's end after it; a tab parts
  /// words. Nil where nothing is left, or more than the classifier reads.
  static func readable(_ text: String) -> String? {
    var kept = ""
    for scalar in text.unicodeScalars {
      if scalar == "\t" { kept.append(" ") }
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if scalar == "\n" || !isControl { kept.unicodeScalars.append(scalar) }
    }
    while kept.hasSuffix("\n") { kept.removeLast() }
    let isShort = kept.unicodeScalars.count <= IntentModel.longestMessage
    return kept.isEmpty || !isShort ? nil : kept
  }

  /// Makes sure that it can be answered on record, without reading it: nothing is recorded of a message that
  /// cannot be. Throws ``Failure``: `unknown_account`, `no_texts`, `no_classifier`, and `no_patterns` where no
  /// patterns of vulnerability were adopted, which come first.
  func check(at desk: AssistantDesk) throws {
    _ = try desk.documents()
    guard desk.hasPatterns else {
      throw Failure(
        .refused, "no_patterns",
        Text(
          "no patterns of vulnerability are in force: they come before any answer",
          "no rigen patrones de vulnerabilidad: van antes que cualquier respuesta"),
        [Failure.Detail("expected", "quipu vulnerability adopt --as NAME --approve-as NAME")])
    }
    _ = try desk.debtor(of: account)
  }

  /// What is answered to it on record. Throws ``Failure``, as ``check(at:)``.
  func answer(at desk: AssistantDesk) throws -> AssistantDesk.Answer {
    try check(at: desk)
    return try desk.answer(message, about: account, to: subject, by: channel)
  }

  /// The answer that messages at those positions were given before a position, made again; nil where there
  /// is none yet.
  func given(
    to messages: [Int64], in model: ReadModel, before size: Int64
  ) throws -> (answer: AssistantDesk.Answer, seq: Int64)? {
    let given = model.answers.answers(
      about: account, to: subject, knownAt: size, voids: model.accounts
    ).first { model.answers.numbers($0.evidence) == messages }
    guard let given else { return nil }
    let then = AssistantDesk(model, on: CivilDate(days: given.asOf), knownAt: given.basis)
    return (
      try then.answer(message, about: account, to: subject, by: channel), given.seq
    )
  }

  /// The message, in as many events as it takes.
  var received: [OwnDraft] {
    Self.parts(of: message).enumerated().map { place, part in
      OwnDraft(
        .messageReceived, "account/\(account)", key: "message:\(account):\(key):\(place + 1)",
        cause: cause, subject: subject, ["channel": .string("\(channel)"), "text": .string(part)])
    }
  }

  /// An answer to messages at those positions, and what follows from it.
  func drafts(of made: AssistantDesk.Answer, to messages: [Int64]) -> [OwnDraft] {
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
    if answer.step == .person || answer.step == .handOver, !isHandedOff(made.findings) {
      drafts.append(
        draft(
          .botHandedOff, stream, "handoff", ["reason": .string(answer.topic.rawValue)]))
    }
    if answer.optsOut { drafts.append(optOut(draft)) }
    return drafts
  }

  /// That she is not to be written to this way. Nobody is written to in the portal: who asks there to be left
  /// alone means every way.
  private func optOut(
    _ draft: (EventType, String, String, KeyValuePairs<String, JSONValue?>) -> OwnDraft
  ) -> OwnDraft {
    let stream = "subject/\(subject)"
    return channel == .portal
      ? draft(
        .ceaseContactRequested, stream, "optout", ["reason": .string("asked for in the portal")])
      : draft(.channelOptedOut, stream, "optout", ["channel": .string("\(channel)")])
  }

  /// Whether the intake itself has handed over already.
  private func isHandedOff(_ findings: [VulnerabilityPatterns.Finding]) -> Bool {
    let isByPerson = channel == .call || channel == .visit || channel == .letter
    return findings.contains(where: \.isImmediate) && !isByPerson
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
