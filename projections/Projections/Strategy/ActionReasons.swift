package import Collections

extension NextAction {
  /// Why it is proposed, as ids that `ActionProposed` carries: the segment, the arm, the step and its turn,
  /// what the probability goes by, and what the channel and the hours were chosen by.
  package func reasons(_ strategy: Strategy, by way: ActionWay?) -> [String] {
    var reasons: [String] = careReasons.map(\.rawValue)
    if let way {
      reasons.append("channel.\(way.channelBy.rawValue)")
      reasons.append("hours.\(way.hoursBy.rawValue)")
    }
    guard !isCare else {
      // She may need care and not be called: the rules that say so.
      for rule in blocked.flatMap(\.rules).prefix(20 - reasons.count) {
        reasons.append("not.\(rule)".shortened)
      }
      return reasons
    }
    reasons.append("segment.\(strategy.segments[segment].id)".shortened)
    reasons.append("step.\(step + 1)")
    reasons.append("try.\(tries + 1)")
    reasons.append(score >= 0 ? "chance.score" : "chance.table")
    reasons.append("arm.\(strategy.arms[arm].id)".shortened)
    return reasons
  }
}

extension String {
  /// At most as long as an id may be.
  fileprivate var shortened: String { String(prefix(64)) }
}
