package import Collections

/// Who waits for a person, the longest first: handed over by a machine, in hardship, with a complaint or a
/// dispute, or having told of a payment that has not come in.
///
/// A wait ends when a person does something for her (``DealingBook``); that for a payment also when as much
/// came in on that day or later.
package struct WaitingList: Sendable {
  /// What a person is waited for after.
  package enum Reason: String, CaseIterable, Sendable {
    case handOver = "hand_over"
    case hardship, complaint, dispute, payment
  }

  /// Somebody who waits.
  package struct Wait: Equatable, Sendable {
    /// The event that began it, and when that was recorded.
    package let seq: Int64
    package let since: Instant
    package let reason: Reason
    /// Who waits.
    package let subject: String
    /// The account it is about; nil where it is about her.
    package let account: String?
  }

  /// In the order in which they were recorded.
  package private(set) var waits: [Wait] = []

  /// Who waits. O(entries of the book), a fold for each account with a payment told of.
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
    // Each payment stands for one that was told of, the earliest first.
    var arrived: [String: [AppliedPayment]] = [:]
    for one in standing.reversed() {
      guard let reason = Reason(one.entry.kind) else { continue }
      let account = one.account.map { accounts.accounts.text($0) }
      if reason == .payment, let account, let told = dealings.told[one.entry.seq] {
        var payments: [AppliedPayment]
        if let left = arrived[account] {
          payments = left
        } else {
          let report = try AccountReport(account, of: accounts, on: day, knownAt: size)
          payments = report?.payments.filter { $0.state == .applied } ?? []
        }
        let place = payments.firstIndex {
          $0.amount == told.amount && $0.effective >= told.on
        }
        if let place { payments.remove(at: place) }
        arrived[account] = payments
        if place != nil { continue }
      }
      if one.endedAt != nil { continue }
      waits.append(
        Wait(
          seq: one.entry.seq, since: Instant(milliseconds: one.entry.recorded), reason: reason,
          subject: one.person, account: account))
    }
  }
}

extension WaitingList.Reason {
  /// Nil for what nobody waits after.
  fileprivate init?(_ kind: DealingBook.Kind) {
    switch kind {
    case .handOver: self = .handOver
    case .hardship: self = .hardship
    case .complaint: self = .complaint
    case .dispute: self = .dispute
    case .payment: self = .payment
    case .agreement, .personal, .complaintTaken, .optOut: return nil
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
