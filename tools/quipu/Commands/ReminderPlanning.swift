internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

// How a reminder that is planned stands in the log.
extension OwnDraft {
  /// The plan of a reminder; nil where it stands there already as it is, or no way to her is left.
  ///
  /// - Parameters:
  ///   - reminder: the reminder.
  ///   - model: the projections, as they are now.
  ///   - rules: what it was planned by; `notBefore` and the strategy are named.
  init?(_ reminder: Reminder, in model: ReadModel, by rules: ActionRules) {
    let account = model.accounts.accounts.text(reminder.account)
    guard let way = reminder.way,
      !model.proposals.isPlanned(
        reminder, of: account, for: rules.date, knownAt: model.size, voids: model.accounts)
    else { return nil }
    let isAdopted = rules.adoption >= 0
    let name = Array("\(account):\(reminder.contact):\(rules.date.text):\(reminder.basis)".utf8)
    self.init(
      .contactPlanned, "account/\(account)",
      key: "reminder:\(Digest(hashing: name.span).hex.prefix(40))", on: rules.date,
      cause: isAdopted ? rules.adoption : nil, subject: reminder.subject,
      [
        "action": .string(reminder.occasion.rawValue), "asOf": .string(rules.date.text),
        "at": rules.notBefore == 0 ? nil : .string(timeText(rules.notBefore)),
        "basis": .integer(reminder.basis), "channel": .string("\(way.channel)"),
        "contact": .string(reminder.contact),
        "point": way.point.isEmpty ? nil : .string(way.point),
        "reasons": .array(reminder.reasons.map { .string($0) }),
        "strategy": isAdopted ? .string(rules.strategy.id) : nil,
        "template": .string(reminder.template), "tone": .string(reminder.tone),
        "version": isAdopted ? .integer(rules.strategy.version) : nil,
        "window": .object([
          "from": .string(timeText(way.from)), "on": .string(rules.date.text),
          "to": .string(timeText(way.to)),
        ]),
      ])
  }
}

extension ActionRules {
  /// What reminds on a day by what is in force, by this machine's time zones.
  init(reminding model: ReadModel, zone: String, on day: CivilDate, knownAt size: Int64) {
    let noon = Instant(milliseconds: Int64(day.days) * 86_400_000 + 43_200_000)
    self.init(reminding: model, on: day, knownAt: size, zone: zone) { zone in
      try? WallClock.offsetMinutes(of: noon, in: zone)
    }
  }
}
