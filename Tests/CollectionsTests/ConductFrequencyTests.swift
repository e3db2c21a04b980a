import Collections
import Support
import Testing

@Suite("How often: against a count written another way")
struct ConductFrequencyTests {
  @Test("US-7 over a random year of calls equals a brute-force count")
  func randomYear() throws {
    var random = SeededGenerator(seed: seed())
    let policy = try pack("us-regf")
    let places = policy.rules.indices.filter { policy.rules[$0].id == "US-7" }
    for _ in 0..<5 {
      let calls = Self.year(&random)
      var accountsSeen = 0
      for (place, call) in calls.enumerated() where call.isOutbound && call.channel == .call {
        var question = try ContactQuestion(.call, "2026-01-01T12:00:00-06:00")
        question.moment = call.moment
        question.localDate = call.localDate
        (question.account, question.accountNumber) = ("A", call.account)
        var findings: [RuleFinding] = []
        _ = policy.judge(
          question, ContactFacts(nil), past: calls, before: 0..<place,
          BusinessCalendar(jurisdiction: "US"), into: &findings)
        let said = findings.filter { places.contains(Int($0.rule)) && $0.verdict != .pass }.count
        let counted =
          (Self.isAboveSeven(place, calls) ? 1 : 0) + (Self.followsTalk(place, calls) ? 1 : 0)
        #expect(said == counted, "call \(place) on \(call.localDate.text)")
        accountsSeen += said
      }
      #expect(accountsSeen > 0, "a year in which nothing happens proves nothing")
    }
  }

  /// Whether some span of seven days holds more than seven calls about the debt up to this one.
  private static func isAboveSeven(_ place: Int, _ calls: [PastContact]) -> Bool {
    let call = calls[place]
    return (0..<7).contains { start in
      var days: [Int32: Int] = [:]
      for other in calls[...place]
      where other.isOutbound && other.channel == .call && other.account == call.account {
        days[other.localDate.days, default: 0] += 1
      }
      let first = call.localDate.days - Int32(start)
      return (first..<first + 7).reduce(0) { $0 + (days[$1] ?? 0) } > 7
    }
  }

  /// Whether this call is on one of the seven days that begin with a conversation made before it.
  private static func followsTalk(_ place: Int, _ calls: [PastContact]) -> Bool {
    let call = calls[place]
    let talks = calls[..<place].filter {
      $0.isConversation && $0.channel == .call && $0.account == call.account
    }
    let covered = Set(talks.flatMap { talk in (0..<7).map { talk.localDate.days + Int32($0) } })
    return covered.contains(call.localDate.days)
  }

  /// A year of contacts about two debts, in order: busy weeks and quiet ones.
  private static func year(_ random: inout SeededGenerator) -> [PastContact] {
    var calls: [PastContact] = []
    for day in 20_454..<Int32(20_454 + 365) {
      let isBusy = day / 20 % 2 == 0
      for _ in 0..<Int.random(in: 0...(isBusy ? 4 : 1), using: &random) {
        let minute = Int64.random(in: 0..<1_440, using: &random)
        calls.append(
          PastContact(
            moment: Int64(day) * 86_400_000 + minute * 60_000 + 21_600_000,
            localDate: CivilDate(days: day), account: Int32.random(in: 0...1, using: &random),
            channel: random.once(in: 4) ? .sms : .call, isOutbound: !random.once(in: 6),
            isConversation: random.once(in: 8), seq: Int64(calls.count)))
      }
    }
    return calls.sorted(by: PastContact.precedes)
  }
}
