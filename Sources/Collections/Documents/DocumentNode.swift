internal import CanonicalJSON

/// A value of a document (a policy, a model, a strategy) that knows its JSON path, so that every complaint names it.
struct DocumentNode {
  let value: JSONValue
  let path: String

  /// The JSON value of a document's text, for the form of the document to be checked. O(bytes).
  ///
  /// Throws ``DocumentError`` for a text that is too long or no JSON that may be read.
  static func parse(
    _ bytes: Span<UInt8>, longest: Int, depth: Int = 8,
    tooLong: DocumentError.Code = .tooLong
  ) throws(DocumentError) -> JSONValue {
    guard bytes.count <= longest else {
      throw DocumentError(
        tooLong, "$", value: "\(bytes.count) bytes", expected: "at most \(longest) bytes")
    }
    do {
      return try JSONValue(
        parsing: bytes, as: .event, limits: JSONLimits(depth: depth, bytes: longest))
    } catch {
      throw DocumentError(
        .invalidJSON, "$", value: "\(error)",
        expected: "one JSON object, \(depth) levels deep at most, numbers whole, no key twice")
    }
  }

  /// Checks that the document is of a form, before anything else of it is looked at.
  ///
  /// Throws ``DocumentError`` `unsupported_format` for another form; `wrong_type` or `missing_key` where
  /// none is stated.
  func requireFormat(_ format: String) throws(DocumentError) {
    guard value.objectValue != nil else { throw wrongType("an object") }
    guard let stated = value["format"] else {
      throw DocumentError(.missingKey, path, expected: "a member \"format\": \"\(format)\"")
    }
    guard stated.stringValue == format else {
      throw DocumentError(
        .unsupportedFormat, "\(path).format", value: stated.stringValue ?? "",
        expected: "\"\(format)\"")
    }
  }

  /// The members of an object, whose keys are all among those known.
  func members(
    required: [String], optional: [String] = []
  ) throws(DocumentError) -> DocumentMembers {
    guard let members = value.objectValue else { throw wrongType("an object") }
    let known = required + optional
    var found: [String: DocumentNode] = [:]
    for member in members {
      let path = "\(path).\(member.key)"
      guard known.contains(member.key) else {
        throw DocumentError(
          .unknownKey, path, value: member.key,
          expected: known.isEmpty ? "no members" : "one of " + known.joined(separator: ", "),
          nearest: Collections.nearest(to: member.key, among: known))
      }
      found[member.key] = DocumentNode(value: member.value, path: path)
    }
    for key in required where found[key] == nil {
      throw DocumentError(.missingKey, path, expected: "a member \"\(key)\"")
    }
    return DocumentMembers(found: found)
  }

  func elements(atMost limit: Int) throws(DocumentError) -> [DocumentNode] {
    guard let elements = value.arrayValue else { throw wrongType("a list") }
    guard elements.count <= limit else {
      throw DocumentError(
        .invalidValue, path, value: "\(elements.count) values", expected: "at most \(limit)")
    }
    return elements.enumerated().map { DocumentNode(value: $1, path: "\(path)[\($0)]") }
  }

  /// A text of 1 to `limit` characters.
  func text(_ limit: Int) throws(DocumentError) -> String {
    guard let text = value.stringValue else { throw wrongType("a text") }
    guard !text.isEmpty, text.count <= limit else {
      throw invalid(text, "a text of 1 to \(limit) characters")
    }
    guard !text.unicodeScalars.contains(where: Self.isControl) else {
      throw invalid("", "a text without control characters but for ends of lines")
    }
    return text
  }

  /// Whether a character steers a terminal or the direction of writing, rather than being read.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  func id() throws(DocumentError) -> String {
    let text = try text(200)
    guard isIdentifier(text) else {
      throw invalid(text, "an id: 1 to 64 of A-Z a-z 0-9 . _ : -")
    }
    return text
  }

  func integer(_ range: ClosedRange<Int64>) throws(DocumentError) -> Int64 {
    guard let number = value.integerValue else { throw wrongType("a whole number") }
    guard range.contains(number) else {
      throw invalid("\(number)", "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool() throws(DocumentError) -> Bool {
    guard let bool = value.boolValue else { throw wrongType("true or false") }
    return bool
  }

  func date() throws(DocumentError) -> CivilDate {
    let text = try text(80)
    guard let date = CivilDate(text) else {
      throw invalid(text, "a date of the calendar as YYYY-MM-DD")
    }
    return date
  }

  /// A local time `hh:mm`, in seconds after midnight; `24:00` where a span may end.
  func time(isEnd: Bool) throws(DocumentError) -> Int32 {
    let text = try text(80)
    if isEnd, text == "24:00" { return 86_400 }
    let bytes = Array(text.utf8)
    guard bytes.count == 5, let minutes = timeOfDay(bytes.span, 0) else {
      throw invalid(text, isEnd ? "a local time as 20:00, at most 24:00" : "a local time as 07:00")
    }
    return Int32(minutes * 60)
  }

  /// One of the words of an enumeration.
  func choice<Words: CaseIterable>(
    _ words: Words.Type, code: DocumentError.Code = .invalidValue
  ) throws(DocumentError) -> Words {
    let text = try text(80)
    let names = Words.allCases.map { "\($0)" }
    guard let place = names.firstIndex(of: text) else {
      throw DocumentError(
        code, path, value: text, expected: "one of " + names.joined(separator: ", "),
        nearest: Collections.nearest(to: text, among: names))
    }
    return Array(Words.allCases)[place]
  }

  func wrongType(_ expected: String) -> DocumentError {
    DocumentError(.wrongType, path, expected: expected)
  }

  func invalid(_ value: String, _ expected: String) -> DocumentError {
    DocumentError(.invalidValue, path, value: value, expected: expected)
  }
}

/// The members of an object of a document, by key.
struct DocumentMembers {
  let found: [String: DocumentNode]

  subscript(_ key: String) -> DocumentNode? { found[key] }

  /// A member that was required.
  func required(_ key: String) -> DocumentNode {
    guard let node = found[key] else { preconditionFailure("\(key) was asked for as required") }
    return node
  }

  func text(_ key: String, _ limit: Int) throws(DocumentError) -> String {
    try found[key]?.text(limit) ?? ""
  }

  func ids(_ key: String) throws(DocumentError) -> [String] {
    var ids: [String] = []
    for node in try found[key]?.elements(atMost: 200) ?? [] { ids.append(try node.id()) }
    return ids
  }
}
