internal import CanonicalJSON

/// How an event line begins, up to the end of `at`: the lines of a batch begin alike.
///
///     {"actor":{"id":…,"kind":…,"role":…},"at":"…"
///
/// Kept from line to line, so that what was checked once is only compared.
struct EventOpening {
  /// Where the actor's object stands.
  private(set) var actor: Range<Int> = 0..<0
  /// Where the instant stands.
  private(set) var at: Range<Int> = 0..<0
  private var bytes: [UInt8] = []

  /// The opening of no line.
  init() {}

  /// Reads the opening of a line from its beginning; leaves the cursor after it. Allocates nothing,
  /// and is the opening of no other line until it is remembered.
  init(parsing line: Span<UInt8>, with cursor: inout CanonicalCursor) throws(JSONError) {
    try cursor.step(over: "{\"actor\":", in: line)
    let start = cursor.position
    try cursor.step(over: "{\"id\":\"", in: line)
    _ = try cursor.quoted(.identifier, atMost: 64, in: line)
    try cursor.step(over: ",\"kind\":\"", in: line)
    guard
      cursor.steps(over: "person\"", in: line) || cursor.steps(over: "system\"", in: line)
        || cursor.steps(over: "bot\"", in: line)
    else { throw JSONError(.unexpectedByte, at: cursor.position) }
    try cursor.step(over: ",\"role\":\"", in: line)
    _ = try cursor.quoted(.identifier, atMost: 64, in: line)
    try cursor.step(over: "}", in: line)
    actor = start..<cursor.position
    try cursor.step(over: ",\"at\":\"", in: line)
    at = try cursor.instant(in: line)
  }

  /// Keeps the line's first `count` bytes, which it was read from, to compare others with.
  mutating func remember(_ line: Span<UInt8>, count: Int) {
    bytes = unsafe line.extracting(0..<count).withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// How many bytes it has.
  var count: Int { bytes.count }

  /// Whether a line begins with the same bytes; never so for the opening of no line.
  func begins(_ line: Span<UInt8>) -> Bool {
    let own = bytes.span
    guard own.count >= 8, line.count >= own.count else { return false }
    // Word by word, and the last word once more from its end.
    var index = 0
    let last = own.count &- 8
    while index < last {
      guard own.word(at: index) == line.word(at: index) else { return false }
      index &+= 8
    }
    return own.word(at: last) == line.word(at: last)
  }
}
