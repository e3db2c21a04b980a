import CanonicalJSON
import Collections
import EventStore
import Projections
import Support
import Testing

/// Some features once more, the slow and obvious way.
@Suite("Features, a second way")
struct FeatureSecondTests {
  @Test("the worst of 365 days and the twelve marks are those of a fold a day")
  func lateness() throws {
    var random = SeededGenerator(seed: seed())
    for knowledge in Knowledge.allCases {
      for _ in 0..<12 {
        // Where a plan falls away the days before it are seen anew, so that no fold of theirs tells.
        let history = FeatureHistory(events: 120, plansFall: false, &random)
        let model = try history.log.model()
        let date = try day(FeatureHistory.date(&random))
        var reader = FeatureReader(
          model: model, wanted: .all, knownAt: history.log.size, knowledge: knowledge)
        for account in 0..<3 {
          guard let row = try reader.row(of: account, on: date) else { continue }
          var fold = AccountFold()
          var late: [Int] = []
          for back in 0..<365 {
            let isOpen = try fold.fold(
              account, of: model.accounts, on: date - back, knownAt: history.log.size,
              horizon: knowledge.horizon(on: date),
              calendar: BusinessCalendar(jurisdiction: "PE"))
            late.append(isOpen ? fold.daysPastDue : 0)
          }
          let worst = try #require(Feature(named: "worstDaysPastDue12m"))
          let months = try #require(Feature(named: "monthsLate12m"))
          #expect(row[worst] == Int64(late.max() ?? 0))
          let marks = stride(from: 0, through: 330, by: 30).filter { late[$0] > 0 }.count
          #expect(row[months] == Int64(marks))
        }
      }
    }
  }

