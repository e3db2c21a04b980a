internal import CanonicalJSON
internal import Collections
package import EventStore
package import Projections

// The events themselves, for what is made of them outside of the read model.
extension LedgerView {
  /// Gives the events before a size to `body` as they lie in the log, in one pass, each hash checked.
  ///
  /// Throws ``PassError``: the log's own error, or what `body` threw.
  package func forEachEvent<Failure: Error>(
    upTo size: Int64,
    _ body: (borrowing EventEnvelope, Span<UInt8>) throws(Failure) -> Void
  ) throws(PassError<Failure>) {
    try log.forEach(upTo: size, body)
  }

  /// How money was paid, and what of it bears on no account, as known at a size. O(events).
  package func postingBook(
    at size: Int64, _ progress: (Int64) -> Void = { _ in }
  ) throws(LogError) -> PostingBook {
    var book = PostingBook()
    var reader = FieldReader()
    var reported: Int64 = 0
    do {
      try log.forEach(upTo: size) { (envelope, line) throws(RuleError) in
        try book.apply(envelope, line, &reader)
        if envelope.seq - reported >= 16_384 {
          progress(envelope.seq - reported)
          reported = envelope.seq
        }
      }
    } catch {
      throw error.logError
    }
    return book
  }
}
