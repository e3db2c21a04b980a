internal import CanonicalJSON

/// Checks a log's chunks, one after another, and believes none of them unseen: every line is hashed, every
/// commit compared, and the tree must be the one that each chunk states.
///
/// Does no I/O. Memory: the tree's edge.
package struct ChunkWalk: Sendable {
  /// Behind the last byte taken.
  package private(set) var position: LogPosition
  /// What the ledger is, as its first event says; `nil` before that one.
  package private(set) var identity: LedgerIdentity?
  /// Which keys sign the ledger's checkpoints; `nil` before its first event.
  package private(set) var keys: KeyHistory?
  private(set) var walk: LogWalk
  /// Up to where events are given to bodies; `nil` for all.
  package var bound: Bound?
  /// How many events come before the bound and the tree's head over them, once it is reached.
  package private(set) var reached: (size: Int64, root: Digest)?
  private var opening = EventOpening()
  /// Number of the next line in its segment.
  private var nextLine: Int64
  /// Whether the last line taken was a commit.
  private var isWhole: Bool

  /// Where events are no longer asked for, though they are still checked.
  package enum Bound: Sendable {
    /// At the event of that number.
    case size(Int64)
    /// At the first event recorded after a moment: RFC 3339 in UTC with three decimals.
    case moment(String)
  }

  /// A walk from the beginning of a ledger, known by its number.
  package init(ledger: String) {
    walk = LogWalk(ledger: ledger, checking: .every)
    (position, nextLine, isWhole) = (.start, 1, true)
  }

  /// A walk that goes on at the end of a log's last segment, which was walked to there.
  init(after walk: LogWalk, in tail: SegmentFile, identity: LedgerIdentity, keys: KeyHistory) {
    position = LogPosition(segment: tail.first, byte: tail.size)
    nextLine = walk.nextLine
    isWhole = true
    (self.walk, self.identity, self.keys) = (walk, identity, keys)
  }

  /// How many events were taken.
  package var size: Int64 { walk.size }

  /// Head of the tree over them.
  package var root: Digest { walk.frontier.root }

  /// How many of a chunk's first bytes were taken before; `nil` where all were.
  ///
  /// Throws `behindAnchor` for one that ends here with another tree, `missing` when bytes before it
  /// were never taken.
  package func known(of chunk: LogChunk) throws(LogError) -> Int? {
    if chunk.end <= position {
      guard chunk.end < position || chunk.root == root else { throw forked(chunk) }
      return nil
    }
    if chunk.start.segment == position.segment, chunk.start <= position {
      return position.byte - chunk.start.byte
    }
    guard chunk.start.byte == 0, chunk.start.segment == walk.size, isWhole else {
      throw LogError(
        .missing, "the bytes between \(position.byte) and \(chunk.start.byte) were never received",
        file: LedgerDirectory.segmentName(chunk.start.segment), byte: chunk.start.byte)
    }
    return 0
  }

  /// Takes a chunk from an offset on, and gives its events to `body`; where its last commit ends, and how
  /// many events there are up to it, `nil` without one.
  ///
  /// `skip` is what ``known(of:)`` gave. What `body` got is vouched for only when the call returns. Throws
  /// `damaged` when the lines are not what the chunk states, or what `body` threw; nothing of it is taken then.
  package mutating func take<Failure: Error>(
    _ chunk: LogChunk, from skip: Int,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) -> (end: Int, size: Int64)? {
    var next = self
    var committed: (end: Int, size: Int64)?
    let offset = chunk.start.byte + skip
    var place = LinePlace(number: offset == 0 ? 1 : nextLine, offset: offset)
    var start = skip
    while let newline = LineScanner.newline(in: chunk.bytes, start..<chunk.bytes.count) {
      let line = chunk.bytes.span.extracting(start..<newline)
      place.isOverlong = line.count > EventEnvelope.longestLine
      let kind: EventEnvelope.LineKind
      do throws(PassError<Failure>) {
        kind = try next.take(line, place, of: chunk, body)
      } catch {
        switch error {
        case .log(let error): throw .log(disbelieved(chunk, error.detail, error.byte))
        case .body: throw error
        }
      }
      if kind == .commit { committed = (newline + 1, next.walk.size) }
      place.offset = place.end(line)
      place.number += 1
      start = newline + 1
    }
    guard start == chunk.bytes.count, next.size == chunk.size, next.root == chunk.root else {
      throw .log(disbelieved(chunk, "its lines do not lead to the tree it states", nil))
    }
    next.nextLine = place.number
    next.position = chunk.end
    next.isWhole = committed?.end == start
    self = next
    return committed
  }
}

