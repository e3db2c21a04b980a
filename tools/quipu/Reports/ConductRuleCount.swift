internal import Collections
internal import Projections

/// What one rule found, over all contacts.
struct ConductRuleCount {
  var policy: String
  var rule: String
  var kind: String
  var verdict: RuleVerdict
  var count: Int64 = 0
  /// How many it would have found by what was known when the contact was recorded.
  var known: Int64 = 0
  var citation: String

  /// By rule, most first; a warning of a rule that blocks counts apart.
  static func all(of violations: [ConductReport.Violation]) -> [ConductRuleCount] {
    var places: [String: Int] = [:]
    var counts: [ConductRuleCount] = []
    for violation in violations {
      let name =
        "\(violation.policy) \(violation.rule) \(violation.kind.rawValue) \(violation.verdict)"
      let place = places[name] ?? counts.count
      if place == counts.count {
        places[name] = place
        counts.append(
          ConductRuleCount(
            policy: violation.policy, rule: violation.rule, kind: violation.kind.rawValue,
            verdict: violation.verdict, citation: violation.citation))
      }
      counts[place].count += 1
      if violation.wasKnown { counts[place].known += 1 }
    }
    return counts.enumerated().sorted { first, second in
      first.element.count == second.element.count
        ? first.offset < second.offset : first.element.count > second.element.count
    }.map(\.element)
  }
}
