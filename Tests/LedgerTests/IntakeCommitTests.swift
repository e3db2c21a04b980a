import Collections
import EventStore
import Ledger
import Support
import Testing

@Suite("Intake: commit")
struct IntakeCommitTests {
  private static func opened(_ account: String) -> String {
    #"{"type":"AccountOpened","stream":"account/\#(account)","effective":"2025-04-10","#
      + #""key":"open:\#(account)","data":{"account":"\#(account)","subject":"S","#
      + #""creditor":"c","product":"fine","currency":"PEN","items":[]}}"#
  }

  private static func paid(_ account: String) -> String {
    #"{"type":"PaymentReceived","stream":"account/\#(account)","effective":"2025-04-11","#
      + #""key":"pay:\#(account)","data":{"payment":"p","amount":5,"currency":"PEN","#
      + #""method":"cash"}}"#
  }

  private static let unknown = Judgement.refused("unknown_account", "stream", line: 9)

  @Test("a caller who stops keeps what was reported; the rest is as if never accepted")
  func stopped() throws {
    let ledger = try SimulatedLedger(seed: 1)
    let intake = try ledger.open()
    for number in 0..<10 { _ = ledger.judge(Self.opened("A-\(number)"), number + 1, intake) }
    var reported: [Int64] = []
    let report = { (receipts: [Receipt]) in
      reported += receipts.map(\.seq)
      return reported.count < 6
    }
    try intake.commit(batchesOf: 3, at: { SimulatedLedger.start }, report)
    #expect(reported == [1, 2, 3, 4, 5, 6])
    #expect(intake.size == 7)
    #expect(ledger.judge(Self.paid("A-5"), 9, intake) == .new(0))
    #expect(ledger.judge(Self.paid("A-6"), 9, intake) == Self.unknown)
    #expect(ledger.judge(Self.opened("A-5"), 9, intake) == .recorded(6))
    #expect(ledger.judge(Self.opened("A-6"), 9, intake) == .new(1))
    try intake.commit(at: { SimulatedLedger.start }, { _ in true })
    #expect(try ledger.view().size == 9)
  }

  @Test("whoever follows the intake is told of every line, a batch at a time, before its receipts")
  func followed() throws {
    let ledger = try SimulatedLedger(seed: 3)
    let intake = try ledger.open()
    var told: [[Int64]] = []
    var lines: [String] = []
    intake.onDurable = { batch in
      told.append(Array(batch.first..<batch.size))
      for place in 0..<batch.count {
        lines.append(String(decoding: batch.bytes[batch.line(place)], as: UTF8.self))
      }
    }
    for number in 0..<7 { _ = ledger.judge(Self.opened("A-\(number)"), number + 1, intake) }
    var reported: [[Int64]] = []
    let report = { (receipts: [Receipt]) in
      reported.append(receipts.map(\.seq))
      #expect(told == reported)
      return true
    }
    try intake.commit(batchesOf: 3, at: { SimulatedLedger.start }, report)
    #expect(reported == [[1, 2, 3], [4, 5, 6], [7]])
    let log = try ledger.disk.list(SimulatedLedger.path + "/log").sorted().flatMap {
      (ledger.disk.contents("\(SimulatedLedger.path)/log/\($0)") ?? []).split(separator: 10)
    }
    let events = log.map { String(decoding: $0, as: UTF8.self) }
      .filter { $0.hasPrefix(#"{"actor":"#) }
    #expect(lines == Array(events.dropFirst()))
  }

  @Test("a disk that is full keeps whole batches, and the intake goes on when there is room")
  func fullDisk() throws {
    let ledger = try SimulatedLedger(seed: 2)
    let intake = try ledger.open()
    for number in 0..<40 { _ = ledger.judge(Self.opened("A-\(number)"), number + 1, intake) }
    ledger.disk.faults = SimulatedDisk.Faults(room: 6_000)
    var reported = 0
    let report = { (receipts: [Receipt]) in
      reported += receipts.count
      return true
    }
    #expect(throws: LogError(.diskFull, "")) {
      try intake.commit(batchesOf: 4, at: { SimulatedLedger.start }, report)
    }
    #expect(reported > 0 && reported < 40 && reported.isMultiple(of: 4))
    #expect(intake.size == Int64(reported) + 1)
    #expect(ledger.judge(Self.paid("A-39"), 9, intake) == Self.unknown)
    ledger.disk.faults = SimulatedDisk.Faults()
    for number in 0..<40 {
      let judged = ledger.judge(Self.opened("A-\(number)"), number + 1, intake)
      #expect(
        judged == (number < reported ? .recorded(Int64(number) + 1) : .new(number - reported)))
    }
    try intake.commit(batchesOf: 4, at: { SimulatedLedger.start }, report)
    #expect(reported == 40)
    #expect(
      try LogVerifier.verify(directory: SimulatedLedger.path, disk: ledger.disk).findings == [])
  }

  @Test("power cut between batches: what was reported is there, and the file can be given again")
  func powerCut() throws {
    let lines = (0..<12).map { Self.opened("A-\($0)") }
    let changes = try changesOfCommit(lines)
    for cut in stride(from: 1, through: changes, by: 3) {
      let ledger = try SimulatedLedger(seed: UInt64(cut))
      var reported = 0
      do {
        let intake = try ledger.open()
        for (number, line) in lines.enumerated() { _ = ledger.judge(line, number + 1, intake) }
        ledger.disk.faults = SimulatedDisk.Faults(powerCutIn: cut)
        let report = { (receipts: [Receipt]) in
          reported += receipts.count
          return true
        }
        try intake.commit(batchesOf: 3, at: { SimulatedLedger.start }, report)
      } catch {
        #expect(!ledger.disk.hasPower, "\(error)")
      }
      if ledger.disk.hasPower { ledger.disk.cutPower() }
      ledger.disk.restart()
      ledger.disk.faults = SimulatedDisk.Faults()
      let intake = try ledger.open()
      for (number, line) in lines.enumerated() {
        let judged = ledger.judge(line, number + 1, intake)
        if number < reported { #expect(judged == .recorded(Int64(number) + 1), "cut \(cut)") }
      }
      try intake.commit(at: { SimulatedLedger.start }, { _ in true })
      let accounts = try (0..<12).filter {
        try ledger.view().account("A-\($0)", knownAt: intake.size).lines.count == 1
      }
      #expect(accounts.count == 12, "cut \(cut)")
    }
  }

  /// How many calls change the disk while these lines are committed.
  private func changesOfCommit(_ lines: [String]) throws -> Int {
    let ledger = try SimulatedLedger(seed: 0)
    let intake = try ledger.open()
    for (number, line) in lines.enumerated() { _ = ledger.judge(line, number + 1, intake) }
    let before = ledger.disk.changes
    try intake.commit(batchesOf: 3, at: { SimulatedLedger.start }, { _ in true })
    return ledger.disk.changes - before
  }
}
