internal import Collections
internal import Synchronization

/// The accounts by their ids, so that a page finds its first one without sorting all of them.
///
/// Accounts are only ever added: what was sorted before stays, and new ones are merged in.
final class AccountOrder: Sendable {
  private let sorted = Mutex<[Int]>([])

  /// The numbers of the next accounts after an id, by their ids. O(log accounts + count), and once
  /// O(accounts) after some were opened.
  func numbers(after id: String, count: Int, in book: AccountBook) -> [Int] {
    sorted.withLock { sorted in
      Self.extend(&sorted, book.accounts)
      guard !id.isEmpty else { return Array(sorted.prefix(count)) }
      let bytes = Array(id.utf8)
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        let isAfter = bytes.lexicographicallyPrecedes(book.accounts.text(sorted[middle]).utf8)
        if isAfter { high = middle } else { low = middle + 1 }
      }
      return Array(sorted[low..<min(low + count, sorted.count)])
    }
  }

  private static func extend(_ sorted: inout [Int], _ accounts: TextIndex) {
    guard sorted.count < accounts.count else { return }
    let new = accounts.sorted(Array(sorted.count..<accounts.count))
    var merged: [Int] = []
    merged.reserveCapacity(accounts.count)
    var (old, next) = (0, 0)
    while old < sorted.count, next < new.count {
      if accounts.precedes(new[next], sorted[old]) {
        merged.append(new[next])
        next += 1
      } else {
        merged.append(sorted[old])
        old += 1
      }
    }
    merged += sorted[old...]
    merged += new[next...]
    sorted = merged
  }
}
