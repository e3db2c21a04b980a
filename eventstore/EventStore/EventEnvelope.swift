package import CanonicalJSON

/// One event line, taken apart: numbers by value, everything else as ranges into the line's bytes.
///
/// A line is one canonical object without white space, its keys in this order:
///
///     {"actor":{"id":…,"kind":…,"role":…},"at":…[,"cause":…],"data":{…},"effective":…,"key":…,"n":…,
///      "salt":…[,"sealed":{…}],"seq":…,"stream":…[,"subject":…],"type":…,"v":…}
///
/// Ranges of strings hold what stands between the quotes; those of objects hold the braces too.
/// Absent are `cause` as −1, `sealed` and `subject` as empty ranges.
package struct EventEnvelope: BitwiseCopyable, Equatable, Sendable {
  /// Position in the ledger, from 0.
  package private(set) var seq: Int64 = 0
  /// Position in its stream, from 0.
  package private(set) var n: Int64 = 0
  /// Version of the type's fields, from 1.
  package private(set) var version: Int64 = 0
  /// `seq` of the event that led to this one, or −1.
  package private(set) var cause: Int64 = -1
  /// Who recorded it: an object.
  package var actor: Range<Int> { places.actor.range }
  /// When it was recorded: 24 bytes, RFC 3339 in UTC with three decimals.
  package var at: Range<Int> { places.at.range }
  /// The event's own fields: an object.
  package var data: Range<Int> { places.data.range }
  /// The civil date on which it takes effect: 10 bytes.
  package var effective: Range<Int> { places.effective.range }
  /// The idempotency key.
  package var key: Range<Int> { places.key.range }
  /// 12 random bytes in base64: 16 bytes.
  package var salt: Range<Int> { places.salt.range }
  /// Encrypted personal data: an object, or empty.
  package var sealed: Range<Int> { places.sealed.range }
  /// `account/…` and the like.
  package var stream: Range<Int> { places.stream.range }
  /// Whose personal data `sealed` is, or empty.
  package var subject: Range<Int> { places.subject.range }
  /// E.g. `PaymentReceived`.
  package var type: Range<Int> { places.type.range }

  private var places = Places()

  /// Longest line, in bytes without its newline.
  package static let longestLine = 65_535

  /// Takes apart `line`, which has no newline.
  ///
  /// Strict about the order of the keys and the form of every field but two: of `data` and `sealed`
  /// only the structure is followed (`CanonicalCursor.validateValue` checks a whole line). Allocates
  /// nothing. O(line).
  package init(parsing line: Span<UInt8>) throws(JSONError) {
    var cursor = CanonicalCursor()
    let opening = try EventOpening(parsing: line, with: &cursor)
    try self.init(after: opening, &cursor, line, isValidating: false)
  }

  /// As `init(parsing:)`, quicker for a line that begins as the one before it did; allocates where it
  /// does not.
  init(parsing line: Span<UInt8>, after opening: inout EventOpening) throws(JSONError) {
    try self.init(line, after: &opening, isValidating: false)
  }

  /// As `init(parsing:after:)`, and refuses `data` and `sealed` that are not written canonically: what
  /// passes is canonical to the last byte.
  init(validating line: Span<UInt8>, after opening: inout EventOpening) throws(JSONError) {
    try self.init(line, after: &opening, isValidating: true)
  }

  @inline(__always)
  private init(
    _ line: Span<UInt8>, after opening: inout EventOpening, isValidating: Bool
  ) throws(JSONError) {
    var cursor = CanonicalCursor()
    if opening.begins(line) {
      cursor.position = opening.count
    } else {
      opening = try EventOpening(parsing: line, with: &cursor)
      opening.remember(line, count: cursor.position)
    }
    try self.init(after: opening, &cursor, line, isValidating: isValidating)
  }

  /// Takes apart what follows a line's opening.
  private init(
    after opening: borrowing EventOpening, _ cursor: inout CanonicalCursor, _ line: Span<UInt8>,
    isValidating: Bool
  ) throws(JSONError) {
    guard line.count <= Self.longestLine else {
      throw JSONError(.tooLong, at: Self.longestLine)
    }
    places.actor = Place(opening.actor)
    places.at = Place(opening.at)
    if cursor.steps(over: ",\"cause\":", in: line) {
      cause = try cursor.count(in: line)
    }
    try cursor.step(over: ",\"data\":", in: line)
    places.data = Place(try cursor.object(in: line, isValidating: isValidating))
    try cursor.step(over: ",\"effective\":\"", in: line)
    places.effective = Place(try cursor.civilDate(in: line))
    try cursor.step(over: ",\"key\":\"", in: line)
    places.key = Place(try cursor.quoted(.printable, atMost: 128, in: line))
    try cursor.step(over: ",\"n\":", in: line)
    n = try cursor.count(in: line)
    try cursor.step(over: ",\"salt\":\"", in: line)
    places.salt = Place(try cursor.salt(in: line))
    if cursor.steps(over: ",\"sealed\":", in: line) {
      places.sealed = Place(try cursor.object(in: line, isValidating: isValidating))
    }
    try cursor.step(over: ",\"seq\":", in: line)
    seq = try cursor.count(in: line)
    try cursor.step(over: ",\"stream\":\"", in: line)
    places.stream = Place(try cursor.stream(in: line))
    if cursor.steps(over: ",\"subject\":\"", in: line) {
      places.subject = Place(try cursor.quoted(.identifier, atMost: 64, in: line))
    }
    try cursor.step(over: ",\"type\":\"", in: line)
    places.type = Place(try cursor.typeName(in: line))
    try cursor.step(over: ",\"v\":", in: line)
    let versionStart = cursor.position
    version = try cursor.count(in: line)
    guard version >= 1 else { throw JSONError(.numberOutOfRange, at: versionStart) }
    guard cause < seq else { throw JSONError(.numberOutOfRange, at: data.lowerBound) }
    try cursor.step(over: "}", in: line)
    guard cursor.position == line.count else {
      throw JSONError(.trailingBytes, at: cursor.position)
    }
  }
}

extension EventEnvelope {
  /// Where a value stands in a line, which has at most 65,535 bytes: a pass over the log keeps the
  /// envelopes of whole segments.
  private struct Place: BitwiseCopyable, Equatable {
    var lower: UInt16 = 0
    var upper: UInt16 = 0

    init() {}

    init(_ range: Range<Int>) {
      lower = UInt16(truncatingIfNeeded: range.lowerBound)
      upper = UInt16(truncatingIfNeeded: range.upperBound)
    }

    var range: Range<Int> { Int(lower)..<Int(upper) }
  }

  private struct Places: BitwiseCopyable, Equatable {
    var actor = Place()
    var at = Place()
    var data = Place()
    var effective = Place()
    var key = Place()
    var salt = Place()
    var sealed = Place()
    var stream = Place()
    var subject = Place()
    var type = Place()
  }
}

extension EventEnvelope {
  /// What kind of line this is, told by its first key alone.
  package enum LineKind: Sendable {
    case event
    case commit
    case segment
    case unknown
  }

  /// Tells the kind of a line by how it begins; says nothing about the rest of it.
  package static func kind(of line: Span<UInt8>) -> LineKind {
    var cursor = CanonicalCursor()
    if cursor.steps(over: "{\"actor\":", in: line) { return .event }
    if cursor.steps(over: CommitLine.opening, in: line) { return .commit }
    if cursor.steps(over: SegmentHeader.opening, in: line) { return .segment }
    return .unknown
  }
}
