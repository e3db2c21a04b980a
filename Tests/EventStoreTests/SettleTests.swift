import Foundation
import Support
import Testing

@testable import EventStore

/// Whoever appends again and again does not wait for the segments that he finishes.
@Suite struct SettleTests {
  private let now = { Sample.instant(5) }

  /// Appends events one batch each, in a call of their own.
  private func append(_ numbers: Range<Int>, to log: EventLog) throws {
    for number in numbers {
      var events: [PendingEvent]? = [Sample.event("k\(number)", on: "account/A-\(number % 7)")]
      try log.append(batches: { events.take() }, at: now, { _ in true })
    }
  }

  /// The segments and the checkpoints there are.
  private func files(_ ledger: borrowing WrittenLedger) throws -> (
    segments: [String], signed: Set<String>
  ) {
    (
      try ledger.disk.list(WrittenLedger.path + "/log").sorted(),
      try Set(ledger.disk.list(WrittenLedger.path + "/checkpoints"))
    )
  }

  @Test func anAppendDoesNotWaitForAFinishedSegment() throws {
    let ledger = try WrittenLedger(segmentSize: 4_000)
    ledger.log.waitsForFinishes = false
    // Nothing is finished as long as this stands still; an append that waited for it would never end.
    ledger.log.finishes.suspend()
    var count = 0
    while ledger.log.finishing == nil, count < 100 {
      try append(count..<count + 1, to: ledger.log)
      count += 1
    }
    #expect(ledger.log.finishing != nil)
    #expect(try files(ledger).segments.count == 2)
    try append(count..<count + 1, to: ledger.log)
    try ledger.log.settle()
    #expect(ledger.log.finishing != nil, "and neither does looking after it")
    let segments = try files(ledger).segments
    let name = try #require(segments.last).replacing(".jsonl", with: ".checkpoint")
    #expect(try !files(ledger).signed.contains(name))
    for number in 0...count {
      #expect(try ledger.log.find(key: "k\(number)") == Int64(number + 1))
    }
    let error = #expect(throws: LogError.self) { try append(3..<4, to: ledger.log) }
    #expect(error?.code == .keyConflict)
    ledger.log.finishes.resume()
    #expect(ledger.log.close().isEmpty)
    #expect(ledger.log.finishing == nil)
    #expect(try files(ledger).signed.contains(name))
    #expect(try ledger.findings() == [])
  }

  @Test func allSegmentsAreSignedInTheEnd() throws {
    let ledger = try WrittenLedger(segmentSize: 2_000)
    ledger.log.waitsForFinishes = false
    try append(0..<200, to: ledger.log)
    while ledger.log.finishing != nil { try ledger.log.settle() }
    let (segments, signed) = try files(ledger)
    #expect(segments.count > 20)
    for segment in segments.dropFirst() {
      #expect(signed.contains(segment.replacing(".jsonl", with: ".checkpoint")), "\(segment)")
    }
    for number in stride(from: 0, to: 200, by: 17) {
      #expect(try ledger.log.find(key: "k\(number)") == Int64(number + 1))
    }
    #expect(ledger.log.notices.isEmpty)
    #expect(try ledger.findings() == [])
  }

  /// A sync of tiles that fails beside the log is heard of, and nothing more is written.
  @Test func aFailedSyncIsHeardOf() throws {
    let ledger = try WrittenLedger(segmentSize: 600_000)
    ledger.log.waitsForFinishes = false
    ledger.disk.faults.failure = SimulatedDisk.Failure(
      after: 1, number: ErrorNumber.io, only: "syncfs")
    let error = #expect(throws: LogError.self) {
      for batch in 0..<12 {
        var events: [PendingEvent]? = (0..<400).map {
          Sample.event("k\(batch)-\($0)", on: "account/A")
        }
        try ledger.log.append(batches: { events.take() }, at: now, { _ in true })
        while ledger.log.finishing != nil { try ledger.log.settle() }
      }
    }
    #expect(error?.code == .poisoned)
    #expect(throws: LogError(.poisoned, "")) { try append(9_000..<9_001, to: ledger.log) }
  }
}
