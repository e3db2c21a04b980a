internal import EventStore
internal import Ledger

/// What answers requests, whatever brought them.
final class Service: Sendable {
  /// The directory of the ledger.
  let ledger: String
  let books: LiveBooks
  let table = RouteTable.all

  init(ledger: String, books: LiveBooks) {
    self.ledger = ledger
    self.books = books
  }

  /// The ledger's files at their present durable size, for what the projections do not hold.
  func view() throws(LogError) -> LedgerView { try LedgerView(opening: ledger) }
}
