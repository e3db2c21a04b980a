// What no account can ever come to is a mistake of whoever wrote it, and is refused.

extension [[FeatureCondition]] {
  /// Checks that each list of conditions holds of some account that none before it takes, all but the last.
  /// `path` names each. Throws ``DocumentError`` `unreachable_step`.
  func checkReach(_ path: (Int) -> String) throws(DocumentError) {
    let regions = map(FeatureRegion.init)
    for place in indices {
      guard !regions[place].isEmpty else {
        throw DocumentError(
          .unreachableStep, "\(path(place)).when",
          expected: "conditions that can hold together: no account meets these")
      }
      var left = [regions[place]]
      for earlier in regions[..<place] {
        left = left.flatMap { $0.subtracting(earlier) }
        // So tangled a list is taken as it is.
        if left.count > 4_096 { break }
      }
      guard left.isEmpty, place < count - 1 || regions[..<place].contains(where: \.takesAll)
      else { continue }
      throw DocumentError(
        .unreachableStep, "\(path(place)).when",
        expected: "conditions that hold of some account that none before it takes")
    }
  }
}

extension FeatureRegion {
  /// Whether every account is in it, whatever it is.
  var takesAll: Bool { FeatureRegion([]).subtracting(self).isEmpty }
}

extension Strategy {
  /// Checks that accounts can come to every segment and to every step of it.
  func checkReach(_ path: String) throws(DocumentError) {
    guard segments.last?.when.isEmpty == true else {
      throw DocumentError(
        .invalidValue, path, expected: "a last segment without conditions, which takes all others")
    }
    try segments.map(\.when).checkReach { "\(path)[\($0)]" }
  }
}

extension [TreatmentStep] {
  /// Walks a ladder as fast as it may be walked: a step that can only begin after its own end, or after
  /// the segment's, is never made; nor is one that a stop always holds up, or any after it.
  ///
  /// - Parameters:
  ///   - conditions: those of the segment.
  ///   - path: that of the list of steps.
  /// - Throws: ``DocumentError`` `unreachable_step`.
  func checkReach(_ conditions: [FeatureCondition], _ path: String) throws(DocumentError) {
    let region = FeatureRegion(conditions)
    let days = Feature(named: "daysPastDue").map { region[$0].spans } ?? []
    let (first, last) = (days.first?.lowerBound ?? 0, days.last?.upperBound ?? largestAmount)
    var begin = first
    for (place, step) in enumerated() {
      if let stop = step.stops.stops.first(where: { $0.always(holdsIn: region) }) {
        throw DocumentError(
          .unreachableStep, "\(path)[\(place)].stops", value: "\(stop)",
          expected: "a stop that does not always hold: by the segment's conditions it does")
      }
      begin += Int64(step.afterDays)
      let end = Swift.min(last, step.untilDays.map { Int64($0) - 1 } ?? last)
      guard begin <= end else {
        throw DocumentError(
          .unreachableStep, "\(path)[\(place)]", value: step.id,
          expected:
            "a step that may begin by day \(end) past due: with the spacing of those before "
            + "it, it begins on day \(begin) at the soonest")
      }
      begin += Int64((step.attempts - 1) * step.everyDays)
      // A contact is known by its text: that of an earlier step would count as this one's.
      let earlier = self[..<place].first { !step.template.isEmpty && $0.template == step.template }
      if let earlier {
        throw DocumentError(
          .unreachableStep, "\(path)[\(place)].template", value: step.template,
          expected:
            "a template of its own: step \(earlier.id) has this one, and its attempts would "
            + "count for both")
      }
    }
  }
}

extension StrategyStop {
  /// Whether it holds of every account of a segment, by the segment's conditions.
  fileprivate func always(holdsIn region: FeatureRegion) -> Bool {
    let name: String
    switch self {
    case .promiseOpen: name = "promiseOpen"
    case .dispute: name = "disputeOpen"
    case .paid, .planActive, .answered, .agency, .suit: return false
    }
    guard let feature = Feature(named: name) else { return false }
    let values = region[feature]
    return !values.takesMissing && values.spans == [1...1]
  }
}
