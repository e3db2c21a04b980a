/// Where every event is, which keys are taken and how far each stream is: the writer's memory.
///
/// 4 bytes an event for its place, 21 to 43 for its key, about 40 and the name for each stream.
struct LogIndex {
  /// Events that follow each other in one segment.
  private struct Run {
    var first: Int64
    /// Of its first event in `offsets`.
    var start: Int
    /// First event of the segment.
    var segment: Int64
  }

  private var runs: [Run] = []
  /// Of each event's line in its segment.
  private var offsets: [UInt32] = []
  private var segment: Int64 = 0
  /// What `seq` the current run goes on with; −1 when a run must begin.
  private var next: Int64 = -1
  var keys = KeyTable()
  var streams = StreamTable()

  /// Segments must stay below this many bytes, so that an offset fits.
  static let largestSegment = Int(UInt32.max)

  mutating func beginSegment(_ first: Int64) {
    segment = first
    next = -1
  }

  /// Adds the place of an event, whose `seq` is above all before; in a damaged log some may lack.
  mutating func append(_ seq: Int64, offset: Int) {
    if seq != next { runs.append(Run(first: seq, start: offsets.count, segment: segment)) }
    offsets.append(UInt32(offset))
    next = seq + 1
  }

  /// The segment an event is in and its offset there; `nil` if there is no such event.
  func place(of seq: Int64) -> (segment: Int64, offset: Int)? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].first <= seq { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let run = runs[low - 1]
    let end = low < runs.count ? runs[low].start : offsets.count
    guard let distance = Int(exactly: seq - run.first), distance < end - run.start else {
      return nil
    }
    return (run.segment, Int(offsets[run.start + distance]))
  }
}
