import EventStore
import Support
import Testing

/// A pass by several threads gives what a pass by one gives, be the log sound or not.
@Suite struct ParallelPassTests {
  /// What came of a pass: the lines it gave, and the error it ended with.
  private struct Outcome: Equatable {
    var lines: [[UInt8]] = []
    var error: LogError?
    var place = ""
  }

  /// Ten segments and more of one or two batches.
  private static func ledger() throws -> SmallLedger {
    try SmallLedger(batches: (0..<24).map { $0 % 3 + 1 }, segmentSize: 1200)
  }

  private static func outcome(
    of reader: LogReader, from start: Int64 = 0, upTo end: Int64? = nil,
    _ checking: HashChecking = .sparse, jobs: Int, atMost most: Int = .max
  ) -> Outcome {
    var outcome = Outcome()
    struct Enough: Error {}
    do throws(PassError<Enough>) {
      try reader.forEach(from: start, upTo: end, checking: checking, jobs: jobs) {
        (event, line) throws(Enough) in
        var bytes: [UInt8] = []
        for index in line.indices { bytes.append(line[index]) }
        outcome.lines.append(bytes)
        if outcome.lines.count == most { throw Enough() }
      }
    } catch {
      if case .log(let error) = error {
        outcome.error = error
        outcome.place = "\(error.file ?? "") \(String(describing: error.lines)) \(error.detail)"
      } else {
        outcome.place = "enough"
      }
    }
    return outcome
  }

  @Test func anyNumberOfThreadsGivesTheSameRange() throws {
    let ledger = try Self.ledger()
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    #expect(ledger.segments.count > 10)
    for checking in [HashChecking.off, .sparse, .every] {
      for (start, end) in [(0, reader.size), (0, 1), (1, 30), (17, 18), (29, reader.size)] {
        let one = Self.outcome(of: reader, from: Int64(start), upTo: end, checking, jobs: 1)
        #expect(one.lines.count == Int(end) - start && one.error == nil)
        for jobs in [2, 3, 8, 64] {
          let other = Self.outcome(of: reader, from: Int64(start), upTo: end, checking, jobs: jobs)
          #expect(one == other, "\(start)..<\(end), \(jobs) threads, \(checking)")
        }
      }
    }
  }

  @Test func aPassEndsWhereItIsToldTo() throws {
    let ledger = try Self.ledger()
    let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
    for most in [1, 2, 9, 31] {
      let other = Self.outcome(of: reader, jobs: 3, atMost: most)
      #expect(other == Self.outcome(of: reader, jobs: 1, atMost: most))
      #expect(other.lines.count == most && other.place == "enough")
    }
  }

  /// A byte of each line of every segment, header and commits too, is another: the same error, naming
  /// the same lines, and nothing past them.
  @Test func damageIsToldOfAsByOneThread() throws {
    let ledger = try Self.ledger()
    var found = 0
    for (segment, file) in ledger.segments.enumerated() {
      for line in file.lines.indices {
        var lines = file.lines
        // A digit of the hash, of the time or of the data, whatever stands two thirds into the line.
        let place = lines[line].count * 2 / 3
        lines[line][place] ^= 1
        ledger.put(segment, lines: lines)
        guard
          let reader = try? LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
        else { continue }
        let one = Self.outcome(of: reader, jobs: 1)
        if one.error != nil { found += 1 }
        #expect(one == Self.outcome(of: reader, jobs: 3), "segment \(segment), line \(line + 1)")
      }
      ledger.put(segment, lines: file.lines)
    }
    #expect(found > 60)
  }

  /// Segments that are each sound in themselves, from another history, do not pass for the log's.
  @Test func aSegmentOfAnotherHistoryDoesNotPass() throws {
    let ledger = try Self.ledger()
    let other = try SmallLedger(
      batches: (0..<24).map { $0 % 3 + 1 }, segmentSize: 1200, seed: 8)
    for place in 1..<ledger.segments.count - 1
    where ledger.segments[place].name == other.segments[place].name {
      ledger.put(place, lines: other.segments[place].lines)
      let reader = try LogReader.open(directory: SmallLedger.path, disk: ledger.disk)
      let one = Self.outcome(of: reader, jobs: 1)
      #expect(one.error?.code == .damaged)
      #expect(one == Self.outcome(of: reader, jobs: 3), "segment \(place)")
      ledger.put(place, lines: ledger.segments[place].lines)
    }
  }
}
