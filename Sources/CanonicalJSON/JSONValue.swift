/// One JSON value, as a tree.
///
/// A value has one form: an object's members stand in canonical order without equal keys, and a
/// number that is an integer within ±(2^53 − 1) is always an `integer`. Equality is that of
/// canonical bytes; strings that Unicode calls equivalent but spell differently are not equal.
package enum JSONValue: Sendable {
  /// The literal `null`.
  case null
  /// The literal `true` or `false`.
  case bool(Bool)
  /// An integer within ±(2^53 − 1); writing any other is a programming error and traps.
  case integer(Int64)
  /// Any other number; never in an event.
  case number(JSONNumber)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in canonical order (UTF-16 code units), each key once; `init(members:)` sorts.
  case object([JSONMember])
}

/// One member of an object.
package struct JSONMember: Equatable, Sendable {
  /// The name, unique in its object.
  package var key: String
  /// What the name stands for.
  package var value: JSONValue

  /// Makes a member.
  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }

  /// Whether key and value have the same canonical bytes.
  package static func == (left: Self, right: Self) -> Bool {
    haveSameBytes(left.key, right.key) && left.value == right.value
  }
}

extension JSONValue: Equatable {
  /// Whether both have the same canonical bytes.
  ///
  /// Swift's own equality of strings would call composed and decomposed letters the same.
  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.string(let one), .string(let other)): haveSameBytes(one, other)
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: false
    }
  }
}
