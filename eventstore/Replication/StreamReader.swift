package import EventStore

/// The events of a mirrored ledger as its stream has them, without a replica: each line hashed, each commit
/// compared, and the whole under a checkpoint that the ledger has signed.
///
/// Sees what the stream had when it began, and of a batch that was not there to its end, nothing.
package final class StreamReader {
  /// What was read, and what vouches for it.
  package struct Standing: Sendable {
    /// What the ledger is.
    package var identity: LedgerIdentity
    /// How many events come before the bound, and the head of the tree over them.
    package var size: Int64
    package var root: Digest
    /// How many events the last checkpoint covers that was met, 0 without one, and the keys it bears of
    /// those that were asked about.
    package var covered: Int64
    package var signers: [VerifierKey]
  }

  private let stream: JetStream
  private let trusted: [VerifierKey]
  private var walk: ChunkWalk?
  /// Parts of a batch that is not there to its end.
  private var held: [LogChunk] = []
  private var covered: Int64 = 0
  private var signers: [VerifierKey] = []
  private var bound: ChunkWalk.Bound?
  /// How far it has come.
  package private(set) var progress = ReplicationProgress()

  /// A reader of a stream. `trusted` are keys known from outside, one of which must have signed; without any,
  /// those that the ledger itself names.
  package init(_ stream: JetStream, trusted: [VerifierKey] = []) {
    self.stream = stream
    self.trusted = trusted
  }

  /// Gives every event up to a bound to `body`, and reads on from there to a checkpoint that covers them, if
  /// there is one.
  ///
  /// What `body` got is vouched for only when the call returns. Throws `noStream`, `malformed`; errors of the
  /// log, a chunk or checkpoint that is not what it says among them, `notProven` where no checkpoint at all was
  /// signed by a key asked about; what `body` threw; and `unreachable` and `timedOut` when there is no patience
  /// left.
  package func read(
    upTo bound: ChunkWalk.Bound?, _ watch: ReplicationWatch,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws -> Void
  ) throws -> Standing {
    self.bound = bound
    var end: UInt64?
    var isFirst = true
    try watch.persist {
      progress
    } _: {
      if !isFirst { progress.resumed += 1 }
      isFirst = false
      return try take(&end, watch, body)
    }
    guard let walk, let identity = walk.identity, held.isEmpty || walk.size > 0 else {
      throw ReplicationError(.noStream, "the stream \(stream.name) has no ledger on it yet")
    }
    guard covered > 0 else {
      throw LogError(
        .notProven,
        trusted.isEmpty
          ? "the stream \(stream.name) has no checkpoint that the ledger has signed"
          : "no checkpoint on the stream \(stream.name) is signed by a key you trust")
    }
    let (size, root) = walk.reached ?? (walk.size, walk.root)
    return Standing(
      identity: identity, size: size, root: root, covered: covered, signers: signers)
  }

  /// Takes messages up to number `end`; says whether all is done, or the place is to be found anew.
  private func take(
    _ end: inout UInt64?, _ watch: ReplicationWatch,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws -> Void
  ) throws -> Bool {
    let (state, ledger) = try stream.existing(of: walk?.identity?.ledger)
    if walk == nil {
      walk = ChunkWalk(ledger: ledger)
      walk?.bound = bound
    }
    held = []
    let last = min(end ?? state.last, state.last)
    end = last
    progress.last = last
    let (next, _) = try stream.place(of: walk?.position ?? .start, in: state)
    var cursor = MessageCursor(stream, next, through: last)
    var gap: (sequence: UInt64, error: LogError)?
    while let message = try cursor.take() {
      let before = walk?.size
      do {
        try take(message, body)
      } catch let error as LogError where error.code == .missing || gap != nil {
        // Its mirror closes the gap further on; else the stream has lost its end and got it anew.
        held = []
        if gap == nil { gap = (message.sequence, error) }
      }
      if let opened = gap, walk?.size != before {
        // It is closed: once more, for checkpoints of what was missing.
        cursor = MessageCursor(stream, opened.sequence, through: last)
        gap = nil
      }
      if let reached = walk?.reached, reached.size <= covered { return true }
      watch.report(progress, nil)
      if watch.stop(0) { throw ReplicationError(.interrupted, "told to stop") }
    }
    if let gap {
      end = nil
      throw ReplicationError(gap: gap.error)
    }
    return true
  }

  private func take(
    _ message: JetStream.Message, _ body: (borrowing EventEnvelope, Span<UInt8>) throws -> Void
  ) throws {
    let part = try message.parsed()
    progress.messages += 1
    progress.sequence = message.sequence
    progress.source = max(progress.source, part.durable)
    switch part.kind {
    case .log: try take(part.chunk, body)
    case .checkpoint: try take(checkpoint: part.chunk.bytes)
    case .timeStamp: break
    case .promotion:
      // An earlier one is met again after a reconnection, and was compared then.
      guard let walk, part.chunk.size != walk.size || part.chunk.root == walk.root else {
        throw ReplicationError(
          .forked, "a replica of another history was promoted on the stream")
      }
    }
  }

  private func take(checkpoint bytes: [UInt8]) throws(LogError) {
    guard let walk, held.isEmpty else { return }
    if case .holds(let keys) = try walk.compare(bytes, trusted: trusted), !keys.isEmpty {
      (covered, signers) = (walk.size, keys)
      progress.evidence += 1
    }
  }

  private func take(
    _ chunk: LogChunk, _ body: (borrowing EventEnvelope, Span<UInt8>) throws -> Void
  ) throws {
    held.append(chunk)
    guard chunk.endsWithCommit else { return }
    for chunk in held {
      guard let skip = try walk?.known(of: chunk) else { continue }
      let before = walk?.size ?? 0
      do {
        _ = try walk?.take(chunk, from: skip) { event, line in try body(event, line) }
      } catch PassError<any Error>.log(let error) {
        throw error
      } catch PassError<any Error>.body(let error) {
        throw error
      }
      progress.newBytes += Int64(chunk.bytes.count - skip)
      progress.newEvents += (walk?.size ?? 0) - before
    }
    held = []
    progress.events = walk?.size ?? 0
    progress.root = walk?.root ?? .empty
  }
}
