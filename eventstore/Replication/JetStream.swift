internal import CanonicalJSON
internal import EventStore

/// NATS's replicated log, as its JSON interface offers it: a stream is made, read by sequence number, and
/// published to under the condition that nobody else did.
///
/// It connects when it is first asked something, and so may be there before any server is.
package final class JetStream {
  /// How a stream stands, as its leader says.
  package struct State: Equatable, Sendable {
    /// Sequence number of the first message it keeps; 0 or 1 when there never was one.
    package var first: UInt64
    /// Sequence number of the last message; 0 when there never was one.
    package var last: UInt64
    /// What it takes messages of.
    package var subjects: [String]
    /// On how many servers it is kept.
    package var replicas: Int
  }

  /// What a stream's message is.
  package struct Message {
    /// Its number in the stream, from 1.
    package var sequence: UInt64
    package var subject: String
    package var headers: [String: String]
    package var payload: [UInt8]

    init?(_ reply: NatsConnection.Reply) {
      guard reply.status.isEmpty,
        let number = reply.headers["Nats-Sequence"].flatMap({ UInt64($0) }),
        let subject = reply.headers["Nats-Subject"]
      else { return nil }
      sequence = number
      (self.subject, headers, payload) = (subject, reply.headers, reply.payload)
    }
  }

  /// What became of a message that was published.
  package enum Acknowledgement: Equatable, Sendable {
    /// A majority of the servers has it, under this number; not that it is on their disks.
    case stored(UInt64)
    /// Another message has the place it was to have.
    case taken
    /// Why it was not stored, for a person.
    case refused(String)
  }

  /// The stream's name.
  package let name: String
  private let settings: NatsConnection.Settings
  private var connection: NatsConnection?
  /// How many messages to have under way at once: fewer while the network is slow, for what waits behind them
  /// all looks lost, the answers to the library's own pings too.
  private(set) var ahead = window
  private var answered: UInt64 = 0

  private static let patience = 4_000
  private static let attempt = 2_000
  /// What is wrong while a cluster comes up: too few servers know of each other, or none leads.
  private static let electing: Set<Int64> = [10_005, 10_008, 10_009, 10_118]
  private static let isAlone: Int64 = 10_074
  private static let noStream: Int64 = 10_059
  private static let wrongSequence: Int64 = 10_071

  /// A stream by its name, whether or not there is one. Throws `wrongStream` for a name that none can have.
  package init(_ settings: NatsConnection.Settings, stream name: String) throws(ReplicationError) {
    let isName =
      (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
    guard isName else {
      throw ReplicationError(
        .wrongStream, "a stream's name is 1 to 64 letters, digits, - and _: \(name)")
    }
    self.settings = settings
    self.name = name
  }

  /// The servers' addresses, without secrets.
  package var servers: String { settings.publicServers }

  /// The connection, made now where there is none. Throws `unreachable`, `refused`.
  func connected() throws(ReplicationError) -> NatsConnection {
    if let connection, !connection.isClosed { return connection }
    let made = try NatsConnection(settings)
    connection = made
    return made
  }

  /// Takes note that an answer failed to come.
  func slowDown() { (ahead, answered) = (max(1, ahead / 2), 0) }

  /// Takes note that one came.
  func speedUp() {
    answered += 1
    guard answered >= 2 * ahead else { return }
    (ahead, answered) = (min(Self.window, ahead + 1), 0)
  }

  /// How the stream stands; `nil` where there is none.
  package func state() throws(ReplicationError) -> State? {
    let answer = try call("STREAM.INFO.\(name)", [])
    if let error = answer["error"] {
      if error["err_code"]?.integerValue == Self.noStream { return nil }
      throw Self.refusal(error)
    }
    guard let state = answer["state"], let config = answer["config"],
      let first = state["first_seq"]?.integerValue, let last = state["last_seq"]?.integerValue
    else { throw ReplicationError(.refused, "the server's answer says nothing of the stream") }
    return State(
      first: UInt64(max(0, first)), last: UInt64(max(0, last)),
      subjects: config["subjects"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      replicas: Int(config["num_replicas"]?.integerValue ?? 1))
  }

  /// Makes the stream: on files, on so many servers, without limits, nothing ever deleted from it.
  package func create(subjects: [String], replicas: Int) throws(ReplicationError) {
    let config = JSONValue.object([
      "allow_direct": .bool(true), "deny_delete": .bool(true), "deny_purge": .bool(true),
      "discard": .string("new"), "max_age": .integer(0), "max_bytes": .integer(-1),
      "max_consumers": .integer(-1), "max_msg_size": .integer(-1), "max_msgs": .integer(-1),
      "name": .string(name), "num_replicas": .integer(Int64(replicas)),
      "retention": .string("limits"), "storage": .string("file"),
      "subjects": .array(subjects.map { .string($0) }),
    ])
    let answer = try call("STREAM.CREATE.\(name)", config.canonicalBytes)
    if let error = answer["error"] { throw Self.refusal(error) }
  }

  /// Asks that a message be stored right after number `last`; gives the number the answer will bear.
  package func publish(
    _ subject: String, _ payload: [UInt8], headers: [(name: String, value: String)],
    after last: UInt64
  ) throws(ReplicationError) -> UInt64 {
    try connected().send(
      subject, payload,
      headers: headers + [
        ("Nats-Expected-Stream", name), ("Nats-Expected-Last-Sequence", "\(last)"),
      ])
  }

  /// Reads the answer to a `publish`.
  package func acknowledgement(_ reply: NatsConnection.Reply) -> Acknowledgement {
    if !reply.status.isEmpty { return .refused("no stream takes it (\(reply.status))") }
    guard let answer = try? JSONValue(parsing: reply.payload.span, as: .json) else {
      return .refused("the server's answer is not JSON")
    }
    if let error = answer["error"] {
      if error["err_code"]?.integerValue == Self.wrongSequence { return .taken }
      return .refused(error["description"]?.stringValue ?? "no reason is given")
    }
    guard answer["stream"]?.stringValue == name, let sequence = answer["seq"]?.integerValue else {
      return .refused("the server's answer names no place")
    }
    return .stored(UInt64(max(0, sequence)))
  }

  /// The message of a number that the stream has. Throws `timedOut` when no server gives it.
  package func message(_ sequence: UInt64) throws(ReplicationError) -> Message {
    var cursor = MessageCursor(self, sequence, through: sequence)
    guard let message = try cursor.take() else {
      throw ReplicationError(.noStream, "there is no message \(sequence)")
    }
    return message
  }

  /// The last message on a subject; `nil` where there is none.
  package func last(on subject: String) throws(ReplicationError) -> Message? {
    let query = JSONValue.object(["last_by_subj": .string(subject)]).canonicalBytes
    let reply = try ask("$JS.API.DIRECT.GET.\(name)", query)
    return Message(reply)
  }

  private func call(_ api: String, _ body: [UInt8]) throws(ReplicationError) -> JSONValue {
    let reply = try ask("$JS.API.\(api)", body)
    guard let answer = try? JSONValue(parsing: reply.payload.span, as: .json) else {
      throw ReplicationError(.refused, "the server's answer is not JSON")
    }
    return answer
  }

  /// Asks until there is an answer, for about ten seconds; for requests that may be made twice.
  private func ask(_ subject: String, _ body: [UInt8]) throws(ReplicationError)
    -> NatsConnection.Reply
  {
    let connection = try connected()
    var isServed = false
    for _ in 0..<(Self.patience / Self.attempt) {
      let request = try connection.send(subject, body)
      while let reply = try connection.reply(within: Self.attempt) {
        guard reply.request == request else { continue }
        if reply.status != "503" { return reply }
        // Nobody listens: JetStream is off, or the cluster has no leader yet.
        isServed = true
        while try connection.reply(within: Self.attempt / 4) != nil {}
        break
      }
    }
    throw ReplicationError(
      .timedOut,
      (isServed
        ? "the server has no JetStream now, or its cluster has no leader" : "no server answers")
        + connection.complaint)
  }

  private static func refusal(_ error: JSONValue) -> ReplicationError {
    let number = error["err_code"]?.integerValue ?? 0
    let isBusy = error["code"]?.integerValue == 503 || electing.contains(number)
    let hint = number == isAlone ? ": make the stream with --replicas 1 on a single server" : ""
    return ReplicationError(
      isBusy ? .timedOut : .refused,
      (error["description"]?.stringValue ?? "no reason is given") + hint)
  }
}

// Where in a stream a log's end is.
extension JetStream {
  /// How many of a stream's last messages may stand in no order: as many as a mirror has under way at once.
  static let window: UInt64 = 16

  /// How the stream stands. Throws `noStream` where there is none, `wrongStream` where it carries another
  /// ledger than `ledger`.
  func existing(of ledger: String?) throws(ReplicationError) -> (state: State, ledger: String) {
    guard let state = try state() else {
      throw ReplicationError(.noStream, "there is no stream \(name): `quipu mirror` makes it")
    }
    guard let carried = MirrorMessage.ledger(of: state, name), ledger ?? carried == carried else {
      throw ReplicationError(
        .wrongStream, "the stream \(name) carries another ledger than is here")
    }
    return (state, carried)
  }

  /// Finds by halves where to go on for a log that ends at `position`: the number of a message before which
  /// there is nothing that it lacks, and the message before that one, if it has come to its end.
  ///
  /// O(log messages) requests. Throws `behind` where the stream's first messages are gone.
  func place(
    of position: LogPosition, in state: State
  ) throws(ReplicationError) -> (next: UInt64, before: MirrorMessage?) {
    guard position > .start else {
      guard state.first <= 1 else {
        throw ReplicationError(
          .behind, "the stream's first messages are gone: begin from a backup")
      }
      return (1, nil)
    }
    var low = max(1, state.first)
    var high = state.last + 1
    var before: MirrorMessage?
    while low < high {
      let middle = low + (high - low) / 2
      let part = try message(middle).parsed()
      if part.end < position || part.end == position && part.kind == .log {
        before = part
        low = middle + 1
      } else {
        high = middle
      }
    }
    // What was under way when a stream lost its end may have come after all, between messages sent anew.
    return (max(low - min(low, Self.window), max(1, state.first)), before)
  }
}
