internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Synchronization

/// The projections of all that is durable, kept current in memory.
///
/// They keep enough to answer for any day and any earlier size, so a reader may go on at the size it
/// began with while they grow.
final class LiveBooks: Sendable {
  private struct State {
    var model: ReadModel
    var today: CivilDate
    /// When the last event of each batch was recorded, and the size then, ascending.
    var recorded: [(at: Instant, size: Int64)]
  }

  /// What the ledger said of itself when it was made.
  let identity: LedgerIdentity
  private let state: Mutex<State>

  init(_ model: ReadModel, of view: LedgerView, today: CivilDate) throws(LogError) {
    identity = view.identity
    var recorded: [(at: Instant, size: Int64)] = []
    do {
      try view.forEachEvent(upTo: model.size) { (envelope, line) throws(RuleError) in
        guard let at = Instant(parsing: line, envelope.at) else { return }
        if recorded.last?.at == at { recorded.removeLast() }
        recorded.append((at, envelope.seq + 1))
      }
    } catch {
      switch error {
      case .log(let error): throw error
      case .body(let error): throw LogError(.damaged, error.context)
      }
    }
    state = Mutex(State(model: model, today: today, recorded: recorded))
  }

  /// How many events the projections hold.
  var size: Int64 { state.withLock { $0.model.size } }

  /// The civil date where the ledger is kept.
  var today: CivilDate { state.withLock { $0.today } }

  /// How many events were recorded at or before a moment. O(log batches).
  func size(knownAt moment: Instant) -> Int64 {
    state.withLock { state in
      state.recorded.last { $0.at <= moment }?.size ?? 0
    }
  }

  /// Gives the projections to `body`, which must be short: nobody else reads meanwhile. Long work goes
  /// in pieces, at the same size, for what is asked about a size does not change.
  func read<Result: Sendable>(_ body: (borrowing ReadModel) throws -> Result) rethrows -> Result {
    try state.withLock { try body($0.model) }
  }
}
