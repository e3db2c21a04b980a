internal import Collections
internal import Testing

@Suite("Business calendars")
struct BusinessCalendarTests {
  let peru = BusinessCalendar(jurisdiction: "PE")

  @Test(
    "Easter Sunday, from printed almanacs",
    arguments: [
      "1913-03-23", "1943-04-25", "1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23",
      "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
      "2038-04-25", "2076-04-19", "2099-04-12",
    ])
  func easter(_ text: String) throws {
    let date = try #require(CivilDate(text))
    #expect(CivilDate.easter(of: date.year) == date)
    #expect(date.weekday == 7)
  }

  @Test(
    "Peru's holidays, Easter's two with them",
    arguments: [
      // year  Thursday Friday  the rest
      (2024, "03-28", "03-29", [String]()),
      (2025, "04-17", "04-18", []),
      (2026, "04-02", "04-03", []),
      (2027, "03-25", "03-26", []),
      (2023, "04-06", "04-07", ["06-07"]),
      (2022, "04-14", "04-15", ["06-07", "07-23"]),
      (2021, "04-01", "04-02", ["06-07", "07-23", "08-06", "12-09"]),
    ])
  func holidays(_ year: Int, _ thursday: String, _ friday: String, _ notYet: [String]) {
    let always = [
      "01-01", "05-01", "06-07", "06-29", "07-23", "07-28", "07-29", "08-06", "08-30", "10-08",
      "11-01", "12-08", "12-09", "12-25",
    ]
    let expected = (always.filter { !notYet.contains($0) } + [thursday, friday]).sorted()
    #expect(peru.holidays(of: year).map { String($0.text.dropFirst(5)) } == expected)
    for day in 0..<365 {
      guard let first = CivilDate(year: year, month: 1, day: 1) else { continue }
      let date = first + day
      #expect(peru.isHoliday(date) == expected.contains(String(date.text.dropFirst(5))))
    }
  }

  @Test(
    "the day itself or the next business day",
    arguments: [
      // date          following      why
      ("2026-03-31", "2026-03-31", "a Tuesday"),
      ("2026-04-02", "2026-04-06", "Maundy Thursday, Good Friday, a weekend"),
      ("2026-05-01", "2026-05-04", "Labour Day, a weekend"),
      ("2026-07-28", "2026-07-30", "two national days"),
      ("2025-12-08", "2025-12-10", "the Conception and Ayacucho"),
      ("2024-12-07", "2024-12-10", "a Saturday before both"),
      ("2026-06-06", "2026-06-08", "a Saturday; 7 June is a Sunday"),
      ("2027-01-01", "2027-01-04", "New Year on a Friday"),
      ("2026-08-29", "2026-08-31", "Santa Rosa on a Sunday"),
    ])
  func following(_ date: String, _ expected: String, _ why: String) throws {
    #expect(peru.following(try #require(CivilDate(date))).text == expected, "\(why)")
  }

  @Test(
    "n business days from a day, counted from the day after it",
    arguments: [
      // from         n   day
      ("2026-03-10", 0, "2026-03-10"),
      ("2026-03-10", 2, "2026-03-12"),
      ("2026-03-13", 1, "2026-03-16"),
      ("2026-03-14", 1, "2026-03-16"),
      ("2026-04-01", 1, "2026-04-06"),
      ("2026-04-01", 5, "2026-04-10"),
      ("2026-07-22", 3, "2026-07-30"),
      ("2025-12-05", 1, "2025-12-10"),
      ("2026-12-24", 5, "2027-01-04"),
    ])
  func adding(_ from: String, _ count: Int, _ expected: String) throws {
    let date = try #require(CivilDate(from))
    #expect(peru.adding(businessDays: count, to: date).text == expected)
  }

  @Test("agrees with a calendar written out by hand on every day of 2024 to 2027")
  func byHand() throws {
    let first = try #require(CivilDate("2024-01-01"))
    var wrong: [String] = []
    for offset in 0..<1461 - 7 {
      let date = first + offset
      if Int(peru.following(date).days) != ModelCalendar.following(Int(date.days)) {
        wrong.append(date.text)
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test("an adopted year replaces the rules' for that year alone")
  func adopted() throws {
    var calendar = peru
    let bridge = try #require(CivilDate("2026-07-27"))
    calendar.adopt(year: 2026, holidays: [bridge])
    #expect(calendar.isHoliday(bridge))
    #expect(calendar.isBusinessDay(try #require(CivilDate("2026-07-28"))))
    #expect(!calendar.isBusinessDay(try #require(CivilDate("2026-07-26"))))
    #expect(calendar.isHoliday(try #require(CivilDate("2027-07-28"))))
    #expect(calendar.holidays(of: 2026) == [bridge])
  }

  @Test("a jurisdiction without rules of ours has weekends alone, and says so")
  func unknown() throws {
    let calendar = BusinessCalendar(jurisdiction: "ZZ")
    #expect(!calendar.isKnown)
    #expect(peru.isKnown)
    #expect(calendar.holidays(of: 2026).isEmpty)
    #expect(calendar.following(try #require(CivilDate("2026-12-25"))).text == "2026-12-25")
    #expect(calendar.following(try #require(CivilDate("2026-12-26"))).text == "2026-12-28")
  }
}
