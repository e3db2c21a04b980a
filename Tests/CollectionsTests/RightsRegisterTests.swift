import Collections
import Testing

@Suite("Breaches, retention and the register of processing")
struct RightsRegisterTests {
  private func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  private func instant(_ text: String) throws -> Instant { try #require(Instant(text)) }

  private func breach(
    _ grounds: [BreachGround]? = nil, isContained: Bool = false, _ notices: [Breach.Notice] = []
  ) throws -> Breach {
    var breach = Breach(
      id: "b-1", seq: 7, on: try date("2026-03-02"),
      awareAt: try instant("2026-03-02T10:00:00.000Z"), scope: "x", grounds: grounds,
      isContained: isContained)
    breach.notices = notices
    return breach
  }

  @Test(
    "48 hours in Peru, 72 for a European authority, to the millisecond on both sides",
    arguments: [
      ("PE", "2026-03-04T10:00:00.000Z", Breach.State.open, Breach.State.open),
      ("PE", "2026-03-04T10:00:00.001Z", .late, .late),
      ("DE", "2026-03-05T10:00:00.000Z", .open, .open),
      ("DE", "2026-03-05T10:00:00.001Z", .late, .open),
    ])
  func clocks(
    _ country: String, _ now: String, _ authority: Breach.State, _ subjects: Breach.State
  ) throws {
    let terms = BreachTerms(jurisdiction: country)
    #expect(try breach().authority(at: instant(now), terms).state == authority)
    #expect(try breach().subjects(at: instant(now), terms).state == subjects)
  }

  @Test("who need not be told, and what was told late with a reason and without one")
  func notices() throws {
    let terms = BreachTerms(jurisdiction: "PE")
    let now = try instant("2026-03-09T00:00:00.000Z")
    #expect(try breach([]).authority(at: now, terms).state == .notNeeded)
    #expect(try breach([.harm]).authority(at: now, terms).state == .late)
    #expect(try breach([.harm], isContained: true).subjects(at: now, terms).state == .notNeeded)
    func told(_ to: String, _ at: String, _ reason: String) throws -> Breach {
      try breach([.harm], [Breach.Notice(to: to, at: instant(at), reason: reason, seq: 8)])
    }
    let inTime = try told("ANPD", "2026-03-04T10:00:00.000Z", "")
    #expect(inTime.authority(at: now, terms).state == .told)
    #expect(inTime.subjects(at: now, terms).state == .late)
    let late = try told("ANPD", "2026-03-04T10:00:00.001Z", "")
    #expect(late.authority(at: now, terms).state == .toldLateWithoutReason)
    let excused = try told("Titulares", "2026-03-05T10:00:00.000Z", "sin red")
    #expect(excused.subjects(at: now, terms).state == .toldLate)
  }

  private func facts(_ role: String, legalHold: Bool = false) throws -> PersonFacts {
    var book = PeopleBook()
    var reader = FieldReader()
    func take(_ type: EventType, _ seq: Int64, _ data: String) throws {
      let stream = "subject/S-1"
      let line = Array((stream + data).utf8)
      try book.apply(
        type, seq: seq, effective: date("2020-01-01"), line.span, stream: 0..<stream.utf8.count,
        subject: 0..<0, data: stream.utf8.count..<line.count, &reader)
    }
    try take(.subjectLinked, 1, #"{"account":"A-1","role":"\#(role)"}"#)
    if legalHold { try take(.legalHoldPlaced, 2, #"{"hold":"h-1"}"#) }
    return try #require(book.facts(of: "S-1", on: try date("2040-01-01")))
  }

  @Test(
    "a debt binds while it is open and ten years from its closing, to the day",
    arguments: [
      ("debtor", nil, "2030-01-01", ["open-account"]),
      ("debtor", "2020-02-29", "2025-02-28", ["pe-debt-10", "pe-tax-5"]),
      ("debtor", "2020-02-29", "2025-03-01", ["pe-debt-10"]),
      ("guarantor", "2020-02-29", "2030-02-28", ["pe-debt-10"]),
      ("guarantor", "2020-02-29", "2030-03-01", []),
      ("representative", nil, "2030-01-01", []),
    ] as [(String, String?, String, [String])])
  func retention(_ role: String, _ closed: String?, _ on: String, _ grounds: [String]) throws {
    let account = RetentionSchedule.Account(id: "A-1", closedOn: try closed.map(date))
    let schedule = RetentionSchedule(jurisdiction: "PE")
    let bindings = schedule.bindings(of: try facts(role), [account], on: try date(on))
    #expect(bindings.map(\.ground) == grounds)
    let held = schedule.bindings(of: try facts(role, legalHold: true), [account], on: try date(on))
    #expect(held.map(\.ground) == ["legal-hold"] + grounds)
    #expect(RetentionSchedule.freeOn(held) == nil)
    if closed != nil, !grounds.isEmpty {
      #expect(RetentionSchedule.freeOn(bindings)?.text == "2030-03-01")
    }
  }

  @Test("every type that tells of people is in the register, with all of its sealed fields")
  func register() {
    let activities = ProcessingRegister.activities
    let known = Set(activities.flatMap(\.types))
    for type in EventType.allCases where type.declaration.group != .ledger {
      #expect(known.contains(type), "\(type.name)")
    }
    let sealed = EventType.allCases.flatMap { type in
      type.sealedFields.map { "\(type.name).\($0.text)" }
    }
    #expect(Set(activities.flatMap(\.sealed)) == Set(sealed))
    #expect(activities.filter(\.isSensitive).map(\.group) == [.hardship])
    for country in ["PE", "US"] {
      let categories = RetentionSchedule(jurisdiction: country).rules.map(\.category)
      #expect(Set(categories) == Set(RetentionSchedule.Category.allCases))
    }
  }
}
