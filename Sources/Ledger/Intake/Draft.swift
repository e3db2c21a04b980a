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
  /// The fields of the event that are no personal data, canonical.
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

  /// All fields as stated.
  let fields: JSONValue
  /// The fields that are personal data (§), to be sealed before anything reaches a disk; nil without any.
  let personal: JSONValue?

  /// Checks the form of a draft.
  ///
  /// - Parameters:
  ///   - value: the draft as read.
  ///   - line: the line it stands on, from 1.
  ///   - defaultKey: gives the idempotency key of a draft without one, from its canonical bytes less
  ///     the personal fields: no digest of a short or guessable text is kept anywhere.
  /// - Throws: ``Refusal`` with the catalogue's codes, or `unknown_field`, `missing_field`,
  ///   `wrong_type`, `not_a_key`, `not_an_actor`, `unknown_version`.
  package init(
    _ value: JSONValue, line: Int, defaultKey: ([UInt8]) -> String
  ) throws(Refusal) {
    do throws(Refusal) {
      let parts = try Parts(value)
      self.line = line
      type = try Self.eventType(named: parts.type)
      stream = parts.stream
      effective = parts.effective
      actor = parts.actor
      cause = parts.cause
      expectedN = parts.n
      version = parts.version
      subject = parts.subject
      fields = parts.data
      do {
        try type.check(
          data: fields, stream: stream, subject: subject, effective: effective, sealed: .accepted)
      } catch {
        throw Refusal(error)
      }
      if let version, version != type.declaration.version {
        throw Refusal(
          "unknown_version", field: "v", value: String(version),
          expected: String(type.declaration.version))
      }
      let (clear, personal) = Self.parted(fields, type)
      data = clear.canonicalBytes
      self.personal = personal
      key = parts.key ?? defaultKey(value.replacing("data", with: clear).canonicalBytes)
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

  /// The fields in clear, and those that are personal data.
  private static func parted(
    _ fields: JSONValue, _ type: EventType
  ) -> (clear: JSONValue, personal: JSONValue?) {
    let names = type.sealedFields.map(\.text)
    guard case .object(let members) = fields, members.contains(where: { names.contains($0.key) })
    else { return (fields, nil) }
    return (
      .object(members.filter { !names.contains($0.key) }),
      .object(members.filter { names.contains($0.key) })
    )
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

/// The members of a draft, each of the right kind, told apart in one pass.
private struct Parts {
  var type = ""
  var stream = ""
  var data = JSONValue.null
  var effective: CivilDate?
  var key: String?
  var actor: [UInt8]?
  var cause: Int64?
  var subject: String?
  var version: Int64?
  var n: Int64?

  init(_ value: JSONValue) throws(Refusal) {
    guard case .object(let members) = value else {
      throw Refusal("wrong_type", value: shortened(value), expected: "a JSON object")
    }
    for member in members { try take(member) }
    for (name, isMissing) in [("type", type.isEmpty), ("stream", stream.isEmpty)] where isMissing {
      throw Refusal("missing_field", field: name, expected: "a text")
    }
    if data == .null {
      throw Refusal("missing_field", field: "data", expected: "an object of the event's fields")
    }
  }

  private mutating func take(_ member: JSONMember) throws(Refusal) {
    switch member.key {
    case "type": type = try Self.text(member)
    case "stream": stream = try Self.text(member)
    case "data":
      guard case .object = member.value else {
        // What was meant for the fields may be personal data.
        throw Refusal(
          "wrong_type", field: member.key, expected: "an object of the event's fields")
      }
      data = member.value
    case "effective":
      guard let date = CivilDate(try Self.text(member)) else {
        throw Self.wrong(member, "not_a_date", "a civil date, YYYY-MM-DD")
      }
      effective = date
    case "key":
      let text = try Self.text(member)
      guard Self.isKey(text) else {
        throw Self.wrong(
          member, "not_a_key", "1 to 128 printable ASCII characters without space, \" and \\")
      }
      guard !text.hasPrefix("erasure:") else {
        throw Self.wrong(member, "reserved_key", "a key that does not begin with erasure:")
      }
      key = text
    case "actor":
      guard let actor = Actor(member.value) else {
        throw Self.wrong(member, "not_an_actor", Actor.form)
      }
      self.actor = actor.canonical
    case "subject": subject = try Self.text(member)
    case "cause": cause = try Self.number(member)
    case "v": version = try Self.number(member)
    case "n": n = try Self.number(member)
    default:
      throw Self.wrong(
        member, "unknown_field", "one of " + Draft.keys.joined(separator: ", "))
    }
  }

  private static func text(_ member: JSONMember) throws(Refusal) -> String {
    guard let text = member.value.stringValue else {
      throw wrong(member, "wrong_type", "a text")
    }
    return text
  }

  private static func number(_ member: JSONMember) throws(Refusal) -> Int64 {
    guard let number = member.value.integerValue, number >= 0 else {
      throw wrong(member, "wrong_type", "a whole number from 0")
    }
    return number
  }

  private static func wrong(
    _ member: JSONMember, _ code: String, _ expected: String
  ) -> Refusal {
    Refusal(code, field: member.key, value: shortened(member.value), expected: expected)
  }

  private static func isKey(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
  }
}

extension JSONValue {
  /// The same object with another value of a member that it has.
  fileprivate func replacing(_ key: String, with value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    for place in members.indices where members[place].key == key { members[place].value = value }
    return .object(members)
  }
}

extension Draft {
  private static func eventType(named name: String) throws(Refusal) -> EventType {
    do {
      return try EventType.named(name)
    } catch {
      throw Refusal(error)
    }
  }
}

/// Who recorded an event.
package struct Actor: Equatable, Sendable {
  /// Pseudonym of the person or name of the program.
  package let id: String
  /// What it is.
  package let kind: Kind
  /// In which role.
  package let role: String
  /// The canonical object in an event's envelope.
  package let canonical: [UInt8]

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
    canonical =
      JSONValue.object([
        "id": .string(id), "kind": .string(kind.rawValue), "role": .string(role),
      ]).canonicalBytes
  }

  /// The actor a JSON object names, or nil.
  init?(_ value: JSONValue) {
    guard case .object(let members) = value, members.count == 3,
      let id = value["id"]?.stringValue, let role = value["role"]?.stringValue,
      let kind = value["kind"]?.stringValue.flatMap(Kind.init(rawValue:))
    else { return nil }
    self.init(id: id, kind: kind, role: role)
  }
}

/// At most 60 characters of a value's canonical text, for messages.
func shortened(_ value: JSONValue) -> String {
  let text = value.canonicalText
  return text.count <= 60 ? text : String(text.prefix(57)) + "…"
}
