import Collections
import EventStore
import Ledger
import Projections
import Support
import Testing

@Suite("Snapshots of the projections")
struct SnapshotTests {
  private static let program = String(repeating: "7e", count: 32)
  private static let folder = SimulatedLedger.path + "/snapshots"

  /// Of each thing a projection keeps, what random drafts have none of.
  private static let rest = [
    #"{"type":"CalendarAdopted","stream":"policy/calendar","effective":"2025-04-10","data":"#
      + #"{"jurisdiction":"PE","year":2025,"holidays":["2025-04-21","2025-04-22"]}}"#,
    #"{"type":"AccountOpened","stream":"account/B-1","effective":"2025-04-11","data":"#
      + #"{"account":"B-1","subject":"S-9","creditor":"bank","product":"mortgage","currency":"USD","#
      + #""items":[{"n":1,"dueOn":"2025-04-19","principal":900,"interest":7}],"#
      + #""terms":{"defaultBp":900,"roll":"following"},"allocation":{"order":"#
      + #"["cost","penalty","interest","principal"],"spread":"component","advance":"last"},"#
      + #""placement":{"portfolio":"P-1","placedOn":"2025-04-11","balance":900}}}"#,
    #"{"type":"TermsChanged","stream":"account/B-1","effective":"2025-04-12","data":"#
      + #"{"terms":{"compensatoryBp":3600,"roll":"following","materiality":5}}}"#,
    #"{"type":"ScheduleSet","stream":"account/B-1","effective":"2025-04-13","data":"#
      + #"{"items":[{"n":1,"dueOn":"2025-04-20","principal":800}]}}"#,
    #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","#
      + #""effective":"2025-04-14","data":{"payment":"u-1","amount":50,"currency":"USD","#
      + #""method":"transfer"}}"#,
    #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","effective":"2025-04-15","#
      + #""data":{"payment":"u-1","account":"B-1"}}"#,
    #"{"type":"PromiseMade","stream":"account/B-1","effective":"2025-04-15","data":"#
      + #"{"promise":"pr-1","amount":90,"dueOn":"2025-04-18","graceDays":1,"channel":"call"}}"#,
    #"{"type":"PlanAgreed","stream":"account/B-1","effective":"2025-04-16","data":"#
      + #"{"plan":"pl-1","kind":"settlement","items":[{"n":1,"dueOn":"2025-04-17","principal":700}],"#
      + #""haircut":{"principal":50},"conditional":false,"defaultAfterDays":1}}"#,
    #"{"type":"PaymentReceived","stream":"account/B-1","effective":"2025-04-17","data":"#
      + #"{"payment":"p-1","amount":90,"currency":"USD","method":"cash","promise":"pr-1"}}"#,
    #"{"type":"SuitFiled","stream":"account/B-1","effective":"2025-04-17","data":"#
      + #"{"court":"first","case":"1"}}"#,
    #"{"type":"SubjectLinked","stream":"subject/S-8","effective":"2025-04-12","data":"#
      + #"{"account":"B-1","role":"guarantor"}}"#,
    #"{"type":"PreferenceSet","stream":"subject/S-9","effective":"2025-04-12","data":"#
      + #"{"channel":"call","windows":[{"days":[1],"from":"09:00","to":"12:00"}]}}"#,
    #"{"type":"HoldPlaced","stream":"account/B-1","effective":"2025-04-13","data":"#
      + #"{"hold":"h-1","kind":"fraud","reason":"asked"}}"#,
    #"{"type":"ContactAttempted","stream":"account/B-1","effective":"2025-04-15","data":"#
      + #"{"contact":"c-1","channel":"call","direction":"outbound","#
      + #""localAt":"2025-04-15T10:00:00-05:00"}}"#,
  ]

  private func record(_ drafts: [String], in ledger: SimulatedLedger) throws {
    let intake = try ledger.open()
    for (place, draft) in drafts.enumerated() {
      guard case .new = ledger.judge(draft, place + 10_000, intake) else {
        Issue.record("\(draft) is accepted")
        continue
      }
    }
    try intake.commit(at: { SimulatedLedger.start }, { _ in true })
  }

