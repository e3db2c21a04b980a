package import CanonicalJSON
package import Collections
internal import EventStore

/// One event somebody wants recorded, checked for form but not yet against the ledger's state.
///
/// On a line of a drafts file:
/// `{"type":…,"stream":…,"data":{…}, "effective"?, "key"?, "actor"?, "cause"?, "subject"?, "v"?, "n"?}`.
package struct Draft: Sendable {
  /// The line of its file, from 1.
  package var line: Int
  /// Which event it is.
  package var type: EventType
  /// Where it is recorded, such as `account/A-1`.
  package var stream: String
  /// The idempotency key stated, or given from the file's name and the line.
  package var key: String
  /// The fields of the event, canonical.
  package var data: [UInt8]
  /// The effective date stated; nil where the ledger's rules give it.
  package var effective: CivilDate?
  /// Who recorded it, canonical; nil where the caller's default holds.
  package var actor: [UInt8]?
  /// The event that led to it.
  package var cause: Int64?
  /// Whose personal data it concerns.
  package var subject: String?
  /// The position in its stream that the writer expects it to take.
  package var expectedN: Int64?
  /// The version of its fields, where stated.
  package var version: Int64?

  /// The values of a draft by their meaning in the rules.
  let fields: JSONValue

  /// Checks the form of a draft.
  ///
  /// - Parameter defaultKey: gives the idempotency key of a draft without one, from its canonical bytes.
  /// - Throws: ``Refusal`` with the catalogue's codes, or `unknown_field`, `missing_field`,
  ///   `wrong_type`, `not_a_stream`, `not_a_key`, `not_an_actor`, `unknown_version`.
  package init(
    _ value: JSONValue, line: Int, defaultKey: ([UInt8]) -> String
  ) throws(Refusal) {
    guard case .object(let members) = value else {
      throw Refusal("wrong_type", value: shortened(value), expected: "a JSON object", line: line)
    }
    for member in members where !Self.keys.contains(member.key) {
      throw Refusal(
        "unknown_field", field: member.key, value: shortened(member.value),
        expected: "one of " + Self.keys.joined(separator: ", "), line: line)
    }
    do throws(Refusal) {
      self.line = line
      type = try Self.type(of: value)
      stream = try Self.text("stream", of: value)
      effective = try Self.effective(of: value)
      actor = try Self.actor(of: value)
      cause = try Self.number("cause", of: value)
      expectedN = try Self.number("n", of: value)
      version = try Self.number("v", of: value)
      subject = try value["subject"] == nil ? nil : Self.text("subject", of: value)
      fields = value["data"] ?? .null
      guard case .object = fields else {
        throw Refusal(
          value["data"] == nil ? "missing_field" : "wrong_type", field: "data",
          value: shortened(fields), expected: "an object of the event's fields")
      }
      do {
        try type.check(data: fields, stream: stream, subject: subject, effective: effective)
      } catch {
        throw Refusal(error)
      }
      if let version, version != type.declaration.version {
        throw Refusal(
          "unknown_version", field: "v", value: String(version),
          expected: String(type.declaration.version))
      }
      data = fields.canonicalBytes
      key = try Self.key(of: value) ?? defaultKey(value.canonicalBytes)
    } catch {
      var refusal = error
      refusal.line = line
      throw refusal
    }
  }

  /// Reads a draft from one line of a file of JSON Lines, without its newline.
  ///
  /// - Throws: ``Refusal``: `line_too_long`, the codes of ``JSONError``, and those of the other initializer.
  package init(line: [UInt8], number: Int, of file: String) throws(Refusal) {
    guard line.count <= JSONLimits.event.bytes else {
      throw Refusal(
        "line_too_long", value: "\(line.count) bytes",
        expected: "at most \(JSONLimits.event.bytes) bytes", line: number)
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line.span, as: .event, limits: .event)
    } catch {
      throw Refusal(
        error.code.rawValue, value: "byte \(error.offset)",
        expected: "one JSON object in UTF-8, its numbers whole and within ±(2^53 − 1)",
        line: number)
    }
    try self.init(value, line: number) { Self.defaultKey(of: $0, line: number, in: file) }
  }

  /// The idempotency key of a draft without one: SHA-256 over file name, line number and canonical draft.
  package static func defaultKey(of draft: [UInt8], line: Int, in file: String) -> String {
    let text = Array("\(file)\n\(line)\n".utf8) + draft
    return Digest(hashing: text.span).hex
  }

  /// The keys a draft may have.
  package static let keys = [
    "type", "stream", "data", "effective", "key", "actor", "cause", "subject", "v", "n",
  ]
}

