import CanonicalJSON
import Testing

/// The grammar between scalars: where a text ends, what separates, what is blamed.
struct ReaderTests {
  /// Text, and what both the reader and the check of canonical form refuse in it, and where.
  @Test(
    arguments: [
      ("", .truncated, 0),
      ("{", .truncated, 1),
      ("[", .truncated, 1),
      ("[1", .truncated, 2),
      ("[1,", .truncated, 3),
      ("[1,]", .unexpectedByte, 3),
      ("[,1]", .unexpectedByte, 1),
      ("[1 2]", .unexpectedByte, 3),
      ("[1}", .unexpectedByte, 2),
      ("{]", .unexpectedByte, 1),
      ("{1:2}", .unexpectedByte, 1),
      (#"{"a"}"#, .unexpectedByte, 4),
      (#"{"a""#, .truncated, 4),
      (#"{"a":}"#, .unexpectedByte, 5),
      (#"{"a":"#, .truncated, 5),
      (#"{"a":1"#, .truncated, 6),
      (#"{"a":1,"#, .truncated, 7),
      (#"{"a":1,}"#, .unexpectedByte, 7),
      (#"{"a":1,,"b":2}"#, .unexpectedByte, 7),
      (#"{"a":1]"#, .unexpectedByte, 6),
      (#"{"a":1 "b":2}"#, .unexpectedByte, 7),
      ("nul", .truncated, 3),
      ("nulL", .unexpectedByte, 3),
      ("tru", .truncated, 3),
      ("truE", .unexpectedByte, 3),
      ("fals", .truncated, 4),
      ("falze", .unexpectedByte, 3),
      ("True", .unexpectedByte, 0),
      ("]", .unexpectedByte, 0),
      ("'a'", .unexpectedByte, 0),
      ("/**/1", .unexpectedByte, 0),
      ("nullx", .trailingBytes, 4),
      ("{}{}", .trailingBytes, 2),
      ("[]]", .trailingBytes, 2),
      ("1,", .trailingBytes, 1),
      (#""a""b""#, .trailingBytes, 3),
    ] as [(String, JSONError.Code, Int)])
  func refuses(text: String, code: JSONError.Code, offset: Int) {
    #expect(refusal(text, as: .json) == JSONError(code, at: offset))
    #expect(refusal(text, as: .event) == JSONError(code, at: offset))
    // A space is the reader's business alone.
    guard !text.contains(" ") else { return }
    #expect(canonicalRefusal(text) == JSONError(code, at: offset))
  }

  @Test(arguments: [" ", "\t", "\n", "\r", " \n\t\r "])
  func whiteSpaceMayStandBetweenTokens(space: String) throws {
    let tokens = ["{", "\"a\"", ":", "[", "1", ",", "true", ",", "{", "}", "]", ",", "\"b\"", ":"]
    let text = space + (tokens + ["null", "}"]).joined(separator: space) + space
    let value = try JSONValue(parsing: text, as: .event)
    #expect(value.canonicalText == #"{"a":[1,true,{}],"b":null}"#)
    #expect(canonicalRefusal(text)?.code == .unexpectedByte)
  }

  @Test(arguments: ["\u{B}", "\u{C}", "\u{A0}", "\u{2028}", "\0"])
  func otherSpaceIsRefused(space: String) {
    #expect(refusal("[" + space + "1]", as: .json) == JSONError(.unexpectedByte, at: 1))
  }

  @Test func anErrorSaysWhatAndWhere() {
    #expect("\(JSONError(.duplicateKey, at: 17))" == "duplicate_key at byte 17")
    let names = JSONError.Code.allCases.map(\.rawValue)
    #expect(names.allSatisfy { $0.allSatisfy { $0 == "_" || $0.isLowercase || $0.isNumber } })
  }
}
