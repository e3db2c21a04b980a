internal import EventStore

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

  /// A message that is under way.
  private struct Sent {
    var sequence: UInt64
    var message: MirrorMessage
  }

  let stream: JetStream
  let settings: Settings
  let term: String
  var log: DurableLog
  var cutter = ChunkCutter()
  var limit = Settings.largest
  /// By the number of the request.
  private var underWay: [UInt64: Sent] = [:]
  /// Number of the last message sent, acknowledged or not.
  var last: UInt64 = 0
  /// Evidence to be sent as soon as the log has come to its size, by size.
  var due: [SignedEvidence] = []
  /// Up to which change of the folder evidence was looked for; the newest piece found then, and the
  /// pieces of that very moment; and what the last message says is all sent.
  var looked: Int64 = -1
  var newest: Int64 = 0
  var ofNewest: [SignedEvidence] = []
  var settled: Int64 = 0
  /// How far it has come.
  package internal(set) var progress = ReplicationProgress()

  /// A mirror of a ledger on a stream.
  ///
  /// Throws `superseded` for a replica, and what opening a log throws.
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
    self.stream = stream
    self.settings = settings
  }

  /// Publishes what the stream lacks; if it follows, until it is told to stop.
  ///
  /// Throws `forked`, `behind`, `superseded`, `wrongStream`, `refused`; errors of the log; and, when there is
  /// no patience left, `unreachable` and `timedOut`.
  package func run(_ watch: ReplicationWatch) throws {
    var isFirst = true
    try watch.persist {
      progress
    } _: {
      if !isFirst { progress.resumed += 1 }
      isFirst = false
      underWay.removeAll()
      try resume()
      watch.report(progress, nil)
      return try publish(watch)
    }
  }

  /// Milliseconds without an answer after which the stream is asked anew: a publisher of whom the leader
  /// died hears nothing more.
  private static let stall = 3_000
  /// Milliseconds between two looks at the ledger.
  private static let interval = 50

  /// Publishes from where the stream ends; says whether all is done, or the stream is to be asked anew.
  private func publish(_ watch: ReplicationWatch) throws -> Bool {
    let connection = try stream.connected()
    while true {
      while underWay.count < Int(stream.ahead), let message = try next() { try send(message) }
      if underWay.isEmpty {
        if !settings.follows { return try stream.state()?.last == last }
        watch.report(progress, nil)
        if watch.stop(Self.interval) { return true }
        try look()
        continue
      }
      guard let reply = try connection.reply(within: Self.stall) else {
        stream.slowDown()
        throw ReplicationError(
          .timedOut, "\(underWay.count) messages were not acknowledged\(connection.complaint)")
      }
      guard let sent = underWay.removeValue(forKey: reply.request) else { continue }
      switch stream.acknowledgement(reply) {
      case .stored(sent.sequence):
        stream.speedUp()
        count(sent)
      case .stored, .taken: return false
      case .refused(let reason):
        throw ReplicationError(.timedOut, "a message was refused: \(reason)")
      }
      watch.report(progress, nil)
      if watch.stop(0) { return true }
    }
  }

  private func count(_ sent: Sent) {
    let chunk = sent.message.chunk
    progress.messages += 1
    progress.sequence = max(progress.sequence, sent.sequence)
    progress.last = max(progress.last, sent.sequence)
    switch sent.message.kind {
    case .checkpoint, .timeStamp: progress.evidence += 1
    case .log: progress.newBytes += Int64(chunk.bytes.count)
    case .promotion: break
    }
    guard chunk.size > progress.events else { return }
    progress.newEvents += chunk.size - progress.events
    (progress.events, progress.root) = (chunk.size, chunk.root)
  }

  private func send(_ message: MirrorMessage) throws {
    let subject = MirrorMessage.subject(stream.name, log.identity.ledger, message.kind.rawValue)
    let request = try stream.publish(
      subject, message.chunk.bytes, headers: message.headers, after: last)
    last += 1
    underWay[request] = Sent(sequence: last, message: message)
  }

  /// What is to be sent next: evidence as soon as the log has come to it, else lines of the log.
  private func next() throws -> MirrorMessage? {
    while let evidence = due.first, evidence.size <= cutter.tree.size {
      due.removeFirst()
      if due.first.map({ $0.size > cutter.tree.size }) ?? true { settled = newest }
      guard let bytes = try log.bytes(of: evidence) else { continue }
      let chunk = LogChunk(
        start: cutter.position, bytes: bytes, size: cutter.tree.size, root: cutter.tree.root)
      var message = self.message(evidence.kind == .checkpoint ? .checkpoint : .timeStamp, chunk)
      if evidence.kind == .timeStamp { message.stamps = evidence.size }
      return message
    }
    guard let chunk = try cutter.next(of: log, limit: limit, stop: due.first?.size) else {
      return nil
    }
    return message(.log, chunk)
  }

  private func message(_ kind: MirrorMessage.Kind, _ chunk: LogChunk) -> MirrorMessage {
    var message = MirrorMessage(kind, term: term, chunk: chunk, durable: log.size)
    message.evidence = settled
    return message
  }
}