// One key a function: what it may be, and what is said when it is not.
extension Draft {
  private static func type(of value: JSONValue) throws(Refusal) -> EventType {
    let name = try text("type", of: value)
    do {
      return try EventType.named(name)
    } catch {
      throw Refusal(error)
    }
  }

  private static func text(_ key: String, of value: JSONValue) throws(Refusal) -> String {
    guard let member = value[key] else {
      throw Refusal("missing_field", field: key, expected: "a text")
    }
    guard let text = member.stringValue else {
      throw Refusal("wrong_type", field: key, value: shortened(member), expected: "a text")
    }
    return text
  }

  private static func number(_ key: String, of value: JSONValue) throws(Refusal) -> Int64? {
    guard let member = value[key] else { return nil }
    guard let number = member.integerValue, number >= 0 else {
      throw Refusal(
        "wrong_type", field: key, value: shortened(member), expected: "a whole number from 0")
    }
    return number
  }

  private static func effective(of value: JSONValue) throws(Refusal) -> CivilDate? {
    guard let member = value["effective"] else { return nil }
    guard let text = member.stringValue, let date = CivilDate(text) else {
      throw Refusal(
        "not_a_date", field: "effective", value: shortened(member),
        expected: "a civil date, YYYY-MM-DD")
    }
    return date
  }

  private static func key(of value: JSONValue) throws(Refusal) -> String? {
    guard let member = value["key"] else { return nil }
    guard let text = member.stringValue, isKey(text) else {
      throw Refusal(
        "not_a_key", field: "key", value: shortened(member),
        expected: "1 to 128 printable ASCII characters without space, \" and \\")
    }
    return text
  }

  private static func actor(of value: JSONValue) throws(Refusal) -> [UInt8]? {
    guard let member = value["actor"] else { return nil }
    guard let actor = Actor(member) else {
      throw Refusal(
        "not_an_actor", field: "actor", value: shortened(member), expected: Actor.form)
    }
    return actor.canonical
  }

  private static func isKey(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
  }
}

/// Who recorded an event.
package struct Actor: Equatable, Sendable {
  /// Pseudonym of the person or name of the program.
  package var id: String
  /// What it is.
  package var kind: Kind
  /// In which role.
  package var role: String

  /// What records events.
  package enum Kind: String, CaseIterable, Sendable {
    case person, system, bot
  }

  /// What an actor looks like, for messages.
  package static let form = #"{"id":"u-17","kind":"person|system|bot","role":"agent"}"#

  /// An actor; nil unless id and role are ids.
  package init?(id: String, kind: Kind, role: String) {
    guard isIdentifier(id), isIdentifier(role) else { return nil }
    self.id = id
    self.kind = kind
    self.role = role
  }

  /// The actor a JSON object names, or nil.
  init?(_ value: JSONValue) {
    guard case .object(let members) = value, members.count == 3,
      let id = value["id"]?.stringValue, let role = value["role"]?.stringValue,
      let kind = value["kind"]?.stringValue.flatMap(Kind.init(rawValue:))
    else { return nil }
    self.init(id: id, kind: kind, role: role)
  }

  /// The canonical object in an event's envelope.
  package var canonical: [UInt8] {
    JSONValue.object([
      "id": .string(id), "kind": .string(kind.rawValue), "role": .string(role),
    ]).canonicalBytes
  }
}

/// At most 60 characters of a value's canonical text, for messages.
func shortened(_ value: JSONValue) -> String {
  let text = value.canonicalText
  return text.count <= 60 ? text : String(text.prefix(57)) + "…"
}
