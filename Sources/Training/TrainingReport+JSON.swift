package import CanonicalJSON
package import Collections

// The report as a document: whole numbers and texts, so that it is the same bytes every time.
extension TrainingReport {
  /// The form of the documents.
  package static let format = "quipu-training-report/1"

  /// The document of the report on a model: shares, weights and intervals in basis points (10,000 is 1).
  package func json(of model: ScoringModel, split: String) -> JSONValue {
    .object([
      "format": .string(Self.format), "model": .string(model.id),
      "version": .integer(model.version), "target": model.target.json,
      "favourableOutcome": .string(model.isFavourable ? "comesTrue" : "doesNotComeTrue"),
      "knowledge": .string(model.knowledge.rawValue),
      "remarks": .array(remarks(on: model).map { .string($0.rawValue) }),
      "split": .string(split), "training": training.json, "test": test.json,
      "metrics": .object([
        "aucBp": auc.json, "giniBp": gini.json, "ksBp": ks.json, "brierBp": brier.json,
        "psiBp": psi.json,
      ]),
      "intervals": .object([
        "rounds": .integer(Int64(rounds)), "seed": .string("\(seed)"),
        "coverageBp": .integer(9_500),
      ]),
      "calibration": .object([
        "coverageBp": .integer(9_900), "isInside": .bool(deciles.allSatisfy(\.isInside)),
        "deciles": .array(deciles.map(\.json)),
      ]),
      "fairness": .array(fairness.map(\.json)), "features": .array(inputs.map(\.json)),
      "interceptMillionths": .integer(intercept),
    ])
  }

  /// What must be said of a model whatever its figures are.
  package enum Remark: String, Sendable {
    /// What was known at past moments was told by the days of the events alone.
    case effectiveKnowledge
    /// The target depends on how people were treated, not on them alone.
    case dependsOnTreatment
    /// What is foretold in some tenth of the rows is not what came of it.
    case notCalibrated
    /// The rows measured by differ from those learned from.
    case shifted
    /// Some group is chosen less than four fifths as often as the reference, beyond what chance explains.
    case adverseImpact
    /// There are no groups to compare, or but one large enough.
    case fairnessUnknown
  }

  /// What must be said of a model.
  package func remarks(on model: ScoringModel) -> [Remark] {
    var remarks: [Remark] = []
    if model.knowledge == .effective { remarks.append(.effectiveKnowledge) }
    if model.target.dependsOnTreatment { remarks.append(.dependsOnTreatment) }
    if !deciles.allSatisfy(\.isInside) { remarks.append(.notCalibrated) }
    if psi.value > 2_500 { remarks.append(.shifted) }
    let judged = fairness.flatMap { check in check.groups.filter { !$0.isSmall } }
    if judged.contains(where: { $0.impactRatio?.high.map { $0 < 8_000 } ?? false }) {
      remarks.append(.adverseImpact)
    }
    if !fairness.contains(where: { check in check.groups.filter { !$0.isSmall }.count > 1 }) {
      remarks.append(.fairnessUnknown)
    }
    return remarks
  }

  /// What a model's own document keeps of the report besides ``metrics``: the bounds of each figure, and
  /// how groups of people are treated.
  package var kept: (intervals: JSONValue, fairness: JSONValue) {
    let figures = [
      ("aucBp", auc), ("giniBp", gini), ("ksBp", ks), ("brierBp", brier), ("psiBp", psi),
    ]
    let bounds = figures.compactMap { name, figure -> JSONMember? in
      guard let low = figure.low, let high = figure.high else { return nil }
      let value = JSONValue.object(["high": .integer(high), "low": .integer(low)])
      return JSONMember(key: name, value: value)
    }
    return (JSONValue(members: bounds), .array(fairness.map(\.json)))
  }

  /// The figures that the registration of a model states, as the events' own checker has them.
  package var metrics: JSONValue {
    .object([
      "aucBp": .integer(auc.value), "giniBp": .integer(gini.value), "ksBp": .integer(ks.value),
      "brierBp": .integer(brier.value), "psiBp": .integer(min(psi.value, 1_000_000)),
    ])
  }
}

extension TrainingReport.Figure {
  fileprivate var json: JSONValue {
    .object([
      "value": .integer(value), "low": low.map { .integer($0) } ?? .null,
      "high": high.map { .integer($0) } ?? .null,
    ])
  }
}

extension TrainingReport.Sample {
  fileprivate var json: JSONValue {
    .object([
      "rows": .integer(Int64(rows)), "events": .integer(Int64(events)),
      "accounts": .integer(Int64(accounts)), "first": first.map { .string($0.text) } ?? .null,
      "last": last.map { .string($0.text) } ?? .null,
    ])
  }
}

extension TrainingReport.Decile {
  fileprivate var json: JSONValue {
    .object([
      "from": .integer(from), "rows": .integer(Int64(rows)), "events": .integer(Int64(events)),
      "predictedBp": .integer(predicted), "observedBp": .integer(observed),
      "lowBp": .integer(low), "highBp": .integer(high), "liftBp": .integer(lift),
      "isInside": .bool(isInside),
    ])
  }
}

extension Fairness {
  fileprivate var json: JSONValue {
    .object([
      "by": .string(name), "cut": .integer(cut),
      "reference": reference.map { .string($0) } ?? .null,
      "smallBelow": .object([
        "rows": .integer(Int64(Self.fewestRows)),
        "favourable": .integer(Int64(Self.fewestFavourable)),
      ]),
      "groups": .array(
        groups.map { group in
          .object([
            "group": group.label.isEmpty ? .null : .string(group.label),
            "rows": .integer(Int64(group.rows)), "favourable": .integer(Int64(group.favourable)),
            "tooSmall": .bool(group.isSmall), "selectedBp": group.selected.json,
            "impactRatioBp": group.impactRatio?.json ?? .null,
            "opportunityDifferenceBp": group.opportunityDifference?.json ?? .null,
            "aucBp": group.auc?.json ?? .null,
          ])
        }),
    ])
  }
}

extension TrainingReport.Input {
  fileprivate var json: JSONValue {
    let isCategory = binning.feature.definition.unit == .category
    var bins = binning.bins.map { bin -> JSONValue in
      let weight = JSONValue.integer(basisPoints(bin.weight))
      let names = binning.feature.definition.categories
      let bound: JSONValue =
        isCategory
        ? .array(bin.values.map { .string(names[Int($0)]) })
        : bin.below.map { .integer($0) } ?? .null
      return .object([
        isCategory ? "values" : "below": bound, "rows": .integer(Int64(bin.pool.rows)),
        "events": .integer(Int64(bin.pool.events)), "weightBp": weight,
      ])
    }
    if binning.missing.rows > 0 {
      bins.append(
        .object([
          "missing": .bool(true), "rows": .integer(Int64(binning.missing.rows)),
          "events": .integer(Int64(binning.missing.events)),
          "weightBp": .integer(basisPoints(binning.missingWeight)),
        ]))
    }
    return .object([
      "feature": .string(binning.feature.name), "informationBp": .integer(information),
      "coefficientMillionths": .integer(coefficient),
      "leftOut": left.map { .string($0.rawValue) } ?? .null, "bins": .array(bins),
    ])
  }
}
