package import EventStore

/// Publishes a ledger's durable log on a stream, whole batches in order, and goes on where the stream ends.
///
/// Each message is published on the condition that it comes right after the one before. An
/// acknowledgement is not trusted to last: whenever one fails to come, and at the end, the stream itself is
/// asked how far it goes, what stands there is compared with the log, and publishing goes on from there.
package final class Mirror {
  /// How it publishes.
  package struct Settings: Sendable {
    /// On how many servers the stream is made, when it is made.
    package var replicas: Int
    /// Whether to go on as the ledger grows.
    package var follows: Bool

    /// Messages that may be under way at once.
    package static let window = 16
    /// The largest payload sent, if the server takes that much.
    package static let largest = 240 << 10
    /// What headers and the server's own words may take of a message.
    static let headroom = 2048

    /// Settings of given parts.
    package init(replicas: Int = 3, follows: Bool = false) {
      self.replicas = replicas
      self.follows = follows
    }
  }

  /// How far it has come.
  package struct Progress: Equatable, Sendable {
    /// Events of the ledger that are durable.
    package var events: Int64 = 0
    /// Events that a majority of the servers has.
    package var mirrored: Int64 = 0
    /// Events, bytes, checkpoints and messages that this run has published.
    package var sentEvents: Int64 = 0
    package var sentBytes: Int64 = 0
    package var checkpoints: Int64 = 0
    package var messages: Int64 = 0
    /// Number of the stream's last message.
    package var sequence: UInt64 = 0
    /// Times it had to ask the stream anew how far it goes.
    package var resumed: Int64 = 0
    /// Head of the tree over the mirrored events.
    package var root: Digest = .empty
  }

  /// A message that is under way.
  private struct Sent {
    var sequence: UInt64
    var message: MirrorMessage
  }

  private let stream: JetStream
  private let settings: Settings
  private let term: String
  private let limit: Int
  private var log: DurableLog
  private var cutter = ChunkCutter()
  /// By the number of the request.
  private var underWay: [UInt64: Sent] = [:]
  /// Number of the last message sent, acknowledged or not.
  private var last: UInt64 = 0
  /// The last checkpoint sent, by its size; −1 before the first.
  private var checkpoint: Int64 = -1
  private var due: [Int64] = []
  private var latest: [UInt8]?
  /// How far it has come.
  package private(set) var progress = Progress()

  /// A mirror of a ledger on a stream.
  ///
  /// Throws `superseded` for a replica, `wrongStream`, `refused` for a server that takes only smaller
  /// messages than a line may need; and what opening a log throws.
  package init(
    directory: String, stream: JetStream, settings: Settings = Settings()
  ) throws {
    log = try DurableLog(directory: directory)
    let role = try ReplicationRole.read(directory: directory)
    if let role, role.kind == .replica {
      throw ReplicationError(
        .superseded, "the ledger is a replica of \(role.stream); its source is what is mirrored")
    }
    term = role?.term ?? log.identity.ledger
    limit = min(Settings.largest, stream.connection.largestMessage - Settings.headroom)
    guard limit >= ChunkCutter.smallest else {
      throw ReplicationError(
        .refused,
        "the server takes messages of \(stream.connection.largestMessage) bytes (max_payload), and "
          + "\(ChunkCutter.smallest + Settings.headroom) are needed")
    }
    self.stream = stream
    self.settings = settings
  }

  /// Publishes what the stream lacks; with `follows`, until `stop` says so.
  ///
  /// `stop` waits so many milliseconds and says whether to end; `report` is told now and then how far it
  /// is, with what it waits for if it does. Throws `forked`, `behind`, `superseded`, `wrongStream`; errors
  /// of the log; and, unless it follows, `unreachable` and `timedOut` after a minute without progress.
  package func run(
    report: (Progress, ReplicationError?) -> Void, stop: (Int) -> Bool
  ) throws {
    var attempts = 0
    while !stop(0) {
      let before = progress.mirrored
      do {
        try resume()
        report(progress, nil)
        if try publish(report, stop) { return }
      } catch let error as ReplicationError where error.isTransient {
        attempts = progress.mirrored > before ? 0 : attempts + 1
        report(progress, error)
        if !settings.follows, attempts >= Self.mostAttempts { throw error }
        if stop(Self.pause) { return }
      }
      progress.resumed += 1
    }
  }

  private static let mostAttempts = 12
  private static let pause = 250
  /// Milliseconds without an answer after which the stream is asked anew.
  private static let stall = 3_000
  /// Milliseconds between two looks at the ledger.
  private static let interval = 50

  /// Publishes from where the stream ends; says whether all is done, or the stream is to be asked anew.
  private func publish(
    _ report: (Progress, ReplicationError?) -> Void, _ stop: (Int) -> Bool
  ) throws -> Bool {
    while true {
      while underWay.count < Settings.window, let message = try next() { try send(message) }
      if underWay.isEmpty {
        if !settings.follows { return try isConfirmed() }
        report(progress, nil)
        if stop(Self.interval) { return true }
        try look()
        continue
      }
      guard let reply = try stream.connection.reply(within: Self.stall) else { return false }
      guard let sent = underWay.removeValue(forKey: reply.request) else { continue }
      switch stream.acknowledgement(reply) {
      case .stored(sent.sequence): count(sent)
      case .stored, .taken: return false
      case .refused(let reason):
        throw ReplicationError(.timedOut, "a message was refused: \(reason)")
      }
      report(progress, nil)
      if stop(0) { return true }
    }
  }

  /// Whether the stream ends where this mirror thinks it does.
  private func isConfirmed() throws -> Bool {
    try stream.state()?.last == last
  }

  private func count(_ sent: Sent) {
    let chunk = sent.message.chunk
    progress.messages += 1
    progress.sequence = max(progress.sequence, sent.sequence)
    progress.sentBytes += Int64(chunk.bytes.count)
    if sent.message.kind == .checkpoint { progress.checkpoints += 1 }
    guard chunk.size > progress.mirrored else { return }
    progress.sentEvents += chunk.size - progress.mirrored
    (progress.mirrored, progress.root) = (chunk.size, chunk.root)
  }

  private func send(_ message: MirrorMessage) throws {
    let subject = MirrorMessage.subject(stream.name, log.identity.ledger, message.kind.rawValue)
    let request = try stream.publish(
      subject, message.chunk.bytes, headers: message.headers, after: last)
    last += 1
    underWay[request] = Sent(sequence: last, message: message)
  }

  /// What is to be sent next: a checkpoint as soon as the log has come to it, else lines of the log.
  private func next() throws -> MirrorMessage? {
    while let size = due.first, size <= cutter.tree.size {
      due.removeFirst()
      guard let bytes = try log.checkpoint(of: size) else { continue }
      checkpoint = size
      return message(.checkpoint, bytes)
    }
    guard let chunk = try cutter.next(of: log, limit: limit, stop: due.first) else { return nil }
    return MirrorMessage(.log, term: term, chunk: chunk, durable: log.size)
  }

  private func message(_ kind: MirrorMessage.Kind, _ bytes: [UInt8]) -> MirrorMessage {
    let chunk = LogChunk(
      start: cutter.position, bytes: bytes, size: cutter.tree.size, root: cutter.tree.root)
    return MirrorMessage(kind, term: term, chunk: chunk, durable: log.size)
  }

  /// Looks how far the ledger has come; checkpoints after the log, so that none of it is missed.
  private func look() throws {
    try log.refresh()
    progress.events = log.size
    let newest = try log.latestCheckpoint()
    guard newest != latest else { return }
    latest = newest
    due = try log.checkpoints(after: checkpoint)
    // The newest one again, where somebody has cosigned it meanwhile.
    if due.isEmpty, checkpoint >= 0, try log.checkpoint(of: checkpoint) == newest {
      due = [checkpoint]
    }
  }
}

