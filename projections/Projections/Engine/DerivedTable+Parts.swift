internal import Dispatch
internal import Synchronization

// Tables are derived in parts, a thread taking the next one whenever it is done with one: accounts differ
// in how long they take, and small parts are what a table is kept in.
extension DerivedTable {
  /// As many rows as are worth a part of their own.
  private static let worthPart = 2048

  /// In how many parts so many rows are to be derived.
  static func parts(of rows: Int, jobs: Int) -> Int {
    max(1, rows / worthPart, min(jobs, rows))
  }

  /// Calls `body` with each part from 0, `jobs` of them at once.
  static func forEach(part parts: Int, jobs: Int, _ body: @Sendable (Int) -> Void) {
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(jobs, parts)) { _ in
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        body(part)
      }
    }
  }
}
