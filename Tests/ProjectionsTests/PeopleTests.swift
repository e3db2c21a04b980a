import Collections
import Projections
import Testing

@Suite("People")
struct PeopleTests {
  private static let digest = String(repeating: "a", count: 64)
  private var log = EventLines()

  private mutating func tell(
    _ type: String, _ on: String, _ data: String, of stream: String = "subject/S-1",
    subject: String? = nil
  ) -> Int64 {
    log.add(type, stream, on, data, subject: subject)
  }

  private func facts(
    _ on: String, _ subject: String = "S-1", knownAt: Int64? = nil
  ) throws -> PersonFacts {
    try #require(
      try log.model().people.facts(of: subject, on: try day(on), knownAt: knownAt ?? log.size))
  }

  @Test("a person is known from the first event that tells of her, and by what it says")
  mutating func registration() throws {
    log.open("A-1", principal: 1_000)
    let seq = tell(
      "SubjectRegistered", "2025-02-02",
      #"{"birthDecade":1980,"language":"qu","region":"PE-CUS","subject":"S-1"}"#)
    _ = tell("SubjectUpdated", "2025-02-05", #"{"region":"PE-LIM"}"#)
    let book = try log.model().people
    #expect(book.facts(of: "S-1", on: try day("2025-01-30")) == nil)
    #expect(book.facts(of: "S-2", on: try day("2025-12-31")) == nil)
    #expect(try facts("2025-01-31").registered == nil)
    let early = try facts("2025-02-04")
    #expect(early.registered == seq && early.region == "PE-CUS")
    let late = try facts("2025-02-05")
    #expect(late.birthDecade == 1980 && late.region == "PE-LIM" && late.language == "qu")
    #expect(try facts("2025-02-05", knownAt: seq).registered == nil)
  }

  @Test("accounts are linked by their opening and by links; a voided opening links nobody")
  mutating func links() throws {
    log.open("A-1", principal: 1_000)
    _ = tell("SubjectLinked", "2025-02-01", #"{"account":"A-1","role":"debtor"}"#)
    let guarantee = tell(
      "SubjectLinked", "2025-02-01", #"{"account":"A-1","role":"guarantor"}"#, of: "subject/S-2")
    #expect(try facts("2025-02-01").accounts.map(\.account) == ["A-1"])
    #expect(try facts("2025-02-01").accounts.map(\.role) == [.debtor])
    #expect(try facts("2025-02-01", "S-2").accounts.map(\.role) == [.guarantor])
    let model = try log.model()
    let people = model.people.people(of: "A-1", on: try day("2025-02-01"))
    #expect(people.map(\.subject) == ["S-1", "S-1", "S-2"])
    let void = tell(
      "EventVoided", "2025-02-09", #"{"approver":"u-2","reason":"r","target":\#(guarantee)}"#)
    #expect(try log.model().people.facts(of: "S-2", on: try day("2025-03-01")) == nil)
    #expect(try facts("2025-03-01", "S-2", knownAt: void).accounts.count == 1)
  }

  @Test("a contact point is valid until an event says that it reaches nobody")
  mutating func points() throws {
    let seq = tell(
      "ContactPointAdded", "2025-02-01",
      #"{"agreed":true,"kind":"mobile","localZone":"America/Lima","point":"p-1","source":"contract"}"#
    )
    let gone = tell("ContactPointInvalidated", "2025-02-03", #"{"point":"p-1","reason":"other"}"#)
    let point = try #require(try facts("2025-02-02").points.first)
    #expect(point.isValid && point.isAgreed && point.kind == .mobile && point.seq == seq)
    #expect(point.localZone == "America/Lima" && point.source == "contract")
    #expect(try facts("2025-02-03").points.map(\.invalidatedBy) == [gone])
    _ = tell(
      "ContactPointAdded", "2025-02-04",
      #"{"agreed":false,"kind":"mobile","localZone":"America/Lima","point":"p-1","source":"x"}"#)
    #expect(try facts("2025-02-04").points.map(\.isValid) == [true])
  }

  @Test("consent is by purpose and channel, and what was revoked stays to be seen")
  mutating func consents() throws {
    let proof = #""evidence":"\#(Self.digest)","informedText":"\#(Self.digest)""#
    _ = tell("ConsentGranted", "2025-02-01", #"{\#(proof),"purpose":"offers"}"#)
    _ = tell("ConsentGranted", "2025-02-01", #"{"channel":"sms",\#(proof),"purpose":"offers"}"#)
    let revoked = tell("ConsentRevoked", "2025-02-05", #"{"channel":"sms","purpose":"offers"}"#)
    #expect(try facts("2025-02-04").consents.map(\.isGiven) == [true, true])
    let later = try facts("2025-02-05").consents
    #expect(later.map(\.isGiven) == [true, false] && later[1].revokedBy == revoked)
    _ = tell("ConsentRevoked", "2025-02-06", #"{"purpose":"offers"}"#)
    #expect(try facts("2025-02-06").consents.map(\.isGiven) == [false, false])
    _ = tell("ConsentGranted", "2025-02-07", #"{"channel":"sms",\#(proof),"purpose":"offers"}"#)
    #expect(try facts("2025-02-07").consents.map(\.isGiven) == [false, true])
  }

  @Test("an opt-out holds until the person agrees to be contacted that way again")
  mutating func optOuts() throws {
    _ = tell("ChannelOptedOut", "2025-02-01", #"{"channel":"sms"}"#)
    _ = tell("ChannelOptedOut", "2025-02-01", #"{"channel":"call","point":"p-1"}"#)
    _ = tell("CeaseContactRequested", "2025-02-02", #"{"reason":"asked"}"#)
    let before = try facts("2025-02-03")
    #expect(before.optOuts.map(\.channel) == [.sms, .call])
    #expect(before.optOuts.map(\.point) == [nil, "p-1"])
    #expect(before.ceaseContact.map(\.channel) == [nil])
    let proof = #""evidence":"\#(Self.digest)","informedText":"\#(Self.digest)""#
    _ = tell("ConsentGranted", "2025-02-04", #"{"channel":"sms",\#(proof),"purpose":"offers"}"#)
    #expect(try facts("2025-02-04").optOuts.count == 2)
    _ = tell("ConsentGranted", "2025-02-05", #"{"channel":"sms",\#(proof),"purpose":"contact"}"#)
    let after = try facts("2025-02-05")
    #expect(after.optOuts.map(\.channel) == [.call] && after.ceaseContact.count == 1)
    _ = tell("ConsentGranted", "2025-02-06", #"{\#(proof),"purpose":"contact"}"#)
    #expect(try facts("2025-02-06").ceaseContact.isEmpty)
  }

  @Test("preferences replace each other by channel; windows know weekdays and midnight")
  mutating func preferences() throws {
    _ = tell(
      "PreferenceSet", "2025-02-01",
      #"{"channel":"call","windows":[{"days":[1,5],"from":"09:30","to":"12:00"},"#
        + #"{"from":"22:00","to":"01:00"}]}"#)
    let windows = try #require(try facts("2025-02-01").preferences.first).windows
    let monday = try day("2025-02-03")
    let held: [(day: CivilDate, minute: Int, first: Bool, second: Bool)] = [
      (monday, 569, false, false), (monday, 570, true, false), (monday, 719, true, false),
      (monday, 720, false, false), (monday + 1, 600, false, false), (monday + 4, 600, true, false),
      (monday, 1_319, false, false), (monday, 1_320, false, true), (monday, 59, false, true),
      (monday, 60, false, false),
    ]
    for row in held {
      #expect(windows[0].contains(row.day, minute: row.minute) == row.first)
      #expect(windows[1].contains(row.day, minute: row.minute) == row.second)
    }
    _ = tell("PreferenceSet", "2025-02-02", #"{"channel":"call","windows":[]}"#)
    #expect(try facts("2025-02-02").preferences.map(\.windows) == [[]])
  }

  @Test(
    "holds and disputes of an account concern everybody linked to it, hardship its debtor alone")
  mutating func accountsConcern() throws {
    log.open("A-1", principal: 1_000)
    _ = tell(
      "SubjectLinked", "2025-02-01", #"{"account":"A-1","role":"guarantor"}"#, of: "subject/S-2")
    let account = "account/A-1"
    _ = tell("HoldPlaced", "2025-02-02", #"{"hold":"h","kind":"fraud","reason":"r"}"#, of: account)
    _ = tell(
      "DisputeOpened", "2025-02-02", #"{"dispute":"d","reason":"r","scope":"amount"}"#, of: account,
      subject: "S-1")
    _ = tell("LegalHoldPlaced", "2025-02-02", #"{"hold":"l"}"#, of: account)
    _ = tell(
      "HardshipDeclared", "2025-02-02", #"{"from":"2025-02-02","to":"2025-02-08"}"#, of: account)
    _ = tell(
      "VulnerabilityDisclosed", "2025-02-02", #"{"consent":true,"level":"specialist"}"#,
      of: account,
      subject: "S-2")
    for subject in ["S-1", "S-2"] {
      let facts = try facts("2025-02-08", subject)
      #expect(facts.collectionHolds.map(\.account) == ["A-1"])
      #expect(facts.disputes.map(\.kind) == ["amount"] && facts.legalHolds.map(\.id) == ["l"])
      #expect((facts.hardship != nil) == (subject == "S-1"))
      #expect((facts.vulnerability?.level == .specialist) == (subject == "S-2"))
    }
    #expect(try facts("2025-02-09").hardship == nil)
    _ = tell("DisputeResolved", "2025-02-10", #"{"decision":"upheld","dispute":"d"}"#, of: account)
    _ = tell("HoldLifted", "2025-02-10", #"{"hold":"h"}"#)
    let after = try facts("2025-02-10")
    #expect(after.disputes.isEmpty)
    // The person's own hold of that id is another one than the account's.
    #expect(after.collectionHolds.count == 1)
  }

  @Test("a moratorium is in force from its first to its last day, or to the eve of its end")
  mutating func moratoriums() throws {
    _ = tell(
      "MoratoriumStarted", "2025-02-10",
      #"{"from":"2025-02-10","kind":"breathing-space","stopsAccrual":true,"to":"2025-02-20"}"#)
    for (on, holds) in [("2025-02-10", 1), ("2025-02-20", 1), ("2025-02-21", 0)] {
      #expect(try facts(on).moratoriums.count == holds)
    }
    _ = tell("MoratoriumEnded", "2025-02-15", #"{"kind":"breathing-space"}"#)
    #expect(try facts("2025-02-14").moratoriums.map(\.stopsAccrual) == [true])
    #expect(try facts("2025-02-15").moratoriums.isEmpty)
  }

  @Test("the days of a span are those around the one asked about on which the same is known")
  mutating func spans() throws {
    log.open("A-1", principal: 1_000)
    _ = tell(
      "MoratoriumStarted", "2025-02-10", #"{"from":"2025-02-12","kind":"k","to":"2025-02-14"}"#)
    _ = tell(
      "HardshipDeclared", "2025-02-20", #"{"from":"2025-02-22","to":"2025-02-24"}"#,
      of: "account/A-1")
    _ = tell("SubjectLinked", "2025-03-01", #"{"account":"A-2","role":"guarantor"}"#)
    log.open("A-2", principal: 1_000)
    _ = tell(
      "HoldPlaced", "2025-02-26", #"{"hold":"h","kind":"fraud","reason":"r"}"#, of: "account/A-2")
    let wish = tell("ChannelOptedOut", "2025-03-03", #"{"channel":"sms"}"#)
    _ = tell("EventVoided", "2025-03-05", #"{"approver":"u-2","reason":"r","target":\#(wish)}"#)
    let people = try log.model().people
    let number = try #require(people.subjects.find("S-1"))
    let days = (0..<120).map { CivilDate(days: 20_080 + $0) }
    for knownAt in [wish + 1, log.size] {
      var spans: Set<Int32> = []
      for asked in days {
        var span = FactsSpan()
        let found = people.facts(
          ofPerson: number, on: asked, knownAt: knownAt, sameDayBefore: .max, &span)
        spans.insert(span.first)
        #expect(span.contains(asked))
        for other in days where span.contains(other) {
          #expect(
            people.facts(ofPerson: number, on: other, knownAt: knownAt) == found,
            "\(asked.text) as \(other.text)")
        }
      }
      // Few spans, or keeping one would spare nothing; and as many as there are changes.
      #expect((8...12).contains(spans.count), "\(spans.count)")
    }
    var span = FactsSpan()
    _ = people.facts(
      ofPerson: number, on: days[60], knownAt: log.size, sameDayBefore: wish, &span)
    #expect(span.first == days[60].days && span.last == days[60].days)
  }

  @Test("a review answers the vulnerability before it until the day to look again")
  mutating func vulnerability() throws {
    _ = tell("VulnerabilityDisclosed", "2025-02-01", #"{"consent":true,"level":"support"}"#)
    #expect(try facts("2025-02-01").vulnerability?.isReviewDue(on: try day("2025-02-01")) == true)
    let review = tell(
      "VulnerabilityReviewed", "2025-02-03", #"{"nextReview":"2025-05-01","outcome":"support"}"#)
    let found = try #require(try facts("2025-02-03").vulnerability)
    #expect(found.reviewedBy == review && found.hasConsent && found.isDisclosed)
    #expect(
      try !found.isReviewDue(on: day("2025-04-30")) && found.isReviewDue(on: day("2025-05-01")))
  }

  @Test("representatives, deaths, blocking and erasure are known from their day on")
  mutating func states() throws {
    _ = tell("RepresentativeAppointed", "2025-02-01", #"{"representative":"S-9"}"#)
    _ = tell("ProcessingBlocked", "2025-02-02", #"{"request":"r-1"}"#)
    _ = tell("SubjectDeceased", "2025-02-03", #"{"on":"2025-01-30"}"#)
    _ = tell("ProcessingUnblocked", "2025-02-04", #"{"request":"r-1"}"#)
    _ = tell("SubjectErased", "2025-02-05", #"{"keys":1,"receipt":"\#(Self.digest)"}"#)
    let facts = try facts("2025-02-03")
    #expect(facts.representative?.name == "S-9" && facts.processingBlocked?.name == "r-1")
    let died = try day("2025-01-30")
    #expect(facts.deceased?.on == died && facts.erased == nil)
    let later = try self.facts("2025-02-05")
    let erased = try day("2025-02-05")
    #expect(later.processingBlocked == nil && later.erased?.on == erased)
  }
}
