package import EventStore

/// Keeps a replica of a mirrored ledger: takes what the stream has and the replica lacks, in order.
///
/// It keeps no place of its own: where to go on is found in the stream by how far the replica's log goes.
package final class Follower {
  /// How far it has come.
  package struct Progress: Equatable, Sendable {
    /// Events that the source had, as far as this follower has heard.
    package var source: Int64 = 0
    /// Events of the replica that are durable.
    package var events: Int64 = 0
    /// Events, bytes of the log, checkpoints and messages that this run has taken.
    package var takenEvents: Int64 = 0
    package var takenBytes: Int64 = 0
    package var checkpoints: Int64 = 0
    package var messages: Int64 = 0
    /// Number of the last message taken, and of the stream's last.
    package var sequence: UInt64 = 0
    package var last: UInt64 = 0
    /// Head of the tree over the replica's events.
    package var root: Digest = .empty

    /// How many events the replica is behind its source.
    package var lag: Int64 { max(0, source - events) }
  }

  private let stream: JetStream
  private let directory: String
  private let servers: String
  private let settings: EventLog.Settings
  private var replica: ReplicaLog?
  /// Number of the next message to take.
  private var next: UInt64 = 1
  /// Segments since the index was looked after.
  private var isIndexed = true
  /// How far it has come.
  package private(set) var progress = Progress()

  /// Messages asked for at once.
  private static let window: UInt64 = 16
  private static let pause = 250
  private static let mostAttempts = 12
  /// Milliseconds between two looks at the stream when there is nothing new.
  private static let interval = 50

  /// A follower that keeps a replica in a directory, which is opened if it is there.
  ///
  /// `servers` is remembered in it. Throws what opening a replica throws.
  package init(
    directory: String, stream: JetStream, servers: String, settings: EventLog.Settings
  ) throws(LogError) {
    self.stream = stream
    self.directory = directory
    self.servers = servers
    self.settings = settings
    if try LedgerDirectory(directory, on: SystemDisk()).facts("log") != nil {
      replica = try ReplicaLog(directory: directory, settings: settings)
    }
  }

  /// Takes what the stream has; unless `once`, until `stop` says so.
  ///
  /// `stop` and `report` are as those of ``Mirror``. Throws `forked`, `noStream`, `wrongStream`,
  /// `malformed`; errors of the log, a chunk or checkpoint that is not what it says among them; and with
  /// `once` `unreachable` and `timedOut` after a minute without progress.
  package func run(
    once: Bool, report: (Progress, ReplicationError?) -> Void, stop: (Int) -> Bool
  ) throws {
    var attempts = 0
    while !stop(0) {
      let before = progress.sequence
      do {
        try locate()
        if try take(once, report, stop) { return }
      } catch let error as ReplicationError where error.isTransient {
        attempts = progress.sequence > before ? 0 : attempts + 1
        report(progress, error)
        if once, attempts >= Self.mostAttempts { throw error }
        if stop(Self.pause) { return }
      }
    }
  }

  /// Takes message after message; says whether all is done, or the place is to be found anew.
  private func take(
    _ once: Bool, _ report: (Progress, ReplicationError?) -> Void, _ stop: (Int) -> Bool
  ) throws -> Bool {
    while true {
      let state = try existing()
      progress.last = state.last
      guard state.last + 1 >= next else { return false }
      if next > state.last {
        if !isIndexed { try replica?.index() }
        isIndexed = true
        report(progress, nil)
        if once { return true }
        if stop(Self.interval) { return true }
        continue
      }
      let messages = try stream.messages(next...min(state.last, next + Self.window - 1))
      if messages.isEmpty { _ = try stream.message(next) }
      for message in messages {
        do {
          try take(message)
        } catch let error as LogError where error.code == .missing {
          // The stream lost its end and got it anew: where to go on is found again.
          return false
        }
        next += 1
        report(progress, nil)
        if stop(0) { return true }
      }
    }
  }

  private func take(_ message: JetStream.Message) throws {
    let part = try message.parsed()
    switch part.kind {
    case .log: try take(part.chunk)
    case .checkpoint:
      if try replica?.take(checkpoint: part.chunk.bytes) == true { progress.checkpoints += 1 }
    case .promotion:
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

  private func take(_ chunk: LogChunk) throws {
    let before = replica?.durableSize ?? 0
    let segment = replica?.position.segment
    if let replica {
      if try !replica.take(chunk) { return }
    } else {
      let state = try existing()
      let ledger = MirrorMessage.ledger(of: state, stream.name) ?? ""
      let role = ReplicationRole(.replica, servers: servers, stream: stream.name, term: ledger)
      replica = try ReplicaLog.create(
        directory: directory, role: role, from: chunk, settings: settings)
    }
    if replica?.position.segment != segment { isIndexed = false }
    progress.takenBytes += Int64(chunk.bytes.count)
    progress.takenEvents += (replica?.durableSize ?? 0) - before
  }

  private func count() {
    guard let replica else { return }
    progress.events = replica.durableSize
    if replica.size == replica.durableSize { progress.root = replica.root }
  }
}

// Where in the stream the replica's end is.
extension Follower {
  private func existing() throws -> JetStream.State {
    guard let state = try stream.state() else {
      throw ReplicationError(
        .noStream, "there is no stream \(stream.name): `quipu mirror` makes it")
    }
    guard let ledger = MirrorMessage.ledger(of: state, stream.name),
      replica.map({ $0.identity.ledger == ledger }) ?? true
    else {
      throw ReplicationError(
        .wrongStream, "the stream \(stream.name) carries another ledger than this replica is of")
    }
    return state
  }

  /// Finds the first message that goes beyond the replica, by halves, and compares the one before it.
  private func locate() throws {
    let state = try existing()
    progress.last = state.last
    count()
    guard let replica else {
      guard state.first <= 1 else {
        throw ReplicationError(
          .behind, "the stream's first messages are gone: begin from a backup")
      }
      next = 1
      return
    }
    var low = max(1, state.first)
    var high = state.last + 1
    var before: MirrorMessage?
    while low < high {
      let middle = low + (high - low) / 2
      let part = try stream.message(middle).parsed()
      if part.end <= replica.position, part.kind == .log {
        before = part
        low = middle + 1
      } else if part.end < replica.position {
        before = part
        low = middle + 1
      } else {
        high = middle
      }
    }
    next = low
    progress.sequence = low - 1
    guard let before, before.chunk.size <= replica.size else { return }
    guard try replica.root(at: before.chunk.size) == before.chunk.root else {
      throw ReplicationError(
        .forked,
        "the stream has another history than this replica at event \(before.chunk.size)")
    }
  }
}
