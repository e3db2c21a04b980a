internal import Collections
internal import Dispatch
internal import Synchronization

extension TextIndex {
  /// As many texts as are worth a thread.
  private static let worthThreads = 4096

  /// These numbers, sorted by the bytes of their texts, in `jobs` parts at once that are then merged; the
  /// result is the same. O(n log n).
  func sorted(_ numbers: [Int], jobs: Int) -> [Int] {
    let parts = min(jobs, numbers.count / Self.worthThreads)
    guard parts > 1 else { return sorted(numbers) }
    let done = Mutex([[Int]](repeating: [], count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = numbers.count * part / parts..<numbers.count * (part + 1) / parts
      let sorted = sorted(Array(numbers[range]))
      done.withLock { $0[part] = sorted }
    }
    var runs = done.withLock { $0 }
    while runs.count > 1 {
      let pairs = Mutex([[Int]](repeating: [], count: (runs.count + 1) / 2))
      let merged = runs
      DispatchQueue.concurrentPerform(iterations: merged.count / 2) { pair in
        let run = merge(merged[2 * pair], merged[2 * pair + 1])
        pairs.withLock { $0[pair] = run }
      }
      if let odd = runs.last, runs.count % 2 == 1 { pairs.withLock { $0[runs.count / 2] = odd } }
      runs = pairs.withLock { $0 }
    }
    return runs[0]
  }

  /// Two sorted runs as one; where texts are equal the first one's come first.
  private func merge(_ first: [Int], _ second: [Int]) -> [Int] {
    var merged: [Int] = []
    merged.reserveCapacity(first.count + second.count)
    var (left, right) = (0, 0)
    while left < first.count, right < second.count {
      if precedes(second[right], first[left]) {
        merged.append(second[right])
        right += 1
      } else {
        merged.append(first[left])
        left += 1
      }
    }
    merged.append(contentsOf: first[left...])
    merged.append(contentsOf: second[right...])
    return merged
  }
}
