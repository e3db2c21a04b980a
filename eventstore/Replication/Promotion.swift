package import EventStore

/// A replica made the ledger that is written, in a new term, and the stream told of it.
///
/// First the stream, on the condition that nobody has published since it was compared; then the replica
/// itself. After a crash between the two the replica is still one, and may be promoted once more.
package struct Promotion {
  /// How many events it has.
  package let events: Int64
  /// Head of the tree over them.
  package let root: Digest
  /// The new term.
  package let term: String

  private static let patience = 5_000

  /// Promotes the replica in a directory; without a stream only the replica is told.
  ///
  /// `kept` are checkpoints that it must contain. Throws `behind` when the stream has more than the
  /// replica, `forked` for another history, `noStream`, `wrongStream`, `timedOut`; and what
  /// `ReplicaLog.promote` throws.
  package init(
    directory: String, stream: JetStream?, settings: EventLog.Settings, against kept: [[UInt8]],
    _ watch: ReplicationWatch
  ) throws {
    let replica = try ReplicaLog(directory: directory, settings: settings)
    term = try LedgerIdentity.newLedgerID()
    (events, root) = (replica.size, replica.root)
    try replica.compare(with: kept)
    if let stream {
      let term = term
      let evidence = try DurableLog(directory: directory).evidence()
      try watch.persist {
        ReplicationProgress()
      } _: {
        try Self.publish(replica, term, evidence, on: stream)
        return true
      }
    }
    try replica.promote(term: term)
  }

  private static func publish(
    _ replica: ReplicaLog, _ term: String, _ evidence: [SignedEvidence], on stream: JetStream
  ) throws {
    let (state, ledger) = try stream.existing(of: replica.identity.ledger)
    if state.last > 0 {
      let there = try stream.message(state.last).parsed()
      guard there.chunk.size <= replica.size else {
        throw ReplicationError(
          .behind,
          "the stream has \(there.chunk.size) events, the replica \(replica.size): follow it first")
      }
      guard try replica.root(at: there.chunk.size) == there.chunk.root else {
        throw ReplicationError(
          .forked, "the stream has another history than this replica at event \(there.chunk.size)")
      }
      // Its acknowledgement was lost, and it is told once more.
      if there.kind == .promotion, there.term == term { return }
      guard there.end == replica.position else {
        throw ReplicationError(
          .behind,
          "the replica has \(replica.size) events and the stream only \(there.chunk.size): it lost "
            + "what it had; promote without it, and mirror to a new stream")
      }
    }
    let chunk = LogChunk(start: replica.position, bytes: [], size: replica.size, root: replica.root)
    var message = MirrorMessage(.promotion, term: term, chunk: chunk, durable: replica.size)
    // All evidence here came from the stream: its new mirror need not send it again.
    message.evidence = evidence.map(\.changed).max() ?? 0
    let subject = MirrorMessage.subject(stream.name, ledger, message.kind.rawValue)
    let request = try stream.publish(subject, [], headers: message.headers, after: state.last)
    while let reply = try stream.connected().reply(within: patience) {
      guard reply.request == request else { continue }
      switch stream.acknowledgement(reply) {
      case .stored: return
      case .taken:
        throw ReplicationError(
          .behind, "somebody has just published on the stream: follow it first")
      case .refused(let reason): throw ReplicationError(.refused, reason)
      }
    }
    throw ReplicationError(.timedOut, "the stream does not answer; the replica is as it was")
  }
}
