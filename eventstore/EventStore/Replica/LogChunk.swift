/// A place in the log's bytes: before the byte `byte` of the segment that begins with event `segment`.
///
/// Places are ordered as the bytes are.
package struct LogPosition: Comparable, Sendable {
  /// `seq` of the segment's first event.
  package var segment: Int64
  /// Offset in the segment's lines, from 0.
  package var byte: Int

  /// A place, whether or not a log has it.
  package init(segment: Int64, byte: Int) {
    self.segment = segment
    self.byte = byte
  }

  /// Before the first byte of a log.
  package static let start = LogPosition(segment: 0, byte: 0)

  package static func < (left: LogPosition, right: LogPosition) -> Bool {
    (left.segment, left.byte) < (right.segment, right.byte)
  }
}

/// Some lines of one segment, byte for byte, with the tree they lead to: what a mirror sends.
///
/// Whole batches, unless one alone is larger than a message may be: then its lines come in several
/// chunks, and only the last of them ends with the commit.
package struct LogChunk: Equatable, Sendable {
  /// Where its bytes begin in the source's log.
  package var start: LogPosition
  /// Whole lines, each with its newline: perhaps a segment's header, event lines, commit lines.
  package var bytes: [UInt8]
  /// How many events the log has up to the last of these lines.
  package var size: Int64
  /// Head of the tree over them.
  package var root: Digest

  /// A chunk of given parts, which nobody has compared with each other.
  package init(start: LogPosition, bytes: [UInt8], size: Int64, root: Digest) {
    self.start = start
    self.bytes = bytes
    self.size = size
    self.root = root
  }

  /// Behind its last byte.
  package var end: LogPosition {
    LogPosition(segment: start.segment, byte: start.byte + bytes.count)
  }

  /// Whether its last line is a commit: nothing of a batch comes after it. O(line).
  package var endsWithCommit: Bool {
    let end = bytes.count - 1
    guard end > 0, bytes[end] == UInt8(ascii: "\n") else { return false }
    let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return EventEnvelope.kind(of: bytes.span.extracting(start..<end)) == .commit
  }
}
