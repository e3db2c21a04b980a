import CanonicalJSON
import Testing

/// Where integers begin and end, for the reader of drafts and the cursor over the log.
struct IntegerTests {
  @Test(
    arguments: [
      ("0", 0),
      ("7", 7),
      ("-1", -1),
      ("10", 10),
      ("123456789", 123_456_789),
      ("999999999999999", 999_999_999_999_999),
      ("9007199254740990", 9_007_199_254_740_990),
      ("9007199254740991", 9_007_199_254_740_991),
      ("-9007199254740991", -9_007_199_254_740_991),
    ] as [(String, Int64)])
  func readsAndWrites(text: String, value: Int64) throws {
    #expect(try JSONValue(parsing: text, as: .event) == .integer(value))
    #expect(JSONValue.integer(value).canonicalText == text)
    for following in ["", ",", "}", "]", " ", "\n"] {
      let bytes = Array((text + following).utf8)
      let outcome = Outcome { cursor throws(JSONError) in try cursor.integer(in: bytes.span) }
      #expect(outcome == .value(value, text.utf8.count))
    }
  }

  /// Text; what the event profile says, at which offset; what the cursor says, at which offset.
  @Test(
    arguments: [
      ("-0", .numberNotInteger, 0, .numberNotInteger, 0),
      ("1.0", .numberNotInteger, 0, .numberNotInteger, 0),
      ("1e3", .numberNotInteger, 0, .numberNotInteger, 0),
      ("1E3", .numberNotInteger, 0, .numberNotInteger, 0),
      ("0.0", .numberNotInteger, 0, .numberNotInteger, 0),
      ("0e0", .numberNotInteger, 0, .numberNotInteger, 0),
      ("-1.5", .numberNotInteger, 0, .numberNotInteger, 0),
      ("9007199254740992", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("-9007199254740992", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("9999999999999999", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("10000000000000000", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("9223372036854775808", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("18446744073709551617", .numberOutOfRange, 0, .numberOutOfRange, 0),
      ("00", .invalidNumber, 0, .invalidNumber, 0),
      ("01", .invalidNumber, 0, .invalidNumber, 0),
      ("-01", .invalidNumber, 1, .invalidNumber, 1),
      ("-", .truncated, 1, .truncated, 1),
      ("--1", .invalidNumber, 1, .unexpectedByte, 1),
      ("-a", .invalidNumber, 1, .unexpectedByte, 1),
      ("+1", .unexpectedByte, 0, .unexpectedByte, 0),
      (".5", .unexpectedByte, 0, .unexpectedByte, 0),
      ("1.", .truncated, 2, .numberNotInteger, 0),
      ("1.x", .invalidNumber, 2, .numberNotInteger, 0),
      ("1e", .truncated, 2, .numberNotInteger, 0),
      ("1e+", .truncated, 3, .numberNotInteger, 0),
      ("NaN", .unexpectedByte, 0, .unexpectedByte, 0),
      ("", .truncated, 0, .truncated, 0),
    ] as [(String, JSONError.Code, Int, JSONError.Code, Int)])
  func refuses(
    text: String, read: JSONError.Code, readAt: Int, canonical: JSONError.Code, canonicalAt: Int
  ) {
    #expect(refusal(text, as: .event) == JSONError(read, at: readAt))
    let bytes = Array(text.utf8)
    let outcome = Outcome { cursor throws(JSONError) in try cursor.integer(in: bytes.span) }
    #expect(outcome == .error(JSONError(canonical, at: canonicalAt)))
    #expect(canonicalRefusal(text) == JSONError(canonical, at: canonicalAt))
    // With a comma, for an empty array would be fine.
    #expect(canonicalRefusal("[0," + text + "]") != nil)
  }

  @Test func readsFromTheMiddle() {
    let bytes = Array("{\"seq\":42,\"v\":1}".utf8)
    let outcome = Outcome(at: 7) { cursor throws(JSONError) in try cursor.integer(in: bytes.span) }
    #expect(outcome == .value(42, 9))
  }

  @Test func writingPastTheRangeTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = JSONValue.integer(9_007_199_254_740_992).canonicalBytes
    }
    await #expect(processExitsWith: .failure) {
      var writer = CanonicalWriter()
      writer.integer(.min)
    }
  }
}
