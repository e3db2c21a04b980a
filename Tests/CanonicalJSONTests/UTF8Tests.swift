import CanonicalJSON
import Testing

/// Which bytes are text, in all places where text is read.
struct UTF8Tests {
  @Test(
    arguments: [
      ([0x80], "a continuation byte alone"),
      ([0xBF], "a continuation byte alone"),
      ([0xC0, 0x80], "overlong NUL"),
      ([0xC1, 0xBF], "overlong DEL"),
      ([0xE0, 0x80, 0xAF], "overlong in three"),
      ([0xE0, 0x9F, 0xBF], "the last overlong in three"),
      ([0xED, 0xA0, 0x80], "the first surrogate"),
      ([0xED, 0xBF, 0xBF], "the last surrogate"),
      ([0xF0, 0x80, 0x80, 0x80], "overlong in four"),
      ([0xF0, 0x8F, 0xBF, 0xBF], "the last overlong in four"),
      ([0xF4, 0x90, 0x80, 0x80], "one past U+10FFFF"),
      ([0xF5, 0x80, 0x80, 0x80], "a lead byte past the end"),
      ([0xFE], "never in UTF-8"),
      ([0xFF], "never in UTF-8"),
      ([0xC3], "cut after one of two"),
      ([0xE2, 0x82], "cut after two of three"),
      ([0xF0, 0x9F, 0x98], "cut after three of four"),
      ([0xE2, 0x28, 0xA1], "a second byte that is none"),
      ([0xF0, 0x9F, 0x28, 0x82], "a third byte that is none"),
      ([0xF0, 0x9F, 0x98, 0x28], "a fourth byte that is none"),
      ([0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF], "overlong in six"),
    ] as [([UInt8], String)])
  func refuses(bytes: [UInt8], why: String) {
    for before in 0..<9 {
      let quoted = Array(("\"" + String(repeating: "x", count: before)).utf8) + bytes + [0x22]
      let error = JSONError(.invalidUTF8, at: 1 + before)
      #expect(refusal(quoted, as: .json) == error, "\(why)")
      #expect(refusal(quoted, as: .event) == error, "\(why)")
      #expect(canonicalRefusal(quoted) == error, "\(why)")
      #expect(canonicalRefusal([0x7B] + quoted + Array(":1}".utf8))?.code == .invalidUTF8)
    }
    #expect(refusal(bytes, as: .json) == JSONError(.unexpectedByte, at: 0))
  }

  /// Every combination of bytes at which a rule changes, against the standard library's own check.
  @Test func agreesWithTheStandardLibrary() {
    let edges: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
    var valid = 0
    for first in UInt8(0x7F)...0xFF {
      for second in edges {
        for third in edges {
          for fourth in [0x41, 0x80, 0xBF, 0xC0] as [UInt8] {
            let bytes = [first, second, third, fourth]
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            valid += isValid ? 1 : 0
            let agrees = (canonicalRefusal([0x22] + bytes + [0x22]) == nil) == isValid
            // Some 42,000 times, so an expectation is made of a failure only.
            if !agrees { Issue.record("\(bytes)") }
          }
        }
      }
    }
    #expect(valid > 1_000)
  }

  @Test func everyScalarAtTheEdgesPasses() throws {
    for value in [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF] as [UInt32] {
      let text = String(try #require(Unicode.Scalar(value)))
      #expect(try JSONValue(parsing: "\"\(text)\"", as: .event) == .string(text))
    }
  }

  @Test func refusesAByteOrderMark() {
    #expect(refusal("\u{FEFF}{}", as: .json) == JSONError(.unexpectedByte, at: 0))
  }

  @Test func theWriterRefusesWhatIsNoText() async {
    await #expect(processExitsWith: .failure) {
      var writer = CanonicalWriter()
      let bytes: [UInt8] = [0x61, 0xC0, 0x80]
      writer.string(utf8: bytes.span)
    }
  }
}
