import Collections
import EventStore
import Projections
import Support
import Testing

/// No feature looks ahead: whatever came after its moment may be cut off, or be anything else.
@Suite("Features know nothing of what came after")
struct FeatureLeakTests {
  /// Every feature of every account that was open.
  private static func rows(
    _ model: ReadModel, on date: CivilDate, knownAt: Int64, _ knowledge: Knowledge
  ) throws -> [String: FeatureRow] {
    var reader = FeatureReader(
      model: model, wanted: .all, knownAt: knownAt, knowledge: knowledge)
    var rows: [String: FeatureRow] = [:]
    for account in FeatureHistory.accounts {
      guard let number = model.accounts.accounts.find(account) else { continue }
      if let row = try reader.row(of: number, on: date) { rows[account] = row }
    }
    return rows
  }

  private static func expectEqual(
    _ found: [String: FeatureRow], _ expected: [String: FeatureRow], _ context: String
  ) {
    guard found != expected else { return }
    for account in FeatureHistory.accounts {
      for feature in Feature.all {
        let (one, other) = (found[account]?[feature], expected[account]?[feature])
        #expect(one == other, "\(context): \(account) \(feature.name)")
      }
    }
  }

  private static func type(_ envelope: EventEnvelope, _ line: [UInt8]) -> EventType? {
    EventType(named: line.span, envelope.type)
  }

  private static func effective(_ envelope: EventEnvelope, _ line: [UInt8]) -> CivilDate {
    CivilDate(parsing: line.span, envelope.effective) ?? CivilDate(days: 0)
  }

  @Test(
    "events recorded at or after the position may be cut off", arguments: Knowledge.allCases)
  func cutByPosition(_ knowledge: Knowledge) throws {
    var random = SeededGenerator(seed: seed())
    for round in 0..<60 {
      let history = FeatureHistory(events: 150, plansFall: round % 2 == 0, &random)
      let knownAt = Int64.random(in: 4...history.log.size, using: &random)
      let date = try day(FeatureHistory.date(&random))
      Self.expectEqual(
        try Self.rows(history.log.model(), on: date, knownAt: knownAt, knowledge),
        try Self.rows(history.log.model(knownAt), on: date, knownAt: knownAt, knowledge),
        "round \(round), \(date.text), \(knownAt)")
    }
  }

  @Test("events effective after the day may be cut off; known reversals and voids work for any day")
  func cutByDay() throws {
    var random = SeededGenerator(seed: seed())
    for round in 0..<60 {
      let history = FeatureHistory(events: 150, plansFall: round % 2 == 0, &random)
      let knownAt = Int64.random(in: 4...history.log.size, using: &random)
      let date = try day(FeatureHistory.date(&random))
      let cut = try history.log.model { envelope, line in
        let type = Self.type(envelope, line)
        return Self.effective(envelope, line) <= date || type == .paymentReversed
          || type == .eventVoided
      }
      Self.expectEqual(
        try Self.rows(history.log.model(), on: date, knownAt: knownAt, .recorded),
        try Self.rows(cut, on: date, knownAt: knownAt, .recorded),
        "round \(round), \(date.text), \(knownAt)")
    }
  }

  @Test("with effective knowledge reversals and voids after the day may be cut off too")
  func cutByDayEffectively() throws {
    var random = SeededGenerator(seed: seed())
    var differing = 0
    for round in 0..<60 {
      let history = FeatureHistory(events: 150, plansFall: round % 2 == 0, &random)
      let knownAt = history.log.size
      let date = try day(FeatureHistory.date(&random))
      let cut = try history.log.model { envelope, line in
        Self.effective(envelope, line) <= date
      }
      let whole = try Self.rows(history.log.model(), on: date, knownAt: knownAt, .effective)
      Self.expectEqual(
        whole, try Self.rows(cut, on: date, knownAt: knownAt, .effective),
        "round \(round), \(date.text)")
      let recorded = try Self.rows(history.log.model(), on: date, knownAt: knownAt, .recorded)
      if recorded != whole { differing += 1 }
    }
    // Else the histories have nothing to tell the two apart by.
    #expect(differing > 20)
  }

  @Test("every feature takes more than one value in these histories, or is the product")
  func histories() throws {
    var random = SeededGenerator(seed: seed())
    var seen = Array(repeating: Set<Int64>(), count: Feature.all.count)
    let unused = ["email", "letter", "visit", "chatbot", "push"]
    var unchanging = Feature.all.filter { feature in
      feature.name != "product" && !unused.contains { feature.name.contains(".\($0).") }
    }
    // What is rare takes more histories to come up with some seeds.
    var rounds = 0
    while !unchanging.isEmpty, rounds < 2_000 {
      let history = FeatureHistory(events: 200, plansFall: rounds % 2 == 0, &random)
      for date in ["2026-04-01", "2026-07-15", "2026-11-30"] {
        let rows = try Self.rows(
          history.log.model(), on: try day(date), knownAt: .max, .recorded)
        for row in rows.values {
          for feature in Feature.all { seen[Int(feature.index)].insert(row[feature]) }
        }
      }
      unchanging.removeAll { seen[Int($0.index)].count > 1 }
      rounds += 1
    }
    #expect(unchanging.isEmpty, "never change: \(unchanging.map(\.name))")
  }

  @Test("going on from a prefix gives what beginning again gives, whatever the number of jobs")
  func incremental() throws {
    var random = SeededGenerator(seed: seed())
    for round in 0..<20 {
      let history = FeatureHistory(events: 150, plansFall: round % 2 == 0, &random)
      let knownAt = Int64.random(in: 4...history.log.size, using: &random)
      let date = try day(FeatureHistory.date(&random))
      var going = try history.log.model(knownAt)
      _ = try Self.rows(going, on: date, knownAt: knownAt, .recorded)
      try history.log.advance(&going, to: history.log.size)
      let scratch = try history.log.model()
      #expect(
        try Self.rows(going, on: date, knownAt: .max, .recorded)
          == Self.rows(scratch, on: date, knownAt: .max, .recorded))
      let reader = FeatureReader(model: scratch, wanted: .all, knownAt: .max)
      func all(_ jobs: Int) -> [FeatureRow] {
        reader.parts(on: date, jobs: jobs, from: [FeatureRow]()) { rows, _, row in
          rows.append(row)
        }.flatMap(\.result)
      }
      let one = all(1)
      #expect(one == all(2) && one == all(3) && one == all(64))
      let expected = try Self.rows(scratch, on: date, knownAt: .max, .recorded)
      #expect(one == FeatureHistory.accounts.compactMap { expected[$0] })
    }
  }

  @Test("what was not asked for is missing, and what was asked for is the same alone")
  func wanted() throws {
    var random = SeededGenerator(seed: seed())
    let history = FeatureHistory(events: 300, plansFall: true, &random)
    let model = try history.log.model()
    let date = try day("2026-09-30")
    let whole = try Self.rows(model, on: date, knownAt: .max, .recorded)
    for feature in Feature.all {
      var reader = FeatureReader(model: model, wanted: FeatureSet([feature]), knownAt: .max)
      for account in FeatureHistory.accounts {
        let number = try #require(model.accounts.accounts.find(account))
        let row = try reader.row(of: number, on: date)
        var expected = FeatureRow()
        expected[feature] = whole[account]?[feature] ?? Feature.missing
        #expect(row == (whole[account] == nil ? nil : expected), "\(account) \(feature.name)")
      }
    }
  }
}
