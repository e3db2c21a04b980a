internal import CanonicalJSON
internal import Collections
package import EventStore
package import Projections

// The events themselves, for what is made of them outside of the read model.
extension LedgerView {
  /// Gives the events from a position on and before a size to `body` as they lie in the log, in one pass,
  /// each hash checked.
  ///
  /// Begins with event `start`; what comes before it in its segment is read and hashed too. Throws
  /// ``PassError``: the log's own error, or what `body` threw.
  package func forEachEvent<Failure: Error>(
    from start: Int64 = 0, upTo size: Int64,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    try log.forEach(from: start, upTo: size, body)
  }

  /// Gives the events of one stream before a size to `body`, found by the index. Throws ``PassError``.
  package func forEachEvent<Failure: Error>(
    of stream: String, upTo size: Int64,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    try log.forEach(of: StreamSelection(streams: [stream]), upTo: size, body)
  }

  /// What only few reports ask of the log, as known at a size. O(events).
  package func sideBooks(at size: Int64) throws(LogError) -> SideBooks {
    var books = SideBooks()
    var reader = FieldReader()
    do {
      try log.forEach(upTo: size) { (envelope, line) throws(RuleError) in
        try books.apply(envelope, line, &reader)
      }
    } catch {
      throw error.logError
    }
    return books
  }
}

extension LedgerView {
  /// The line of one event, without its newline, checked against its hash. Throws ``LogError``.
  package func line(_ seq: Int64) throws(LogError) -> [UInt8] { try log.line(seq) }
}

extension LedgerView {
  /// A proof that an event is in the log, under a checkpoint that covers it. Throws ``LogError``.
  package func inclusionProof(
    of seq: Int64, under checkpoint: Checkpoint
  ) throws(LogError) -> InclusionProof {
    try log.inclusionProof(of: seq, under: checkpoint)
  }
}

extension LedgerView {
  /// The newest stored checkpoint; nil where nothing was signed yet. Throws ``LogError``.
  package func latestCheckpoint() throws(LogError) -> Checkpoint? { try log.latestCheckpoint() }

  /// The stored checkpoint of a size. Throws ``LogError`` `no_such_event` where there is none.
  package func checkpoint(of size: Int64) throws(LogError) -> Checkpoint {
    try log.checkpoint(of: size)
  }

  /// The stored hashes of a tile of the tree, 32 bytes each, as far as the newest checkpoint goes; nil
  /// where the tree has no such tile. Throws ``LogError``.
  package func bytes(of tile: Tile) throws(LogError) -> [UInt8]? { try log.bytes(of: tile) }

  /// Head of the tree over the first `size` events; nil where there are fewer. Throws ``LogError``.
  package func root(at size: Int64) throws(LogError) -> Digest? { try log.root(at: size) }
}
