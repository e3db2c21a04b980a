internal import CanonicalJSON
package import Collections
package import EventStore
internal import Projections
package import Vault

/// The ledger's front door for writing: checks, decides, and appends.
///
///     draft ──► form (Draft) ──► accept: key, position, rules ──► commit: batches, one sync each
///
/// Accepted events are applied to the account book at once, so that the next draft is judged
/// against them; ``discard()`` takes them back. Nothing reaches the disk before ``commit(batchesOf:at:_:)``.
/// An account's events are read when it is first needed (``load(_:)``), and forgotten between commits
/// when there are many: memory does not grow with the ledger.
package final class Intake {
  /// What became of an accepted draft.
  package enum Decision: Equatable, Sendable {
    /// It is the n-th event waiting to be committed.
    case new(Int)
    /// The same event was recorded before: its first receipt.
    case recorded(Receipt)
  }

  /// What the ledger said of itself when it was made.
  package let identity: LedgerIdentity
  /// What an operator should hear of the opening: a tail that was recovered, a file rebuilt.
  package var notices: [LogNotice] { log.notices }
  /// Events in the log.
  package var size: Int64 { log.size }
  /// Told of every batch that reached the disk, with its lines: accepted drafts, and what erasing and
  /// unsealing record. Before the receipts are given; runs on the committing thread.
  package var onDurable: ((DurableBatch) -> Void)? {
    get { log.onDurable }
    set { log.onDurable = newValue }
  }
  /// Whether a commit waits for a segment that it has finished; see ``settle()``.
  package var waitsForFinishes: Bool {
    get { log.waitsForFinishes }
    set { log.waitsForFinishes = newValue }
  }
  /// The accounts that were needed, as known, accepted events included.
  package internal(set) var book = AccountBook()

  /// Brings a stream's events, as known at the log's size, into the book out of memory, or for nil which
  /// events are voided; false where that cannot be, and the log is read. See ``AccountBook/take(_:from:)``.
  package var bring: ((_ stream: String?, _ size: Int64, _ book: inout AccountBook) -> Bool)? {
    didSet { hasVoids = bring?(nil, log.size, &book) ?? false }
  }

  let log: EventLog
  /// Where the keys of the vault lie; nil where personal data is not to be taken.
  let vaultSettings: SubjectVault.Settings?
  /// The second person, who approves what one alone may not record.
  package var approval: Grant?
  /// Whether the ledger knows identities: then an approver is to show who he is.
  private(set) var hasIdentities = false
  /// The keys of persons, once there are any.
  var vault: SubjectVault?
  let directory: String
  let disk: any Disk
  /// The account whose state was needed last, followed from then on; nothing where the book shrank.
  var followed: (account: Int, timeline: AccountTimeline)?
  /// The account that a name was looked for on last, and the names there once it was asked twice.
  var named: (account: Int, names: AccountNames?)?
  var waiting: [PendingEvent] = []
  /// Streams whose events are in the book, besides the shared ones.
  var loaded: Set<String> = []
  /// Streams that could not be read, and why.
  var unreadable: [String: LogError] = [:]
  /// Whether the shared streams' events are in the book.
  var hasShared = false
  /// Whether all voids are in the book, on whatever stream they stand: then a stream can be brought.
  var hasVoids = false
  /// What waits under each key: its place among what waits, and its position in its stream.
  private var waitingKeys: [String: (place: Int, n: Int64)] = [:]
  private var waitingPositions: [String: Int64] = [:]
  private var committed = 0
  /// The places of waiting events that go into the batch of the one before them.
  private var followers: Set<Int> = []
  /// Every debtor's accounts, once a payment of a debtor had to be split.
  var debtors: [String: [String]]?
  /// Documents adopted, and the patterns of vulnerability among them once they were read.
  var documents = DocumentBook()
  var patterns: AdoptedPatterns?
  var reader = FieldReader()

  /// Opens a ledger for writing: takes its lock, recovers a torn tail, reads what bears on all accounts.
  ///
  /// - Parameters:
  ///   - directory: the ledger's directory.
  ///   - actor: on whose behalf a recovery is recorded, should there be one.
  ///   - now: when that is recorded.
  ///   - today: the civil date in the ledger's zone.
  ///   - settings: what can be chosen about a log.
  ///   - vault: where the keys to personal data lie; without, drafts that hold any are refused.
  ///   - disk: what is written to.
  /// - Throws: ``LogError``: `in_use`, `damaged`, `not_a_ledger`, `io`.
  package init(
    opening directory: String, by actor: Actor, at now: Instant, today: CivilDate,
    settings: EventLog.Settings = EventLog.Settings(), vault: SubjectVault.Settings? = nil,
    disk: any Disk = SystemDisk()
  ) throws(LogError) {
    self.directory = directory
    self.disk = disk
    vaultSettings = vault
    log = try EventLog.open(
      directory: directory, at: now.text, effective: today.text, actor: actor.canonical,
      settings: settings, disk: disk)
    identity = log.identity
    hasIdentities = try !IdentityList(of: directory, disk: disk).identities.isEmpty
    if let vault {
      self.vault = try SubjectVault.open(directory, ledger: identity.ledger, vault, disk: disk)
      if let opened = self.vault { try settleErasures(in: opened) }
    }
    do {
      try loadShared()
    } catch {
      throw error.logError
    }
  }

  /// Judges a draft against the ledger and all drafts accepted before it, and keeps it to be committed.
  ///
  /// - Throws: ``Refusal``; nothing is kept of a draft refused.
  package func accept(
    _ draft: Draft, by defaultActor: Actor, today: CivilDate
  ) throws(Refusal) -> Decision {
    do throws(Refusal) {
      try checkPseudonyms(draft)
      if let earlier = try earlierDecision(draft) { return earlier }
      var event = try pendingEvent(draft, by: defaultActor, today: today)
      try load(for: draft)
      try checkState(draft, event, today: today)
      event = try sealed(event, of: draft)
      let place = waiting.count
      try take(draft, event, today: today)
      return .new(place)
    } catch {
      var refusal = error
      refusal.line = draft.line
      throw refusal
    }
  }

  /// Applies an event, and what it is split into, to the book, and lets all of it wait; or nothing of it.
  private func take(
    _ draft: Draft, _ event: PendingEvent, today: CivilDate
  ) throws(Refusal) {
    guard let effective = CivilDate(event.effective) else { return }
    let seq = log.size + Int64(waiting.count - committed)
    var events = [event]
    if draft.type == .debtorPaymentReceived {
      events += try parts(of: draft, event, at: seq, effective)
    }
    events += try signals(in: draft, event, at: seq, today)
    var marks: [AccountBook.Undo] = []
    do throws(Refusal) {
      for (offset, event) in events.enumerated() {
        marks.append(try apply(event, seq: seq + Int64(offset)))
      }
      if draft.type == .planAgreed { try checkBalance(of: draft, at: seq, effective) }
    } catch {
      for mark in marks.reversed() { book.undo(mark) }
      (followed, named) = (nil, nil)
      throw error
    }
    for (offset, event) in events.enumerated() {
      if offset > 0 { followers.insert(waiting.count) }
      waitingKeys[event.key] = (waiting.count, try nextPosition(of: event.stream))
      waitingPositions[event.stream, default: 0] += 1
      waiting.append(event)
    }
    if draft.type == .accountOpened, var known = debtors {
      debtors = nil
      Self.note(draft.fields, in: &known)
      debtors = known
    }
  }

  /// Checks that nothing recorded or waiting has a key that a part of a debtor's payment is to get.
  func requireFree(_ key: String) throws(Refusal) {
    var isTaken = waitingKeys[key] != nil
    do {
      if !isTaken { isTaken = try log.find(key: key) != nil }
    } catch {
      throw Refusal(unread: error, field: "key")
    }
    if isTaken {
      throw Refusal(
        "key_conflict", field: "key", value: key,
        expected: "another key for the whole payment: a part's is made of it")
    }
  }

  /// Appends what was accepted, in batches of at most `count` events with one sync each.
  ///
  /// - Parameters:
  ///   - count: the most events in a batch; a payment and what it was split into are never parted.
  ///   - now: tells the time of each batch.
  ///   - durable: called after each batch with its receipts: those events are on disk. Says whether
  ///     to go on; what is not committed then is taken back.
  /// - Throws: ``LogError``: what was reported stays; the rest is taken back.
  package func commit(
    batchesOf count: Int = 4096, at now: () -> Instant, _ durable: ([Receipt]) -> Bool
  ) throws(LogError) {
    defer { discard() }
    // Keys are on the disk before what they seal is.
    try vault?.flush()
    var given = 0
    let next: () -> [PendingEvent]? = { [self] in
      guard given < waiting.count else { return nil }
      var end = min(given + count, waiting.count)
      while followers.contains(end) { end += 1 }
      defer { given = end }
      return Array(waiting[given..<end])
    }
    let told = { [self] (receipts: [Receipt]) in
      committed += receipts.count
      return durable(receipts)
    }
    try log.append(batches: next, at: { now().text }, told)
  }

  /// Signs a segment that was finished meanwhile, where commits do not wait for that; waits for none.
  ///
  /// Throws ``LogError`` that poisons: nothing is written from then on.
  package func settle() throws(LogError) { try log.settle() }

  /// Ends the work cleanly: signs what was committed. What an operator should hear of it.
  package func close() -> [LogNotice] {
    log.close() + (vault?.notices ?? [])
  }

  /// Takes back what was accepted and not committed.
  package func discard() {
    let isTakenBack = committed < waiting.count
    vault?.discard()
    waiting.removeAll(keepingCapacity: true)
    waitingKeys.removeAll(keepingCapacity: true)
    waitingPositions.removeAll(keepingCapacity: true)
    committed = 0
    followers.removeAll(keepingCapacity: true)
    if isTakenBack { debtors = nil }
    if isTakenBack || book.entries.count > Self.mostEntries { forget() }
  }

  /// The receipt or place of an event of the same key, if there is one and it says the same.
  private func earlierDecision(_ draft: Draft) throws(Refusal) -> Decision? {
    if let (place, n) = waitingKeys[draft.key] {
      try requireSame(draft, StatedEvent(waiting[place], n: n))
      return .new(place)
    }
    let found: (event: StatedEvent, receipt: Receipt)
    do {
      guard let seq = try log.find(key: draft.key) else { return nil }
      found = try StatedEvent.read(seq, from: log)
    } catch {
      throw Refusal(unread: error)
    }
    try requireSame(draft, found.event)
    return .recorded(found.receipt)
  }

  /// Where among what waits the event of a key stands.
  func waitingPlace(ofKey key: String) -> Int? { waitingKeys[key]?.place }

  private func requireSame(_ draft: Draft, _ earlier: StatedEvent) throws(Refusal) {
    guard let field = try earlier.difference(from: draft, opened) else { return }
    throw Refusal(
      "key_conflict", field: "key", value: draft.key,
      expected: "the \(field) first recorded under this key, or another key")
  }

  /// The position the next event of a stream gets, after those that wait.
  private func nextPosition(of stream: String) throws(Refusal) -> Int64 {
    do {
      return try log.nextPosition(of: stream) + waitingPositions[stream, default: 0]
    } catch {
      throw Refusal(unread: error, field: "stream")
    }
  }

  /// The event as it would stand in the log, defaults filled in, its place in its stream checked.
  private func pendingEvent(
    _ draft: Draft, by defaultActor: Actor, today: CivilDate
  ) throws(Refusal) -> PendingEvent {
    if let cause = draft.cause, cause >= log.size {
      throw Refusal(
        "unknown_cause", field: "cause", value: String(cause),
        expected: "the seq of an event recorded before, below \(log.size)")
    }
    if let expected = draft.expectedN {
      let next = try nextPosition(of: draft.stream)
      if expected != next {
        throw Refusal(
          "wrong_position", field: "n", value: String(expected),
          expected: "\(next), the next position in \(draft.stream)")
      }
    }
    let event = PendingEvent(
      type: draft.type.name, version: draft.type.declaration.version, stream: draft.stream,
      key: draft.key, effective: try effective(of: draft, today: today).text,
      actor: draft.actor ?? defaultActor.canonical, data: draft.data, cause: draft.cause,
      subject: draft.subject)
    try requireFits(event)
    return event
  }

  /// Refuses an event whose line would be too long.
  func requireFits(_ event: PendingEvent) throws(Refusal) {
    let length = PendingEvent.longestFrame + event.statedLength
    guard length > EventEnvelope.longestLine else { return }
    throw Refusal(
      "line_too_long", value: "\(length) bytes",
      expected: "an event of at most \(EventEnvelope.longestLine) bytes")
  }

  private func apply(
    _ event: PendingEvent, seq: Int64
  ) throws(Refusal) -> AccountBook.Undo {
    guard let type = EventType(named: event.type), let effective = CivilDate(event.effective)
    else { throw Refusal("unknown_type", field: "type", value: event.type) }
    let stream = Array(event.stream.utf8)
    do {
      return try book.apply(
        type, seq: seq, effective: effective, stream: stream.span, 0..<stream.count,
        event.data.span, 0..<event.data.count, &reader)
    } catch {
      throw Refusal(error.code.rawValue, value: error.context, expected: Self.volumeBound)
    }
  }

  static let volumeBound = "all amounts of an account together within ±(2^53 − 1) minor units"
}
