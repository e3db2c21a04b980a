import CanonicalJSON
import Testing

/// How doubles are written and read; events never hold one.
struct NumberFormTests {
  /// RFC 8785, appendix B.
  @Test(
    arguments: [
      (0x0000_0000_0000_0000, "0"),
      (0x8000_0000_0000_0000, "0"),
      (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"),
      (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
      (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
      (0x4340_0000_0000_0000, "9007199254740992"),
      (0xc340_0000_0000_0000, "-9007199254740992"),
      (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
      (0x44b5_2d02_c7e1_4af6, "1e+23"),
      (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
      (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
      (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
      (0x444b_1ae4_d6e2_ef50, "1e+21"),
      (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
      (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
      (0x41b3_de43_5555_5553, "333333333.3333332"),
      (0x41b3_de43_5555_5554, "333333333.33333325"),
      (0x41b3_de43_5555_5555, "333333333.3333333"),
      (0x41b3_de43_5555_5556, "333333333.3333334"),
      (0x41b3_de43_5555_5557, "333333333.33333343"),
      (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
      (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func writesAsECMAScriptDoes(bits: UInt64, text: String) throws {
    let value = try #require(JSONValue(double: Double(bitPattern: bits)))
    #expect(value.canonicalText == text)
    #expect(try JSONValue(parsing: text, as: .interoperable) == value)
  }

  /// The first 10,000 lines of the authors' file of 100 million, by the hash they published.
  ///
  /// Bit patterns: a fixed list, 2,000 of the smallest normal numbers in a row, then a chain of
  /// SHA-256 blocks read as little-endian doubles, zeros and what is not finite left out.
  @Test func agreesWithTheAuthorsOnTenThousandNumbers() throws {
    var patterns = ES6TestFile.patterns + (0..<2000).map { 0x0010_0000_0000_0000 + $0 }
    var block = [UInt8](repeating: 0, count: 32)
    while patterns.count < 10_000 {
      block = SHA256.digest(of: block)
      for start in stride(from: 0, to: 32, by: 8) {
        let bits = (0..<8).reduce(0 as UInt64) { $0 | UInt64(block[start + $1]) << (8 * $1) }
        let value = Double(bitPattern: bits)
        if value.isFinite && value != 0 { patterns.append(bits) }
      }
    }
    var file: [UInt8] = []
    for bits in patterns.prefix(10_000) {
      file += Array(String(bits, radix: 16).utf8) + Array(",".utf8)
      try #require(JSONValue(double: Double(bitPattern: bits))).appendCanonical(to: &file)
      file += Array("\n".utf8)
    }
    let hex = SHA256.digest(of: file).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(file.count == 399_022)
    #expect(hex == "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892")
  }

  @Test func hasNoFormForWhatIsNotFinite() {
    #expect(JSONValue(double: .infinity) == nil)
    #expect(JSONValue(double: -.infinity) == nil)
    #expect(JSONValue(double: .nan) == nil)
  }

  /// Text, the canonical text it becomes under `.json`, and whether it is a JSON integer to us.
  @Test(arguments: [
    ("0", "0", true),
    ("-0", "0", true),
    ("0e5", "0", true),
    ("-0.0", "0", true),
    ("1.0", "1", true),
    ("1e3", "1000", true),
    ("1E+3", "1000", true),
    ("1200e-2", "12", true),
    ("0.1", "0.1", false),
    ("1e-7", "1e-7", false),
    ("0.000001", "0.000001", false),
    ("123456789012345680000", "123456789012345680000", false),
    ("9007199254740991", "9007199254740991", true),
    ("9007199254740991.0", "9007199254740991", true),
    ("9007199254740992", "9007199254740992", false),
    ("9007199254740993", "9007199254740992", false),
    ("-9007199254740992", "-9007199254740992", false),
    ("9223372036854775808", "9223372036854776000", false),
    ("1e-400", "0", true),
    ("1e308", "1e+308", false),
    ("2.2250738585072011e-308", "2.225073858507201e-308", false),
  ])
  func readsIntoOneForm(text: String, canonical: String, isInteger: Bool) throws {
    let value = try JSONValue(parsing: text, as: .json)
    #expect(value.canonicalText == canonical)
    #expect((value.integerValue != nil) == isInteger)
    #expect(value == (try JSONValue(parsing: canonical, as: .json)))
  }

  @Test(arguments: ["1e400", "-1e309", "1" + String(repeating: "0", count: 400)])
  func refusesWhatRoundsToInfinity(text: String) {
    for profile in [JSONProfile.json, .interoperable, .event] {
      let expected: JSONError.Code =
        profile == .event && text.contains("e") ? .numberNotInteger : .numberOutOfRange
      #expect(refusal(text, as: profile) == JSONError(expected, at: 0))
    }
  }

  @Test func readsVeryLongNumbers() throws {
    let zeros = String(repeating: "0", count: 100_000)
    #expect(try JSONValue(parsing: "1." + zeros, as: .json) == .integer(1))
    #expect(try JSONValue(parsing: "0." + zeros + "1", as: .json) == .integer(0))
    #expect(refusal("1" + zeros, as: .event) == JSONError(.numberOutOfRange, at: 0))
    let long = try JSONValue(parsing: "0.1" + zeros + "1", as: .json)
    #expect(long.canonicalText == "0.1")
  }
}
