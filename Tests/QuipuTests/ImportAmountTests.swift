internal import Testing

@testable import quipu

@Suite("Import: amounts")
struct ImportAmountTests {
  private func minorUnits(_ text: String, _ format: DecimalFormat) throws -> Int64 {
    let bytes = Array(("<" + text + ">").utf8)
    return try format.minorUnits(bytes.span, 1..<(bytes.count - 1))
  }

  @Test(
    "Decimal text becomes minor units exactly",
    arguments: [
      ("35.0", 2, 3_500),
      ("0", 2, 0),
      ("0.0", 2, 0),
      ("71.5", 2, 7_150),
      ("11.88", 2, 1_188),
      ("007.07", 2, 707),
      ("-3.20", 2, -320),
      ("0.07", 2, 7),
      ("1234", 0, 1_234),
      ("1.234", 3, 1_234),
      ("90071992547409.91", 2, 9_007_199_254_740_991),
      ("-90071992547409.91", 2, -9_007_199_254_740_991),
    ] as [(String, Int, Int64)])
  func exact(text: String, digits: Int, expected: Int64) throws {
    #expect(try minorUnits(text, DecimalFormat(digits: digits)) == expected)
  }

  @Test(
    "Anything else is refused",
    arguments: [
      ("", 2, .notDecimal),
      ("-", 2, .notDecimal),
      (".5", 2, .notDecimal),
      ("5.", 2, .notDecimal),
      ("1.2.3", 2, .notDecimal),
      ("1,5", 2, .notDecimal),
      ("+5", 2, .notDecimal),
      (" 5", 2, .notDecimal),
      ("5 ", 2, .notDecimal),
      ("1e2", 2, .notDecimal),
      ("٣", 2, .notDecimal),
      ("--5", 2, .notDecimal),
      ("1.234", 2, .tooManyDecimals),
      ("1.000", 2, .tooManyDecimals),
      ("1.0", 0, .tooManyDecimals),
      ("90071992547409.92", 2, .outOfRange),
      ("9007199254740992", 0, .outOfRange),
      ("99999999999999999999999999", 2, .outOfRange),
    ] as [(String, Int, DecimalFormat.Fault)])
  func refused(text: String, digits: Int, fault: DecimalFormat.Fault) {
    #expect(throws: fault) { try minorUnits(text, DecimalFormat(digits: digits)) }
  }

  @Test("A decimal comma is read where the mapping says so")
  func decimalComma() throws {
    let format = DecimalFormat(digits: 2, sign: UInt8(ascii: ","))
    #expect(try minorUnits("12,5", format) == 1_250)
    #expect(throws: DecimalFormat.Fault.notDecimal) { try minorUnits("12.5", format) }
  }

  @Test(
    "Messages show decimal text",
    arguments: [
      (0, 2, "0.00"), (7, 2, "0.07"), (-7, 2, "-0.07"), (1_234, 2, "12.34"), (-1_234, 0, "-1234"),
    ] as [(Int64, Int, String)])
  func text(minorUnits: Int64, digits: Int, expected: String) {
    #expect(DecimalFormat(digits: digits).text(minorUnits) == expected)
  }
}
