import Collections
import Support
import Testing

@Suite("Requests about personal data")
struct RightsTests {
  private let calendar = BusinessCalendar(jurisdiction: "PE")

  private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  private func text(_ date: CivilDate?) -> String { date?.text ?? "none" }

  private func request(
    _ right: DataRight, _ filed: String, stated: String? = nil, _ steps: [RequestStep] = [],
    on day: String, in country: String = "PE"
  ) throws -> DataRequest {
    let filed = try date(filed)
    let terms = RequestTerms(jurisdiction: country)
    let calendar = BusinessCalendar(jurisdiction: country)
    let lawful = terms?.term(of: right).length.end(after: filed, calendar)
    var request = DataRequest(
      subject: "S-1", id: "r-1", right: right, via: "email", seq: 1, filedOn: filed,
      statedDueOn: try stated.map(date) ?? lawful ?? filed)
    request.follow(steps, on: try date(day), terms, calendar)
    return request
  }

  @Test(
    "Peru's terms run in business days from the day after; July and August have four holidays",
    arguments: [
      (DataRight.information, "2026-08-04"), (.access, "2026-08-21"),
      (.rectification, "2026-08-07"), (.cancellation, "2026-08-07"), (.opposition, "2026-08-07"),
      (.portability, "2026-08-21"), (.objectiveTreatment, "2026-08-07"),
    ])
  func terms(_ right: DataRight, _ due: String) throws {
    let open = try request(right, "2026-07-20", on: due)
    #expect(text(open.dueOn) == due)
    #expect(open.state == .open && open.businessDaysLeft == 0 && open.warnings == [])
    let late = try request(right, "2026-07-20", on: try date(due).following.text)
    #expect(late.state == .late && late.businessDaysLeft == -1)
    #expect(open.note.isEmpty == ![.portability, .objectiveTreatment].contains(right))
  }

  @Test(
    "one month ends on the same day, on the last where there is none, on a business day",
    arguments: [
      ("2026-01-15", "2026-02-16", "2026-04-15"), ("2026-01-31", "2026-03-02", "2026-04-30"),
      ("2027-11-30", "2027-12-30", "2028-02-29"), ("2026-12-10", "2027-01-11", "2027-03-10"),
    ])
  func months(_ filed: String, _ due: String, _ extended: String) throws {
    #expect(text(try request(.access, filed, on: filed, in: "DE").dueOn) == due)
    let step = RequestStep(.extended, on: try date(filed) + 3, seq: 2)
    #expect(text(try request(.erasureRight, filed, [step], on: due, in: "GB").dueOn) == extended)
  }

  @Test("a term is extended once, by as much again, in time, and never for information")
  func extensions() throws {
    let first = RequestStep(.extended, on: try date("2026-08-07"), seq: 2)
    let again = RequestStep(.extended, on: try date("2026-08-10"), seq: 3)
    let tooLate = RequestStep(.extended, on: try date("2026-08-10"), seq: 2)
    let once = try request(.cancellation, "2026-07-20", [first], on: "2026-08-10")
    #expect(text(once.dueOn) == "2026-08-21" && once.extendedBy == 2 && once.warnings == [])
    let twice = try request(.cancellation, "2026-07-20", [first, again], on: "2026-08-10")
    #expect(twice.dueOn == once.dueOn && twice.warnings == [.extensionIneffective])
    let late = try request(.cancellation, "2026-07-20", [tooLate], on: "2026-08-10")
    #expect(late.state == .late && late.warnings == [.extensionIneffective])
    let never = try request(
      .information, "2026-07-20", [RequestStep(.extended, on: try date("2026-07-22"), seq: 2)],
      on: "2026-07-22")
    #expect(text(never.dueOn) == "2026-08-04" && never.warnings == [.extensionIneffective])
  }

