internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

// The book holds what the drafts at hand need: the shared streams, and each account from the first
// draft that bears on it.
//
//     shared streams ──► book ◄── the account's own events; then its chain is put in the log's order,
//                                 for payments identified for it came with the shared ones
extension Intake {
  /// Entries in the book past which its accounts are forgotten between commits; about 100 bytes each.
  static let mostEntries = 1 << 19

  /// Reads what bears on all accounts.
  func loadShared() throws(PassError<RuleError>) {
    do throws(PassError<RuleError>) {
      try apply(StreamSelection(streams: [], kinds: SharedStreams.kinds))
    } catch {
      forget()
      throw error
    }
    hasShared = true
  }

  /// Forgets every account; what is needed is read again.
  func forget() {
    book = AccountBook()
    followed = nil
    loaded.removeAll()
    unreadable.removeAll()
    hasShared = false
  }

  /// Reads the accounts and other streams that a draft bears on, where they are not in the book.
  func load(for draft: Draft) throws(Refusal) {
    do throws(PassError<RuleError>) {
      if !hasShared { try loadShared() }
      try load(draft.stream)
      if draft.type == .paymentIdentified, let id = draft.fields["account"]?.stringValue {
        try load("account/\(id)")
      }
    } catch {
      throw Self.refusal(error)
    }
  }

  /// Reads a stream that a field of a draft names.
  func load(_ stream: String, for field: String) throws(Refusal) {
    do {
      try load(stream)
    } catch {
      throw Refusal(unread: error.logError, field: field)
    }
  }

  /// Reads the stream of a void's target, which tells whether it is voided already.
  func loadTarget(_ stream: String) throws(Refusal) {
    do { try load(stream) } catch { throw Self.refusal(error) }
  }

  private func load(_ stream: String) throws(PassError<RuleError>) {
    if let error = unreadable[stream] { throw .log(error) }
    guard !SharedStreams.contain(stream), loaded.insert(stream).inserted else { return }
    do throws(PassError<RuleError>) {
      // Most streams of an import are new: there is nothing to look for.
      guard try hasEvents(stream) else { return }
      try apply(StreamSelection(streams: [stream]))
    } catch {
      // Half of it may be in the book: no draft is judged by that.
      unreadable[stream] = error.logError
      throw error
    }
    let name = Array(stream.utf8)
    if let parts = StreamName(parsing: name.span, 0..<name.count), parts.kind == .account,
      let account = book.accounts.find(name.span, parts.id)
    {
      book.restoreOrder(of: account)
    }
  }

  private func hasEvents(_ stream: String) throws(PassError<RuleError>) -> Bool {
    do { return try log.nextPosition(of: stream) > 0 } catch { throw .log(error) }
  }

  private func apply(_ selection: StreamSelection) throws(PassError<RuleError>) {
    var book = book
    self.book = AccountBook()
    defer { self.book = book }
    var reader = reader
    try log.forEach(of: selection) { (event, line) throws(RuleError) in
      guard let type = EventType(named: line, event.type) else {
        throw RuleError(.malformed, "seq \(event.seq): unknown type")
      }
      _ = try book.apply(type, event, line, &reader)
    }
  }

  private static func refusal(_ error: PassError<RuleError>) -> Refusal {
    Refusal(unread: error.logError)
  }
}
