package import Collections
internal import Dispatch
internal import Synchronization

/// Reads the features of accounts as they were known: a pure function of *(account, day, size, knowledge)*.
///
///     AccountBook ─► one fold an account ─► FeaturesOfAccount ──┐
///     ContactBook, ConductBook ─► ContactMarks ─► FeaturesOfContacts ─┴─► FeatureRow
///
/// Only what is wanted is computed. One reader serves one account after the other and keeps its scratch
/// memory; copies of it share what they read and work side by side.
package struct FeatureReader: Sendable {
  /// What is read.
  package let model: ReadModel
  /// The features that get a value.
  package let wanted: FeatureSet
  /// Only events before this position count; may be set anew at no cost.
  package var knownAt: Int64
  /// What of them counts as known.
  package let knowledge: Knowledge

  private let ofAccount: FeaturesOfAccount
  private var ofContacts: FeaturesOfContacts
  let marks: ContactMarks
  /// The fold and the features of the account read last.
  private(set) var fold = AccountFold()
  private(set) var row = FeatureRow()
  /// The fold of the same account on earlier days, where those are asked about.
  private var earlier = AccountFold()
  /// The calendar, and the moment it was made for.
  private var calendar = BusinessCalendar(jurisdiction: "")
  private var calendarOn: (date: CivilDate, knownAt: Int64)?

  /// A reader of a model's accounts. O(contacts) where features of contacts are wanted, else O(1).
  ///
  /// `needsContacts` has them read in any case; those of some accounts alone, by their numbers, where it is asked
  /// about no others.
  package init(
    model: ReadModel, wanted: FeatureSet, knownAt: Int64, knowledge: Knowledge = .recorded,
    needsContacts: Bool = false, only accounts: [Int]? = nil
  ) {
    self.model = model
    self.wanted = wanted
    self.knownAt = knownAt
    self.knowledge = knowledge
    ofAccount = FeaturesOfAccount(wanted)
    ofContacts = FeaturesOfContacts(wanted)
    let readsContacts = needsContacts || ofContacts.isAnyWanted
    marks = readsContacts ? ContactMarks(model, only: accounts) : ContactMarks(accounts: 0)
    fold.keepsAgeing = ofAccount.needsAgeing
  }

  /// The features of the account of that number at the end of a day; nil where it was not open by then, as
  /// known then. A closed account has them too. O(its events × items).
  ///
  /// - Throws: ``RuleError`` `amount_overflow`.
  package mutating func row(of account: Int, on date: CivilDate) throws(RuleError) -> FeatureRow? {
    try read(account, on: date, model.accounts, marks) ? row : nil
  }

  /// Reads an account's features into ``row``; whether it was open.
  ///
  /// The book and the marks are its own, lent by the caller: taken out of `self` for each account, their
  /// columns would be counted as used once more by every thread.
  private mutating func read(
    _ account: Int, on date: CivilDate, _ book: AccountBook, _ marks: ContactMarks
  ) throws(RuleError) -> Bool {
    if calendarOn.map({ $0 != (date, knownAt) }) ?? true {
      calendar = book.calendar(on: date, knownAt: knownAt, knowledge: knowledge)
      calendarOn = (date, knownAt)
    }
    for place in row.values.indices { row.values[place] = Feature.missing }
    guard
      try fold.fold(
        account, of: book, on: date, knownAt: knownAt, horizon: knowledge.horizon(on: date),
        calendar: calendar)
    else { return false }
    try ofAccount.fill(&row, from: fold, of: book)
    if let place = ofAccount.meanOutstanding {
      row.values[place] = try meanOutstanding(account, on: date, book)
    }
    guard ofContacts.isAnyWanted else { return true }
    ofContacts.fill(
      &row, from: marks, of: account, book,
      FeaturesOfContacts.View(
        date: date, knownAt: knownAt, horizon: knowledge.horizon(on: date)))
    return true
  }

  /// The mean of what was owed at the ends of the 12 days 0, 30, … 330 back on which there was the account,
  /// all as known on the last. O(12 × events of the account).
  private mutating func meanOutstanding(
    _ account: Int, on date: CivilDate, _ book: AccountBook
  ) throws(RuleError) -> Int64 {
    var (sum, count) = (Int128(0), Int128(0))
    for number in 0..<12 {
      let isThere = try earlier.fold(
        account, of: book, on: date - 30 * number, knownAt: knownAt,
        horizon: knowledge.horizon(on: date), calendar: calendar)
      guard isThere else { break }
      sum += Int128(try earlier.outstanding().total)
      count += 1
    }
    return count > 0 ? Int64(sum / count) : Feature.missing
  }

  /// What a part of a portfolio came to: accounts next to each other in the order of their ids.
  package struct Part<Result: Sendable>: Sendable {
    /// What was made of them.
    package var result: Result
    /// Accounts whose state cannot be computed, each with the reason.
    package var failures: [RuleError] = []
  }

  /// Reads every account open on a day, in as many parts as jobs, each on a thread of its own.
  ///
  /// The parts come in the order of account ids, and so do the accounts within them: joined one after the
  /// other they are the same whatever the number of jobs. O(accounts log accounts + events).
  ///
  /// - Parameters:
  ///   - date: the day.
  ///   - jobs: how many threads.
  ///   - start: what each part begins with.
  ///   - take: adds an account, by its number, and its features; a row that is the same memory each time.
  /// - Returns: what each part came to.
  package func parts<Result: Sendable>(
    on date: CivilDate, jobs: Int, from start: Result,
    _ take: @Sendable (inout Result, Int, FeatureRow) throws(RuleError) -> Void
  ) -> [Part<Result>] {
    parts(of: model.accounts.accounts.sorted(), on: date, jobs: jobs, from: start) {
      part, account, reader throws(RuleError) in try take(&part, account, reader.row)
    }
  }

  /// The same of some accounts, in the order given; `take` gets the reader itself, which has just read one.
  func parts<Result: Sendable>(
    of numbers: [Int], on date: CivilDate, jobs: Int, from start: Result,
    _ take: @Sendable (inout Result, Int, FeatureReader) throws(RuleError) -> Void
  ) -> [Part<Result>] {
    let count = max(1, min(jobs, numbers.count))
    let made = Mutex([Part<Result>?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      var reader = self
      let (book, marks) = (model.accounts, marks)
      var part = Part(result: start)
      for account in numbers[
        numbers.count * number / count..<numbers.count * (number + 1) / count]
      {
        do throws(RuleError) {
          guard try reader.read(account, on: date, book, marks) else { continue }
          try take(&part.result, account, reader)
        } catch {
          part.failures.append(error)
        }
      }
      made.withLock { $0[number] = part }
    }
    return made.withLock { $0.compactMap { $0 } }
  }
}
