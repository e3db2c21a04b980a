import CanonicalJSON
import EventStore
import Foundation
import Testing

/// An event line has one form; each way of missing it is refused where it begins.
@Suite struct EnvelopeTests {
  static let line =
    #"{"actor":{"id":"u-1","kind":"person","role":"agent"},"at":"2026-01-02T03:04:05.678Z","#
    + #""cause":6,"data":{"amount":20000},"effective":"2026-01-02","key":"bank:77","n":3,"#
    + #""salt":"AAECAwQFBgcICQoL","sealed":{"alg":"A256GCM"},"seq":7,"stream":"account/A-1","#
    + #""subject":"S-1","type":"PaymentReceived","v":2}"#

  @Test func everyFieldIsFound() throws {
    let bytes = Array(Self.line.utf8)
    let event = try EventEnvelope(parsing: bytes.span)
    #expect(event.seq == 7)
    #expect(event.n == 3)
    #expect(event.version == 2)
    #expect(event.cause == 6)
    for (range, expected) in [
      (event.actor, #"{"id":"u-1","kind":"person","role":"agent"}"#),
      (event.at, "2026-01-02T03:04:05.678Z"),
      (event.data, #"{"amount":20000}"#),
      (event.effective, "2026-01-02"),
      (event.key, "bank:77"),
      (event.salt, "AAECAwQFBgcICQoL"),
      (event.sealed, #"{"alg":"A256GCM"}"#),
      (event.stream, "account/A-1"),
      (event.subject, "S-1"),
      (event.type, "PaymentReceived"),
    ] {
      #expect(String(decoding: bytes[range], as: UTF8.self) == expected)
    }
  }

  @Test func whatIsOptionalMayLack() throws {
    var text = Self.line
    for optional in [#""cause":6,"#, #""sealed":{"alg":"A256GCM"},"#, #""subject":"S-1","#] {
      text = text.replacing(optional, with: "")
    }
    let event = try EventEnvelope(parsing: Array(text.utf8).span)
    #expect(event.cause == -1)
    #expect(event.sealed.isEmpty)
    #expect(event.subject.isEmpty)
  }

  /// One wrong form: what of the line is replaced by what, the refusal, and where it points: so many
  /// bytes after the beginning of what was replaced.
  struct Wrong: CustomTestStringConvertible, Sendable {
    let old: String
    let new: String
    let code: JSONError.Code
    let byte: Int

    var testDescription: String { "\(old) → \(new)" }

    init(_ old: String, _ new: String, _ code: JSONError.Code, _ byte: Int) {
      self.old = old
      self.new = new
      self.code = code
      self.byte = byte
    }
  }

  static let long = String(repeating: "a", count: 65)

  // swift-format-ignore
  static let wrongForms: [Wrong] = [
    // Order and presence of keys, white space, ends.
    Wrong(#"{"actor""#,            #" {"actor""#,                 .unexpectedByte,   0),
    Wrong(#"{"actor""#,            #"{"Actor""#,                  .unexpectedByte,   2),
    Wrong(#","at""#,               #", "at""#,                    .unexpectedByte,   1),
    Wrong(#""n":3,"#,              "",                            .unexpectedByte,   1),
    Wrong(#""cause":6,"#,          #""cause":6,"cause":6,"#,      .unexpectedByte,  11),
    Wrong(#""key":"bank:77","n":3"#, #""n":3,"key":"bank:77""#,   .unexpectedByte,   1),
    Wrong(#""v":2}"#,              #""v":2,"w":1}"#,              .unexpectedByte,   5),
    Wrong(#""v":2}"#,              #""v":2} "#,                   .trailingBytes,    6),
    Wrong(#""v":2}"#,              #""v":2"#,                     .truncated,        5),
    // Who, when, why.
    Wrong(#""kind":"person""#,     #""kind":"robot""#,            .unexpectedByte,   8),
    Wrong(#""kind":"person""#,     #""kind":"personal""#,         .unexpectedByte,   8),
    Wrong(#""id":"u-1""#,          #""id":"""#,                   .unexpectedByte,   6),
    Wrong(#""id":"u-1""#,          #""id":"u 1""#,                .unexpectedByte,   7),
    Wrong(#""id":"u-1""#,          "\"id\":\"\(long)\"",          .unexpectedByte,  70),
    Wrong(#""role":"agent""#,      #""role":"agent","x":1"#,      .unexpectedByte,  14),
    Wrong("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.67Z",  .unexpectedByte,  22),
    Wrong("2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05.678Z", .unexpectedByte,  10),
    Wrong("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678+", .unexpectedByte,  23),
    Wrong(#""cause":6"#,           #""cause":-1"#,                .numberOutOfRange, 8),
    Wrong(#""cause":6"#,           #""cause":06"#,                .invalidNumber,    8),
    Wrong(#""cause":6"#,           #""cause":null"#,              .unexpectedByte,   8),
    // What.
    Wrong(#"{"amount":20000}"#,    #"[20000]"#,                   .unexpectedByte,   0),
    Wrong(#"{"amount":20000}"#,    #"null"#,                      .unexpectedByte,   0),
    Wrong(#""effective":"2026-01-02""#, #""effective":"2026-1-02""#, .unexpectedByte, 19),
    Wrong(#""effective":"2026-01-02""#, #""effective":null"#,     .unexpectedByte,  12),
    Wrong("bank:77",               "bank 77",                     .unexpectedByte,   4),
    Wrong("bank:77",               #"bank\"77"#,                  .unexpectedByte,   4),
    Wrong("bank:77",               "bänk",                        .unexpectedByte,   1),
    Wrong("bank:77",               long + long,                   .unexpectedByte, 128),
    Wrong(#""n":3"#,               #""n":3.0"#,                   .numberNotInteger, 4),
    Wrong(#""n":3"#,               #""n":"3""#,                   .unexpectedByte,   4),
    Wrong(#""n":3"#,               #""n":9007199254740992"#,      .numberOutOfRange, 4),
    Wrong("AAECAwQFBgcICQoL",      "AAECAwQFBgcICQo",             .unexpectedByte,  15),
    Wrong("AAECAwQFBgcICQoL",      "AAECAwQFBgcICQo=",            .unexpectedByte,  15),
    Wrong("AAECAwQFBgcICQoL",      "AAECAwQFBgcICQoLA",           .unexpectedByte,  16),
    Wrong(#"{"alg":"A256GCM"}"#,   #""A256GCM""#,                 .unexpectedByte,   0),
    Wrong(#""seq":7"#,             #""seq":-7"#,                  .numberOutOfRange, 6),
    Wrong("account/A-1",           "acount/A-1",                  .unexpectedByte,   0),
    Wrong("account/A-1",           "account/",                    .unexpectedByte,   8),
    Wrong("account/A-1",           "account/A/1",                 .unexpectedByte,   9),
    Wrong(#""subject":"S-1""#,     #""subject":"""#,              .unexpectedByte,  11),
    Wrong("PaymentReceived",       "paymentReceived",             .unexpectedByte,   0),
    Wrong("PaymentReceived",       "Payment-Received",            .unexpectedByte,   7),
    Wrong(#""v":2"#,               #""v":0"#,                     .numberOutOfRange, 4),
  ]

  @Test(arguments: wrongForms) func wrongForm(_ wrong: Wrong) throws {
    let place = try #require(Self.line.range(of: wrong.old))
    let start = Self.line[..<place.lowerBound].utf8.count
    let bytes = Array(Self.line.replacingCharacters(in: place, with: wrong.new).utf8)
    #expect(throws: JSONError(wrong.code, at: start + wrong.byte)) {
      try EventEnvelope(parsing: bytes.span)
    }
  }

  private func isEnvelope(_ bytes: [UInt8]) -> Bool {
    (try? EventEnvelope(parsing: bytes.span)) != nil
  }

  @Test func aCauseComesBefore() {
    for (cause, isEarlier) in [(6, true), (7, false), (8, false)] {
      let text = Self.line.replacing(#""cause":6"#, with: "\"cause\":\(cause)")
      #expect(isEnvelope(Array(text.utf8)) == isEarlier, "\(cause)")
    }
  }

  @Test func noLineIsLongerThanTheLongest() {
    let rest = Self.line.utf8.count - "20000".utf8.count
    for (excess, fits) in [(0, true), (1, false)] {
      let filler = String(repeating: "x", count: EventEnvelope.longestLine - rest - 2 + excess)
      let bytes = Array(Self.line.replacing("20000", with: "\"\(filler)\"").utf8)
      #expect(bytes.count == EventEnvelope.longestLine + excess)
      #expect(isEnvelope(bytes) == fits)
    }
  }

  @Test func everyShorterLineIsRefused() {
    let bytes = Array(Self.line.utf8)
    for count in bytes.indices {
      #expect(!isEnvelope(Array(bytes[..<count])), "\(count) bytes")
    }
  }

  @Test func kindsAreToldByTheFirstKey() {
    for (line, kind) in [
      (#"{"actor":"#, EventEnvelope.LineKind.event),
      (#"{"commit":"#, .commit),
      (#"{"segment":"#, .segment),
      (#"{"commit""#, .unknown),
      (#"{ "actor":"#, .unknown),
      ("", .unknown),
    ] {
      #expect(EventEnvelope.kind(of: Array(line.utf8).span) == kind, "\(line)")
    }
  }
}
