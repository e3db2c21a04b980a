internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections
internal import Synchronization

/// The projections of all that is durable, kept current in memory.
///
/// They keep enough to answer for any day and any earlier size, so a reader may go on at the size it
/// began with while they grow. Many read at once; growth waits for those who read, and those who come
/// later for it.
///
///     writer ──► DurableBatch ──┐
///     another process's log ────┴─► grow ──► ReadModel ◄── read, read, read
final class LiveBooks: Sendable {
  /// Never copied: whoever reads it would count a reference to each of its columns.
  fileprivate struct Books: ~Copyable {
    var model: ReadModel
    var reader = FieldReader()
    /// Events left out, for this program cannot read them; the first of them are told of.
    var parked: [ParkedEvent] = []
    var parkedCount = 0
  }

  /// Who is told of growth.
  private struct Listener {
    let call: @Sendable () -> Void
  }

  /// The moments at which batches were recorded since ``view`` was opened, and the sizes then, ascending.
  private struct Recent {
    var view: LedgerView
    var batches: [(at: Instant, size: Int64)] = []
  }

  /// Events left out that are kept by name.
  fileprivate static let mostParked = 100
  /// Batches kept before the log is opened anew instead.
  private static let mostRecent = 1 << 16
  /// Events read from the log while nobody else may read the books.
  private static let piece: Int64 = 4_096

  /// What the ledger said of itself when it was made.
  let identity: LedgerIdentity
  private let ledger: String
  private let books: ReadWriteLock<Books>
  private let recent: Mutex<Recent>
  private let sizeNow: Atomic<Int64>
  /// What local time is ahead of UTC by where the ledger is kept, in minutes.
  private let offset: Atomic<Int>
  private let told = Mutex<Listener?>(nil)
  /// The day it is for ever, for tests.
  private let fixedDay: CivilDate?

  /// Projections at the size of a view of the ledger in a directory; it is `today` for ever where that is
  /// given.
  ///
  /// Throws ``Failure`` `unknown_time_zone`.
  init(
    _ model: consuming sending ReadModel, of view: LedgerView, at ledger: String = "",
    today: CivilDate? = nil
  ) throws(Failure) {
    identity = view.identity
    self.ledger = ledger
    fixedDay = today
    sizeNow = Atomic(model.size)
    offset = Atomic(
      try WallClock.offsetMinutes(of: WallClock.now(), in: view.identity.timeZone))
    books = ReadWriteLock(Books(model: model))
    recent = Mutex(Recent(view: view))
  }

  /// How many events the projections hold.
  var size: Int64 { sizeNow.load(ordering: .acquiring) }

  /// The civil date where the ledger is kept.
  var today: CivilDate {
    if let fixedDay { return fixedDay }
    let minutes = Int64(offset.load(ordering: .relaxed))
    return Instant(milliseconds: WallClock.now().milliseconds + minutes * 60_000).date
  }

  /// Looks again what time it is where the ledger is kept: zones change their offsets on a quarter of an
  /// hour. By one thread alone, see ``WallClock``.
  func readZone() {
    let minutes = try? WallClock.offsetMinutes(of: WallClock.now(), in: identity.timeZone)
    if let minutes { offset.store(minutes, ordering: .relaxed) }
  }

  /// Has `body` called whenever the books have grown, on the thread that made them grow.
  func whenGrown(_ body: @escaping @Sendable () -> Void) {
    told.withLock { $0 = Listener(call: body) }
  }

  /// Gives the projections to `body`, which should be short: growth waits for it. Long work goes in
  /// pieces, at the same size, for what is asked about a size does not change. Never within another
  /// `read`; and `body` keeps no copy, or all that is shared is copied when they grow.
  func read<Result: Sendable, Thrown: Error>(
    _ body: (borrowing ReadModel) throws(Thrown) -> Result
  ) throws(Thrown) -> Result {
    try books.read { (books) throws(Thrown) in try body(books.model) }
  }

  /// Brings what they know of a stream, or of voids, into a book that drafts are judged by; false where
  /// they are not as large as the log, or left events out that the log would be refused for.
  func bring(_ stream: String?, at size: Int64, into book: inout AccountBook) -> Bool {
    books.read { books in
      guard books.model.size == size, books.parkedCount == 0 else { return false }
      if let stream {
        book.take(stream, from: books.model.accounts)
      } else {
        book.takeVoids(from: books.model.accounts)
      }
      return true
    }
  }

  /// Tells of events that were left out when the projections were made.
  func park(_ events: [ParkedEvent]) {
    books.change { books in
      for event in events { books.park(event.seq, event.code, event.reason, isPassed: true) }
    }
  }

