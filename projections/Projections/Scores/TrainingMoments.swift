internal import Collections

/// Which accounts have a moment on which day.
struct TrainingMoments: Sendable {
  /// The days in order, with the numbers of the accounts that have one, sorted by id.
  private(set) var days: [(day: CivilDate, accounts: [Int])] = []
  private let knowledge: Knowledge
  private let knownAt: Int64
  private let recorded: RecordedDays

  /// The moments of a specification. O(accounts log accounts + entries).
  init(_ spec: TrainingSpec, _ book: AccountBook, _ recorded: RecordedDays) {
    (knowledge, knownAt, self.recorded) = (spec.knowledge, spec.knownAt, recorded)
    let sorted = book.accounts.sorted()
    switch spec.moments {
    case .days(let days):
      let ordered = Set(days).sorted()
      guard spec.target == .keepsPromise else {
        self.days = ordered.map { ($0, sorted) }
        return
      }
      guard let first = ordered.first, let last = ordered.last else { return }
      self.days = Self.collect(sorted) { account in
        events(.promiseMade, of: account, book).map(\.day).filter { first...last ~= $0 }
      }
    case .event(let type, let component):
      guard let kind = AccountBook.kind(of: type) else { return }
      days = Self.collect(sorted) { account in
        let found = events(kind, of: account, book).filter {
          component == nil || $0.entry.component == component
        }
        // Of one day the first recorded.
        let first = found.min { ($0.day, $0.entry.seq) < ($1.day, $1.entry.seq) }
        return first.map { [$0.day] } ?? []
      }
    }
  }

  /// The size of the log that a moment at the end of a day sees.
  func size(through day: CivilDate) -> Int64 {
    switch knowledge {
    case .effective: knownAt
    case .recorded: min(knownAt, recorded.size(through: day))
    }
  }

  /// The events of a kind on an account that stood on the first day on which they were in effect and known,
  /// and that day.
  private func events(
    _ kind: AccountEntry.Kind, of account: Int, _ book: AccountBook
  ) -> [(entry: AccountEntry, day: CivilDate)] {
    var found: [(entry: AccountEntry, day: CivilDate)] = []
    for entry in book.entries(kind, of: account, knownAt: knownAt) {
      var day = CivilDate(days: entry.effective)
      if knowledge == .recorded {
        guard let known = recorded.day(of: entry.seq) else { continue }
        day = max(day, known)
      }
      let isVoided = book.isVoided(
        entry.seq, knownAt: size(through: day), through: knowledge.horizon(on: day))
      if !isVoided { found.append((entry, day)) }
    }
    return found
  }

  /// Puts accounts, given in the order of their ids, under the days that each of them has.
  private static func collect(
    _ accounts: [Int], _ daysOf: (Int) -> [CivilDate]
  ) -> [(day: CivilDate, accounts: [Int])] {
    var found: [CivilDate: [Int]] = [:]
    for account in accounts {
      for day in Set(daysOf(account)).sorted() { found[day, default: []].append(account) }
    }
    return found.keys.sorted().map { ($0, found[$0] ?? []) }
  }
}