extension ChunkWalk {
  /// Takes one line; tells its kind.
  private mutating func take<Failure: Error>(
    _ line: Span<UInt8>, _ place: LinePlace, of chunk: LogChunk,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) -> EventEnvelope.LineKind {
    let kind = EventEnvelope.kind(of: line)
    do throws(LogError) {
      switch kind {
      case .segment where place.offset == 0:
        try walk.header(line, place, of: SegmentFile(first: chunk.start.segment, size: 0))
      case .event where place.offset > 0 && !place.isOverlong: break
      case .commit where place.offset > 0: try walk.commit(line, place)
      default: throw walk.damaged("the line is no event and no commit", place)
      }
    } catch { throw .log(error) }
    guard kind == .event else { return kind }
    guard let event = try? EventEnvelope(parsing: line, after: &opening) else {
      throw .log(walk.damaged("the event is malformed", place))
    }
    if reached == nil, isBeyondBound(event, line) { reached = (walk.size, walk.frontier.root) }
    do throws(LogError) {
      try walk.event(event, line, place)
      if event.seq == 0 { try learn(event, line, place) }
    } catch { throw .log(error) }
    keys?.take(event, line)
    if reached != nil { return kind }
    do throws(Failure) {
      try body(event, line)
    } catch { throw .body(error) }
    return kind
  }

  private func isBeyondBound(_ event: borrowing EventEnvelope, _ line: Span<UInt8>) -> Bool {
    switch bound {
    case nil: return false
    case .size(let size): return event.seq >= size
    case .moment(let text):
      let bytes = Array(text.utf8)
      return InstantWords(0..<bytes.count, in: bytes.span) < InstantWords(event.at, in: line)
    }
  }

  /// Learns from the first event what the ledger is.
  private mutating func learn(
    _ event: borrowing EventEnvelope, _ line: Span<UInt8>, _ place: LinePlace
  ) throws(LogError) {
    guard let stated = try? LedgerIdentity(opening: event, line) else {
      throw walk.damaged("the ledger's first event does not say what the ledger is", place)
    }
    identity = stated
    keys = KeyHistory(stated)
  }

  private func forked(_ chunk: LogChunk) -> LogError {
    LogError(
      .behindAnchor,
      "the stream has another history than this replica at event \(chunk.size): one of them forked")
  }

  private func disbelieved(_ chunk: LogChunk, _ reason: String, _ byte: Int?) -> LogError {
    LogError(
      .damaged, "the chunk that was received is not what it says: \(reason)",
      file: LedgerDirectory.segmentName(chunk.start.segment), byte: byte ?? chunk.start.byte)
  }
}

extension ChunkWalk {
  /// What a checkpoint that came with the chunks says of them.
  package enum Witness: Equatable, Sendable {
    /// It is of the very events taken, signed by the ledger, and by these of the keys that were asked about.
    case holds(by: [VerifierKey])
    /// It is of fewer events than were taken: nothing can be compared any more.
    case earlier
  }

  /// Compares a checkpoint with what was taken.
  ///
  /// `trusted` are keys known from outside; empty for those that the ledger itself names. Throws `notProven`
  /// for bytes that are no checkpoint of this ledger signed by a key good for its size, `behindAnchor` for one
  /// of another history or of more events than were taken.
  package func compare(
    _ checkpoint: [UInt8], trusted: [VerifierKey]
  ) throws(LogError) -> Witness {
    guard let identity, let keys, let checkpoint = Checkpoint(parsing: checkpoint),
      checkpoint.origin == identity.origin,
      checkpoint.isSigned(byOneOf: keys.keys(for: checkpoint.size))
    else {
      throw LogError(.notProven, "what was received is no checkpoint that this ledger has signed")
    }
    if checkpoint.size < size { return .earlier }
    guard checkpoint.size == size, checkpoint.root == root else {
      throw LogError(
        .behindAnchor, "the checkpoint of \(checkpoint.size) events is of another history")
    }
    let asked = trusted.isEmpty ? keys.keys(for: size) : trusted
    return .holds(by: checkpoint.signers(among: asked) ?? [])
  }
}
