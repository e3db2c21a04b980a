package import Collections
internal import Glibc

/// A scorecard made from a table, and how it does on rows it has not seen.
package struct ScorecardTraining: Sendable {
  /// The model; its document says nothing yet of the log it was trained on.
  package var model: ScoringModel
  /// How good it is.
  package var report: TrainingReport

  /// Trains: bins every feature, chooses, fits, turns weights into points, and measures.
  ///
  /// Both tables have the same features; `test` has rows that `training` has not. O(features × rows × log
  /// rows + steps × rows × features² + rounds × rows of the test).
  ///
  /// Throws ``TrainingError``: `no_rows`, `too_few_rows`, `one_class`, `no_test_rows`, `no_feature`,
  /// `forbidden_feature`, `separated_classes`, `not_converged`.
  package init(
    _ training: TrainingTable, test: TrainingTable, _ plan: TrainingPlan
  ) throws(TrainingError) {
    precondition(training.features == test.features, "tables of different features")
    try Self.check(training, test)
    let binnings = zip(training.features, training.columns).map {
      Binning($0, $1, training.outcomes, plan.binning)
    }
    let selection = try Selection(
      binnings, training.columns, training.outcomes, plan.selection)
    let card = Self.scorecard(selection, plan.scaling)
    model = ScoringModel(
      id: plan.id, version: plan.version, title: plan.title, target: plan.target,
      isFavourable: plan.isFavourable, knowledge: plan.knowledge, body: .scorecard(card),
      calibration: [ScoringModel.Step(from: 0, bp: 0)])
    let scored = ScoredRows(model.points(of: training), training.outcomes)
    model.calibration = calibration(of: scored)
    model.distribution = scored.parts(10).map { part in
      ScoringModel.Share(
        from: scored.points[part.lowerBound],
        rows: Int64(scored.pools[part].reduce(0) { $0 + $1.rows }))
    }
    report = TrainingReport(model, plan, training, test, selection)
  }

  private static func check(
    _ training: TrainingTable, _ test: TrainingTable
  ) throws(TrainingError) {
    guard training.count > 0 else {
      throw TrainingError(
        .noRows, expected: "accounts at days whose window closed before the split")
    }
    let events = training.outcomes.lazy.filter { $0 }.count
    let others = training.count - events
    guard events > 0, others > 0 else {
      throw TrainingError(
        .oneClass, value: "\(events) of \(training.count)",
        expected: "rows of which the target came true, and rows of which it did not")
    }
    guard training.count >= TrainingPlan.fewestRows,
      min(events, others) >= TrainingPlan.fewestOfClass
    else {
      throw TrainingError(
        .tooFewRows, value: "\(training.count) rows, \(events) of which it came true",
        expected:
          "at least \(TrainingPlan.fewestRows), \(TrainingPlan.fewestOfClass) of either class")
    }
    let testEvents = test.outcomes.lazy.filter { $0 }.count
    guard testEvents > 0, testEvents < test.count else {
      throw TrainingError(
        .noTestRows, value: "\(testEvents) of \(test.count)",
        expected: "rows beyond the split whose window is closed, of either class")
    }
  }

  /// Weights turned into points: `pointsToDouble / ln 2` a unit of log-odds, rounded.
  private static func scorecard(
    _ selection: Selection, _ scaling: Scorecard.Scaling
  ) -> Scorecard {
    let factor = Double(scaling.pointsToDouble) / log(2)
    let offset = Double(scaling.basePoints) - factor * log(Double(scaling.baseOddsBp) / 10_000)
    func points(_ weight: Double, _ coefficient: Double) -> Int64 {
      Int64((factor * coefficient * weight).rounded())
    }
    let parts = selection.taken.map { binning, coefficient -> Scorecard.Part in
      let parting: Scorecard.Parting =
        binning.feature.definition.unit == .category
        ? .groups(
          binning.bins.map {
            Scorecard.Group(values: $0.values, points: points($0.weight, coefficient))
          }, other: 0)
        : .bins(
          binning.bins.map {
            Scorecard.Bin(below: $0.below, points: points($0.weight, coefficient))
          })
      return Scorecard.Part(
        binning.feature, reason: binning.feature.reason,
        missing: points(binning.missingWeight, coefficient), parting)
    }
    let base = Int64((offset + factor * selection.intercept).rounded())
    return Scorecard(scaling: scaling, base: base, parts: parts)
  }
}

extension Feature {
  /// What is said of a person for whom it counts against her: its definition, without its remarks.
  package var reason: BilingualText {
    func short(_ text: String) -> String {
      let end = text.firstIndex { $0 == ";" || $0 == ":" || $0 == "(" } ?? text.endIndex
      let words = text[..<end]
      return String(words.suffix(1) == " " ? words.dropLast() : words)
    }
    return BilingualText(short(definition.english), short(definition.spanish))
  }
}

extension ScoringModel {
  /// The points of every row of a table.
  package func points(of table: TrainingTable) -> [Int64] {
    var row = FeatureRow()
    return (0..<table.count).map { place in
      for (feature, column) in zip(table.features, table.columns) { row[feature] = column[place] }
      return score(row).points
    }
  }
}
