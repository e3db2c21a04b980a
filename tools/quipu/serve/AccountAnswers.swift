internal import Collections
internal import Projections
internal import Synchronization

/// What was answered about accounts, kept as long as it holds: most are asked about more often than they
/// change.
///
/// An answer depends on the account's own events, on those of whoever owes it that reach it, on calendars and on
/// the day, and on nothing else: neither on who asks nor in which language. So it holds for every size of the
/// ledger from ``AccountBook/lastChange(of:)`` on; the size asked about, which it states, is written in
/// anew. What changes an account, be it an event of its debtor, a calendar or a void, changes that
/// number: nothing has to be thrown out for having become wrong.
///
/// Two generations bound the memory: what is asked for is in the young one, or is moved there; once that
/// has half of what may be kept, the old one is let go and the young one becomes old.
final class AccountAnswers: Sendable {
  /// An answer, and since when it holds.
  private struct Answer {
    let lastChange: Int64
    let on: CivilDate
    let body: [UInt8]
    /// Where in the body the digits of the ledger's size stand.
    let size: Range<Int>

    /// The body for another size.
    func body(at wanted: Int64) -> [UInt8] {
      let digits = Array(String(wanted).utf8)
      if body[size].elementsEqual(digits) { return body }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(body.count + 20)
      bytes += body[..<size.lowerBound]
      bytes += digits
      bytes += body[size.upperBound...]
      return bytes
    }
  }

  private struct Shelf {
    var young: [Int: Answer] = [:]
    var old: [Int: Answer] = [:]
    var youngBytes = 0
    var oldBytes = 0

    mutating func find(_ account: Int, _ half: Int) -> Answer? {
      if let answer = young[account] { return answer }
      guard let answer = old[account] else { return nil }
      keep(answer, of: account, half)
      return answer
    }

    mutating func keep(_ answer: Answer, of account: Int, _ half: Int) {
      let bytes = answer.body.count + AccountAnswers.overhead
      guard bytes <= half else { return }
      if let earlier = young.updateValue(answer, forKey: account) {
        youngBytes -= earlier.body.count + AccountAnswers.overhead
      }
      youngBytes += bytes
      guard youngBytes > half else { return }
      (old, oldBytes) = (young, youngBytes)
      (young, youngBytes) = ([:], 0)
    }
  }

  /// What is kept beside a body, about, in bytes.
  fileprivate static let overhead = 128
  /// Accounts by their numbers, on several shelves so that threads seldom meet at one.
  private let shelves = InlineArray<8, Mutex<Shelf>> { _ in Mutex(Shelf()) }
  /// Half of what a shelf may keep, in bytes.
  private let half: Int
  private let hits = Atomic<Int64>(0)
  private let misses = Atomic<Int64>(0)

  /// Keeps at most so many bytes of answers.
  init(bytes: Int) { half = bytes / 16 }

  /// What is answered about an account on a day.
  ///
  /// - Parameters:
  ///   - id: the account's.
  ///   - book: read by nobody who changes it meanwhile; in the order of the log.
  ///   - on: the day.
  ///   - size: only events before this position count; the book may know of more.
  /// - Returns: the answer with a line's end; nil where the account is not open by then, as known then.
  /// - Throws: ``RuleError`` `amount_overflow`.
  func answer(
    _ id: String, of book: AccountBook, on: CivilDate, knownAt size: Int64
  ) throws(RuleError) -> [UInt8]? {
    guard let account = book.accounts.find(id) else { return nil }
    let lastChange = book.lastChange(of: account)
    if lastChange <= size, let kept = find(account), kept.lastChange == lastChange, kept.on == on {
      hits.add(1, ordering: .relaxed)
      return kept.body(at: size)
    }
    misses.add(1, ordering: .relaxed)
    guard let report = try AccountReport(id, of: book, on: on, knownAt: size) else { return nil }
    var (body, place) = report.written
    body.append(UInt8(ascii: "\n"))
    if lastChange <= size, half > 0 {
      keep(Answer(lastChange: lastChange, on: on, body: body, size: place), of: account)
    }
    return body
  }

  private func find(_ account: Int) -> Answer? {
    shelves[account & 7].withLock { $0.find(account, half) }
  }

  private func keep(_ answer: Answer, of account: Int) {
    shelves[account & 7].withLock { $0.keep(answer, of: account, half) }
  }

  /// How many answers were found, how many had to be made, and the bytes kept at the moment, about.
  var counts: (hits: Int64, misses: Int64, bytes: Int) {
    var bytes = 0
    for place in 0..<8 { bytes += shelves[place].withLock { $0.youngBytes + $0.oldBytes } }
    return (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed), bytes)
  }
}
