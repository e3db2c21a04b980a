internal import EventStore
internal import Ledger
internal import Synchronization

/// Events as lines, from one position to another, a piece at a time: out of memory where they are there,
/// else out of the log.
struct EventLines {
  private let service: Service
  /// The event that comes next.
  private(set) var next: Int64

  /// Bytes of lines of a piece. A piece from the log costs reading its segment up to there.
  private static let pieceBytes = 2 << 20

  init(_ service: Service, from seq: Int64) {
    self.service = service
    next = seq
  }

  /// The next lines, in order, below a size; empty at it. Throws ``LogError``.
  mutating func read(upTo size: Int64) throws(LogError) -> [[UInt8]] {
    guard next < size else { return [] }
    if let recent = recent(upTo: size) { return recent }
    let lines = try fromLog(upTo: size)
    next += Int64(lines.count)
    return lines
  }

  /// The next lines where they are in memory; nil where they have to be read.
  mutating func recent(upTo size: Int64) -> [[UInt8]]? {
    let found = service.tail.lines(from: next, upTo: size, atMost: Self.pieceBytes)
    next += Int64(found?.count ?? 0)
    return found
  }

  private func fromLog(upTo size: Int64) throws(LogError) -> [[UInt8]] {
    var (lines, bytes): ([[UInt8]], Int) = ([], 0)
    let view = try service.view()
    do throws(PassError<PieceIsFull>) {
      try view.forEachEvent(from: next, upTo: size) {
        (_, line) throws(PieceIsFull) in
        lines.append(line.copied)
        bytes += line.count
        if bytes >= Self.pieceBytes { throw PieceIsFull() }
      }
    } catch {
      if case .log(let error) = error { throw error }
    }
    return lines
  }

  private struct PieceIsFull: Error {}
}

/// The lines of one reader, read ahead of him where the log's files are concerned: who sends them to him
/// never waits for the disk.
final class EventPieces: Sendable {
  private struct State {
    var lines: EventLines
    var ready: [[UInt8]]?
    var isReading = false
    var isFailed = false
  }

  /// What can be had.
  enum Next {
    /// Lines; none at the end.
    case lines([[UInt8]])
    /// They are being read: ask again when woken.
    case later
    case failed
  }

  private let service: Service
  private let state: Mutex<State>

  /// Reads the first piece at once: to be made where waiting is no harm. Throws ``LogError``.
  init(_ service: Service, from seq: Int64, upTo size: Int64) throws(LogError) {
    self.service = service
    var lines = EventLines(service, from: seq)
    let first = try lines.read(upTo: size)
    state = Mutex(State(lines: lines, ready: first.isEmpty ? nil : first))
  }

  /// The event after the last one given.
  var position: Int64 {
    state.withLock { $0.lines.next - Int64($0.ready?.count ?? 0) }
  }

  /// The next lines below a size.
  func next(upTo size: Int64) -> Next {
    state.withLock { state in
      if let ready = state.ready {
        state.ready = nil
        if state.lines.next < size { begin(&state, upTo: size) }
        return .lines(ready)
      }
      if state.isFailed { return .failed }
      if state.isReading { return .later }
      if state.lines.next >= size { return .lines([]) }
      if let recent = state.lines.recent(upTo: size) { return .lines(recent) }
      begin(&state, upTo: size)
      return .later
    }
  }

  /// Has the next piece read elsewhere, unless too much is under way: then the next waking tries again.
  private func begin(_ state: inout State, upTo size: Int64) {
    let lines = state.lines
    state.isReading = service.aside.add { [self] in
      var lines = lines
      let read = Result { () throws(LogError) in try lines.read(upTo: size) }
      self.state.withLock { state in
        state.lines = lines
        state.isReading = false
        switch read {
        case .success(let found): state.ready = found.isEmpty ? nil : found
        case .failure: state.isFailed = true
        }
      }
      service.waits.grew()
    }
  }
}

extension Span<UInt8> {
  /// A copy.
  var copied: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in indices { bytes.append(self[index]) }
    return bytes
  }
}