// Where the stream ends, and whether that is a place of this log.
extension Mirror {
  private func resume() throws {
    underWay.removeAll()
    try log.refresh()
    let state = try existing()
    last = state.last
    checkpoint = -1
    if state.last == 0 {
      cutter = ChunkCutter()
    } else {
      try compare(try stream.message(state.last))
      let subject = MirrorMessage.subject(
        stream.name, log.identity.ledger, MirrorMessage.Kind.checkpoint.rawValue)
      let sent = try stream.last(on: subject).flatMap { Checkpoint(parsing: $0.payload) }
      checkpoint = sent?.size ?? -1
    }
    progress.sequence = last
    (progress.mirrored, progress.root) = (cutter.tree.size, cutter.tree.root)
    latest = nil
    try look()
  }

  /// The stream, made if there is none.
  private func existing() throws -> JetStream.State {
    let subject = MirrorMessage.subject(stream.name, log.identity.ledger, ">")
    if try stream.state() == nil {
      try stream.create(subjects: [subject], replicas: settings.replicas)
    }
    guard let state = try stream.state() else {
      throw ReplicationError(.timedOut, "the stream that was made is not there yet")
    }
    guard state.subjects == [subject] else {
      let carried = MirrorMessage.ledger(of: state, stream.name).map { "ledger \($0)" }
      throw ReplicationError(
        .wrongStream,
        "the stream \(stream.name) carries \(carried ?? "other things"), not ledger "
          + log.identity.ledger)
    }
    return state
  }

  /// Compares the stream's last message with the log, and sets the cutter behind it.
  private func compare(_ message: JetStream.Message) throws {
    let there = try message.parsed()
    guard there.term == term else {
      throw ReplicationError(
        .superseded,
        "a replica was promoted on this stream at event \(there.chunk.size): this ledger is no longer "
          + "the one that is mirrored")
    }
    guard let cutter = try ChunkCutter(at: there.end, of: log),
      cutter.tree.size == there.chunk.size
    else {
      throw ReplicationError(
        log.size < there.chunk.size ? .behind : .forked,
        "the stream has \(there.chunk.size) events, this ledger \(log.size): it was cut, restored from "
          + "an older backup, or is another history")
    }
    let isSame =
      try there.kind != .log
      || log.read(there.chunk.bytes.count, from: there.chunk.start) == there.chunk.bytes
    guard isSame, cutter.tree.root == there.chunk.root else {
      throw ReplicationError(
        .forked, "the stream's \(there.chunk.size) events are of another history than this ledger's"
      )
    }
    self.cutter = cutter
  }
}
