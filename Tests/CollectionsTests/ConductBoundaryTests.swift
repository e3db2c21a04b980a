import Collections
import Testing

@Suite("Contact rules on both sides of each limit")
struct ConductBoundaryTests {
  @Test(
    "Peru: hours, days and holidays of calls and visits",
    arguments: [
      // local                verdicts               why
      ("2026-03-02T06:59:59", ["PE-HRS block"]),  // Monday, a second too soon
      ("2026-03-02T07:00:00", []),
      ("2026-03-02T19:59:59", []),
      ("2026-03-02T20:00:00", ["PE-HRS block"]),
      ("2026-03-06T19:59:59", []),  // Friday
      ("2026-03-07T00:00:00", ["PE-HRS block"]),  // Saturday
      ("2026-03-07T10:00:00", ["PE-HRS block"]),
      ("2026-03-08T10:00:00", ["PE-HRS block"]),  // Sunday
      ("2026-03-09T07:00:00", []),  // Monday
      ("2026-04-01T10:00:00", []),  // Easter week: Wednesday
      ("2026-04-02T10:00:00", ["PE-HOL block"]),  // Thursday
      ("2026-04-03T10:00:00", ["PE-HOL block"]),  // Friday
      ("2026-04-06T10:00:00", []),  // Monday
      ("2024-06-06T10:00:00", []),
      ("2024-06-07T10:00:00", ["PE-HOL block"]),  // a Friday, holiday since 2024
      ("2023-06-07T10:00:00", []),  // a Wednesday, not yet
      ("2026-07-22T10:00:00", []),
      ("2026-07-23T10:00:00", ["PE-HOL block"]),
      ("2026-07-24T10:00:00", []),
      ("2026-08-05T10:00:00", []),
      ("2026-08-06T10:00:00", ["PE-HOL block"]),
      ("2026-08-07T10:00:00", []),
      ("2026-12-08T10:00:00", ["PE-HOL block"]),
      ("2026-12-09T10:00:00", ["PE-HOL block"]),
      ("2026-12-10T10:00:00", []),
      ("2010-10-01T06:00:00", []),  // the day before the law
      ("2010-10-04T06:00:00", ["PE-HRS block"]),
    ])
  func peru(_ local: String, _ expected: [String]) throws {
    let pe = try pack("pe")
    for channel in [ContactChannel.call, .visit] {
      var question = try ContactQuestion(channel, local + "-05:00")
      question.point = channel == .visit ? "P-1" : nil
      var story = PersonStory()
      try story.tell(
        .contactPointAdded,
        #"{"point":"P-1","kind":"address","source":"s","agreed":true,"localZone":"America/Lima"}"#,
        on: "2000-01-01")
      let facts = story.facts(on: question.localDate)
      #expect(pe.complaints(about: question, facts) == expected, "\(channel) \(local)")
    }
    // Messages keep the same hours, by a setting that has its own name and can be left out.
    let message = try ContactQuestion(.sms, local + "-05:00")
    #expect(
      pe.complaints(about: message)
        == expected.map { $0.replacing(" block", with: "-MSG block") })
    // A letter has no hour, but it needs an address.
    let letter = try ContactQuestion(.letter, local + "-05:00")
    let early = local < "2010-10-02"
    #expect(pe.complaints(about: letter) == (early ? [] : ["PE-ADDR warn"]))
  }

  @Test("a holiday adopted into the ledger counts, and one taken away does not")
  func adoptedCalendar() throws {
    let pe = try pack("pe")
    var calendar = BusinessCalendar(jurisdiction: "PE")
    let strike = try #require(CivilDate("2026-03-03"))
    calendar.adopt(year: 2026, holidays: [strike])
    let onStrike = try ContactQuestion(.call, "2026-03-03T10:00:00-05:00")
    #expect(pe.complaints(about: onStrike, past: [], calendar) == ["PE-HOL block"])
    let independence = try ContactQuestion(.call, "2026-07-28T10:00:00-05:00")
    #expect(pe.complaints(about: independence, past: [], calendar) == [])
  }

  @Test("the local time counts, not the ledger's: Lima and Madrid at one moment")
  func zones() throws {
    let pe = try pack("pe")
    let lima = try ContactQuestion(.call, "2026-03-02T07:00:00-05:00")
    let madrid = try ContactQuestion(.call, "2026-03-02T13:00:00+01:00")
    let tokyo = try ContactQuestion(.call, "2026-03-02T21:00:00+09:00")
    #expect(lima.moment == madrid.moment && madrid.moment == tokyo.moment)
    #expect(pe.complaints(about: lima) == [])
    #expect(pe.complaints(about: madrid) == [])
    #expect(pe.complaints(about: tokyo) == ["PE-HRS block"])
  }

  @Test(
    "Regulation F: hours",
    arguments: [
      ("2026-03-08T07:59:59", ["US-TIME block"]), ("2026-03-08T08:00:00", []),
      ("2026-03-08T20:59:59", []), ("2026-03-08T21:00:00", ["US-TIME block"]),
      ("2021-11-29T06:00:00", []), ("2021-11-30T06:00:00", ["US-TIME block"]),
    ])
  func unitedStates(_ local: String, _ expected: [String]) throws {
    let question = try ContactQuestion(.call, local + "-06:00")
    #expect(try pack("us-regf").complaints(about: question) == expected)
  }

  @Test("the eighth call in seven days, and the day after the first of them has gone")
  func eighthCall() throws {
    let policy = try pack("us-regf")
    let first = try #require(CivilDate("2026-03-02"))
    // A call a day from the second of March: the seventh is on the eighth.
    let calls = (0..<7).map { call(on: first + $0, seq: Int64($0)) }
    for (day, made, expected) in [
      ("2026-03-08", 6, []), ("2026-03-08", 7, ["US-7 warn"]), ("2026-03-09", 7, []),
    ] as [(String, Int, [String])] {
      var question = try ContactQuestion(.call, "\(day)T19:00:00-06:00")
      (question.account, question.accountNumber) = ("A-1", 0)
      var story = PersonStory()
      try story.open("A-1")
      let facts = story.facts(on: question.localDate)
      let past = Array(calls.prefix(made))
      #expect(policy.complaints(about: question, facts, past: past) == expected, "\(day) \(made)")
      // About another debt there were none.
      (question.account, question.accountNumber) = ("A-2", 1)
      try story.open("A-2")
      let other = story.facts(on: question.localDate)
      #expect(policy.complaints(about: question, other, past: past) == [])
      // Where no debt is named, all count.
      question.account = nil
      #expect(policy.complaints(about: question, other, past: past) == expected)
      // Messages are no calls.
      question.channel = .sms
      #expect(policy.complaints(about: question, other, past: past) == [])
    }
  }

  @Test(
    "seven days after a conversation, its own the first",
    arguments: [
      ("2026-03-02T17:59:59", []), ("2026-03-02T18:00:01", ["US-7 warn"]),
      ("2026-03-08T20:00:00", ["US-7 warn"]), ("2026-03-09T08:00:00", []),
    ])
  func conversation(_ local: String, _ expected: [String]) throws {
    let day = try #require(CivilDate("2026-03-02"))
    var talk = call(on: day, seq: 0)
    talk.isConversation = true
    var question = try ContactQuestion(.call, local + "-06:00")
    question.accountNumber = 0
    #expect(try pack("us-regf").complaints(about: question, past: [talk]) == expected)
    // One that the person began counts too, but is no attempt of ours.
    talk.isOutbound = false
    #expect(try pack("us-regf").complaints(about: question, past: [talk]) == expected)
  }

  /// A call at six in the evening, six hours behind UTC.
  private func call(on day: CivilDate, seq: Int64) -> PastContact {
    PastContact(
      moment: Int64(day.days) * 86_400_000 + 86_400_000, localDate: day, account: 0,
      channel: .call, isOutbound: true, isConversation: false, seq: seq)
  }
}
