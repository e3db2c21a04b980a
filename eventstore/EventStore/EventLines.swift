internal import CanonicalJSON
internal import Dispatch
internal import Synchronization

/// The lines of a batch, and the leaves of its events.
struct EventLines {
  /// Event lines, each with its newline; before the first of a segment its header.
  private(set) var bytes: [UInt8] = []
  /// Where each event's line begins in the bytes.
  private(set) var starts: [Int] = []
  /// Each event's leaf of the tree.
  private(set) var leaves: [Digest] = []

  /// What the store gives the events of a batch.
  struct Given: Sendable {
    /// Position in the ledger of the first.
    let first: Int64
    /// When all of them are recorded.
    let at: String
    /// Position of each in its stream.
    let positions: [Int64]
    /// 16 digits of base64 for each.
    let salts: [UInt8]
  }

  /// Most bytes of a batch: 1 GiB.
  private static let most = 1 << 30

  /// Adds the line of every event of a batch, and its leaf to the tree.
  ///
  /// Where each line goes follows from the lengths of its fields, so those of a large batch are written
  /// where they stay, and hashed, on as many processors as there are. Throws `invalid` or `tooLong`,
  /// with no lines to be used, for the first event whose line has not the form of one or does not say in
  /// each field what the event says.
  mutating func append(
    _ events: [PendingEvent], _ given: Given, to frontier: inout MerkleFrontier
  ) throws(LogError) {
    let before = bytes.count
    let end = place(events.span, given)
    guard end <= Self.most else {
      throw LogError(.tooLong, "the batch has more than 1 GiB")
    }
    let starts = starts
    let parts = LinePart.places(of: events.count, first: given.first)
    let results = Mutex([Result<LinePart, LogError>?](repeating: nil, count: parts.count))
    bytes.append(addingCapacity: end - before + CommitLine.longest) { out in
      unsafe out.withUnsafeMutableBufferPointer { room, count in
        // Each part is written to bytes of its own.
        nonisolated(unsafe) let room = unsafe room
        LinePart.forEach(parts) { number, places in
          let stop = places.upperBound < starts.count ? starts[places.upperBound] : end
          let bytes = starts[places.lowerBound] - before..<stop - before
          let result = Result { () throws(LogError) in
            unsafe try LinePart(
              of: events, places, given, starts,
              to: UnsafeMutableBufferPointer(rebasing: room[bytes]))
          }
          results.withLock { $0[number] = result }
        }
        count = end - before
      }
    }
    leaves.reserveCapacity(events.count)
    for result in results.withLock({ $0 }) {
      guard let part = try result?.get() else { continue }
      leaves.append(contentsOf: part.leaves)
      part.append(to: &frontier)
    }
  }

  /// Says where each event's line begins; gives where the last one ends.
  private mutating func place(_ events: Span<PendingEvent>, _ given: Given) -> Int {
    starts.reserveCapacity(events.count)
    var end = bytes.count
    for place in events.indices {
      starts.append(end)
      end +=
        1
        + events.lineLength(
          at: place, seq: given.first + Int64(place), n: given.positions[place], at: given.at)
    }
    return end
  }

  /// Adds a line that is no event's.
  mutating func append(line: [UInt8]) {
    bytes.append(contentsOf: line)
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// Neighbouring events of a batch, whose lines are written and hashed by one processor.
private struct LinePart {
  /// Each event's leaf of the tree.
  private(set) var leaves: [Digest] = []
  /// Head over all of them, where they are a complete subtree of the log's.
  private var head: Digest?

  /// Level of the subtrees that a large batch is cut into: enough events to be worth another
  /// processor's while, few enough that no processor waits long for the last.
  private static let level = 6

  /// Cuts a batch of so many events, the first of them of some `seq`, into parts.
  static func places(of count: Int, first: Int64) -> [Range<Int>] {
    let size = 1 << level
    guard count >= 4 * size else { return [0..<count] }
    var starts = [0]
    starts += stride(from: size - Int(first % Int64(size)), to: count, by: size)
    return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : count) }
  }

  /// Does something with each part, with many on every processor.
  static func forEach(_ parts: [Range<Int>], _ body: @Sendable (Int, Range<Int>) -> Void) {
    if parts.count == 1 {
      body(0, parts[0])
    } else {
      DispatchQueue.concurrentPerform(iterations: parts.count) { body($0, parts[$0]) }
    }
  }

  /// Writes the lines of the events at some places, each with its newline, to bytes of their length.
  @unsafe init(
    of events: [PendingEvent], _ places: Range<Int>, _ given: EventLines.Given, _ starts: [Int],
    to bytes: UnsafeMutableBufferPointer<UInt8>
  ) throws(LogError) {
    let (events, positions, salts) = (events.span, given.positions.span, given.salts.span)
    let before = starts[places.lowerBound]
    leaves.reserveCapacity(places.count)
    var opening = EventOpening()
    var out = unsafe OutputSpan(buffer: bytes, initializedCount: 0)
    for place in places {
      let start = out.count
      precondition(start == starts[place] - before, "a line has not the length that was foreseen")
      events.write(
        place, to: &out, seq: given.first + Int64(place), n: positions[place], at: given.at,
        salt: salts.extracting(16 * place..<16 * (place + 1)))
      do throws(JSONError) {
        let line = out.span.extracting(start..<out.count)
        leaves.append(try Self.leaf(line, of: events.lengths(at: place), &opening))
      } catch {
        throw LogError(
          error.code == .tooLong ? .tooLong : .invalid,
          "the event's line would not be one: \(error)", byte: error.offset, index: place)
      }
      out.append(UInt8(ascii: "\n"))
    }
    precondition(out.isFull, "a line has not the length that was foreseen")
    _ = unsafe out.finalize(for: bytes)
    let isSubtree = (given.first + Int64(places.lowerBound)) & (1 << Int64(Self.level) - 1) == 0
    if isSubtree, places.count == 1 << Self.level {
      head = MerkleFrontier.head(ofComplete: leaves[...])
    }
  }

  /// The leaf of an event's line, which must have the form of one.
  ///
  /// Nothing is escaped when a line is written: a quote in a name would end its field early. It is seen
  /// by the lengths: every field stands there once, and none is shorter than the event has it.
  private static func leaf(
    _ line: Span<UInt8>, of lengths: FieldLengths, _ opening: inout EventOpening
  ) throws(JSONError) -> Digest {
    let envelope = try EventEnvelope(validating: line, after: &opening)
    guard envelope.lengths == lengths else {
      throw JSONError(.trailingBytes, at: envelope.data.lowerBound)
    }
    return Digest(leaf: line)
  }

  /// Adds the leaves to the tree, whose next they are.
  func append(to frontier: inout MerkleFrontier) {
    if let head {
      frontier.append(subtree: head, level: Self.level)
    } else {
      for leaf in leaves { frontier.append(leaf) }
    }
  }
}

extension EventEnvelope {
  /// How long the fields are that an event states.
  fileprivate var lengths: FieldLengths {
    FieldLengths(
      actor: actor.count, data: data.count, key: key.count, sealed: sealed.count,
      stream: stream.count, subject: subject.count, type: type.count)
  }
}
