package import Collections

// By what, where and when something may be done: her own word first, then what she has answered to, then the
// habits of her decade, then the step's order; and through every rule of the policies in force.
extension ActionReader {
  /// What is to be done.
  struct Target {
    var channels: [ContactChannel]
    var hours: Strategy.DayHours
    var tone: String
    var template: String
    var isPerson: Bool
    /// Whether only points count that she agreed to or named.
    var isAgreed = false
  }

  /// Adds each channel by which she may be reached that day, best first, and those by which not. Returns the
  /// best of the ways that only the contact rules stand against; nil for none.
  @discardableResult
  mutating func addWays(
    _ target: Target, _ row: FeatureRow, _ facts: ContactFacts, _ account: String,
    _ action: inout NextAction
  ) -> ActionWay? {
    var refused: ActionWay?
    guard let person = facts.person else { return nil }
    let habit = habit(of: person)
    for (channel, by) in ordered(target.channels, person, row, habit) {
      guard let place = place(of: channel, person, isAgreed: target.isAgreed) else {
        action.blocked.append(BlockedWay(channel: channel, rules: ["no-point"]))
        continue
      }
      guard let (hours, hoursBy) = hours(of: channel, target, person, row, habit) else {
        action.blocked.append(BlockedWay(channel: channel, rules: ["no-hour"]))
        continue
      }
      var way = ActionWay(
        channel: channel, point: place.point, zone: place.zone, from: hours.lowerBound,
        to: hours.upperBound, tone: target.tone, channelBy: by, hoursBy: hoursBy)
      if let tone = habit?.tone, !tone.isEmpty, !action.isCare { way.tone = tone }
      let rules = blocking(way, target, facts, account)
      if rules.isEmpty {
        action.ways.append(way)
        // There is always room by this one: the others are not needed.
        if !bounded.contains(ChannelSet(channel)) { return refused }
      } else {
        action.blocked.append(BlockedWay(channel: channel, rules: rules))
        if refused == nil { refused = way }
      }
    }
    return refused
  }

  /// The habits of a person's decade, if the strategy has them.
  func habit(of person: PersonFacts) -> Strategy.Habit? {
    person.birthDecade.flatMap { decade in
      rules.strategy.habits.first { $0.birthDecade == decade }
    }
  }

  /// The channels of a step in the order in which they suit her.
  private func ordered(
    _ channels: [ContactChannel], _ person: PersonFacts, _ row: FeatureRow, _ habit: Strategy.Habit?
  ) -> [(ContactChannel, ActionWay.Choice)] {
    var found: [(ContactChannel, ActionWay.Choice)] = []
    func add(_ channel: ContactChannel, _ by: ActionWay.Choice) {
      if !found.contains(where: { $0.0 == channel }) { found.append((channel, by)) }
    }
    for channel in channels
    where person.preferences.contains(where: { $0.channel == channel && !$0.windows.isEmpty }) {
      add(channel, .wish)
    }
    var answered: [(channel: ContactChannel, count: Int64)] = []
    for channel in channels {
      let count = places.answers[Int(channel.rawValue)].reduce(Int64(0)) { sum, feature in
        sum + max(0, row[feature])
      }
      if count > 0 { answered.append((channel, count)) }
    }
    // Stable: of channels answered alike the step's first comes first.
    while let best = answered.map(\.count).max(),
      let place = answered.firstIndex(where: { $0.count == best })
    {
      add(answered.remove(at: place).channel, .answers)
    }
    for channel in habit?.channels ?? [] where channels.contains(channel) { add(channel, .habit) }
    for channel in channels { add(channel, .step) }
    return found
  }

  /// The point she is reached at by a channel, the one added last that she agreed to, else the last; and
  /// its zone. Nil where the channel needs a point and she has none.
  private func place(
    of channel: ContactChannel, _ person: PersonFacts, isAgreed: Bool
  ) -> (point: String, zone: String)? {
    let kinds = channel.pointKinds
    guard !kinds.isEmpty else {
      return ("", person.points.last { $0.isValid }?.localZone ?? rules.zone)
    }
    func isFit(_ point: PersonFacts.ContactPoint) -> Bool {
      point.isValid && kinds.contains(point.kind)
        && !person.optOuts.contains { $0.point == point.id }
    }
    let point =
      person.points.last { isFit($0) && $0.isAgreed }
      ?? (isAgreed ? nil : person.points.last { isFit($0) })
    return point.map { ($0.id, $0.localZone) }
  }

