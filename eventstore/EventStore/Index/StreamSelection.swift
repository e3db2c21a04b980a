internal import CanonicalJSON

/// Streams to be read together: some by name, and all of some kinds.
package struct StreamSelection: Sendable {
  let streams: [[UInt8]]
  /// Kinds with their slash.
  let kinds: [[UInt8]]

  /// The streams of those names, such as `account/A-1`, and all streams of those kinds, such as `ledger`.
  ///
  /// Kinds of which there are many streams, `account` and `subject`, cannot be selected as a whole.
  package init(streams: [String], kinds: [String] = []) {
    precondition(!kinds.contains("account") && !kinds.contains("subject"))
    self.streams = streams.map { Array($0.utf8) }
    self.kinds = kinds.map { Array("\($0)/".utf8) }
  }

  /// What its events are found by; they may be those of other streams too.
  var fingerprints: [Fingerprint] {
    var values: Set<UInt64> = []
    for name in streams { values.insert(Fingerprint(ofStream: name.span).value) }
    for name in kinds { values.insert(Fingerprint(of: name.span).value) }
    return values.map { Fingerprint($0) }
  }

  /// Whether a stream is selected.
  func contains(_ stream: Span<UInt8>) -> Bool {
    streams.contains { $0.count == stream.count && Self.begins(stream, $0) }
      || kinds.contains { Self.begins(stream, $0) }
  }

  private static func begins(_ stream: Span<UInt8>, _ word: [UInt8]) -> Bool {
    guard stream.count >= word.count else { return false }
    for place in word.indices where stream[place] != word[place] { return false }
    return true
  }
}

/// Holds events of a selection to the order of their streams: no position left out.
struct StreamOrder {
  private let selection: StreamSelection
  private var positions = StreamTable()

  init(_ selection: StreamSelection) {
    self.selection = selection
  }

  /// Whether an event is selected. Throws `damaged` if one of its stream before it was not given.
  mutating func takes(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>
  ) throws(LogError) -> Bool {
    let name = line.extracting(event.stream)
    guard selection.contains(name) else { return false }
    let stream = positions.index(of: name)
    guard event.n == positions[stream] else {
      throw LogError(
        .damaged,
        "event \(positions[stream]) of \(decodeCanonicalString(event.stream, in: line)) is missing "
          + "before event \(event.seq)")
    }
    positions[stream] += 1
    return true
  }
}
