internal import CanonicalJSON

/// NATS's replicated log, as its JSON interface offers it: a stream is made, read by sequence number, and
/// published to under the condition that nobody else did.
package struct JetStream {
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

  /// Where requests go.
  package let connection: NatsConnection
  /// The stream's name.
  package let name: String

  private static let patience = 10_000
  private static let attempt = 2_000
  /// Milliseconds between two attempts.
  private static let pause = 100
  private static let noStream: Int64 = 10_059
  private static let wrongSequence: Int64 = 10_071

  /// A stream by its name, whether or not there is one. Throws `wrongStream` for a name that none can have.
  package init(_ connection: NatsConnection, stream name: String) throws(ReplicationError) {
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
    self.connection = connection
    self.name = name
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
    try connection.send(
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

  /// The messages of a range of numbers, in order; it ends early at one that cannot be had now.
  ///
  /// All are asked for at once, of whichever server has them.
  package func messages(_ range: ClosedRange<UInt64>) throws(ReplicationError) -> [Message] {
    var requests: [UInt64: UInt64] = [:]
    for sequence in range {
      let query = JSONValue.object(["seq": .integer(Int64(sequence))])
      requests[try connection.send("$JS.API.DIRECT.GET.\(name)", query.canonicalBytes)] = sequence
    }
    var found: [UInt64: Message] = [:]
    while !requests.isEmpty, let reply = try connection.reply(within: Self.attempt) {
      guard let sequence = requests.removeValue(forKey: reply.request) else { continue }
      if let message = Self.message(reply), message.sequence == sequence {
        found[sequence] = message
      }
    }
    var messages: [Message] = []
    for sequence in range {
      guard let message = found[sequence] else { break }
      messages.append(message)
    }
    return messages
  }

  /// The message of a number that the stream has. Throws `timedOut` when no server gives it.
  package func message(_ sequence: UInt64) throws(ReplicationError) -> Message {
    let end = ContinuousClock.now + .milliseconds(Self.patience)
    while ContinuousClock.now < end {
      if let message = try messages(sequence...sequence).first { return message }
      // A server that lags behind the leader may not have it yet.
      _ = try connection.reply(within: Self.pause)
    }
    throw ReplicationError(
      .timedOut,
      "no server gives message \(sequence) of stream \(name): is it down, or has the stream no "
        + "direct access (allow_direct)?")
  }

  /// The last message on a subject; `nil` where there is none.
  package func last(on subject: String) throws(ReplicationError) -> Message? {
    let query = JSONValue.object(["last_by_subj": .string(subject)]).canonicalBytes
    let reply = try ask("$JS.API.DIRECT.GET.\(name)", query)
    return Self.message(reply)
  }

  private static func message(_ reply: NatsConnection.Reply) -> Message? {
    guard reply.status.isEmpty, let number = reply.headers["Nats-Sequence"].flatMap({ UInt64($0) }),
      let subject = reply.headers["Nats-Subject"]
    else { return nil }
    return Message(
      sequence: number, subject: subject, headers: reply.headers, payload: reply.payload)
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
      isServed
        ? "the server has no JetStream now, or its cluster has no leader" : "no server answers")
  }

  private static func refusal(_ error: JSONValue) -> ReplicationError {
    let isBusy = error["code"]?.integerValue == 503
    return ReplicationError(
      isBusy ? .timedOut : .refused, error["description"]?.stringValue ?? "no reason is given")
  }
}
