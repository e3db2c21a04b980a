internal import CanonicalJSON
internal import Glibc

/// The messages of a stream in order, some of them asked for ahead.
///
/// All are asked of whichever server has them. Memory: as many messages as are asked for ahead.
struct MessageCursor {
  private let stream: JetStream
  /// Number of the next message.
  private(set) var next: UInt64
  /// Number of the last message there is; may be raised.
  var last: UInt64
  /// Number of the next message to ask for.
  private var unasked: UInt64
  /// Numbers of messages asked for, by the numbers of the requests.
  private var requests: [UInt64: UInt64] = [:]
  private var found: [UInt64: JetStream.Message] = [:]
  /// Times a server said that it has no such message, since one came.
  private var misses = 0

  /// Milliseconds after which an answer is taken for lost, twice as many each time; and how many times.
  private static let attempt = 2_000
  private static let attempts = 3
  private static let mostMisses = 50
  /// Milliseconds to leave a server that lags behind.
  private static let pause = 100

  /// The messages with the numbers of a range.
  init(_ stream: JetStream, _ next: UInt64, through last: UInt64) {
    (self.stream, self.next, self.last, unasked) = (stream, next, last, next)
  }

  /// The next message; `nil` after the last. Throws `timedOut` where no server gives it.
  mutating func take() throws(ReplicationError) -> JetStream.Message? {
    guard next <= last else { return nil }
    var lost = 0
    while true {
      if let message = found.removeValue(forKey: next) {
        next += 1
        misses = 0
        stream.speedUp()
        return message
      }
      try askAhead()
      if try hear(Self.attempt << lost) { continue }
      stream.slowDown()
      lost += 1
      guard lost < Self.attempts else {
        throw notGiven
      }
      askAnew()
    }
  }

  /// Whether the next message is here already.
  mutating func isNextHere() throws(ReplicationError) -> Bool {
    while found[next] == nil {
      guard next <= last, try hear(0) else { return false }
    }
    return true
  }

  private mutating func askAhead() throws(ReplicationError) {
    while unasked <= last, unasked < next + stream.ahead {
      if found[unasked] == nil { try ask(for: unasked) }
      unasked += 1
    }
  }

  private mutating func ask(for sequence: UInt64) throws(ReplicationError) {
    let query = JSONValue.object(["seq": .integer(Int64(sequence))]).canonicalBytes
    let request = try stream.connected().send("$JS.API.DIRECT.GET.\(stream.name)", query)
    requests[request] = sequence
  }

  /// Forgets what was asked for: answers that failed to come.
  private mutating func askAnew() {
    requests.removeAll()
    unasked = next
  }

  /// Takes one answer in; tells whether any came in so many milliseconds.
  private mutating func hear(_ milliseconds: Int) throws(ReplicationError) -> Bool {
    guard let reply = try stream.connected().reply(within: milliseconds) else { return false }
    let sequence = requests.removeValue(forKey: reply.request)
    if let message = JetStream.Message(reply) {
      // One that was taken for lost, and asked for again, is as good.
      if message.sequence >= next, message.sequence <= last { found[message.sequence] = message }
    } else if let sequence {
      // A server that lags behind the leader may not have it yet.
      misses += 1
      guard misses < Self.mostMisses else { throw notGiven }
      usleep(UInt32(Self.pause) * 1000)
      try ask(for: sequence)
    }
    return true
  }

  private var notGiven: ReplicationError {
    ReplicationError(
      .timedOut,
      "no server gives message \(next) of stream \(stream.name): is it down, or has the stream no "
        + "direct access (allow_direct)?")
  }
}
