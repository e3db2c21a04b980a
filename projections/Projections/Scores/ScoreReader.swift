package import Collections
package import EventStore

/// Reads what a model says of accounts: their features as known, then the sum of whole numbers.
///
/// A pure function of *(account, day, size, model)*; the features count as known what the model says.
package struct ScoreReader: Sendable {
  /// What a model says of one account.
  package struct Row: BitwiseCopyable, Equatable, Sendable {
    /// The account's number.
    package var account: Int32
    package var score: Score
    /// The digest of the text of the features it went by.
    package var features: Digest

    /// A row.
    package init(account: Int32, score: Score, features: Digest) {
      (self.account, self.score, self.features) = (account, score, features)
    }
  }

  /// The rows of some accounts, in the order asked for, those not open by then left out; and why the state
  /// of others cannot be computed.
  package typealias Rows = FeatureReader.Part<[Row]>

  /// What scores.
  package let model: ScoringModel
  /// What it goes by; its position may be set anew at no cost.
  package var features: FeatureReader
  private let text: FeaturesText

  /// As many accounts as are worth a second thread.
  private static let worthThreads = 512

  /// A reader for a model's features. O(contacts) where it goes by contacts, else O(1).
  package init(_ model: ScoringModel, of projections: ReadModel, knownAt: Int64) {
    self.model = model
    text = FeaturesText(model)
    features = FeatureReader(
      model: projections, wanted: model.featureSet, knownAt: knownAt, knowledge: model.knowledge)
  }

  /// What the model says of accounts at the end of a day, whatever the number of jobs.
  /// O(their events × items).
  package mutating func rows(of accounts: [Int], on date: CivilDate, jobs: Int) -> Rows {
    guard jobs > 1, accounts.count >= Self.worthThreads else { return rows(of: accounts, on: date) }
    let (model, text) = (model, text)
    let parts = features.parts(of: accounts, on: date, jobs: jobs, from: Begun()) {
      begun, account, reader throws(RuleError) in
      begun.take(Int32(account), reader.row.values.span, model, text)
    }
    var all = Rows(result: [])
    all.result.reserveCapacity(accounts.count)
    for part in parts {
      all.result += part.result.rows
      all.failures += part.failures
    }
    return all
  }

  private mutating func rows(of accounts: [Int], on date: CivilDate) -> Rows {
    var begun = Begun()
    var failures: [RuleError] = []
    for account in accounts {
      do throws(RuleError) {
        guard let row = try features.row(of: account, on: date) else { continue }
        begun.take(Int32(account), row.values.span, model, text)
      } catch {
        failures.append(error)
      }
    }
    return Rows(result: begun.rows, failures: failures)
  }
}

extension ScoreReader {
  /// Rows being made, and memory for the text of one.
  private struct Begun: Sendable {
    var rows: [ScoreReader.Row] = []
    private var scratch: [UInt8] = []

    mutating func take(
      _ account: Int32, _ values: Span<Int64>, _ model: ScoringModel, _ text: FeaturesText
    ) {
      scratch.removeAll(keepingCapacity: true)
      text.append(values, to: &scratch)
      rows.append(
        ScoreReader.Row(
          account: account, score: model.score(values), features: Digest(hashing: scratch.span)))
    }
  }
}