  @Test("events that move nothing change no lateness, however often the fold comes back for a plan")
  func harmlessEvents() throws {
    var random = SeededGenerator(seed: seed())
    let names = ["worstDaysPastDue12m", "monthsLate12m", "meanDaysPastDue12m", "daysPastDue"]
    let features = try names.map { try #require(Feature(named: $0)) }
    var fallen = 0
    for _ in 0..<20 {
      let history = FeatureHistory(events: 150, plansFall: true, &random)
      var padded = history.log
      // Enough of them for checkpoints, to which a plan that falls away sends the fold back.
      for number in 0..<600 {
        let account = FeatureHistory.accounts[number % 3]
        padded.add(
          "HoldPlaced", "account/\(account)", FeatureHistory.date(&random),
          #"{"hold":"h-\#(number)","kind":"k","reason":"r"}"#)
      }
      let date = try day("2026-11-25")
      let (plain, full) = (try history.log.model(), try padded.model())
      var one = FeatureReader(model: plain, wanted: FeatureSet(features), knownAt: .max)
      var other = FeatureReader(model: full, wanted: FeatureSet(features), knownAt: .max)
      for account in 0..<3 {
        let found = try other.row(of: account, on: date)
        #expect(try one.row(of: account, on: date) == found, "\(account) on \(date.text)")
        var fold = AccountFold()
        _ = try fold.fold(
          account, of: full.accounts, on: date, knownAt: .max,
          calendar: BusinessCalendar(jurisdiction: "PE"))
        fallen += fold.plans.filter(\.hasFallen).count
      }
    }
    #expect(fallen > 3)
  }

  /// An event of an account's contacts as the log tells it.
  private struct Told {
    var type: String
    var on: CivilDate
    var contact: String?
    var channel: String
    var isInbound: Bool
    var isRight: Bool
    var hour: Int
  }

  private func told(_ log: EventLines, of account: String, on date: CivilDate) throws -> [Told] {
    let events = try log.lines.map {
      try JSONValue(parsing: String(decoding: $0, as: UTF8.self), as: .event)
    }
    let voided = events.filter { $0["type"]?.stringValue == "EventVoided" }
      .compactMap { $0["data"]?["target"]?.integerValue }
    return events.compactMap { event in
      guard event["stream"]?.stringValue == "account/\(account)",
        let type = event["type"]?.stringValue, let seq = event["seq"]?.integerValue,
        let on = event["effective"]?.stringValue.flatMap({ CivilDate($0) }),
        on <= date, !voided.contains(seq), let data = event["data"]
      else { return nil }
      let local = data["localAt"]?.stringValue ?? "2026-01-01T00:00"
      return Told(
        type: type, on: on, contact: data["contact"]?.stringValue,
        channel: data["channel"]?.stringValue ?? "portal",
        isInbound: data["direction"]?.stringValue == "inbound",
        isRight: data["party"]?.stringValue == "right",
        hour: Int(local.dropFirst(11).prefix(2)) ?? -1)
    }
  }

  @Test("contacts are counted as one would by hand")
  func contacts() throws {
    var random = SeededGenerator(seed: seed())
    for _ in 0..<40 {
      let history = FeatureHistory(events: 250, plansFall: false, &random)
      let model = try history.log.model()
      let date = try day(FeatureHistory.date(&random))
      var reader = FeatureReader(model: model, wanted: .all, knownAt: history.log.size)
      for account in FeatureHistory.accounts {
        let number = try #require(model.accounts.accounts.find(account))
        guard let row = try reader.row(of: number, on: date) else { continue }
        let expected = count(try told(history.log, of: account, on: date), date)
        for (name, value) in expected {
          let feature = try #require(Feature(named: name))
          #expect(row[feature] == value, "\(account) \(name) on \(date.text)")
        }
      }
    }
  }

  /// The attempt an event of a contact belongs to: the last one before it, else the first one after.
  private func attempt(of place: Int, in events: [Told]) -> Told? {
    func isAttempt(_ other: Told) -> Bool {
      other.type == "ContactAttempted" && other.contact == events[place].contact
    }
    return events[..<place].last(where: isAttempt) ?? events[place...].first(where: isAttempt)
  }

  private func count(_ events: [Told], _ date: CivilDate) -> [String: Int64] {
    var counts: [String: Int64] = [:]
    for name in Feature.all.map(\.name) where name.contains(".") { counts[name] = 0 }
    var bands = Array(repeating: 0, count: 8)
    var last: CivilDate?
    func add(_ what: String, _ channel: String, _ on: CivilDate) {
      for days in [30, 90] where date - on < days {
        counts["\(what).any.\(days)d", default: 0] += 1
        counts["\(what).\(channel).\(days)d", default: 0] += 1
      }
    }
    for (place, event) in events.enumerated() {
      let attempts = events.filter { $0.type == "ContactAttempted" }
      switch event.type {
      case "ContactAttempted":
        add(event.isInbound ? "answers" : "attempts", event.channel, event.on)
        if event.isInbound { last = max(last ?? event.on, event.on) }
      case "ContactDelivered":
        guard let attempt = attempt(of: place, in: events), !attempt.isInbound else { continue }
        add("deliveries", attempt.channel, event.on)
      case "ContactConnected":
        guard event.isRight, let attempt = attempt(of: place, in: events), !attempt.isInbound
        else { continue }
        add("rightParty", attempt.channel, event.on)
        if date - event.on < 180 { bands[attempt.hour / 3] += 1 }
      case "MessageReceived":
        last = max(last ?? event.on, event.on)
        let isTold = attempts.contains { $0.isInbound && $0.contact == event.contact }
        if event.contact == nil || !isTold { add("answers", event.channel, event.on) }
      case "PortalVisited":
        last = max(last ?? event.on, event.on)
        let isTold = attempts.contains {
          $0.isInbound && $0.channel == "portal" && $0.on == event.on
        }
        if !isTold { add("answers", "portal", event.on) }
      default: break
      }
    }
    let best = bands.max() ?? 0
    counts["bestHourBand"] =
      best == 0 ? Feature.missing : Int64(bands.firstIndex(of: best) ?? 0)
    counts["daysSinceInbound"] = last.map { Int64(date - $0) } ?? Feature.missing
    return counts
  }
}
