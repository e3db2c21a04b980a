/// A batch that is on the disk, as its lines: for whoever follows the log in its writer's own process
/// and need not read it again.
///
/// Shares the bytes that were written and copies none of them.
package struct DurableBatch: Sendable {
  /// `seq` of its first event; the others follow without a gap.
  package let first: Int64
  /// When its events were recorded.
  package let at: String
  /// What was written: perhaps a segment's header, the event lines, the commit line; each with its newline.
  package let bytes: [UInt8]
  /// Where each event's line begins in the bytes, in order.
  private let starts: [Int]
  /// Where the commit line begins.
  private let end: Int

  init(first: Int64, at: String, bytes: [UInt8], starts: [Int], end: Int) {
    self.first = first
    self.at = at
    self.bytes = bytes
    self.starts = starts
    self.end = end
  }

  /// How many events it has, at least 1.
  package var count: Int { starts.count }

  /// `seq` of the event after its last: the log's size with it.
  package var size: Int64 { first + Int64(count) }

  /// Where the line of the event at `place` stands in the bytes, without its newline; `place` is
  /// `seq − first`, and one that is no event's traps. O(1).
  package func line(_ place: Int) -> Range<Int> {
    let next = place + 1 < starts.count ? starts[place + 1] : end
    return starts[place]..<next - 1
  }
}
