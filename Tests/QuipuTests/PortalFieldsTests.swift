import Collections
import Testing

@testable import quipu

/// What is written in a form of the portal, as it is read.
@Suite struct PortalFieldsTests {
  @Test(
    "an amount is one of the account's currency",
    arguments: [
      ("PEN", "150", 15_000), ("PEN", "S/ 1,204.50", 120_450), ("PEN", "s/.1204,50", 120_450),
      ("PEN", "PEN 20", 2_000), ("PEN", "$20", nil), ("PEN", "USD 20", nil), ("PEN", "US$ 20", nil),
      ("USD", "$20", 2_000), ("USD", "US$20.05", 2_005), ("USD", "usd 7", 700),
      ("USD", "S/ 20", nil),
      ("USD", "PEN20", nil), ("JPY", "1500", 1_500), ("JPY", "JPY 1500", 1_500),
      ("JPY", "15.5", nil),
      ("PEN", "-5", nil), ("PEN", "", nil), ("PEN", "99999999999999999999", nil),
    ] as [(String, String, Int64?)])
  func amounts(_ code: String, _ text: String, _ expected: Int64?) throws {
    let currency = try #require(Currency(code))
    #expect(PortalFields.amount(text, in: currency) == expected)
  }

  @Test("what is wrong says an amount in the account's currency")
  func example() throws {
    let dollars = try #require(Currency("USD"))
    let fault = #expect(throws: FormFault.self) {
      try PortalFields([("amount", "S/ 20")]).amount("amount", in: dollars)
    }
    #expect(fault?.words.spanish.contains("USD\u{A0}150.00") == true)
  }

  @Test(
    "lines are as she wrote them, whatever a browser ends them with",
    arguments: ["uno\r\ndos", "uno\rdos", "uno\ndos", " uno\r\ndos \r\n"])
  func lines(_ sent: String) {
    let read = PortalFields([("words", sent)])["words"]
    #expect(read == "uno\ndos")
    #expect(HTMLWriter.escaped(read) == "uno\ndos", "and they come back so after a fault")
  }
}
