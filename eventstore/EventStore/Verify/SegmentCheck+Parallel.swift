internal import Dispatch
internal import Synchronization

extension SegmentCheck {
  /// Checks segments, so many at a time; the result does not depend on how many.
  static func summaries(
    of segments: [SegmentFile], in directory: LedgerDirectory, _ ledger: String,
    _ evidence: LogEvidence, jobs: Int
  ) throws(LogError) -> [SegmentSummary?] {
    let results = Mutex([Result<SegmentSummary?, LogError>?](repeating: nil, count: segments.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(jobs, segments.count)) { _ in
      var scanner = LineScanner()
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < segments.count else { return }
        let result = Result { () throws(LogError) in
          try summary(of: segments[place], in: directory, ledger, evidence, &scanner)
        }
        results.withLock { $0[place] = result }
      }
    }
    var summaries: [SegmentSummary?] = []
    for result in results.withLock({ $0 }) { summaries.append(try result?.get()) }
    return summaries
  }
}
