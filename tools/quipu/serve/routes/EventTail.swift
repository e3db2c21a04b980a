internal import EventStore
internal import Ledger
internal import Synchronization

/// The last events of the log as lines in memory, for those who follow it: however many they are, each
/// batch is read once.
///
/// The writer gives it what it made durable; what it was not given it reads from the log.
final class EventTail: Sendable {
  private struct State {
    /// Lines without their newlines; the first is that of event `first`.
    var lines: [[UInt8]] = []
    var first: Int64 = 0
    var bytes = 0

    var end: Int64 { first + Int64(lines.count) }

    mutating func append(_ line: [UInt8]) {
      lines.append(line)
      bytes += line.count
    }

    /// Lets go of the oldest, half of what may be kept at a time.
    mutating func trim() {
      guard bytes > EventTail.mostBytes else { return }
      var count = 0
      while bytes > EventTail.mostBytes / 2 {
        bytes -= lines[count].count
        count += 1
      }
      lines.removeFirst(count)
      first += Int64(count)
    }
  }

  /// What is kept: at 20,000 events a second half a second or more.
  private static let mostBytes = 8 << 20

  private let state = Mutex(State())

  /// Takes what was just made durable.
  func take(_ batch: DurableBatch) {
    state.withLock { state in
      if state.end != batch.first { state = State(first: batch.first) }
      for place in 0..<batch.count { state.append(Array(batch.bytes[batch.line(place)])) }
      state.trim()
    }
  }

  /// The lines from event `seq` on as far as they are kept, up to so many bytes; nil where `seq` is not
  /// among them.
  func lines(from seq: Int64, upTo size: Int64, atMost limit: Int) -> [[UInt8]]? {
    state.withLock { state in
      guard seq >= state.first, seq < min(size, state.end) else { return nil }
      var (found, bytes): ([[UInt8]], Int) = ([], 0)
      for line in state.lines[Int(seq - state.first)..<Int(min(size, state.end) - state.first)] {
        found.append(line)
        bytes += line.count
        if bytes >= limit { break }
      }
      return found
    }
  }
}
