internal import Collections

/// How a model would treat groups of people it is not told of.
package struct Fairness: Equatable, Sendable {
  /// A group of people.
  package struct Group: Equatable, Sendable {
    /// Its label; empty for those of whom it is not known.
    package var label: String
    package var rows: Int
    /// The rows that came out well for the person, whatever was foretold.
    package var favourable: Int
    /// The share chosen at the cut.
    package var selected: TrainingReport.Figure
    /// The share chosen of this group by that of the reference: 1 is alike; below 0.8 is taken for adverse
    /// impact (EEOC, Uniform Guidelines, 29 CFR 1607.4 D). Nil in a group too small.
    package var impactRatio: TrainingReport.Figure?
    /// The share chosen of those it came out well for, less that of the reference (Hardt, Price, Srebro,
    /// *Equality of Opportunity in Supervised Learning*, 2016). Nil in a group too small.
    package var opportunityDifference: TrainingReport.Figure?
    /// How well it tells people apart within the group. Nil in a group too small.
    package var auc: TrainingReport.Figure?
    /// Whether there are too few rows to judge.
    package var isSmall: Bool
  }

  /// What the groups are made by: `birthDecade`, `region`.
  package var name: String
  /// The points of the cut.
  package var cut: Int64
  /// The group the others are compared with: of those not too small, the one chosen most often.
  package var reference: String?
  /// The groups by label.
  package var groups: [Group]

  /// A group is judged from so many rows on, so many of them favourable.
  package static let fewestRows = 100
  package static let fewestFavourable = 30
}

/// Counts of the rows of a group.
private struct GroupCounts {
  var rows = 0
  var favourable = 0
  var selected = 0
  var selectedFavourable = 0

  var selectedShare: Double? { rows > 0 ? Double(selected) / Double(rows) : nil }
  var opportunity: Double? {
    favourable > 0 ? Double(selectedFavourable) / Double(favourable) : nil
  }
}

/// The figures of groups, of the rows as they are and of each draw.
struct FairnessCheck {
  private let name: String
  private let labels: [String]
  private let groupOf: [Int]
  private let favourable: [Bool]
  private let isSelected: [Bool]
  private let cut: Int64
  private let seen: [Figures]
  private let reference: Int?
  private let isSmall: [Bool]
  private let rows: [(rows: Int, favourable: Int)]
  /// The places of each row's points among the distinct ones, more points being better for the person.
  private let places: [Int]
  private let distinct: Int
  private var drawn: [[Figures]] = []

  private struct Figures {
    var selected: Double?
    var ratio: Double?
    var difference: Double?
    var area: Double?
  }

  init(
    _ grouping: TrainingTable.Grouping, _ points: [Int64], _ favourable: [Bool], cut: Int64,
    isFavourable: Bool
  ) {
    (name, self.favourable, self.cut) = (grouping.name, favourable, cut)
    isSelected = points.map { isFavourable ? $0 >= cut : $0 < cut }
    labels = Array(Set(grouping.labels)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var place: [String: Int] = [:]
    for (number, label) in labels.enumerated() { place[label] = number }
    groupOf = grouping.labels.map { place[$0] ?? 0 }
    let better = points.map { isFavourable ? $0 : -$0 }
    let values = Array(Set(better)).sorted()
    var placeOf: [Int64: Int] = [:]
    for (number, value) in values.enumerated() { placeOf[value] = number }
    places = better.map { placeOf[$0] ?? 0 }
    distinct = values.count
    var counts = Array(repeating: GroupCounts(), count: labels.count)
    for row in points.indices {
      counts[groupOf[row]].rows += 1
      if favourable[row] { counts[groupOf[row]].favourable += 1 }
      if isSelected[row] { counts[groupOf[row]].selected += 1 }
    }
    rows = counts.map { ($0.rows, $0.favourable) }
    isSmall = counts.map {
      $0.rows < Fairness.fewestRows || $0.favourable < Fairness.fewestFavourable
    }
    let small = isSmall
    let labels = labels
    // Who is in no known group is no measure for others.
    let eligible = counts.indices.filter { !small[$0] && !labels[$0].isEmpty }
    reference = eligible.max { one, other in
      let (first, second) = (counts[one].selectedShare ?? 0, counts[other].selectedShare ?? 0)
      return first != second ? first < second : one > other
    }
    seen = Self.figures(
      Array(repeating: 1, count: points.count), groupOf, favourable, isSelected, places, distinct,
      labels.count, reference)
  }

  /// Adds the figures of a draw.
  mutating func add(_ times: [Int]) {
    drawn.append(
      Self.figures(
        times, groupOf, favourable, isSelected, places, distinct, labels.count, reference))
  }

  private static func figures(
    _ times: [Int], _ groupOf: [Int], _ favourable: [Bool], _ isSelected: [Bool],
    _ places: [Int], _ distinct: Int, _ groups: Int, _ reference: Int?
  ) -> [Figures] {
    var counts = Array(repeating: GroupCounts(), count: groups)
    var events = Array(repeating: 0, count: groups * distinct)
    var rows = events
    for row in times.indices where times[row] > 0 {
      let (group, many) = (groupOf[row], times[row])
      let cell = group * distinct + places[row]
      rows[cell] += many
      counts[group].rows += many
      if isSelected[row] { counts[group].selected += many }
      guard favourable[row] else { continue }
      events[cell] += many
      counts[group].favourable += many
      if isSelected[row] { counts[group].selectedFavourable += many }
    }
    let base = reference.map { counts[$0] }
    return (0..<groups).map { group in
      let share = counts[group].selectedShare
      let cells = group * distinct..<(group + 1) * distinct
      let pools = cells.map { Pool(events: events[$0], rows: rows[$0]) }
      var figures = Figures(selected: share)
      figures.area = ScoredRows(points: [], pools: pools).areaUnderCurve
      if let share, let other = base?.selectedShare, other > 0 { figures.ratio = share / other }
      if let one = counts[group].opportunity, let other = base?.opportunity {
        figures.difference = one - other
      }
      return figures
    }
  }

  /// What was found, with the intervals of all draws.
  func result(of rounds: Int) -> Fairness {
    func figure(_ group: Int, _ value: (Figures) -> Double?) -> TrainingReport.Figure? {
      guard let own = value(seen[group]) else { return nil }
      return TrainingReport.Figure(own, drawn: drawn.compactMap { value($0[group]) }, of: rounds)
    }
    let groups = labels.indices.map { group in
      Fairness.Group(
        label: labels[group], rows: rows[group].rows, favourable: rows[group].favourable,
        selected: figure(group) { $0.selected } ?? TrainingReport.Figure(0, drawn: [], of: 1),
        impactRatio: isSmall[group] ? nil : figure(group) { $0.ratio },
        opportunityDifference: isSmall[group] ? nil : figure(group) { $0.difference },
        auc: isSmall[group] ? nil : figure(group) { $0.area }, isSmall: isSmall[group])
    }
    return Fairness(
      name: name, cut: cut, reference: reference.map { labels[$0] }, groups: groups)
  }
}
