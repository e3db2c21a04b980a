package import Collections
package import EventStore

/// What only few reports ask of the log, filled in one pass of its own: how money was paid and what collecting
/// cost, which arm treats which account, by what way people were dealt with.
package struct SideBooks: Sendable {
  /// The books.
  package private(set) var money = PostingBook()
  package private(set) var arms = ArmBook()
  package private(set) var dealings = DealingBook()

  /// Books of nothing.
  package init() {}

  /// Takes one event in log order, whatever its type. O(event). Throws ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    try money.apply(envelope, line, &reader)
    try arms.apply(envelope, line, &reader)
    try dealings.apply(envelope, line, &reader)
  }
}