  /// The longest span of the day within everybody's hours, the earliest of equals, and what chose it.
  private mutating func hours(
    of channel: ContactChannel, _ target: Target, _ person: PersonFacts, _ row: FeatureRow,
    _ habit: Strategy.Habit?
  ) -> (Range<Int>, ActionWay.Choice)? {
    let own = rules.strategy.hours
    let first = max(
      Int(target.hours.from), Int(own.from), day == rules.date ? rules.notBefore : 0)
    let outer = first..<max(first, min(Int(target.hours.to), Int(own.to)))
    let allowed = policyHours(of: channel).map { $0.clamped(to: outer) }
    func longest(_ spans: [Range<Int>]) -> Range<Int>? {
      var best: Range<Int>?
      for span in spans {
        for other in allowed {
          let common = span.clamped(to: other)
          if common.count > best?.count ?? 0 { best = common }
        }
      }
      return best
    }
    if let wish = person.preferences.first(where: { $0.channel == channel }) {
      return longest(wish.windows.flatMap { $0.minutes(of: day) }).map { ($0, .wish) }
    }
    if let band = places.hourBand, row[band] != Feature.missing {
      let from = Int(row[band]) * 180
      if let hours = longest([from..<from + 180]) { return (hours, .answers) }
    }
    if let hours = habit?.hours, let found = longest([Int(hours.from)..<Int(hours.to)]) {
      return (found, .habit)
    }
    return longest([0..<1_440]).map { ($0, .step) }
  }

  /// The minutes of the day that the hours of every policy allow by a channel.
  private mutating func policyHours(of channel: ContactChannel) -> [Range<Int>] {
    if let known = policyHours[Int(channel.rawValue)] { return known }
    var spans = [0..<1_440]
    let date = day
    for rule in rules.policies.flatMap(\.rules)
    where rule.verdict == .block && rule.channels.contains(ChannelSet(channel))
      && rule.holds(on: date)
    {
      guard case .hours(let windows) = rule.test else { continue }
      let open = windows.filter {
        $0.days & 1 << UInt8(date.weekday - 1) != 0 && ($0.on ?? date.days) == date.days
      }
      spans = spans.flatMap { span in
        open.map {
          span.clamped(
            to: (Int($0.from) + 59) / 60..<max((Int($0.from) + 59) / 60, Int($0.to) / 60))
        }
        .filter { !$0.isEmpty }
      }
    }
    policyHours[Int(channel.rawValue)] = spans
    return spans
  }

  /// The rules that block a way, at its first minute or its last: none lets it through.
  private mutating func blocking(
    _ way: ActionWay, _ target: Target, _ facts: ContactFacts, _ account: String
  ) -> [String] {
    guard let offset = offset(of: way.zone) else { return ["unknown-zone"] }
    let subject = facts.person.flatMap { model.conduct.subjects.find($0.subject) }
    var blocking: [String] = []
    for minute in [way.from, way.to - 1] {
      let moment =
        Int64(day.days) * 86_400_000 + Int64(minute - offset) * 60_000
      var question = ContactQuestion(
        channel: way.channel, moment: moment, localDate: day, localSecond: minute * 60)
      question.account = account
      question.accountNumber = Int32(model.conduct.accounts.find(account) ?? -1)
      question.point = way.point.isEmpty ? nil : way.point
      question.template = target.template.isEmpty ? nil : target.template
      question.agent = target.isPerson ? .unstated : .machine
      let before = subject.map { history.before(moment, of: $0) } ?? 0..<0
      for policy in rules.policies {
        let calendar = judge.calendar(of: policy.jurisdiction, on: day)
        findings.removeAll(keepingCapacity: true)
        let isAllowed = policy.judge(
          question, facts, past: history.past, before: before, calendar, into: &findings)
        guard !isAllowed else { continue }
        for finding in findings where finding.verdict == .block {
          let name = "\(policy.id).\(policy.rules[Int(finding.rule)].id)"
          if !blocking.contains(name) { blocking.append(name) }
        }
      }
    }
    return blocking
  }

  private mutating func offset(of zone: String) -> Int? {
    if let known = offsets.first(where: { $0.zone == zone }) { return known.minutes }
    let minutes = rules.offset(zone)
    offsets.append((zone, minutes))
    return minutes
  }
}

extension ContactChannel {
  /// The kinds of point by which a channel reaches a person; none where it needs no point.
  package var pointKinds: [ContactPointKind] {
    switch self {
    case .call: [.phone, .mobile]
    case .whatsapp: [.whatsapp, .mobile]
    case .sms: [.mobile]
    case .email: [.email]
    case .letter, .visit: [.address]
    case .push: [.push]
    case .portal, .chatbot: []
    }
  }
}
