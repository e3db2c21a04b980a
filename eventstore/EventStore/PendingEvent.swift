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
}

/// How many bytes the fields of an event have that stand in its line as they are.
struct FieldLengths: Equatable {
  var actor: Int
  var data: Int
  var key: Int
  var sealed: Int
  var stream: Int
  var subject: Int
  var type: Int
}

// Field by field, for a whole event that is taken out of its span costs as many counts of owners as it
// has fields.
extension Span<PendingEvent> {
  /// How long the fields of the event at a place are; absent ones have no bytes.
  func lengths(at place: Int) -> FieldLengths {
    FieldLengths(
      actor: self[place].actor.count, data: self[place].data.count,
      key: self[place].key.utf8.count, sealed: self[place].sealed?.count ?? 0,
      stream: self[place].stream.utf8.count, subject: self[place].subject?.utf8.count ?? 0,
      type: self[place].type.utf8.count)
  }

  /// Bytes of the line that `write` makes of the event at a place, whatever its salt of 16 digits.
  func lineLength(at place: Int, seq: Int64, n: Int64, at: String) -> Int {
    let lengths = lengths(at: place)
    var length =
      Self.frame + lengths.actor + at.utf8.count + lengths.data + self[place].effective.utf8.count
      + lengths.key + lengths.stream + lengths.type + Self.digits(n) + Self.digits(seq)
      + Self.digits(self[place].version)
    if let cause = self[place].cause { length += Self.causeFrame + Self.digits(cause) }
    if self[place].sealed != nil { length += Self.sealedFrame + lengths.sealed }
    if self[place].subject != nil { length += Self.subjectFrame + lengths.subject }
    return length
  }

  /// Bytes of what stands in every line, salt included; and before a cause, a sealed object, a subject.
  private static var frame: Int {
    #"{"actor":,"at":"","data":,"effective":"","key":"","n":,"salt":"","seq":,"stream":"","type":"","v":}"#
      .utf8.count + 16
  }
  private static var causeFrame: Int { #","cause":"#.utf8.count }
  private static var sealedFrame: Int { #","sealed":"#.utf8.count }
  private static var subjectFrame: Int { #"","subject":""#.utf8.count }

  /// How many bytes a number has in decimal digits.
  private static func digits(_ value: Int64) -> Int {
    var rest = value.magnitude
    var count = value < 0 ? 2 : 1
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }

  /// Appends the line of the event at a place, without newline, to `line`; the salt in base64. Traps
  /// without room for `lineLength` bytes.
  ///
  /// Nothing is checked and nothing escaped: the line is to be read before it counts.
  func write(
    _ place: Int, to line: inout OutputSpan<UInt8>, seq: Int64, n: Int64, at: String,
    salt: Span<UInt8>
  ) {
    line.append("{\"actor\":")
    line.append(self[place].actor.span)
    line.append(",\"at\":\"")
    line.append(at)
    line.append("\"")
    if let cause = self[place].cause {
      line.append(",\"cause\":")
      line.append(cause)
    }
    line.append(",\"data\":")
    line.append(self[place].data.span)
    line.append(",\"effective\":\"")
    line.append(self[place].effective)
    line.append("\",\"key\":\"")
    line.append(self[place].key)
    line.append("\",\"n\":")
    line.append(n)
    line.append(",\"salt\":\"")
    line.append(salt)
    line.append("\"")
    if let sealed = self[place].sealed {
      line.append(",\"sealed\":")
      line.append(sealed.span)
    }
    line.append(",\"seq\":")
    line.append(seq)
    line.append(",\"stream\":\"")
    line.append(self[place].stream)
    if let subject = self[place].subject {
      line.append("\",\"subject\":\"")
      line.append(subject)
    }
    line.append("\",\"type\":\"")
    line.append(self[place].type)
    line.append("\",\"v\":")
    line.append(self[place].version)
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
