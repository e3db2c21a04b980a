internal import CanonicalJSON
internal import Collections

/// Answers a file of questions, a line each, in their order.
struct ContactBatch {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// What a question may say.
  private static let keys = [
    "subject", "channel", "at", "account", "point", "template", "agent",
  ]
  private static let channels = ContactChannel.allCases.map { "\($0)" }

  /// Answers every line; a line that cannot be is answered by `{"error":…}` in its place.
  func answer(_ path: String, _ opened: ContactDesk) throws -> ExitCode {
    var desk = opened
    let bytes = try OutputFile.read(path)
    let writer = ContactAnswerWriter(desk.policies, knownAt: desk.knownAt)
    let output = invocation.console.output
    var (number, refused, answered) = (0, 0, 0)
    var line: [UInt8] = []
    var start = 0
    let span = bytes.span
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let range = start..<end
      start = end + 1
      number += 1
      guard !range.allSatisfy({ bytes[$0] <= 0x20 }) else { continue }
      line.removeAll(keepingCapacity: true)
      do {
        let request = try Self.request(span.extracting(range))
        let answer = try invocation.answer(request, &desk)
        writer.append(answer, to: request, desk.policies, into: &line)
        answered += 1
      } catch let failure as Failure {
        var failure = failure
        failure = Failure(
          failure.exit, failure.code, failure.message,
          [Failure.Detail("line", Int64(number))] + failure.details)
        line.append(contentsOf: failure.json(in: invocation.language).utf8.dropLast())
        refused += 1
      }
      line.append(UInt8(ascii: "\n"))
      try output.write(line)
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

  /// Reads one question.
  private static func request(_ line: Span<UInt8>) throws -> ContactRequest {
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
