import CanonicalJSON
import Collections
import EventStore
import Ledger
import Projections
import Support
import Testing

@Suite("Ledger view")
struct LedgerViewTests {
  @Test("one account read alone tells what all accounts read together tell of it")
  func oneAccount() throws {
    let base = seed()
    var (compared, debtors) = (0, 0)
    for seed in base..<base + 6 {
      let view = try SimulatedLedger.random(seed: seed, drafts: 90).view()
      for size in [view.size / 2, view.size] {
        var model = ReadModel()
        try view.advance(&model, to: size)
        for account in ["A-1", "A-2", "A-3", "A-4"] {
          let (book, lines) = try view.account(account, knownAt: size)
          let day = try #require(CivilDate("2025-04-\(14 + compared % 5)"))
          let alone = try AccountReport(account, of: book, on: day, knownAt: size)
          let among = try AccountReport(account, of: model.accounts, on: day, knownAt: size)
          #expect(
            alone?.json.canonicalText == among?.json.canonicalText,
            "seed \(seed), \(account) at \(size)")
          guard let alone else { continue }
          compared += 1
          // Every line is the account's own or its debtor's, or voids one of these.
          let history = try AccountHistory(alone, lines: lines, of: book)
          let stream = "account/\(account)"
          let own = history.events.filter { $0.stream == stream }.map(\.n)
          debtors += history.events.count { $0.stream.hasPrefix("subject/") }
          let voids = history.events.filter { $0.type == .eventVoided }
          let seqs = Set(history.events.map(\.seq))
          #expect(history.events.compactMap(\.voidedBy).allSatisfy { seqs.contains($0) })
          #expect(history.events.map(\.seq) == seqs.sorted())
          #expect(own == own.sorted() && !own.isEmpty)
          for void in voids {
            #expect(seqs.contains(try #require(void.data["target"]?.integerValue)))
          }
        }
      }
    }
    #expect(compared > 20)
    #expect(debtors > 20)
  }

  @Test("a size is known by the moment at which its last event was recorded")
  func sizes() throws {
    let ledger = try SimulatedLedger.random(seed: 5, drafts: 300)
    let view = try ledger.view()
    var moments: [Instant] = []
    for line in try ledger.disk.list(SimulatedLedger.path + "/log").sorted().flatMap({ name in
      (ledger.disk.contents("\(SimulatedLedger.path)/log/\(name)") ?? []).split(separator: 10)
    }) where line.starts(with: Array(#"{"actor":"#.utf8)) {
      let event = try JSONValue(parsing: Array(line).span, as: .event)
      moments.append(try #require(event["at"]?.stringValue.flatMap { Instant($0) }))
    }
    try #require(moments.count == Int(view.size) && moments.count > 20)
    // Those of one batch, such as a debtor's payment and its parts, have one moment.
    for moment in Set(moments) {
      let before = Instant(milliseconds: moment.milliseconds - 1)
      let (earlier, known) = (moments.count { $0 < moment }, moments.count { $0 <= moment })
      #expect(try view.size(knownAt: moment) == Int64(known))
      #expect(try view.size(knownAt: before) == Int64(earlier))
    }
  }

  @Test("a view sees what was durable when it was opened, and never more")
  func fixedPrefix() throws {
    let ledger = try SimulatedLedger.random(seed: 8, drafts: 60)
    let view = try ledger.view()
    let intake = try ledger.open()
    let line =
      #"{"type":"AccountOpened","stream":"account/B-1","effective":"2025-04-10","#
      + #""data":{"account":"B-1","subject":"S","creditor":"c","product":"fine","#
      + #""currency":"PEN","items":[]}}"#
    #expect(ledger.judge(line, 1, intake) == .new(0))
    try intake.commit(at: { SimulatedLedger.start }, { _ in true })
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    #expect(model.size == view.size)
    #expect(model.accounts.accounts.find("B-1") == nil)
    #expect(throws: LogError(.noSuchEvent, "")) { try view.advance(&model, to: view.size + 1) }
    #expect(try ledger.view().size == view.size + 1)
  }

  @Test("an event of a type unknown to this version is damage to every reader, never passed over")
  func unknownType() throws {
    for type in ["PaymentRecieved", "LedgerClosed"] {
      let ledger = try SimulatedLedger(seed: 3)
      do {
        let log = try EventLog.open(
          directory: SimulatedLedger.path, at: SimulatedLedger.start.text,
          effective: SimulatedLedger.today.text, actor: ledger.actor.canonical, disk: ledger.disk)
        _ = try log.append(
          [
            PendingEvent(
              type: type, stream: "account/A-1", key: "k", effective: "2025-04-10",
              actor: ledger.actor.canonical, data: Array("{}".utf8))
          ], at: SimulatedLedger.start.text)
      }
      let view = try ledger.view()
      var model = ReadModel()
      let damaged = LogError(.damaged, "")
      #expect(throws: damaged) { try view.advance(&model, to: view.size) }
      // The writer meets it where a draft bears on the account.
      let intake = try ledger.open()
      let draft = #"{"type":"AccountClosed","stream":"account/A-1","data":{"reason":"x"}}"#
      guard case .refused(let code, _, _) = ledger.judge(draft, 1, intake) else {
        Issue.record("a draft on the account is judged")
        continue
      }
      #expect(code == "damaged")
      // What was known before it can still be asked.
      var earlier = ReadModel()
      try view.advance(&earlier, to: 1)
      #expect(earlier.size == 1)
    }
  }

  @Test("damage in a segment that is not the last is met by every pass over it")
  func damage() throws {
    let ledger = try SimulatedLedger.random(seed: 11, drafts: 120)
    let names = try ledger.disk.list(SimulatedLedger.path + "/log").sorted()
    // In the salt of an event of the account, some twenty bytes before its stream.
    let hurt = names.dropFirst().dropLast().lazy.compactMap { name -> (String, [UInt8], Int)? in
      let path = "\(SimulatedLedger.path)/log/\(name)"
      guard let bytes = ledger.disk.contents(path),
        let stream = bytes.firstRange(of: Array(#""stream":"account/A-1""#.utf8))
      else { return nil }
      return (path, bytes, stream.lowerBound - 20)
    }
    var (path, bytes, place) = try #require(hurt.first)
    bytes[place] ^= 4
    ledger.disk.overwrite(path, bytes)
    let view = try ledger.view()
    let damaged = LogError(.damaged, "")
    var model = ReadModel()
    #expect(throws: damaged) { try view.advance(&model, to: view.size) }
    #expect(throws: damaged) { try view.account("A-1", knownAt: view.size) }
    #expect(throws: damaged) { try view.size(knownAt: SimulatedLedger.start) }
    // A writer with an index need not read it; one without does.
    _ = try ledger.open()
    for name in try ledger.disk.list(SimulatedLedger.path + "/index") {
      try ledger.disk.remove("\(SimulatedLedger.path)/index/\(name)")
    }
    #expect(throws: damaged) { try ledger.open() }
  }
}
