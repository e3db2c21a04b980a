package import Collections

/// One entry of the books: postings that add up to nothing.
package struct JournalEntry: Sendable {
  /// An amount on one ledger account: debits positive, credits negative, in minor units.
  package struct Posting: Equatable, Sendable {
    /// Where.
    package var account: LedgerAccount
    /// How much.
    package var amount: Int64
  }

  /// What an entry tells.
  package enum Origin: Equatable, Sendable {
    /// An event of an account.
    case event(AccountEntry.Kind)
    /// Days that passed: interest and penalty accrued, credit paid what fell due.
    case days
    /// Money that came in for no known account.
    case unidentified
    /// What collecting cost.
    case cost

    /// The name printed: that of the event where there is one.
    package var name: String {
      switch self {
      case .event(let kind): kind.eventName
      case .days: "accrual and credit"
      case .unidentified: "UnidentifiedPaymentReceived"
      case .cost: "CostIncurred"
      }
    }
  }

  /// The day, in days since 1970-01-01.
  package var on: Int32
  /// The event's position; −1 where days passed.
  package var seq: Int64
  /// What it tells.
  package var origin: Origin
  /// The payment it is about; empty where it is about none.
  package var payment: TextReference = .empty
  /// The postings; each account once, none of zero once ``settled()`` says so.
  package private(set) var postings: [Posting] = []

  init(on day: Int32, seq: Int64, _ origin: Origin) {
    self.on = day
    self.seq = seq
    self.origin = origin
  }

  /// Moves an amount from one account to another: the only way an entry grows, so that it balances.
  mutating func move(_ amount: Int64, from credited: LedgerAccount, to debited: LedgerAccount) {
    guard amount != 0 else { return }
    post(amount, to: debited)
    post(-amount, to: credited)
  }

  private mutating func post(_ amount: Int64, to account: LedgerAccount) {
    if let place = postings.firstIndex(where: { $0.account == account }) {
      postings[place].amount += amount
    } else {
      postings.append(Posting(account: account, amount: amount))
    }
  }

  /// What an account got of the entry.
  func amount(on account: LedgerAccount) -> Int64 {
    postings.first { $0.account == account }?.amount ?? 0
  }

  /// The entry without postings of zero; nil where nothing is left.
  func settled() -> JournalEntry? {
    var entry = self
    entry.postings.removeAll { $0.amount == 0 }
    return entry.postings.isEmpty ? nil : entry
  }

  /// The sum of all postings: zero.
  package var sum: Int64 { postings.reduce(0) { $0 + $1.amount } }
}

extension AccountEntry.Kind {
  /// The name of the event that makes entries of this kind.
  var eventName: String { Self.eventNames[self] ?? "" }

  private static let eventNames = Dictionary(
    EventType.allCases.compactMap { type in
      AccountBook.kind(of: type).map { ($0, type.name) }
    }, uniquingKeysWith: { first, _ in first })
}
