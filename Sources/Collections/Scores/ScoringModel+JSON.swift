package import CanonicalJSON

// The document that a model is: what reading it gives again, in canonical form.
extension ScoringModel {
  /// The document.
  package var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember(key: "format", value: .string(Self.format)),
      JSONMember(key: "model", value: .string(id)),
      JSONMember(key: "version", value: .integer(version)),
      JSONMember(key: "title", value: title.json),
      JSONMember(key: "target", value: target.json),
      JSONMember(key: "favourable", value: .bool(isFavourable)),
      JSONMember(key: "knowledge", value: .string(knowledge.rawValue)),
      JSONMember(key: "calibration", value: .array(calibration.map(\.json))),
      JSONMember(key: "training", value: training),
    ]
    if !distribution.isEmpty {
      members.append(
        JSONMember(key: "distribution", value: .array(distribution.map(\.json))))
    }
    switch body {
    case .scorecard(let card): members += card.members
    case .trees(let trees): members += trees.members
    }
    return JSONValue(members: members)
  }
}

extension ScoringModel.Step {
  fileprivate var json: JSONValue { .object(["from": .integer(from), "bp": .integer(bp)]) }
}

extension ScoringModel.Share {
  fileprivate var json: JSONValue { .object(["from": .integer(from), "rows": .integer(rows)]) }
}

extension Scorecard {
  fileprivate var members: [JSONMember] {
    [
      JSONMember(key: "kind", value: .string("scorecard")),
      JSONMember(key: "base", value: .integer(base)),
      JSONMember(
        key: "scaling",
        value: .object([
          "basePoints": .integer(scaling.basePoints), "baseOddsBp": .integer(scaling.baseOddsBp),
          "pointsToDouble": .integer(scaling.pointsToDouble),
        ])),
      JSONMember(key: "features", value: .array(parts.map(\.json))),
    ]
  }
}

extension Scorecard.Part {
  fileprivate var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember(key: "feature", value: .string(feature.name)),
      JSONMember(key: "reason", value: reason.json),
      JSONMember(key: "missing", value: .integer(missing)),
    ]
    switch parting {
    case .bins(let bins):
      members.append(
        JSONMember(
          key: "bins",
          value: .array(
            bins.map { bin in
              var members = [JSONMember(key: "points", value: .integer(bin.points))]
              if let below = bin.below {
                members.append(JSONMember(key: "below", value: .integer(below)))
              }
              return JSONValue(members: members)
            })))
    case .groups(let groups, let other):
      let names = feature.definition.categories
      members.append(JSONMember(key: "other", value: .integer(other)))
      members.append(
        JSONMember(
          key: "groups",
          value: .array(
            groups.map { group in
              .object([
                "values": .array(group.values.map { .string(names[Int($0)]) }),
                "points": .integer(group.points),
              ])
            })))
    }
    return JSONValue(members: members)
  }
}

extension TreeEnsemble {
  fileprivate var members: [JSONMember] {
    [
      JSONMember(key: "kind", value: .string("trees")),
      JSONMember(key: "scale", value: .integer(scale)),
      JSONMember(key: "base", value: .integer(base)),
      JSONMember(
        key: "inputs",
        value: .array(
          inputs.map { input in
            .object(["feature": .string(input.feature.name), "reason": input.reason.json])
          })),
      JSONMember(key: "trees", value: .array(trees.map { .array($0.map(\.json)) })),
      JSONMember(
        key: "points",
        value: .object([
          "offset": .integer(scaling.offset), "numerator": .integer(scaling.numerator),
          "denominator": .integer(scaling.denominator),
        ])),
    ]
  }
}

extension TreeEnsemble.Node {
  fileprivate var json: JSONValue {
    if isLeaf { return .object(["leaf": .integer(value)]) }
    return .object([
      "feature": .integer(Int64(input)), "below": .integer(below), "value": .integer(value),
      "yes": .integer(Int64(yes)), "no": .integer(Int64(no)),
      "missing": .string(missingIsYes ? "yes" : "no"),
    ])
  }
}
