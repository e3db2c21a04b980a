internal import CanonicalJSON
internal import Collections

/// The pieces of JSON Schema (2020-12) that answers and bodies are described by.
enum Schema {
  /// An object of these members and no others; those not named as optional are always there.
  static func object(
    _ properties: KeyValuePairs<String, JSONValue>, optional: Set<String> = []
  ) -> JSONValue {
    let required = properties.map(\.key).filter { !optional.contains($0) }.sorted()
    return .object([
      "type": .string("object"), "additionalProperties": .bool(false),
      "required": .array(required.map { .string($0) }),
      "properties": JSONValue(
        members: properties.map { JSONMember(key: $0.key, value: $0.value) }),
    ])
  }

  /// An object whose members' names are data.
  static func map(of value: JSONValue) -> JSONValue {
    .object(["type": .string("object"), "additionalProperties": value])
  }

  static func array(_ items: JSONValue) -> JSONValue {
    .object(["type": .string("array"), "items": items])
  }

  static func integer(_ range: ClosedRange<Int64>) -> JSONValue {
    let largest = largestNumber
    return .object([
      "type": .string("integer"), "minimum": .integer(max(range.lowerBound, -largest)),
      "maximum": .integer(min(range.upperBound, largest)),
    ])
  }

  static func choice(_ words: [String]) -> JSONValue {
    .object(["type": .string("string"), "enum": .array(words.map { .string($0) })])
  }

  /// What a word stands for, or null.
  static func nullable(_ schema: JSONValue) -> JSONValue {
    .object(["anyOf": .array([schema, .object(["type": .string("null")])])])
  }

  static func pattern(_ expression: String) -> JSONValue {
    .object(["type": .string("string"), "pattern": .string(expression)])
  }

  /// One of the schemas all routes share, by its name.
  static func reference(_ name: String) -> JSONValue {
    .object(["$ref": .string("#/components/schemas/\(name)")])
  }

  /// The largest number that JSON carries unharmed: 2^53 − 1.
  static let largestNumber: Int64 = 9_007_199_254_740_991

  static let text: JSONValue = .object(["type": .string("string")])
  static let bool: JSONValue = .object(["type": .string("boolean")])
  static let date: JSONValue = .object(["type": .string("string"), "format": .string("date")])
  static let instant: JSONValue = .object([
    "type": .string("string"), "format": .string("date-time"),
  ])
  /// Minor units of a currency.
  static let money = integer(-largestNumber...largestNumber)
  static let count = integer(0...largestNumber)
  static let seq = count
  static let id = pattern("^[A-Za-z0-9._:-]{1,64}$")
  static let sha256 = pattern("^[0-9a-f]{64}$")
  static let currency = pattern("^[A-Z]{3}$")
  static let knownAt = object(["size": count])
  static let next = nullable(text)

  /// A document of these members, about a day and as known at a size.
  static func dated(_ properties: [(String, JSONValue)], optional: Set<String> = []) -> JSONValue {
    let all = [("on", date), ("knownAt", knownAt)] + properties
    let required = all.map(\.0).filter { !optional.contains($0) }.sorted()
    return .object([
      "type": .string("object"), "additionalProperties": .bool(false),
      "required": .array(required.map { .string($0) }),
      "properties": JSONValue(members: all.map { JSONMember(key: $0.0, value: $0.1) }),
    ])
  }
}

extension Route.Content {
  /// One type of content.
  init(_ type: String, _ schema: JSONValue, example: JSONValue? = nil) {
    self.init(types: [(type, schema)], example: example)
  }

  /// JSON described by one of the schemas all routes share.
  static func json(_ name: String, example: JSONValue? = nil) -> Route.Content {
    Route.Content("application/json", Schema.reference(name), example: example)
  }
}

extension Route.Answer {
  /// 200 with JSON described by one of the shared schemas.
  static func json(_ name: String, _ doc: Text) -> Route.Answer {
    Route.Answer(status: 200, doc: doc, content: .json(name))
  }
}

/// The schemas all routes share, under the names that references use.
enum SchemaCatalog {
  static let all: [JSONMember] =
    accounts + agreements + portfolio + conduct + contacts + assistant + workList + requests
    + scores + log
    + drafts + [JSONMember(key: "Problem", value: problem)]

  /// RFC 9457; more members say what is known of the place and the reason.
  static let problem: JSONValue = .object([
    "type": .string("object"),
    "required": .array(["code", "status", "title", "type"].map { .string($0) }),
    "properties": .object([
      "type": Schema.pattern("^urn:quipu:problem:[a-z0-9_]+$"),
      "title": Schema.text, "status": Schema.integer(400...599),
      "code": Schema.pattern("^[a-z0-9_]+$"), "field": Schema.text, "expected": Schema.text,
      "nearest": Schema.text, "line": Schema.count,
    ]),
    "additionalProperties": .object([
      "type": .array(["string", "integer"].map { .string($0) })
    ]),
    "examples": .array([
      .object([
        "code": .string("unknown_account"), "expected": .string("an account opened by then"),
        "nearest": .string("A-1"), "status": .integer(404), "title": .string("no such account"),
        "type": .string("urn:quipu:problem:unknown_account"), "value": .string("A-l"),
      ])
    ]),
  ])
}
