internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// What pages ask of the log that the live projections do not hold: what collecting cost, arms of tests,
/// accesses, breaches, keys. Read in one pass, and from then on only what came since.
struct LogBooks: Sendable {
  /// How many events it holds.
  private(set) var size: Int64 = 0
  /// What a portfolio's measures need besides the projections.
  private(set) var side = SideBooks()
  /// Voids not applied yet: ``CustodyBook/finish(on:)`` is for a copy.
  private(set) var custody = CustodyBook()
  private(set) var keys: KeyHistory
  /// When the last event was recorded.
  private(set) var lastRecorded: Instant?
  private var reader = FieldReader()

  /// Of nothing but the ledger's own name.
  init(_ identity: LedgerIdentity) { keys = KeyHistory(identity) }

  /// Goes on to a size, reading the events since. Throws ``LogError``; `damaged` for an event that this
  /// version cannot read.
  mutating func advance(to end: Int64, _ view: LedgerView) throws(LogError) {
    guard end > size else { return }
    var copy = self
    do {
      try view.forEachEvent(from: size, upTo: end) { (envelope, line) throws(RuleError) in
        try copy.side.apply(envelope, line, &copy.reader)
        try copy.custody.apply(envelope, line)
        copy.keys.take(envelope, line)
        copy.lastRecorded = Instant(parsing: line, envelope.at) ?? copy.lastRecorded
      }
    } catch {
      switch error {
      case .log(let error): throw error
      case .body(let error):
        throw LogError(.damaged, "\(error.code.rawValue): \(error.context)")
      }
    }
    copy.size = end
    self = copy
  }
}
