internal import Collections
internal import EventStore

/// Computes every recorded score again, from the prefix of the log and the model that it names, and says
/// where what was recorded is another.
///
///     ScoreRecorded ── basis, asOf, model ──► one pass of features a portfolio scored at once
///                                             │
///                   recorded = computed? ◄────┘
///
/// The books keep every event with its position, so a score of long ago needs no second reading of the
/// log: features as known at its basis come out of the same columns.
package struct ScoreReplay: Sendable {
  /// What is not as recorded; the raw values are stable names.
  package enum Cause: String, CaseIterable, Sendable {
    /// The model was not registered before the score, or its document is not in the log before that.
    case modelMissing = "model_missing"
    /// The model's document is another than its digest says, or of another model, or does not read.
    case modelDiffers = "model_differs"
    /// The score names a prefix of the log that it stands in itself.
    case basisAfterScore = "basis_after_score"
    /// The account was not open on the day, as known at the basis, or its state cannot be computed.
    case accountMissing = "account_missing"
    /// The digest of the features, the points, the probability or the reasons is another.
    case featuresDiffer = "features_differ"
    case pointsDiffer = "points_differ"
    case probabilityDiffers = "probability_differs"
    case reasonsDiffer = "reasons_differ"
  }

  /// One thing that is not as recorded.
  package struct Finding: Equatable, Sendable {
    /// Which thing.
    package var cause: Cause
    /// What was recorded, and what was computed.
    package var recorded: String
    package var computed: String
  }

  /// A score that is not as recorded.
  package struct Difference: Equatable, Sendable {
    /// `ScoreRecorded`, and whom it is of.
    package var seq: Int64
    package var account: String
    /// The model and its version.
    package var model: String
    package var version: Int64
    /// What is not as recorded, the cause of the rest first.
    package var findings: [Finding]
  }

  /// How many scores were computed again; those voided are not.
  package private(set) var count: Int64 = 0
  /// Those that are not as recorded, in the order of the log.
  package private(set) var differences: [Difference] = []

  private let model: ReadModel
  private let reasons: [ScoreReasons?]

  /// Computes the scores before a position again. O(scores × their accounts' events).
  ///
  /// - Parameters:
  ///   - model: the projections, of at least that size.
  ///   - knownAt: the scores recorded before it are looked at.
  ///   - jobs: how many threads; the result is the same.
  ///   - progress: called now and then with how many scores were done since the last call.
  package init(
    _ model: ReadModel, knownAt: Int64, jobs: Int, _ progress: (Int64) -> Void = { _ in }
  ) {
    self.model = model
    let book = model.scores
    reasons = (0..<book.reasonLists.count).map { Self.reasons(book.reasonLists.text($0)) }
    let models = RegisteredModels(model, knownAt: knownAt)
    for round in ScoreRound.all(of: model, knownAt: knownAt) {
      count += Int64(round.places.count)
      check(round, models, jobs)
      progress(Int64(round.places.count))
    }
    // Features are those of an account: what stands on a person's stream cannot be computed again.
    for (place, entry) in book.entries.enumerated()
    where entry.account < 0 && entry.seq < knownAt
      && !model.accounts.isVoided(entry.seq, knownAt: knownAt)
    {
      count += 1
      report(place, [Finding(.accountMissing, "\(entry.points) points", "no account")])
    }
    differences.sort { $0.seq < $1.seq }
  }

  // MARK: Checking

  /// Readers of models, each made once; where one reads no contacts that costs nothing.
  private var readers: [Int64: ScoreReader] = [:]

  private mutating func check(_ round: ScoreRound, _ models: RegisteredModels, _ jobs: Int) {
    let book = model.scores
    let first = book.entries[round.places[0]]
    let named = book.model(of: first)
    // A version registered again between two scores of a round is another model for the later one.
    var rest = round.places[...]
    while let place = rest.first {
      let seq = book.entries[place].seq
      let entry = models.entry(named.name, version: named.version, knownAt: seq)
      let next = models.entries.first {
        $0.name == named.name && $0.version == named.version && $0.seq > seq
      }
      let end = next.map { next in
        rest.firstIndex { book.entries[$0].seq > next.seq } ?? rest.endIndex
      }
      let own = Array(rest[..<(end ?? rest.endIndex)])
      rest = rest[(end ?? rest.endIndex)...]
      check(own, by: entry, jobs)
    }
  }

  private mutating func check(_ places: [Int], by entry: RegisteredModels.Entry?, _ jobs: Int) {
    guard let entry, let scoring = entry.model else {
      let isMissing = entry?.isDocumentMissing ?? true
      let found = entry.map { $0.reason.isEmpty ? "unreadable" : $0.reason } ?? "not registered"
      for place in places {
        report(place, [Finding(isMissing ? .modelMissing : .modelDiffers, "its model", found)])
      }
      return
    }
    let book = model.scores
    let (basis, asOf) = (book.entries[places[0]].basis, book.entries[places[0]].asOf)
    var checked = places
    if book.entries[places[0]].seq < basis {
      for place in places where book.entries[place].seq < basis {
        let seq = book.entries[place].seq
        report(place, [Finding(.basisAfterScore, "\(basis)", "at most \(seq)")])
      }
      checked = places.filter { book.entries[$0].seq >= basis }
    }
    // Taken out while it works, so that its scratch memory is its own.
    var reader =
      readers.removeValue(forKey: entry.seq)
      ?? ScoreReader(scoring, of: model, knownAt: basis)
    reader.features.knownAt = basis
    let accounts = checked.map { Int(book.entries[$0].account) }
    let rows = reader.rows(of: accounts, on: CivilDate(days: asOf), jobs: jobs).result
    readers[entry.seq] = reader
    compare(checked, with: rows)
  }

  /// Rows come in the order of the scores; one that is not there leaves its score without.
  private mutating func compare(_ places: [Int], with rows: [ScoreReader.Row]) {
    var next = 0
    for place in places {
      let entry = model.scores.entries[place]
      guard next < rows.count, rows[next].account == entry.account else {
        report(place, [Finding(.accountMissing, "\(entry.points) points", "no account")])
        continue
      }
      let row = rows[next]
      next += 1
      let isSame =
        row.features == entry.features && row.score.points == Int64(entry.points)
        && row.score.probabilityBp == Int64(entry.probabilityBp)
        && reasons[Int(entry.reasons)] == row.score.reasons
      if !isSame { report(place, findings(entry, row)) }
    }
  }

  private func findings(_ entry: ScoreBook.Entry, _ row: ScoreReader.Row) -> [Finding] {
    var findings: [Finding] = []
    if row.features != entry.features {
      findings.append(Finding(.featuresDiffer, entry.features.hex, row.features.hex))
    }
    if row.score.points != Int64(entry.points) {
      findings.append(Finding(.pointsDiffer, "\(entry.points)", "\(row.score.points)"))
    }
    if row.score.probabilityBp != Int64(entry.probabilityBp) {
      findings.append(
        Finding(
          .probabilityDiffers, "\(entry.probabilityBp)", "\(row.score.probabilityBp)"))
    }
    if reasons[Int(entry.reasons)] != row.score.reasons {
      findings.append(
        Finding(
          .reasonsDiffer, model.scores.reasons(of: entry).joined(separator: " "),
          row.score.reasons.features.map(\.name).joined(separator: " ")))
    }
    return findings
  }

  private mutating func report(_ place: Int, _ findings: [Finding]) {
    let entry = model.scores.entries[place]
    let named = model.scores.model(of: entry)
    differences.append(
      Difference(
        seq: entry.seq,
        account: entry.account < 0 ? "" : model.accounts.accounts.text(Int(entry.account)),
        model: named.name, version: named.version, findings: findings))
  }

  /// A list of reasons as a model gives them; nil where it names what is no feature, or too many.
  private static func reasons(_ list: String) -> ScoreReasons? {
    let names = list.split { "[],\"".contains($0) }
    let features = names.compactMap { Feature(named: String($0)) }
    guard features.count == names.count, features.count <= ScoreReasons.most else { return nil }
    return ScoreReasons(features)
  }
}

extension ScoreReplay.Finding {
  fileprivate init(_ cause: ScoreReplay.Cause, _ recorded: String, _ computed: String) {
    (self.cause, self.recorded, self.computed) = (cause, recorded, computed)
  }
}
