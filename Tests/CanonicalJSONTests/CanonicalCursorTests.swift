import CanonicalJSON
import Testing

/// The calls of the cursor that tables of whole values do not reach.
struct CanonicalCursorTests {
  /// Bytes, where to start, the literal, and why it is refused if it is.
  @Test(
    arguments: [
      ("", 0, "", nil, 0),
      ("{}", 0, "", nil, 0),
      ("{\"seq\":1", 0, "{", nil, 0),
      ("{\"seq\":1", 0, "{\"seq\":", nil, 0),
      ("{\"seq\":1", 0, "{\"seq\":1", nil, 0),
      ("{\"seq\":1", 1, "\"seq\"", nil, 0),
      (",\"subject\":\"x\",\"type\":", 0, ",\"subject\":\"x\",\"type\":", nil, 0),
      (",\"subject\":\"x\",\"type\":", 14, ",\"type\":", nil, 0),
      ("", 0, "{", .truncated, 0),
      ("{\"seq", 0, "{\"seq\":", .truncated, 5),
      ("{\"seq\":", 7, "1", .truncated, 7),
      ("{\"sea\":", 0, "{\"seq\":", .unexpectedByte, 4),
      ("{\"sea", 0, "{\"seq\":", .unexpectedByte, 4),
      (",\"subject\":\"x\",", 0, ",\"subject\":\"y\",", .unexpectedByte, 12),
      (",\"subjekt\":\"x\",", 0, ",\"subject\":\"x\",", .unexpectedByte, 7),
    ] as [(String, Int, StaticString, JSONError.Code?, Int)])
  func literals(
    text: String, start: Int, literal: StaticString, code: JSONError.Code?, offset: Int
  ) {
    let bytes = Array(text.utf8)
    let expected = Outcome<Bool>(at: start) { cursor throws(JSONError) in
      try cursor.expect(literal, in: bytes.span)
      return true
    }
    let consumed = Outcome(at: start) { cursor in cursor.consume(literal, in: bytes.span) }
    if let code {
      #expect(expected == .error(JSONError(code, at: offset)))
      #expect(consumed == .value(false, start))
    } else {
      let end = start + literal.utf8CodeUnitCount
      #expect(expected == .value(true, end))
      #expect(consumed == .value(true, end))
    }
  }

  /// Every place at which a word of eight bytes may end.
  @Test func plainStringsOfAnyLength() {
    for length in 0..<40 {
      let content = String(repeating: "é", count: length / 2) + (length % 2 == 0 ? "" : "x")
      for following in ["", ",", "}\n", ",\"another\":\"string\""] {
        let bytes = Array("\"\(content)\"\(following)".utf8)
        let plain = Outcome { cursor throws(JSONError) in try cursor.plainString(in: bytes.span) }
        #expect(plain == .value(1..<length + 1, length + 2))
        let checked = Outcome { cursor throws(JSONError) in try cursor.string(in: bytes.span) }
        #expect(checked == plain)
      }
      let cut = Array("\"\(content)".utf8)
      let plain = Outcome { cursor throws(JSONError) in try cursor.plainString(in: cut.span) }
      #expect(plain == .error(JSONError(.truncated, at: length + 1)))
      for (bad, code) in [("\\", .unexpectedByte), ("\u{1F}", .controlCharacter)]
        as [(String, JSONError.Code)]
      {
        let bytes = Array("\"\(content)\(bad)n0123456789\"".utf8)
        let outcome = Outcome { cursor throws(JSONError) in
          try cursor.plainString(in: bytes.span)
        }
        #expect(outcome == .error(JSONError(code, at: length + 1)))
      }
    }
  }

  @Test func plainStringsMustBeginWithAQuote() {
    for (text, code) in [("", .truncated), ("a\"", .unexpectedByte)]
      as [(String, JSONError.Code)]
    {
      let bytes = Array(text.utf8)
      let plain = Outcome { cursor throws(JSONError) in try cursor.plainString(in: bytes.span) }
      #expect(plain == .error(JSONError(code, at: 0)))
      let checked = Outcome { cursor throws(JSONError) in try cursor.string(in: bytes.span) }
      #expect(checked == .error(JSONError(code, at: 0)))
    }
  }

