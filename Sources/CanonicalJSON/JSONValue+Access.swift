extension JSONValue {
  /// Makes an object, putting the members into canonical order.
  ///
  /// Two members with the same key are a programming error and trap: which one is meant is not for
  /// this module to guess. O(n log n); O(n) when they are in order already.
  package init(members: [JSONMember]) {
    var sorted = members
    if !sorted.indices.dropFirst().allSatisfy({ comesBefore(sorted[$0 - 1].key, sorted[$0].key) }) {
      sorted.sort { comesBefore($0.key, $1.key) }
      for index in sorted.indices.dropFirst() {
        precondition(
          !haveSameBytes(sorted[index - 1].key, sorted[index].key), "an object names a key twice")
      }
    }
    self = .object(sorted)
  }

  /// An object of the given members, in any order; the same key twice traps.
  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    JSONValue(members: members.map { JSONMember(key: $0.key, value: $0.value) })
  }

  /// The value of an object's member; nil when there is none or this is no object.
  ///
  /// O(members).
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { haveSameBytes($0.key, key) }?.value
  }

  /// The text of a string, else nil.
  package var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of an integer, else nil.
  package var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The value of `true` or `false`, else nil.
  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements of an array, else nil.
  package var arrayValue: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members of an object in canonical order, else nil.
  package var objectValue: [JSONMember]? {
    if case .object(let members) = self { members } else { nil }
  }
}
