import Collections
import EventStore
import Ledger
import Support
import Testing

@Suite("Intake: random drafts")
struct IntakePropertyTests {
  /// What became of each draft of a file taken in one go, as its final position or its refusal.
  private func record(
    _ lines: [String], in ledger: SimulatedLedger, batch: Int
  ) throws -> [Judgement] {
    let intake = try ledger.open()
    let judgements = lines.enumerated().map { ledger.judge($1, $0 + 1, intake) }
    var seqs: [Int64] = []
    let keep = { (receipts: [Receipt]) in
      seqs += receipts.map(\.seq)
      return true
    }
    try intake.commit(batchesOf: batch, at: { SimulatedLedger.start }, keep)
    return judgements.map { judgement in
      if case .new(let place) = judgement { return .recorded(seqs[place]) }
      return judgement
    }
  }

  /// The same, each draft judged by an intake that knows nothing but what is on the disk.
  private func recordOneByOne(
    _ lines: [String], in ledger: SimulatedLedger
  ) throws -> [Judgement] {
    try lines.enumerated().map { number, line in
      let intake = try ledger.open()
      let judgement = ledger.judge(line, number + 1, intake)
      guard case .new = judgement else { return judgement }
      var seq: Int64 = -1
      let keep = { (receipts: [Receipt]) in
        seq = receipts[0].seq
        return true
      }
      try intake.commit(at: { SimulatedLedger.start }, keep)
      return .recorded(seq)
    }
  }

  @Test("a file taken in one go is judged, and leaves the log, as draft by draft")
  func asOneByOne() throws {
    let base = seed()
    var codes: [String: Int] = [:]
    var repeated = 0
    for seed in base..<base + 10 {
      var drafts = RandomDrafts(seed: seed)
      let whole = try SimulatedLedger(seed: seed)
      let single = try SimulatedLedger(seed: seed ^ 0xFFFF)
      for batch in [4096, 1, 5] {
        let lines = drafts.next(30)
        let before = try whole.view().size
        let judged = try record(lines, in: whole, batch: batch)
        let expected = try recordOneByOne(lines, in: single)
        for (number, line) in lines.enumerated() where judged[number] != expected[number] {
          Issue.record("seed \(seed): \(judged[number]), not \(expected[number]): \(line)")
        }
        try #require(try whole.events() == (try single.events()), "seed \(seed)")
        drafts.recorded = try whole.view().size

        var seen: Set<Int64> = []
        for judgement in judged {
          switch judgement {
          case .refused(let code, _, _): codes[code, default: 0] += 1
          case .recorded(let seq): if seq < before || !seen.insert(seq).inserted { repeated += 1 }
          case .new: Issue.record("a draft was neither recorded nor refused")
          }
        }
      }
      let verification = try LogVerifier.verify(directory: SimulatedLedger.path, disk: whole.disk)
      #expect(verification.findings == [], "seed \(seed)")
    }
    // Drafts grown tame would show nothing.
    #expect(repeated > 10, "QUIPU_SEED=\(base)")
    #expect(codes.count > 15, "only \(codes); QUIPU_SEED=\(base)")
  }

  @Test("drafts accepted and taken back leave no trace on what is judged later")
  func discarded() throws {
    let base = seed()
    for seed in base..<base + 10 {
      var drafts = RandomDrafts(seed: seed)
      var others = RandomDrafts(seed: ~seed)
      let ledger = try SimulatedLedger(seed: seed)
      let disturbed = try SimulatedLedger(seed: seed)
      for _ in 0..<3 {
        let intake = try disturbed.open()
        for (number, line) in others.next(40).enumerated() {
          _ = disturbed.judge(line, number + 1, intake)
          if number.isMultiple(of: 13) { intake.discard() }
        }
        intake.discard()
        let lines = drafts.next(30)
        let judged = lines.enumerated().map { disturbed.judge($1, $0 + 1, intake) }
        try intake.commit(at: { SimulatedLedger.start }, { _ in true })

        let plain = try ledger.open()
        let expected = lines.enumerated().map { ledger.judge($1, $0 + 1, plain) }
        try plain.commit(at: { SimulatedLedger.start }, { _ in true })
        #expect(judged == expected, "seed \(seed)")
        #expect(try ledger.events() == (try disturbed.events()), "seed \(seed)")
        drafts.recorded = try ledger.view().size
        others.recorded = drafts.recorded
      }
    }
  }

  @Test("the same file a second time records nothing, and gives the first receipts")
  func secondTime() throws {
    let base = seed()
    var recorded = 0
    for seed in base..<base + 10 {
      var drafts = RandomDrafts(seed: seed)
      let lines = drafts.next(60)
      let ledger = try SimulatedLedger(seed: seed)
      let first = try record(lines, in: ledger, batch: 7)
      let events = try ledger.events()
      let good = zip(lines, first).enumerated().filter { _, pair in
        if case .recorded = pair.1 { return true }
        return false
      }
      let intake = try ledger.open()
      for (number, (line, judgement)) in good {
        #expect(ledger.judge(line, number + 1, intake) == judgement, "seed \(seed): \(line)")
      }
      try intake.commit(at: { SimulatedLedger.start }, { _ in true })
      #expect(try ledger.events() == events)
      recorded += good.count
    }
    #expect(recorded > 100)
  }
}
