/// Which idempotency keys may be there twice, told from 64-bit fingerprints alone.
///
/// Fingerprints are kept in sorted runs, one a segment, and only looked at together at the end: no table
/// is probed for each event. 8 bytes an event; 100 million events take 800 MB.
struct KeyRuns {
  private var runs: [[UInt64]] = []
  /// Fingerprints that are in no run yet.
  private var loose: [UInt64] = []
  private var count = 0

  private static let piece = 1 << 16

  /// Adds one fingerprint.
  mutating func append(_ fingerprint: UInt64) {
    loose.append(fingerprint)
    if loose.count == Self.piece { closeRun() }
  }

  /// Adds fingerprints that are sorted.
  mutating func append(sorted run: [UInt64]) {
    count += run.count
    runs.append(run)
  }

  private mutating func closeRun() {
    loose.sort()
    append(sorted: loose)
    loose = []
  }

  /// The fingerprints that were added more than once. O(events · log).
  ///
  /// Takes the range of all fingerprints in slices so thin that a sort of one stays in the processor's
  /// cache.
  mutating func takeDuplicates() -> Set<UInt64> {
    closeRun()
    defer { runs = [] }
    var duplicates: Set<UInt64> = []
    let parts = max(1, count / Self.piece)
    let width = UInt64.max / UInt64(parts) + (parts == 1 ? 0 : 1)
    var places = [Int](repeating: 0, count: runs.count)
    var slice: [UInt64] = []
    for part in 0..<parts {
      let (top, overflows) = width.multipliedReportingOverflow(by: UInt64(part + 1))
      let limit = part == parts - 1 || overflows ? UInt64.max : top
      slice.removeAll(keepingCapacity: true)
      for run in runs.indices {
        var place = places[run]
        while place < runs[run].count, part == parts - 1 || runs[run][place] < limit {
          slice.append(runs[run][place])
          place += 1
        }
        places[run] = place
      }
      slice.sort()
      for index in slice.indices.dropFirst() where slice[index] == slice[index - 1] {
        duplicates.insert(slice[index])
      }
    }
    return duplicates
  }
}
