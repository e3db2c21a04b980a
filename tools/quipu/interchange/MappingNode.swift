internal import CanonicalJSON

/// A value of a mapping document that knows its JSON path, so that every complaint names it.
struct MappingNode {
  let value: JSONValue
  let path: String

  /// The members of an object whose keys are all `required` or `optional`.
  func members(
    required: [String], optional: [String] = []
  ) throws(MappingError) -> [String: MappingNode] {
    let members = try anyMembers()
    var found: [String: MappingNode] = [:]
    for (key, node) in members {
      guard required.contains(key) || optional.contains(key) else {
        throw MappingError(
          .unknownKey, node.path,
          "is not known here; known are: " + (required + optional).joined(separator: ", "))
      }
      found[key] = node
    }
    for key in required where found[key] == nil {
      throw MappingError(.missingKey, path, "lacks \"\(key)\"")
    }
    return found
  }

  /// The members of an object with any keys, in the order of RFC 8785.
  func anyMembers() throws(MappingError) -> [(key: String, node: MappingNode)] {
    guard let members = value.objectValue else { throw wrongType("an object") }
    return members.map { ($0.key, MappingNode(value: $0.value, path: path + "." + $0.key)) }
  }

  func elements() throws(MappingError) -> [MappingNode] {
    guard let elements = value.arrayValue else { throw wrongType("a list") }
    return elements.enumerated().map { index, element in
      MappingNode(value: element, path: "\(path)[\(index)]")
    }
  }

  /// A text of at least one byte.
  func string() throws(MappingError) -> String {
    guard let string = value.stringValue else { throw wrongType("a text") }
    guard !string.isEmpty else { throw MappingError(.invalidValue, path, "is empty") }
    return string
  }

  func integer(in range: ClosedRange<Int64>) throws(MappingError) -> Int64 {
    guard let integer = value.integerValue else { throw wrongType("a whole number") }
    guard range.contains(integer) else {
      throw MappingError(
        .invalidValue, path, "must lie between \(range.lowerBound) and \(range.upperBound)")
    }
    return integer
  }

  func bool() throws(MappingError) -> Bool {
    guard let bool = value.boolValue else { throw wrongType("true or false") }
    return bool
  }

  /// One ASCII byte.
  func byte() throws(MappingError) -> UInt8 {
    let text = try string()
    guard text.utf8.count == 1, let byte = text.utf8.first else {
      throw MappingError(.invalidValue, path, "must be one ASCII character")
    }
    return byte
  }

  func wrongType(_ expected: String) -> MappingError {
    MappingError(.wrongType, path, "must be " + expected)
  }
}
