package import EventStore

/// What a mirror puts on its stream, one message each: lines of the log, checkpoints, time stamps, promotions.
///
///     subject   quipu.books.0b7fd05d6edb7f163c81067a4e349378.log
///     headers   Quipu-Term      0b7fd05d6edb7f163c81067a4e349378     whose writing it is
///               Quipu-Segment   0                                    ┐ where the bytes begin; of the
///               Quipu-Byte      1511                                 ┘ others, how far the log has come
///               Quipu-Size      7                                    ┐ events up to the end of the bytes,
///               Quipu-Root      ReK9GTksM5m+Xp7zd1Nl…                ┘ and the tree's head
///               Quipu-Durable   9                                    events the source had then
///               Quipu-Evidence  1764228451000000000                  evidence put in its place up to then is sent
///               Quipu-Stamps    7                                    of a time stamp: its checkpoint's size
///     payload   the bytes
package struct MirrorMessage: Equatable, Sendable {
  /// What the payload is.
  package enum Kind: String, Sendable, CaseIterable {
    /// Lines of the log.
    case log
    /// A checkpoint's file.
    case checkpoint
    /// A time stamp's file.
    case timeStamp = "timestamp"
    /// Nothing: from here on only the writer of the new term is heard.
    case promotion
  }

  /// What the payload is.
  package var kind: Kind
  /// Whose writing it is.
  package var term: String
  /// The bytes, and the tree that the log has with them; of other kinds than `log` the bytes are not
  /// the log's, and the place is the log's end.
  package var chunk: LogChunk
  /// How many events the source had when it was sent.
  package var durable: Int64
  /// All evidence that changed up to this moment, and speaks of no more events than the log has with this
  /// message, is on the stream with it: nanoseconds since 1970 by the source's disk; 0 where nothing is said.
  package var evidence: Int64 = 0
  /// The size of the checkpoint that a time stamp is over; −1 of other kinds.
  package var stamps: Int64 = -1

  /// A message of given parts.
  package init(_ kind: Kind, term: String, chunk: LogChunk, durable: Int64) {
    self.kind = kind
    self.term = term
    self.chunk = chunk
    self.durable = durable
  }

  /// How far the log has come with it.
  package var end: LogPosition { kind == .log ? chunk.end : chunk.start }

  /// The subject of one kind of message about a ledger on a stream; of all kinds with `>`.
  package static func subject(_ stream: String, _ ledger: String, _ kind: String) -> String {
    "quipu.\(stream).\(ledger).\(kind)"
  }

  /// The ledger whose subjects a stream has; `nil` for a stream that is no mirror's.
  package static func ledger(of state: JetStream.State, _ stream: String) -> String? {
    guard state.subjects.count == 1, let subject = state.subjects.first else { return nil }
    let words = subject.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count == 4, words[0] == "quipu", words[1] == stream, words[3] == ">" else {
      return nil
    }
    return String(words[2])
  }

  /// What stands beside the payload.
  package var headers: [(name: String, value: String)] {
    [
      ("Quipu-Term", term), ("Quipu-Segment", "\(chunk.start.segment)"),
      ("Quipu-Byte", "\(chunk.start.byte)"), ("Quipu-Size", "\(chunk.size)"),
      ("Quipu-Root", chunk.root.base64), ("Quipu-Durable", "\(durable)"),
      ("Quipu-Evidence", "\(evidence)"),
    ] + (kind == .timeStamp ? [("Quipu-Stamps", "\(stamps)")] : [])
  }

  /// Reads a stream's message. Throws `malformed` for one that no mirror has sent.
  package init(
    subject: String, headers: [String: String], payload: [UInt8]
  ) throws(ReplicationError) {
    func number(_ name: String) -> Int64? {
      guard let text = headers["Quipu-\(name)"], let number = Int64(text), number >= 0 else {
        return nil
      }
      return number
    }
    let word = subject.split(separator: ".").last.map(String.init) ?? ""
    guard let kind = Kind(rawValue: word), let term = headers["Quipu-Term"],
      let segment = number("Segment"), let byte = number("Byte"), let size = number("Size"),
      let root = headers["Quipu-Root"].flatMap({ Digest(base64: $0) }),
      let durable = number("Durable")
    else {
      throw ReplicationError(.malformed, "a message on \(subject) lacks what a mirror says")
    }
    let start = LogPosition(segment: segment, byte: Int(byte))
    self.init(
      kind, term: term, chunk: LogChunk(start: start, bytes: payload, size: size, root: root),
      durable: durable)
    evidence = number("Evidence") ?? 0
    stamps = number("Stamps") ?? -1
    guard kind != .timeStamp || stamps >= 0 else {
      throw ReplicationError(.malformed, "a time stamp does not say what it is over")
    }
  }
}

extension JetStream.Message {
  /// It as a mirror's message. Throws `malformed`.
  package func parsed() throws(ReplicationError) -> MirrorMessage {
    do throws(ReplicationError) {
      return try MirrorMessage(subject: subject, headers: headers, payload: payload)
    } catch {
      throw ReplicationError(error.code, "message \(sequence): \(error.detail)")
    }
  }
}
