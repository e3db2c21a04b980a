internal import CanonicalJSON

/// The lines of neighbouring events of a batch, and their leaves.
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

  /// Adds the lines of the events at some places of a batch.
  ///
  /// Throws `invalid` or `tooLong`, with no lines to be used, for the first whose line has not the form
  /// of one or does not say in each field what the event says.
  mutating func append(
    _ events: [PendingEvent], _ places: Range<Int>, _ given: Given
  ) throws(LogError) {
    let (events, positions, salts) = (events.span, given.positions.span, given.salts.span)
    var room = 0
    for place in places { room += events[place].statedLength + PendingEvent.longestFrame }
    starts.reserveCapacity(starts.count + places.count)
    leaves.reserveCapacity(leaves.count + places.count)
    let before = bytes.count
    var (starts, leaves, opening) = (starts, leaves, EventOpening())
    // All of it is reserved at once, and nothing of an event is copied but into its line.
    try bytes.append(addingCapacity: room) { out throws(LogError) in
      for place in places {
        let start = out.count
        events[place].write(
          to: &out, seq: given.first + Int64(place), n: positions[place], at: given.at,
          salt: salts.extracting(16 * place..<16 * (place + 1)))
        do throws(JSONError) {
          let line = out.span.extracting(start..<out.count)
          leaves.append(try Self.leaf(line, of: events[place], &opening))
        } catch {
          throw LogError(
            error.code == .tooLong ? .tooLong : .invalid,
            "the event's line would not be one: \(error)", byte: error.offset, index: place)
        }
        starts.append(before + start)
        out.append(UInt8(ascii: "\n"))
      }
    }
    (self.starts, self.leaves) = (starts, leaves)
  }

  /// The leaf of an event's line, which must have the form of one.
  ///
  /// Nothing is escaped when a line is written: a quote in a name would end its field early. It is seen
  /// by the lengths: every field stands there once, and none is shorter than the event has it.
  private static func leaf(
    _ line: Span<UInt8>, of event: borrowing PendingEvent, _ opening: inout EventOpening
  ) throws(JSONError) -> Digest {
    let envelope = try EventEnvelope(validating: line, after: &opening)
    guard
      envelope.actor.count == event.actor.count, envelope.data.count == event.data.count,
      envelope.key.count == event.key.utf8.count,
      envelope.sealed.count == event.sealed?.count ?? 0,
      envelope.stream.count == event.stream.utf8.count,
      envelope.subject.count == event.subject?.utf8.count ?? 0,
      envelope.type.count == event.type.utf8.count
    else { throw JSONError(.trailingBytes, at: envelope.data.lowerBound) }
    return Digest(leaf: line)
  }

  /// Adds the lines of the events that follow.
  mutating func append(_ others: EventLines) {
    let shift = bytes.count
    bytes.append(contentsOf: others.bytes)
    for start in others.starts { starts.append(shift + start) }
    leaves.append(contentsOf: others.leaves)
  }

  /// Adds a line that is no event's.
  mutating func append(line: [UInt8]) {
    bytes.append(contentsOf: line)
    bytes.append(UInt8(ascii: "\n"))
  }
}
