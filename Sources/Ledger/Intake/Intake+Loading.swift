internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

// The book holds what the drafts at hand need: the shared streams, and each account from the first
// draft that bears on it.
//
//     shared streams ──► book ◄── the account's own events; then its chain is put in the log's order,
//                         ▲       for payments identified for it came with the shared ones
//                         └────── its debtor's, where its state is asked for
//
// A service has all of it in memory already, and brings it from there.
extension Intake {
  /// Entries in the book past which its accounts are forgotten between commits; about 100 bytes each.
  static let mostEntries = 1 << 19

  /// Reads what bears on all accounts.
  func loadShared() throws(PassError<RuleError>) {
    documents = DocumentBook()
    patterns = nil
    do throws(PassError<RuleError>) {
      try apply(StreamSelection(streams: [], kinds: SharedStreams.kinds))
    } catch {
      forget()
      throw error
    }
    hasShared = true
    hasVoids = bring?(nil, log.size, &book) ?? false
  }

  /// Forgets every account; what is needed is read again.
  func forget() {
    book = AccountBook()
    (followed, named) = (nil, nil)
    loaded.removeAll()
    unreadable.removeAll()
    hasShared = false
    hasVoids = false
  }

  /// Reads the accounts and other streams that a draft bears on, where they are not in the book.
  func load(for draft: Draft) throws(Refusal) {
    do throws(PassError<RuleError>) {
      if !hasShared { try loadShared() }
      try load(draft.stream)
      if draft.type == .paymentIdentified, let id = draft.fields["account"]?.stringValue {
        try load("account/\(id)")
      }
      // A plan is judged by the state it leads to, once it is applied: nothing may be read after that.
      if draft.type == .planAgreed { try loadDebtors(of: draft.stream) }
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

  /// Reads the streams of whoever owes an account: her moratoriums bear on its state.
  ///
  /// Only where a state is asked for, which few drafts need.
  func loadDebtors(of account: Int) throws(PassError<RuleError>) {
    for subject in book.subjects(of: account) { try load("subject/\(subject)") }
  }

  private func loadDebtors(of stream: String) throws(PassError<RuleError>) {
    let bytes = Array(stream.utf8)
    guard let name = StreamName(parsing: bytes.span, 0..<bytes.count), name.kind == .account,
      let account = book.accounts.find(bytes.span, name.id)
    else { return }
    try loadDebtors(of: account)
  }

  private func load(_ stream: String) throws(PassError<RuleError>) {
    if let error = unreadable[stream] { throw .log(error) }
    guard !SharedStreams.contain(stream), loaded.insert(stream).inserted else { return }
    if hasVoids, bring?(stream, log.size, &book) == true { return }
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
      if DocumentBook.reads(type) {
        try documents.apply(type, event, line, &reader)
      } else {
        _ = try book.apply(type, event, line, &reader)
      }
    }
  }

  static func refusal(_ error: PassError<RuleError>) -> Refusal {
    Refusal(unread: error.logError)
  }
}
