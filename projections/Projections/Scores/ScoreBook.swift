internal import CanonicalJSON
package import Collections
package import EventStore

/// Every score recorded, as columns: what a model said of an account, on which day and from which prefix of
/// the log.
package struct ScoreBook: Sendable {
  /// One score.
  package struct Entry: BitwiseCopyable, Sendable {
    /// `ScoreRecorded`.
    package var seq: Int64
    /// The size of the log it was made from.
    package var basis: Int64
    /// The digest of the features it went by.
    package var features: Digest
    /// The number of the account; −1 for a score of another stream than an account's.
    package var account: Int32
    /// The number of the model's version in ``ScoreBook/versions``.
    package var version: Int32
    /// The number of the list of reasons in ``ScoreBook/reasonLists``.
    package var reasons: Int32
    package var points: Int32
    /// The day it was asked of, and the day the event takes effect, in days since 1970-01-01.
    package var asOf: Int32
    package var effective: Int32
    package var probabilityBp: Int32
    /// The account's score recorded before it; −1 for none.
    var previous: Int32
  }

  /// A version of a model that gave scores.
  package struct Version: BitwiseCopyable, Equatable, Sendable {
    /// The number of its name in ``ScoreBook/names``.
    package var name: Int32
    package var version: Int64
  }

  /// All scores, in the order of the log.
  package private(set) var entries: [Entry] = []
  /// The versions of models that gave any, in the order in which they first did.
  package private(set) var versions: [Version] = []
  /// What models are called.
  package private(set) var names = TextIndex()
  /// The lists of reasons there are, each as it lies in the log: `["daysPastDue","payments90d"]`.
  package private(set) var reasonLists = TextIndex()
  /// By the number of the account: its score recorded last, −1 for none.
  private var heads: [Int32] = []

  /// Nothing yet.
  package init() {}

  /// Takes a `ScoreRecorded` that `reader` has just read. O(event) amortised.
  ///
  /// Throws ``RuleError`` `malformed_event`.
  mutating func apply(
    _ envelope: EventEnvelope, _ line: Span<UInt8>, _ reader: FieldReader, account: Int?
  ) throws(RuleError) {
    guard let effective = CivilDate(parsing: line, envelope.effective),
      let model = reader.range(.model), let version = reader.integer(.version),
      let asOf = reader.date(.asOf), let points = reader.integer(.points),
      let probability = reader.integer(.probabilityBp), let basis = reader.integer(.basis),
      let reasons = reader.valueRange(.reasons), let hex = reader.range(.featuresSha256),
      let features = Digest(hex: line.extracting(hex))
    else { throw RuleError(.malformed, "seq \(envelope.seq), ScoreRecorded") }
    var entry = Entry(
      seq: envelope.seq, basis: basis, features: features, account: Int32(account ?? -1),
      version: number(of: model, version, line),
      reasons: Int32(reasonLists.number(line, reasons)), points: Int32(points), asOf: asOf,
      effective: effective.days, probabilityBp: Int32(probability), previous: -1)
    if let account {
      if heads.count <= account {
        heads.append(contentsOf: repeatElement(-1, count: account + 1 - heads.count))
      }
      entry.previous = heads[account]
      heads[account] = Int32(entries.count)
    }
    entries.append(entry)
  }

  private mutating func number(
    of model: Range<Int>, _ version: Int64, _ line: Span<UInt8>
  ) -> Int32 {
    let found = Version(name: Int32(names.number(line, model)), version: version)
    // Few, and the last is the one that scores now.
    if let place = versions.lastIndex(of: found) { return Int32(place) }
    versions.append(found)
    return Int32(versions.count - 1)
  }

  /// The score a model gave an account last, among those known before a position and asked of a day up to
  /// one; of the same day the one made from most of the log, then recorded last. Nil where there is none.
  /// O(its scores).
  ///
  /// `version` is one of the model's, nil for any; `voids` the book that knows which events were voided;
  /// `isUsable` says whether a score by a version, recorded at a position, is one to go by.
  package func latest(
    of account: Int, _ model: String, version: Int64? = nil, on date: CivilDate, knownAt: Int64,
    voids: AccountBook, isUsable: (_ version: Int64, _ seq: Int64) -> Bool = { _, _ in true }
  ) -> Entry? {
    guard account < heads.count, let name = names.find(model) else { return nil }
    var best: Entry?
    var place = heads[account]
    while place >= 0 {
      let entry = entries[Int(place)]
      place = entry.previous
      let scored = versions[Int(entry.version)]
      guard entry.seq < knownAt, entry.effective <= date.days, entry.asOf <= date.days,
        scored.name == Int32(name), version == nil || version == scored.version,
        best.map({ ($0.asOf, $0.basis) < (entry.asOf, entry.basis) }) ?? true,
        isUsable(scored.version, entry.seq), !voids.isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      best = entry
    }
    return best
  }

  /// The scores of an account that count, the last recorded first: known before a position, in effect by
  /// a day, not voided. O(its scores).
  package func entries(
    of account: Int, on date: CivilDate, knownAt: Int64, voids: AccountBook
  ) -> [Entry] {
    var (found, place): ([Entry], Int32) = ([], account < heads.count ? heads[account] : -1)
    while place >= 0 {
      let entry = entries[Int(place)]
      place = entry.previous
      if entry.seq < knownAt, entry.effective <= date.days,
        !voids.isVoided(entry.seq, knownAt: knownAt)
      {
        found.append(entry)
      }
    }
    return found
  }

  /// The score recorded by an event; nil if it is none. O(log scores).
  package func entry(recordedBy seq: Int64) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].seq < seq { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].seq == seq ? entries[low] : nil
  }

  /// The numbers of the accounts that got a score from `start` on, or of which one was voided; an account
  /// may stand there twice. O(such scores + voids log scores).
  package func accountsTouched(since start: Int64, voided: Set<Int64>) -> [Int] {
    var found: [Int] = []
    var place = entries.count
    while place > 0, entries[place - 1].seq >= start {
      place -= 1
      if entries[place].account >= 0 { found.append(Int(entries[place].account)) }
    }
    for seq in voided {
      if let entry = entry(recordedBy: seq), entry.account >= 0 { found.append(Int(entry.account)) }
    }
    return found
  }

  /// What a model that gave a score is called, and its version.
  package func model(of entry: Entry) -> (name: String, version: Int64) {
    let version = versions[Int(entry.version)]
    return (names.text(Int(version.name)), version.version)
  }

  /// The reasons of a score, the features' names.
  package func reasons(of entry: Entry) -> [String] {
    reasonLists.text(Int(entry.reasons)).split { "[],\"".contains($0) }.map(String.init)
  }

  /// Lets a visitor write or replace everything the book holds.
  mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try names.visitColumns(&visitor)
    try reasonLists.visitColumns(&visitor)
    try visitor.visit(&versions)
    try visitor.visit(&entries)
    try visitor.visit(&heads)
  }
}
