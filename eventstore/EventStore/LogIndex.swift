/// Where every event is, which keys are taken and how far each stream is: the writer's memory.
///
/// 4 bytes an event for its place, 21 to 43 for its key, about 40 and the name for each stream.
struct LogIndex {
  /// First events of the segments, in order.
  private var firsts: [Int64] = []
  /// Of each event's line in its segment.
  private var offsets: [UInt32] = []
  var keys = KeyTable()
  var streams = StreamTable()

  /// How many events there are.
  var size: Int64 { Int64(offsets.count) }

  /// Segments must stay below this many bytes, so that an offset fits.
  static let largestSegment = Int(UInt32.max)

  mutating func beginSegment(_ first: Int64) {
    firsts.append(first)
  }

  /// Adds the place of the next event.
  mutating func append(offset: Int) {
    offsets.append(UInt32(offset))
  }

  /// The segment an event is in and its offset there; `nil` if there is no such event.
  func place(of seq: Int64) -> (first: Int64, offset: Int)? {
    guard seq >= 0, seq < size else { return nil }
    var (low, high) = (0, firsts.count)
    while low < high {
      let middle = (low + high) / 2
      if firsts[middle] <= seq { low = middle + 1 } else { high = middle }
    }
    return (firsts[low - 1], Int(offsets[Int(seq)]))
  }
}