  /// Values with all that may confuse a scan of structure, at every alignment and before anything.
  @Test(arguments: [
    "null", "true", "false", "0", "-9007199254740991", #""""#, #""a""#, "{}", "[]", "[[]]",
    #""\"\\""#, #""0123456\"89\\\"""#,
    #""\"\\""#, #""0123456\"89\\\"""#,
    #"{"a":"}"}"#, #"["]","[[{{"]"#, #"{"a":"\"}"}"#, #"{"a":"\\"}"#, #"{"\\\"":"\\\\\""}"#,
    #"["\\\\\\\\\\\\\\\\"]"#, #"["\"\"\"\"\"\"\"\"\"\""]"#, #"{"{":{"[":["]","}"]}}"#,
    #"["xyz_~XYZ\u007f",{"y":"{"}]"#, #"[1,2,3,[4,5,[6,7,[8,9]]],true,false,null]"#,
    #"{"long":"0123456789012345678901234567890123456789","x":{"yyyyyyyyyyyyyyyyyyyyyyyyy":[]}}"#,
    "[\"é漢😂\u{7F}\",\"\u{FB33}\"]",
  ])
  func skipping(value: String) {
    let length = value.utf8.count
    for start in 0..<17 {
      for following in ["", ",", "}", "]]}}", "\"", "\\", ",\"next\":{\"a\":[1,2,3]}}\n"] {
        let text = String(repeating: "\"", count: start) + value + following
        let bytes = Array(text.utf8)
        let outcome = Outcome<Bool>(at: start) { cursor throws(JSONError) in
          try cursor.skipValue(in: bytes.span)
          return true
        }
        #expect(outcome == .value(true, start + length), "\(start) \(following)")
      }
    }
    guard let first = value.utf8.first, [0x22, 0x5B, 0x7B].contains(first) else { return }
    for end in 0..<length {
      let bytes = Array(value.utf8.prefix(end))
      let outcome = Outcome<Bool> { cursor throws(JSONError) in
        try cursor.skipValue(in: bytes.span)
        return true
      }
      #expect(outcome == .error(JSONError(.truncated, at: end)), "\(end)")
    }
  }

  @Test func decodesWhatItWasNotToldToCheck() {
    for (raw, text) in [
      (#"a\"#, #"a\"#), (#"\x"#, #"\x"#), (#"\u12"#, #"\u12"#), (#"\u00zz"#, #"\u00zz"#),
      (#"\/\n"#, "\\/\n"), (#"\u1f0a"#, #"\u1f0a"#), (#"\u0020"#, #"\u0020"#),
    ] {
      let bytes = Array(raw.utf8)
      #expect(decodeCanonicalString(0..<bytes.count, in: bytes.span) == text)
    }
    let broken: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(decodeCanonicalString(0..<3, in: broken.span) == "a\u{FFFD}b")
    #expect(decodeCanonicalString(1..<1, in: broken.span) == "")
  }

  /// A line is read field by field, as the log's reader does it.
  @Test func readsALineFieldByField() throws {
    let line = Array(#"{"at":"2026-01-05","data":{"n":[1,{}]},"seq":7,"type":"Paid"}"#.utf8)
    var cursor = CanonicalCursor()
    try cursor.expect("{\"at\":", in: line.span)
    let at = try cursor.plainString(in: line.span)
    #expect(decodeCanonicalString(at, in: line.span) == "2026-01-05")
    let hasCause = cursor.consume(",\"cause\":", in: line.span)
    #expect(!hasCause)
    try cursor.expect(",\"data\":", in: line.span)
    let start = cursor.position
    try cursor.skipValue(in: line.span)
    #expect(decodeCanonicalString(start..<cursor.position, in: line.span) == #"{"n":[1,{}]}"#)
    try cursor.expect(",\"seq\":", in: line.span)
    #expect(try cursor.integer(in: line.span) == 7)
    try cursor.expect(",\"type\":", in: line.span)
    #expect(try cursor.string(in: line.span).count == 4)
    try cursor.expect("}", in: line.span)
    #expect(cursor.position == line.count)
  }
}
