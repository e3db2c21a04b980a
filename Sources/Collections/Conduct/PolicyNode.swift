internal import CanonicalJSON

/// A value of a policy document that knows its JSON path, so that every complaint names it.
struct PolicyNode {
  let value: JSONValue
  let path: String

  /// The members of an object, whose keys are all among those known.
  func members(
    required: [String], optional: [String] = []
  ) throws(PolicyError) -> PolicyMembers {
    guard let members = value.objectValue else { throw wrongType("an object") }
    let known = required + optional
    var found: [String: PolicyNode] = [:]
    for member in members {
      let path = "\(path).\(member.key)"
      guard known.contains(member.key) else {
        throw PolicyError(
          .unknownKey, path, value: member.key,
          expected: known.isEmpty ? "no members" : "one of " + known.joined(separator: ", "),
          nearest: Collections.nearest(to: member.key, among: known))
      }
      found[member.key] = PolicyNode(value: member.value, path: path)
    }
    for key in required where found[key] == nil {
      throw PolicyError(.missingKey, path, expected: "a member \"\(key)\"")
    }
    return PolicyMembers(found: found)
  }

  func elements(atMost limit: Int) throws(PolicyError) -> [PolicyNode] {
    guard let elements = value.arrayValue else { throw wrongType("a list") }
    guard elements.count <= limit else {
      throw PolicyError(
        .invalidValue, path, value: "\(elements.count) values", expected: "at most \(limit)")
    }
    return elements.enumerated().map { PolicyNode(value: $1, path: "\(path)[\($0)]") }
  }

  /// A text of 1 to `limit` characters.
  func text(_ limit: Int) throws(PolicyError) -> String {
    guard let text = value.stringValue else { throw wrongType("a text") }
    guard !text.isEmpty, text.count <= limit else {
      throw invalid(text, "a text of 1 to \(limit) characters")
    }
    return text
  }

  func id() throws(PolicyError) -> String {
    let text = try text(200)
    guard isIdentifier(text) else {
      throw invalid(text, "an id: 1 to 64 of A-Z a-z 0-9 . _ : -")
    }
    return text
  }

  func integer(_ range: ClosedRange<Int64>) throws(PolicyError) -> Int64 {
    guard let number = value.integerValue else { throw wrongType("a whole number") }
    guard range.contains(number) else {
      throw invalid("\(number)", "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool() throws(PolicyError) -> Bool {
    guard let bool = value.boolValue else { throw wrongType("true or false") }
    return bool
  }

  func date() throws(PolicyError) -> CivilDate {
    let text = try text(80)
    guard let date = CivilDate(text) else {
      throw invalid(text, "a date of the calendar as YYYY-MM-DD")
    }
    return date
  }

  /// A local time `hh:mm`, in seconds after midnight; `24:00` where a span may end.
  func time(isEnd: Bool) throws(PolicyError) -> Int32 {
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
    _ words: Words.Type, code: PolicyError.Code = .invalidValue
  ) throws(PolicyError) -> Words {
    let text = try text(80)
    let names = Words.allCases.map { "\($0)" }
    guard let place = names.firstIndex(of: text) else {
      throw PolicyError(
        code, path, value: text, expected: "one of " + names.joined(separator: ", "),
        nearest: Collections.nearest(to: text, among: names))
    }
    return Array(Words.allCases)[place]
  }

  func wrongType(_ expected: String) -> PolicyError {
    PolicyError(.wrongType, path, expected: expected)
  }

  func invalid(_ value: String, _ expected: String) -> PolicyError {
    PolicyError(.invalidValue, path, value: value, expected: expected)
  }
}

/// The members of an object of a policy document, by key.
struct PolicyMembers {
  let found: [String: PolicyNode]

  subscript(_ key: String) -> PolicyNode? { found[key] }

  /// A member that was required.
  func required(_ key: String) -> PolicyNode {
    guard let node = found[key] else { preconditionFailure("\(key) was asked for as required") }
    return node
  }

  func text(_ key: String, _ limit: Int) throws(PolicyError) -> String {
    try found[key]?.text(limit) ?? ""
  }

  func ids(_ key: String) throws(PolicyError) -> [String] {
    var ids: [String] = []
    for node in try found[key]?.elements(atMost: 200) ?? [] { ids.append(try node.id()) }
    return ids
  }
}
