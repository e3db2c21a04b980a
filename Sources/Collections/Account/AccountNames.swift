/// What an account's payments, reversals, promises and plans are called, looked up without going through
/// its events: ``AccountBook/entry(_:named:of:)`` in O(1) where many are asked for, one after the other.
///
/// Follows the account as its book grows. Of a book from which anything was taken back, begin anew.
package struct AccountNames: Sendable {
  private struct Name: Hashable {
    let kind: AccountEntry.Kind
    let id: String
  }

  /// The account's number.
  package let account: Int
  /// The position of the last event of each name that stands.
  private var positions: [Name: Int64] = [:]
  private var newest: Int64 = -1
  /// How many voids the book held when it was looked through.
  private var voids = 0

  /// Those of an account, none of them known yet.
  package init(of account: Int) { self.account = account }

  /// The position of the latest event of a kind with an id, voided ones left out; nil where there is none.
  /// O(events since it was asked last).
  package mutating func position(
    _ kind: AccountEntry.Kind, named id: String, in book: AccountBook
  ) -> Int64? {
    follow(book)
    return positions[Name(kind: kind, id: id)]
  }

  private mutating func follow(_ book: AccountBook) {
    if book.voids.count != voids {
      self = AccountNames(of: account)
      voids = book.voids.count
    }
    var new: [AccountEntry] = []
    var chain = book.chain(of: account)
    var last = newest
    while let entry = chain.next(), entry.seq > newest {
      last = max(last, entry.seq)
      switch entry.kind {
      case .payment, .reversed, .promiseMade, .planAgreed:
        if !book.isVoided(entry.seq, knownAt: .max) { new.append(entry) }
      default: continue
      }
    }
    for entry in new.reversed() {
      positions[Name(kind: entry.kind, id: book.texts.text(book.name(of: entry)))] = entry.seq
    }
    newest = last
  }
}
