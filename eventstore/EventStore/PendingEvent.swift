/// An event somebody wants appended; the store gives it `seq`, `n`, `at` and `salt`.
package struct PendingEvent: Equatable, Sendable {
  /// E.g. `PaymentReceived`.
  package var type: String
  /// Version of the type's fields, from 1.
  package var version: Int64
  /// `account/…` and the like.
  package var stream: String
  /// Idempotency key: 1 to 128 printable ASCII bytes without space, quote and backslash.
  package var key: String
  /// Civil date on which it takes effect, `YYYY-MM-DD`.
  package var effective: String
  /// Who records it: a canonical object `{"id","kind","role"}`.
  package var actor: [UInt8]
  /// Its own fields: a canonical object.
  package var data: [UInt8]
  /// `seq` of the event that led to this one; must be in the log or earlier in the batch.
  package var cause: Int64?
  /// Whose personal data `sealed` is.
  package var subject: String?
  /// Encrypted personal data: a canonical object.
  package var sealed: [UInt8]?
  /// The position in its stream the writer expects the event to get; refused if it gets another.
  package var expectedN: Int64?

  /// An event to append; nothing is checked before `EventLog.append`.
  package init(
    type: String, version: Int64 = 1, stream: String, key: String, effective: String,
    actor: [UInt8], data: [UInt8], cause: Int64? = nil, subject: String? = nil,
    sealed: [UInt8]? = nil, expectedN: Int64? = nil
  ) {
    self.type = type
    self.version = version
    self.stream = stream
    self.key = key
    self.effective = effective
    self.actor = actor
    self.data = data
    self.cause = cause
    self.subject = subject
    self.sealed = sealed
    self.expectedN = expectedN
  }

  /// Bytes of what the event itself states.
  package var statedLength: Int {
    actor.count + data.count + (sealed?.count ?? 0) + type.utf8.count + stream.utf8.count
      + key.utf8.count + effective.utf8.count + (subject?.utf8.count ?? 0)
  }

  /// The most bytes of an event's line that the event does not state: names of fields, quotes, and what
  /// the store adds.
  package static let longestFrame = 256

  /// Appends the event's line, without newline, to `line`; the salt in base64. Traps without room for
  /// `statedLength + longestFrame` bytes.
  ///
  /// Nothing is checked and nothing escaped: the line is to be read before it counts.
  func write(
    to line: inout OutputSpan<UInt8>, seq: Int64, n: Int64, at: String, salt: Span<UInt8>
  ) {
    line.append("{\"actor\":")
    line.append(actor.span)
    line.append(",\"at\":\"")
    line.append(at.utf8Span.span)
    line.append("\"")
    if let cause {
      line.append(",\"cause\":")
      line.append(cause)
    }
    line.append(",\"data\":")
    line.append(data.span)
    line.append(",\"effective\":\"")
    line.append(effective.utf8Span.span)
    line.append("\",\"key\":\"")
    line.append(key.utf8Span.span)
    line.append("\",\"n\":")
    line.append(n)
    line.append(",\"salt\":\"")
    line.append(salt)
    line.append("\"")
    if let sealed {
      line.append(",\"sealed\":")
      line.append(sealed.span)
    }
    line.append(",\"seq\":")
    line.append(seq)
    line.append(",\"stream\":\"")
    line.append(stream.utf8Span.span)
    if let subject {
      line.append("\",\"subject\":\"")
      line.append(subject.utf8Span.span)
    }
    line.append("\",\"type\":\"")
    line.append(type.utf8Span.span)
    line.append("\",\"v\":")
    line.append(version)
    line.append("}")
  }
}

/// What an append answers for each event, once it is durable.
package struct Receipt: Equatable, Sendable {
  /// Position in the ledger.
  package var seq: Int64
  package var key: String
  /// When it was recorded.
  package var at: String

  /// A receipt of given parts.
  package init(seq: Int64, key: String, at: String) {
    self.seq = seq
    self.key = key
    self.at = at
  }
}
