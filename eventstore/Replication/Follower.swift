package import EventStore

/// Keeps a replica of a mirrored ledger: takes what the stream has and the replica lacks, in order.
///
/// It keeps no place of its own: where to go on is found in the stream by how far the replica's log goes.
package final class Follower {
  private let stream: JetStream
  private let directory: String
  private let settings: EventLog.Settings
  private var replica: ReplicaLog?
  /// Whether the index of every finished segment is there.
  private var isIndexed = true
  /// How far it has come.
  package private(set) var progress = ReplicationProgress()

  /// Milliseconds between two looks at the stream when there is nothing new.
  private static let interval = 50

  /// A follower that keeps a replica in a directory, which is opened if it is there.
  ///
  /// Throws what opening a replica throws.
  package init(
    directory: String, stream: JetStream, settings: EventLog.Settings
  ) throws(LogError) {
    self.stream = stream
    self.directory = directory
    self.settings = settings
    if try LedgerDirectory(directory, on: SystemDisk()).facts("log") != nil {
      replica = try ReplicaLog(directory: directory, settings: settings)
    }
    count()
  }

  /// Takes what the stream has; unless `once`, until it is told to stop.
  ///
  /// Throws `forked`, `noStream`, `wrongStream`, `malformed`; errors of the log, a chunk or checkpoint that
  /// is not what it says among them; and, when there is no patience left, `unreachable` and `timedOut`.
  package func run(once: Bool, _ watch: ReplicationWatch) throws {
    var isFirst = true
    try watch.persist {
      progress
    } _: {
      if !isFirst { progress.resumed += 1 }
      isFirst = false
      return try take(once, watch)
    }
  }

  /// Takes message after message; says whether all is done, or the place is to be found anew.
  private func take(_ once: Bool, _ watch: ReplicationWatch) throws -> Bool {
    var state = try stream.existing(of: replica?.identity.ledger).state
    var cursor = MessageCursor(stream, try locate(in: state), through: state.last)
    var gap: (sequence: UInt64, error: LogError)?
    progress.last = state.last
    while true {
      if let message = try cursor.take() {
        let before = replica?.size
        do {
          try take(message, more: try cursor.isNextHere())
        } catch let error as LogError where error.code == .missing || gap != nil {
          // Its mirror closes the gap further on; else the stream has lost its end and got it anew.
          if gap == nil { gap = (message.sequence, error) }
        }
        if let opened = gap, replica?.size != before {
          // It is closed: once more, for checkpoints of what was missing.
          cursor = MessageCursor(stream, opened.sequence, through: state.last)
          gap = nil
        }
        watch.report(progress, nil)
        if watch.stop(0) { return try end() }
        continue
      }
      _ = try end()
      state = try stream.existing(of: replica?.identity.ledger).state
      progress.last = state.last
      guard state.last + 1 >= cursor.next else { return false }
      if state.last + 1 > cursor.next {
        cursor.last = state.last
        continue
      }
      if let gap { throw ReplicationError(gap: gap.error) }
      watch.report(progress, nil)
      if once || watch.stop(Self.interval) { return true }
    }
  }

  /// Makes what was taken durable, and indexes of finished segments.
  private func end() throws(LogError) -> Bool {
    try replica?.flush()
    count()
    if !isIndexed { try replica?.index() }
    isIndexed = true
    return true
  }

  private func take(_ message: JetStream.Message, more: Bool) throws {
    let part = try message.parsed()
    switch part.kind {
    case .log: try take(part.chunk, more)
    case .checkpoint:
      if try replica?.take(checkpoint: part.chunk.bytes) == true { progress.evidence += 1 }
    case .timeStamp:
      if try replica?.take(timeStamp: part.chunk.bytes, of: part.stamps) == true {
        progress.evidence += 1
      }
    case .promotion:
      try replica?.flush()
      guard let replica, try replica.root(at: part.chunk.size) == part.chunk.root else {
        throw ReplicationError(
          .forked, "a replica of another history was promoted on the stream")
      }
    }
    progress.messages += 1
    progress.sequence = message.sequence
    progress.source = max(progress.source, part.durable, replica?.durableSize ?? 0)
    count()
  }

  private func take(_ chunk: LogChunk, _ more: Bool) throws {
    let before = replica?.size ?? 0
    let segment = replica?.position.segment
    if let replica {
      if try !replica.take(chunk, more: more) { return }
    } else {
      let ledger = try stream.existing(of: nil).ledger
      let role = ReplicationRole(
        .replica, servers: stream.servers, stream: stream.name, term: ledger)
      replica = try ReplicaLog.create(
        directory: directory, role: role, from: chunk, settings: settings)
    }
    if replica?.position.segment != segment { isIndexed = false }
    progress.newBytes += Int64(chunk.bytes.count)
    progress.newEvents += (replica?.size ?? 0) - before
  }

  private func count() {
    guard let replica else { return }
    progress.events = replica.durableSize
    if replica.size == replica.durableSize { progress.root = replica.root }
  }

  /// The number of the message to go on with; the one before must be of the replica's history.
  private func locate(in state: JetStream.State) throws -> UInt64 {
    let (next, before) = try stream.place(of: replica?.position ?? .start, in: state)
    guard let replica, let before, before.chunk.size <= replica.size else { return next }
    guard try replica.root(at: before.chunk.size) == before.chunk.root else {
      throw ReplicationError(
        .forked,
        "the stream has another history than this replica at event \(before.chunk.size)")
    }
    return next
  }
}
