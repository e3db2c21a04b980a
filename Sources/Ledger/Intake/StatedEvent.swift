internal import CanonicalJSON
internal import Collections
internal import EventStore

/// What an event recorded or waiting says, for comparison with a draft of the same key.
struct StatedEvent {
  var type: String
  var version: Int64
  var stream: String
  var effective: String
  var actor: [UInt8]
  var data: [UInt8]
  var cause: Int64?
  var subject: String?
  var key: String
  /// Encrypted personal data: a canonical object.
  var sealed: [UInt8]?
  /// The position in its stream.
  var n: Int64

  init(_ event: PendingEvent, n: Int64) {
    type = event.type
    version = event.version
    stream = event.stream
    effective = event.effective
    actor = event.actor
    data = event.data
    cause = event.cause
    subject = event.subject
    key = event.key
    sealed = event.sealed
    self.n = n
  }

  init(_ envelope: EventEnvelope, _ line: Span<UInt8>) {
    func bytes(_ range: Range<Int>) -> [UInt8] { range.map { line[$0] } }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }
    type = text(envelope.type)
    version = envelope.version
    stream = text(envelope.stream)
    effective = text(envelope.effective)
    actor = bytes(envelope.actor)
    data = bytes(envelope.data)
    cause = envelope.cause < 0 ? nil : envelope.cause
    subject = envelope.subject.isEmpty ? nil : text(envelope.subject)
    key = text(envelope.key)
    sealed = envelope.sealed.isEmpty ? nil : bytes(envelope.sealed)
    n = envelope.n
  }

  /// The event at a position of the log, and its receipt.
  static func read(
    _ seq: Int64, from log: EventLog
  ) throws(LogError) -> (event: StatedEvent, receipt: Receipt) {
    let line = try log.line(seq)
    let span = line.span
    do {
      let envelope = try EventEnvelope(parsing: span)
      func text(_ range: Range<Int>) -> String {
        String(decoding: line[range], as: UTF8.self)
      }
      return (
        StatedEvent(envelope, span),
        Receipt(seq: seq, key: text(envelope.key), at: text(envelope.at))
      )
    } catch {
      throw LogError(.damaged, "the event at seq \(seq) does not read: \(error)")
    }
  }

  /// The first field that the draft states and that differs here, or nil (log-format, Appending 2).
  ///
  /// Personal fields are compared with what `opened` gives; with nothing, once the person is erased.
  func difference(
    from draft: Draft, _ opened: (StatedEvent) throws(Refusal) -> [UInt8]?
  ) throws(Refusal) -> String? {
    if draft.type.name != type { return "type" }
    if draft.stream != stream { return "stream" }
    if draft.data != data { return "data" }
    if sealed == nil {
      if draft.personal != nil { return "data" }
    } else if let personal = try opened(self), personal != draft.personal?.canonicalBytes {
      return "data"
    }
    if let stated = draft.effective, stated.text != effective { return "effective" }
    if let stated = draft.actor, stated != actor { return "actor" }
    if let stated = draft.cause, stated != cause { return "cause" }
    if let stated = draft.subject, stated != subject { return "subject" }
    if let stated = draft.version, stated != version { return "v" }
    if let stated = draft.expectedN, stated != n { return "n" }
    return nil
  }
}
