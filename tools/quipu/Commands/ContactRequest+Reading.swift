internal import CanonicalJSON
internal import Collections

// A question as a line of a batch or the body of a request says it.
extension ContactRequest {
  /// What a question may say.
  static let keys = ["subject", "channel", "at", "account", "point", "template", "agent"]
  private static let channels = ContactChannel.allCases.map { "\($0)" }

  /// Reads one question from a line. Throws ``Failure``, exit 3.
  init(parsing line: Span<UInt8>) throws(Failure) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line, as: .event, limits: .event)
    } catch {
      throw Self.refusal(error.code.rawValue, "", "byte \(error.offset)", "one JSON object")
    }
    try self.init(value)
  }

  /// Reads one question. Throws ``Failure``, exit 3, with field and what would be right.
  init(_ value: JSONValue) throws(Failure) {
    func unknown(_ field: String) -> Failure {
      Self.refusal(
        "unknown_field", field, "", "one of " + Self.keys.joined(separator: ", "),
        nearest(to: field, among: Self.keys))
    }
    guard let members = value.objectValue else {
      throw Self.refusal("wrong_type", "", "", "one JSON object")
    }
    self.init(subject: "", channel: .call)
    var name: String?
    for member in members {
      guard let text = member.value.stringValue else {
        guard Self.keys.contains(member.key) else { throw unknown(member.key) }
        throw Self.refusal("wrong_type", member.key, "", "a text")
      }
      if member.key == "at" {
        guard let moment = StatedMoment(text) else {
          throw Self.refusal(
            "not_an_instant", "at", text, "2026-03-02T10:15:00-05:00, or without an offset")
        }
        at = moment
        continue
      }
      // All else is an id, and goes into the answer as it is.
      guard isIdentifier(text) || !Self.keys.contains(member.key) else {
        throw Self.refusal("not_an_id", member.key, "", "1 to 64 of A-Z a-z 0-9 . _ : -")
      }
      switch member.key {
      case "subject": subject = text
      case "channel": name = text
      case "account": account = text
      case "point": point = text
      case "template": template = text
      case "agent": agent = text
      default: throw unknown(member.key)
      }
    }
    guard !subject.isEmpty else {
      throw Self.refusal("missing_field", "subject", "", "the person's id")
    }
    guard let place = Self.channels.firstIndex(where: { $0 == name }) else {
      throw Self.refusal(
        "not_a_choice", "channel", name ?? "", "one of " + Self.channels.joined(separator: ", "),
        nearest(to: name ?? "", among: Self.channels))
    }
    channel = ContactChannel.allCases[place]
  }

  private static func refusal(
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
}
