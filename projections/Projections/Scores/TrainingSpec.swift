package import Collections

/// What a training table is to hold: which moments of which accounts, what was known of them, and what came
/// after.
package struct TrainingSpec: Sendable {
  /// Which moments become rows.
  package enum Moments: Equatable, Sendable {
    /// The ends of these days, of every account with anything owed; for promises, the days from the first
    /// to the last of these on which one was made.
    case days([CivilDate])
    /// Of each account, the end of the day on which the first event of a type, and of a component where
    /// one is named, is in effect and known.
    case event(EventType, Component?)
  }

  /// The columns.
  package var features: [Feature]
  /// What the rows foretell.
  package var target: Target
  /// Which moments become rows.
  package var moments: Moments
  /// What counts as known at them.
  package var knowledge: Knowledge
  /// The last day whose events tell what came after: rows whose window closes later are left out.
  package var cutoff: CivilDate
  /// The position before which events tell what came after.
  package var knownAt: Int64

  /// A specification.
  package init(
    features: [Feature], target: Target, moments: Moments, knowledge: Knowledge = .recorded,
    cutoff: CivilDate, knownAt: Int64
  ) {
    self.features = features
    self.target = target
    self.moments = moments
    self.knowledge = knowledge
    self.cutoff = cutoff
    self.knownAt = knownAt
  }

  /// The last days of the months from that of one day to that of another, in order.
  package static func monthEnds(from first: CivilDate, through last: CivilDate) -> [CivilDate] {
    var (year, month, _) = first.civil
    let (lastYear, lastMonth, _) = last.civil
    var days: [CivilDate] = []
    while (year, month) <= (lastYear, lastMonth) {
      let length = CivilDate.length(ofMonth: month, in: year)
      if let day = CivilDate(year: year, month: month, day: length) { days.append(day) }
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return days
  }
}

extension TrainingSpec.Moments {
  /// Reads `EVENT` or `EVENT:component`, as `ChargeAssessed:penalty`. Throws ``DocumentError``.
  package init(parsing text: String) throws(DocumentError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let type = EventType(named: name), AccountBook.kind(of: type) != nil else {
      let names = EventType.allCases.filter { AccountBook.kind(of: $0) != nil }.map(\.name)
      throw DocumentError(
        .invalidValue, "$", value: name,
        expected: "an event of an account's life, such as ChargeAssessed or AgencyPlaced",
        nearest: nearest(to: name, among: names))
    }
    guard parts.count == 2 else {
      self = .event(type, nil)
      return
    }
    let component = String(parts[1])
    guard type == .chargeAssessed || type == .chargeWaived,
      let found = Component.allCases.first(where: { $0.name == component })
    else {
      throw DocumentError(
        .invalidValue, "$", value: text,
        expected: "a component after ChargeAssessed or ChargeWaived alone: "
          + Component.allCases.map(\.name).joined(separator: ", "),
        nearest: nearest(to: component, among: Component.allCases.map(\.name)))
    }
    self = .event(type, found)
  }
}
