internal import CanonicalJSON
internal import Collections
internal import Dispatch
internal import Synchronization

/// Answers a file of questions, a line each, in their order; on every processor, so many lines each.
struct ContactBatch {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// Lines that are answered in one go, and how many such parts before they are written: 18 MB or so.
  private static let partLines = 512
  private static let roundParts = 16

  /// Answers every line; a line that cannot be is answered by `{"error":…}` in its place.
  func answer(_ path: String, _ desk: ContactDesk) throws -> ExitCode {
    let bytes = try OutputFile.read(path)
    let output = invocation.console.output
    var clerks = [ContactClerk(desk, in: invocation.language)]
    var (refused, answered) = (0, 0)
    var (start, line) = (0, 1)
    while start < bytes.count {
      var parts: [ContactClerk.Part] = []
      while parts.count < Self.roundParts, start < bytes.count {
        let part = Self.part(of: bytes, from: start, line: line)
        parts.append(part)
        start = part.range.upperBound
        line += Self.partLines
      }
      while clerks.count < min(Processors.count, parts.count) {
        clerks.append(ContactClerk(desk, in: invocation.language))
      }
      for answers in Self.answers(to: parts, of: bytes, by: clerks) {
        refused += answers.refused
        answered += answers.answered
        try output.write(answers.text)
      }
    }
    if refused > 0 {
      invocation.console.warn(
        "questions_refused",
        counted(
          Int64(refused), Text("question was refused", "pregunta rechazada"),
          Text("questions were refused", "preguntas rechazadas"))
          + Text(" of \(refused + answered)", " de \(refused + answered)"),
        [Failure.Detail("refused", Int64(refused))])
    }
    return refused > 0 ? .refused : .done
  }

  /// The next lines, with their newlines.
  private static func part(of bytes: [UInt8], from start: Int, line: Int) -> ContactClerk.Part {
    var (end, lines) = (start, 0)
    while end < bytes.count, lines < partLines {
      if bytes[end] == UInt8(ascii: "\n") { lines += 1 }
      end += 1
    }
    return ContactClerk.Part(range: start..<end, line: line)
  }

  /// The answers to each part, in order: a clerk a thread, each taking the next part that nobody has.
  private static func answers(
    to parts: [ContactClerk.Part], of bytes: [UInt8], by clerks: [ContactClerk]
  ) -> [ContactClerk.Answers] {
    let results = Mutex([ContactClerk.Answers](repeating: .init(), count: parts.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(clerks.count, parts.count)) { clerk in
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < parts.count else { return }
        let answers = clerks[clerk].answer(parts[place], of: bytes)
        results.withLock { $0[place] = answers }
      }
    }
    return results.withLock { $0 }
  }
}

/// Answers questions line by line: one for each thread, with a desk of its own.
final class ContactClerk: Sendable {
  /// Whole lines of a file.
  struct Part: Sendable {
    /// Their bytes, and the number of the first line, from 1.
    var range: Range<Int>
    var line: Int
  }

  /// The answers to them, a line each.
  struct Answers: Sendable {
    var text: [UInt8] = []
    var answered = 0
    var refused = 0
  }

  /// What a clerk works with.
  private struct Tools {
    var desk: ContactDesk
    var writer: ContactAnswerWriter
  }

  private let tools: Mutex<Tools>
  private let language: Language

  init(_ desk: ContactDesk, in language: Language) {
    let writer = ContactAnswerWriter(desk.policies, knownAt: desk.knownAt)
    tools = Mutex(Tools(desk: desk, writer: writer))
    self.language = language
  }

  /// What a question may say.
  private static let keys = [
    "subject", "channel", "at", "account", "point", "template", "agent",
  ]
  private static let channels = ContactChannel.allCases.map { "\($0)" }

  /// Answers lines; blank ones are passed over.
  func answer(_ part: Part, of bytes: [UInt8]) -> Answers {
    tools.withLock { answer(part, of: bytes, with: &$0) }
  }

  private func answer(_ part: Part, of bytes: [UInt8], with tools: inout Tools) -> Answers {
    var answers = Answers()
    var number = part.line - 1
    let span = bytes.span
    var start = part.range.lowerBound
    while start < part.range.upperBound {
      var end = start
      while end < part.range.upperBound, span[end] != UInt8(ascii: "\n") { end += 1 }
      let range = start..<end
      start = end + 1
      number += 1
      guard !range.allSatisfy({ bytes[$0] <= 0x20 }) else { continue }
      do {
        let request = try Self.request(span.extracting(range))
        let answer = try tools.desk.answerOrFail(request)
        tools.writer.append(answer, to: request, tools.desk.policies, into: &answers.text)
        answers.answered += 1
      } catch {
        let failure = Failure(
          error.exit, error.code, error.message,
          [Failure.Detail("line", Int64(number))] + error.details)
        answers.text.append(contentsOf: failure.json(in: language).utf8.dropLast())
        answers.refused += 1
      }
      answers.text.append(UInt8(ascii: "\n"))
    }
    return answers
  }

  /// Reads one question.
  private static func request(_ line: Span<UInt8>) throws(Failure) -> ContactRequest {
    func refuse(
      _ code: String, _ field: String, _ value: String, _ expected: String, _ near: String? = nil
    ) -> Failure {
      var details = [
        Failure.Detail("field", field), Failure.Detail("value", String(value.prefix(80))),
        Failure.Detail("expected", expected),
      ]
      if let near { details.append(Failure.Detail("nearest", near)) }
      return Failure(
        .refused, code, Text("the question is refused", "la pregunta se rechaza"), details)
    }
    func unknown(_ field: String) -> Failure {
      refuse(
        "unknown_field", field, "", "one of " + keys.joined(separator: ", "),
        nearest(to: field, among: keys))
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line, as: .event, limits: .event)
    } catch {
      throw refuse(error.code.rawValue, "", "byte \(error.offset)", "one JSON object")
    }
    guard let members = value.objectValue else {
      throw refuse("wrong_type", "", "", "one JSON object")
    }
    var request = ContactRequest(subject: "", channel: .call)
    var channel: String?
    for member in members {
      guard let text = member.value.stringValue else {
        guard keys.contains(member.key) else { throw unknown(member.key) }
        throw refuse("wrong_type", member.key, "", "a text")
      }
      if member.key == "at" {
        guard let moment = StatedMoment(text) else {
          throw refuse(
            "not_an_instant", "at", text, "2026-03-02T10:15:00-05:00, or without an offset")
        }
        request.at = moment
        continue
      }
      // All else is an id, and goes into the answer as it is.
      guard isIdentifier(text) || !keys.contains(member.key) else {
        throw refuse("not_an_id", member.key, "", "1 to 64 of A-Z a-z 0-9 . _ : -")
      }
      switch member.key {
      case "subject": request.subject = text
      case "channel": channel = text
      case "account": request.account = text
      case "point": request.point = text
      case "template": request.template = text
      case "agent": request.agent = text
      default: throw unknown(member.key)
      }
    }
    guard !request.subject.isEmpty else {
      throw refuse("missing_field", "subject", "", "the person's id")
    }
    guard let place = channels.firstIndex(where: { $0 == channel }) else {
      throw refuse(
        "not_a_choice", "channel", channel ?? "", "one of " + channels.joined(separator: ", "),
        nearest(to: channel ?? "", among: channels))
    }
    request.channel = ContactChannel.allCases[place]
    return request
  }
}