  @Test("asking for more within 7 business days stops the clock until it comes, or lapses after 10")
  func suspension() throws {
    // 3 August is the 7th business day after 20 July, 4 August the 8th.
    let asked = RequestStep(.asked, on: try date("2026-07-30"), seq: 2)
    let waiting = try request(.access, "2026-07-20", [asked], on: "2026-08-14")
    #expect(waiting.state == .suspended && waiting.dueOn == nil && waiting.businessDaysLeft == nil)
    #expect(text(waiting.sendBy) == "2026-08-14")
    #expect(try request(.access, "2026-07-20", [asked], on: "2026-08-15").state == .lapsed)
    // 5 of 20 days had passed: 15 are left from the day it came.
    let came = RequestStep(.received, on: try date("2026-08-05"), seq: 3)
    let resumed = try request(.access, "2026-07-20", [asked, came], on: "2026-08-07")
    #expect(text(resumed.dueOn) == "2026-08-27" && resumed.state == .open)
    let late = RequestStep(.asked, on: try date("2026-08-04"), seq: 2)
    let ignored = try request(.access, "2026-07-20", [late], on: "2026-08-05")
    #expect(ignored.warnings == [.askedLate] && text(ignored.dueOn) == "2026-08-21")
  }

  @Test("an answer is in time through its last day; what comes after it changes nothing")
  func answers() throws {
    func answer(_ day: String) throws -> RequestStep {
      RequestStep(.answered(decision: "granted", package: "d"), on: try date(day), seq: 4)
    }
    let inTime = try request(
      .cancellation, "2026-07-20", [try answer("2026-08-07")], on: "2026-12-31")
    #expect(inTime.state == .answered && inTime.businessDaysLeft == nil && !inTime.isPending)
    #expect(inTime.decision == "granted" && inTime.packageDigest == "d" && inTime.answeredBy == 4)
    let late = try request(
      .cancellation, "2026-07-20",
      [try answer("2026-08-10"), RequestStep(.extended, on: try date("2026-08-11"), seq: 5)],
      on: "2026-12-31")
    #expect(late.state == .answeredLate && late.extendedBy == nil)
  }

  @Test("business days spent outside of suspensions add up to the term, over random requests")
  func random() throws {
    let seed = seed()
    var generator = SeededGenerator(seed: seed)
    let terms = try #require(RequestTerms(jurisdiction: "PE"))
    for _ in 0..<2_000 {
      let filed = CivilDate(days: Int32.random(in: 19_700...22_000, using: &generator))
      let right = DataRight.allCases.randomElement(using: &generator) ?? .access
      guard case .businessDays(let term) = terms.term(of: right).length else { continue }
      let asked = filed + Int.random(in: 0...14, using: &generator)
      let came = asked + Int.random(in: 0...20, using: &generator)
      let found = try request(
        right, filed.text,
        [RequestStep(.asked, on: asked, seq: 2), RequestStep(.received, on: came, seq: 3)],
        on: (filed + 400).text)
      // Counted day by day, without the arithmetic of the rule.
      var (spent, day) = (0, filed)
      let isSuspended = !found.warnings.contains(.askedLate)
      if isSuspended, found.state == .lapsed { continue }
      let due = try #require(found.dueOn)
      while day < due {
        day = day + 1
        let counts = !isSuspended || day <= asked || day > came
        if calendar.isBusinessDay(day), counts { spent += 1 }
      }
      #expect(
        spent == term,
        "seed \(seed): \(right) filed \(filed.text), asked \(asked.text), came \(came.text)")
      #expect(calendar.isBusinessDay(due))
    }
  }

  @Test("a stated last day that is not the law's is told; without terms it is all there is")
  func stated() throws {
    let wrong = try request(.access, "2026-07-20", stated: "2026-08-20", on: "2026-07-21")
    #expect(wrong.warnings == [.dueOnDiffers] && text(wrong.dueOn) == "2026-08-21")
    let unknown = try request(
      .access, "2026-07-20", stated: "2026-08-20", on: "2026-07-21", in: "US")
    #expect(unknown.warnings == [.noTerms] && text(unknown.dueOn) == "2026-08-20")
  }
}

extension DataRight {
  /// What the GDPR calls erasure.
  fileprivate static let erasureRight = DataRight.cancellation
}

extension CivilDate {
  /// The next business day of Peru.
  fileprivate var following: CivilDate {
    BusinessCalendar(jurisdiction: "PE").adding(businessDays: 1, to: self)
  }
}
