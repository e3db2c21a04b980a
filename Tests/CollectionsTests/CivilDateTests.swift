internal import Collections
internal import Testing

@Suite("Civil dates and instants")
struct CivilDateTests {
  @Test("every day from 1900 to 2100 goes to its number, its text and back")
  func everyDay() {
    // Counted on the fingers: 1900-01-01 was a Monday, 25 567 days before 1970-01-01.
    var number: Int32 = -25_567
    var weekday = 1
    var wrong: [String] = []
    for year in 1900...2100 {
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let months = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in zip(1...12, months) {
        for day in 1...length {
          let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
          let date = CivilDate(days: number)
          if date.text != text || CivilDate(text) != date || date.weekday != weekday
            || date.civil != (year, month, day)
            || CivilDate(year: year, month: month, day: day) != date
          {
            wrong.append(text)
          }
          number += 1
          weekday = weekday == 7 ? 1 : weekday + 1
        }
      }
    }
    #expect(number == 47_847)
    #expect(wrong.isEmpty)
  }

  @Test(
    "known days",
    arguments: [
      // text         days       weekday
      ("0001-01-01", -719_162, 1),
      ("1582-10-15", -141_427, 5),
      ("1969-12-31", -1, 3),
      ("1970-01-01", 0, 4),
      ("2000-02-29", 11_016, 2),
      ("2026-11-22", 20_779, 7),
      ("9999-12-31", 2_932_896, 5),
    ])
  func known(_ text: String, _ days: Int32, _ weekday: Int) {
    #expect(CivilDate(text)?.days == days)
    #expect(CivilDate(days: days).text == text)
    #expect(CivilDate(days: days).weekday == weekday)
  }

  @Test(
    "leap years",
    arguments: [
      (1900, 28), (1904, 29), (2000, 29), (2023, 28), (2024, 29), (2100, 28), (2400, 29),
    ])
  func leapYears(_ year: Int, _ length: Int) {
    #expect(CivilDate.length(ofMonth: 2, in: year) == length)
    #expect((CivilDate(year: year, month: 2, day: 29) != nil) == (length == 29))
  }

  @Test(
    "bad dates are refused",
    arguments: [
      "", "2026-1-01", "2026-01-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01",
      "2026-00-10", "2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31", "2026-02-29",
      "0000-01-01", "-001-01-01", "+026-01-01", "20260101", "2026-01-0a", "2026-01-01T00",
      "２０２６-01", "2026-01-0\t",
    ])
  func badDates(_ text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test("a date is read from the middle of bytes, and from nowhere else")
  func withinBytes() {
    let bytes = Array("x2026-02-28y".utf8)
    #expect(CivilDate(parsing: bytes.span, 1..<11)?.text == "2026-02-28")
    #expect(CivilDate(parsing: bytes.span, 0..<10) == nil)
    #expect(CivilDate(parsing: bytes.span, 2..<12) == nil)
    #expect(CivilDate(parsing: bytes.span, 1..<12) == nil)
    #expect(CivilDate(parsing: bytes.span, 4..<14) == nil)
  }

  @Test("days are added and counted")
  func arithmetic() throws {
    let date = try #require(CivilDate("2024-02-28"))
    #expect((date + 1).text == "2024-02-29")
    #expect((date + 2).text == "2024-03-01")
    #expect((date + 366).text == "2025-02-28")
    #expect((date - 59).text == "2023-12-31")
    #expect(date + 366 - date == 366)
    #expect(date < date + 1)
  }

  @Test(
    "instants",
    arguments: [
      // text                        milliseconds
      ("1970-01-01T00:00:00.000Z", 0),
      ("1969-12-31T23:59:59.999Z", -1),
      ("2026-11-22T10:15:00.000Z", 1_795_342_500_000),
      ("2000-02-29T23:59:59.001Z", 951_868_799_001),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
  func instants(_ text: String, _ milliseconds: Int64) {
    #expect(Instant(text)?.milliseconds == milliseconds)
    #expect(Instant(milliseconds: milliseconds).text == text)
    #expect(Instant(milliseconds: milliseconds).date.text == text.prefix(10))
  }

  @Test(
    "bad instants are refused",
    arguments: [
      "", "2026-11-22", "2026-11-22T10:15:00Z", "2026-11-22T10:15:00.00Z",
      "2026-11-22T10:15:00.0000Z", "2026-11-22T10:15:00.000", "2026-11-22T10:15:00.000+00:00",
      "2026-11-22t10:15:00.000Z", "2026-11-22T10:15:00.000z", "2026-11-22 10:15:00.000Z",
      "2026-11-22T24:00:00.000Z", "2026-11-22T10:60:00.000Z", "2026-11-22T10:15:60.000Z",
      "2026-02-29T10:15:00.000Z", "2026-11-22T10:15:00,000Z", "2026-11-22T1a:15:00.000Z",
      "2026-11-22T10-15:00.000Z", "2026-11-22T10:15-00.000Z",
    ])
  func badInstants(_ text: String) {
    #expect(Instant(text) == nil)
  }

  @Test("instants sort as their texts do")
  func order() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<500 {
      // From 1900 to 2100, so that every text has the same length.
      let pair = (0..<2).map { _ in
        Instant(milliseconds: Int64(random.pick(-2_208_988_800_000...4_102_444_800_000)))
      }
      #expect((pair[0] < pair[1]) == (pair[0].text < pair[1].text))
      #expect(Instant(pair[0].text) == pair[0])
    }
  }
}
