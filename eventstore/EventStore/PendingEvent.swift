internal import CanonicalJSON

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

  /// Appends the event's line, without newline, to `writer`; the salt in base64. Nothing is checked here.
  func write(
    to writer: inout CanonicalWriter, seq: Int64, n: Int64, at: String, salt: Span<UInt8>
  ) {
    writer.beginObject()
    writer.key("actor")
    writer.raw(actor)
    writer.key("at")
    writer.string(at)
    if let cause {
      writer.key("cause")
      writer.integer(cause)
    }
    writer.key("data")
    writer.raw(data)
    writer.key("effective")
    writer.string(effective)
    writer.key("key")
    writer.string(key)
    writer.key("n")
    writer.integer(n)
    writer.key("salt")
    writer.string(utf8: salt)
    if let sealed {
      writer.key("sealed")
      writer.raw(sealed)
    }
    writer.key("seq")
    writer.integer(seq)
    writer.key("stream")
    writer.string(stream)
    if let subject {
      writer.key("subject")
      writer.string(subject)
    }
    writer.key("type")
    writer.string(type)
    writer.key("v")
    writer.integer(version)
    writer.endObject()
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