  /// Every table of a model on a day.
  private func tables(_ model: ReadModel) throws -> [[UInt8]] {
    let day = try #require(CivilDate("2025-04-20"))
    let accounts = AccountTable.make(model.accounts, on: day, knownAt: model.size, jobs: 1)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: day, knownAt: model.size, jobs: 1)
    let people = (0..<model.people.count).map { person in
      Array(
        "\(model.people.facts(ofPerson: person, on: day, knownAt: model.size), default: "")".utf8)
    }
    let scores = ScoreTable(model, on: day, knownAt: model.size)
    return DerivedTable.all(accounts, contacts, scores).map(\.csv) + people
  }

  private func model(_ view: LedgerView, at size: Int64) throws -> ReadModel {
    var model = ReadModel()
    try view.advance(&model, to: size)
    return model
  }

  /// The snapshot a view finds, and what it had to say.
  private func found(
    _ view: LedgerView, upTo size: Int64? = nil, program: String = program
  ) throws -> (model: ReadModel?, notices: [LogNotice]) {
    var notices: [LogNotice] = []
    let model = try view.snapshot(of: program, upTo: size ?? view.size, &notices)
    return (model, notices)
  }

  @Test("going on from a snapshot gives what beginning again gives, to the byte, at every size")
  func sameBytes() throws {
    let base = seed()
    for seed in base..<base + 4 {
      let ledger = try SimulatedLedger.random(seed: seed, drafts: 200)
      try record(Self.rest, in: ledger)
      let view = try ledger.view()
      let whole = try tables(try model(view, at: view.size))
      for size in stride(from: 1, through: view.size, by: 7) {
        try view.keep(try model(view, at: size), as: Self.program)
        #expect(try ledger.disk.list(Self.folder).count == 1)
        var (going, notices) = try found(view)
        #expect(going?.size == size && notices.isEmpty, "seed \(seed)")
        guard going != nil else { continue }
        #expect(try tables(going!) == tables(try model(view, at: size)), "seed \(seed) at \(size)")
        try view.advance(&going!, to: view.size)
        #expect(try tables(going!) == whole, "seed \(seed) from \(size)")
        #expect(going!.counts == (try model(view, at: view.size).counts))
      }
    }
  }

  @Test("a snapshot of another program, of more events, or of another log is not used")
  func others() throws {
    let ledger = try SimulatedLedger.random(seed: 5, drafts: 120)
    let view = try ledger.view()
    #expect(try found(view).model == nil)
    let half = view.size / 2
    try view.keep(try model(view, at: half), as: Self.program)
    #expect(try found(view, upTo: half).model?.size == half)
    #expect(try found(view, upTo: half - 1).model == nil)
    #expect(try found(view, program: String(repeating: "7f", count: 32)).model == nil)

    // The same identity, other events: its root tells.
    let other = try SimulatedLedger.random(seed: 6, drafts: 240)
    try other.view().keep(try self.model(try other.view(), at: half), as: Self.program)
    let name = try #require(try ledger.disk.list(Self.folder).first)
    let bytes = try #require(ledger.disk.contents("\(Self.folder)/\(name)"))
    other.disk.overwrite("\(Self.folder)/\(name)", bytes)
    let (foreign, notices) = try found(try other.view())
    #expect(foreign == nil)
    #expect(notices.map(\.kind) == [.stale])
  }

  @Test("a snapshot with one byte changed, cut short or made longer is passed over with a notice")
  func damage() throws {
    let ledger = try SimulatedLedger.random(seed: 9, drafts: 60)
    let view = try ledger.view()
    try view.keep(try model(view, at: view.size), as: Self.program)
    let path = "\(Self.folder)/\(try #require(try ledger.disk.list(Self.folder).first))"
    let bytes = try #require(ledger.disk.contents(path))
    var damaged: [[UInt8]] = [Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(100)), []]
    for place in stride(from: 0, to: bytes.count, by: 13) {
      damaged.append(bytes)
      damaged[damaged.count - 1][place] ^= 1 << UInt8(place & 7)
    }
    var passedOver = 0
    for other in damaged {
      ledger.disk.overwrite(path, other)
      let (model, notices) = try found(view)
      // A header that now names another program's or ledger's is no damage that could be told.
      let isOthers = notices.isEmpty && other.prefix(300) != bytes.prefix(300)
      #expect(model == nil && (isOthers || notices.map(\.kind) == [.stale]))
      passedOver += isOthers ? 0 : 1
    }
    #expect(passedOver > 300)
    ledger.disk.overwrite(path, bytes)
    #expect(try found(view).model?.size == view.size)
  }

  @Test("whatever fails while one is written, an older one or none is left, never a wrong one")
  func faults() throws {
    let ledger = try SimulatedLedger.random(seed: 12, drafts: 60)
    let view = try ledger.view()
    let old = try model(view, at: view.size / 2)
    let new = try model(view, at: view.size)
    try view.keep(old, as: Self.program)
    var failures = 0
    for number in [ErrorNumber.noSpace, ErrorNumber.io] {
      for after in 1... {
        ledger.disk.faults.failure = SimulatedDisk.Failure(after: after, number: number)
        var isDone = true
        do { try view.keep(new, as: Self.program) } catch { isDone = false }
        ledger.disk.faults = SimulatedDisk.Faults()
        let size = try found(view).model?.size
        #expect(size == old.size || size == new.size)
        try view.keep(old, as: Self.program)
        #expect(try ledger.disk.list(Self.folder).count == 1)
        if isDone { break }
        failures += 1
      }
    }
    #expect(failures > 20)
  }
}
