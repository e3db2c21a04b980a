package import Collections

/// Who waits for a person, the longest first: handed over by a machine, in hardship, with a complaint or a
/// dispute, or having told of a payment that has not come in.
///
/// A wait ends when a person does something for her (``DealingBook``); that for a payment also when it came
/// in (``AwaitedPayments``).
package struct WaitingList: Sendable {
  /// Somebody who waits.
  package struct Wait: Equatable, Sendable {
    /// The event that began it, and when that was recorded.
    package let seq: Int64
    package let since: Instant
    package let reason: WaitReason
    /// Who waits.
    package let subject: String
    /// The account it is about; nil where it is about her.
    package let account: String?
  }

  /// Who told of payments on which account.
  private struct Told: Hashable {
    let account: String
    let person: String
  }

  /// In the order in which they were recorded.
  package private(set) var waits: [Wait] = []

  /// Who waits. O(entries of the book), a fold for each account and person with a
  /// payment told of.
  ///
  /// - Parameters:
  ///   - dealings: who did what for whom.
  ///   - accounts: whose accounts they are.
  ///   - day: what took effect by then counts.
  ///   - size: only events before it count.
  /// - Throws: ``RuleError`` of an account whose payments cannot be told.
  package init(
    _ dealings: DealingBook, _ accounts: AccountBook, on day: CivilDate, knownAt size: Int64
  ) throws(RuleError) {
    let standing = dealings.standing(on: day, knownAt: size, in: accounts) { account in
      accounts.opening(of: account, knownAt: size).map { accounts.texts.text($0.1.subject) }
    }
    var payments: [Told: AwaitedPayments] = [:]
    for one in standing.reversed() {
      guard let reason = WaitReason(one.entry.kind) else { continue }
      let account = one.account.map { accounts.accounts.text($0) }
      if let account, let told = dealings.told[one.entry.seq] {
        let by = Told(account: account, person: one.person)
        if payments[by] == nil {
          let report = try AccountReport(account, of: accounts, on: day, knownAt: size)
          payments[by] = report.map(AwaitedPayments.init)
        }
        guard payments[by]?.isAwaited(told.amount, on: told.on) ?? true else { continue }
      }
      if one.endedAt != nil { continue }
      waits.append(
        Wait(
          seq: one.entry.seq, since: Instant(milliseconds: one.entry.recorded), reason: reason,
          subject: one.person, account: account))
    }
  }
}

extension DealingBook {
  /// Something that stands at a moment, whose it is, and when a person next did something for her, in
  /// milliseconds since 1970; nil where nobody did.
  struct Standing {
    var entry: Entry
    var person: String
    /// Its number in the accounts' book; nil where it is about her.
    var account: Int?
    var endedAt: Int64?
  }

  /// What stands at a moment but the acts of people, the last first. O(entries).
  func standing(
    on day: CivilDate, knownAt size: Int64, in book: AccountBook, owner: (Int) -> String?
  ) -> [Standing] {
    var found: [Standing] = []
    var next: [String: Int64] = [:]
    for entry in entries.reversed()
    where entry.seq < size && entry.effective <= day.days
      && !book.isVoided(entry.seq, knownAt: size)
    {
      let account =
        entry.account < 0 ? nil : book.accounts.find(names.text(Int(entry.account)))
      let subject = entry.subject < 0 ? nil : names.text(Int(entry.subject))
      guard let person = subject ?? account.flatMap(owner) else { continue }
      if entry.kind == .personal {
        next[person] = entry.recorded
      } else {
        found.append(
          Standing(entry: entry, person: person, account: account, endedAt: next[person]))
      }
    }
    return found
  }
}