  /// Keeps the projections for the next start, where that is worth while.
  func keepSnapshot(_ invocation: Invocation, _ view: LedgerView, since begun: Int64) {
    books.read { books in
      guard books.model.size == view.size else { return }
      invocation.keepSnapshot(
        of: RebuiltModel(model: books.model, snapshot: begun), of: view)
    }
  }

  /// Events that could not be read and are left out: how many, and the first of them.
  var parked: (count: Int, first: [ParkedEvent]) {
    books.read { ($0.parkedCount, $0.parked) }
  }
}

// How they grow.
extension LiveBooks {
  /// Takes a batch that has just become durable.
  ///
  /// Its events follow those there are; what is missing between is read from the log.
  func grow(_ batch: DurableBatch) {
    if size < batch.first, let view = try? LedgerView(opening: ledger) { try? grow(to: view) }
    books.change { books in
      let bytes = batch.bytes.span
      for place in 0..<batch.count where batch.first + Int64(place) == books.model.size {
        let line = bytes.extracting(batch.line(place))
        do {
          try books.apply(EventEnvelope(parsing: line), line)
        } catch {
          books.park(batch.first + Int64(place), "malformed_event", "\(error)")
        }
      }
      sizeNow.store(books.model.size, ordering: .releasing)
    }
    if let at = Instant(batch.at) { note(at, batch.size) }
    told.withLock { $0 }?.call()
  }

  /// Takes what another process has recorded, as far as a view of the log goes.
  func grow(to view: LedgerView) throws(LogError) {
    while size < view.size {
      try books.change { books throws(LogError) in
        let end = min(view.size, books.model.size + Self.piece)
        do throws(PassError<Never>) {
          var parked: [ParkedEvent] = []
          try view.advance(&books.model, to: end, parking: { parked.append($0) }) { _ in }
          for event in parked { books.park(event.seq, event.code, event.reason, isPassed: true) }
        } catch {
          switch error {
          case .log(let error): throw error
          }
        }
        sizeNow.store(books.model.size, ordering: .releasing)
      }
    }
    recent.withLock { $0 = Recent(view: view) }
    told.withLock { $0 }?.call()
  }

  /// Notes when a batch was recorded.
  private func note(_ at: Instant, _ size: Int64) {
    recent.withLock { recent in
      if recent.batches.last?.at == at { recent.batches.removeLast() }
      recent.batches.append((at, size))
      if recent.batches.count >= Self.mostRecent, let view = try? LedgerView(opening: ledger),
        view.size >= size
      {
        recent = Recent(view: view)
      }
    }
  }

  /// How many events were recorded at or before a moment: O(log events), a line read each.
  ///
  /// Recorded times never go back, so they can be searched by halving.
  func size(knownAt moment: Instant) -> Int64 {
    recent.withLock { recent in
      if let first = recent.batches.first, first.at <= moment {
        let place = recent.batches.partition(after: moment)
        return recent.batches[place - 1].size
      }
      do {
        return try recent.view.size(recordedBy: moment)
      } catch {
        // A segment that was archived meanwhile is found by a new view.
        guard let view = try? LedgerView(opening: ledger),
          let size = try? view.size(recordedBy: moment)
        else { return 0 }
        return size
      }
    }
  }
}

extension LiveBooks.Books {
  /// Applies an event, or leaves it out where it cannot be read.
  fileprivate mutating func apply(_ envelope: EventEnvelope, _ line: Span<UInt8>) {
    do throws(RuleError) {
      try model.apply(envelope, line, &reader)
    } catch {
      park(envelope.seq, error.code.rawValue, error.context)
    }
  }

  /// Leaves an event out; `isPassed` where the model has gone past it already.
  fileprivate mutating func park(
    _ seq: Int64, _ code: String, _ reason: String, isPassed: Bool = false
  ) {
    if !isPassed { model.passOver() }
    parkedCount += 1
    if parked.count < LiveBooks.mostParked {
      parked.append(ParkedEvent(seq: seq, code: code, reason: reason))
    }
  }
}

extension [(at: Instant, size: Int64)] {
  /// The place of the first one after a moment; they ascend.
  fileprivate func partition(after moment: Instant) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].at <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension LedgerView {
  /// How many events were recorded at or before a moment, by halving. Throws ``LogError``.
  fileprivate func size(recordedBy moment: Instant) throws(LogError) -> Int64 {
    var (low, high): (Int64, Int64) = (0, size)
    while low < high {
      let middle = (low + high) / 2
      let line = try line(middle)
      guard let envelope = try? EventEnvelope(parsing: line.span),
        let at = Instant(parsing: line.span, envelope.at)
      else { throw LogError(.damaged, "event \(middle) does not read") }
      if at <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
