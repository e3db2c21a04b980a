import CanonicalJSON
import Testing

/// Depth and length end where they are said to, and nothing overflows the stack.
struct LimitTests {
  private func nested(_ depth: Int, open: String, close: String, inside: String) -> String {
    String(repeating: open, count: depth) + inside + String(repeating: close, count: depth)
  }

  @Test(arguments: [("[", "]", "1"), ("{\"a\":", "}", "1"), ("[", "]", "")])
  func depthEndsWhereItIsSaidTo(open: String, close: String, inside: String) {
    for depth in [1, 2, 16, 64] {
      let limits = JSONLimits(depth: depth)
      let fits = nested(depth, open: open, close: close, inside: inside)
      let exceeds = nested(depth + 1, open: open, close: close, inside: inside)
      let error = JSONError(.tooDeep, at: depth * open.utf8.count)
      for profile in [JSONProfile.json, .interoperable, .event] {
        #expect(refusal(fits, as: profile, limits: limits) == nil)
        #expect(refusal(exceeds, as: profile, limits: limits) == error)
      }
      #expect(canonicalRefusal(fits, limits: limits) == nil)
      #expect(canonicalRefusal(exceeds, limits: limits) == error)
    }
  }

  @Test func aScalarHasNoDepth() {
    let limits = JSONLimits(depth: 0)
    #expect(refusal("1", as: .event, limits: limits) == nil)
    #expect(canonicalRefusal("1", limits: limits) == nil)
    #expect(refusal("[]", as: .event, limits: limits) == JSONError(.tooDeep, at: 0))
    #expect(canonicalRefusal("{}", limits: limits) == JSONError(.tooDeep, at: 0))
  }

  /// As many brackets as JSONTestSuite has, under the usual limits and under none.
  @Test(arguments: ["[", "{\"a\":", "[{\"\":"])
  func manyOpeningBracketsAreRefused(open: String) {
    let bytes = Array(String(repeating: open, count: 100_000).utf8)
    for limits in [JSONLimits(), JSONLimits(depth: .max, bytes: .max)] {
      #expect(refusal(bytes, as: .json, limits: limits)?.code == .tooDeep)
      #expect(canonicalRefusal(bytes, limits: limits)?.code == .tooDeep)
    }
    let skipped = Outcome<Bool> { cursor throws(JSONError) in
      try cursor.skipValue(in: bytes.span)
      return true
    }
    #expect(skipped == .error(JSONError(.truncated, at: bytes.count)))
  }

  @Test func noLimitExceedsTheDeepest() {
    let limits = JSONLimits(depth: .max, bytes: .max)
    let fits = nested(JSONLimits.deepest, open: "[", close: "]", inside: "")
    #expect(refusal(fits, as: .json, limits: limits) == nil)
    #expect(canonicalRefusal(fits, limits: limits) == nil)
    #expect(refusal("[" + fits + "]", as: .json, limits: limits)?.code == .tooDeep)
    #expect(canonicalRefusal("[" + fits + "]", limits: limits)?.code == .tooDeep)
  }

  @Test func lengthEndsWhereItIsSaidTo() {
    let limits = JSONLimits(bytes: 10)
    #expect(refusal("\"12345678\"", as: .event, limits: limits) == nil)
    #expect(canonicalRefusal("\"12345678\"", limits: limits) == nil)
    let error = JSONError(.tooLong, at: 10)
    #expect(refusal("\"123456789\"", as: .event, limits: limits) == error)
    #expect(canonicalRefusal("\"123456789\"", limits: limits) == error)
    // White space counts too.
    #expect(refusal("         1 ", as: .event, limits: limits) == error)
  }

  @Test func aLineOfTheLogHasItsLimits() {
    #expect(JSONLimits.event == JSONLimits(depth: 16, bytes: 65_535))
    let line = "\"" + String(repeating: "x", count: 65_533) + "\""
    #expect(canonicalRefusal(line) == nil)
    #expect(canonicalRefusal("\"x" + line.dropFirst()) == JSONError(.tooLong, at: 65_535))
  }
}
