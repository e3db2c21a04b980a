internal import EventStore
internal import Ledger

/// What answers requests, whatever brought them.
final class Service: Sendable {
  /// The directory of the ledger.
  let ledger: String
  let books: LiveBooks
  let table = RouteTable.all
  /// Who is signed in to the console.
  let sessions = Sessions()

  init(ledger: String, books: LiveBooks) {
    self.ledger = ledger
    self.books = books
  }

  /// The people and programs the ledger knows, as their file says now. Throws ``LogError``.
  func identities() throws(LogError) -> IdentityList { try IdentityList(of: ledger) }

  /// The ledger's files at their present durable size, for what the projections do not hold.
  func view() throws(LogError) -> LedgerView { try LedgerView(opening: ledger) }
}
