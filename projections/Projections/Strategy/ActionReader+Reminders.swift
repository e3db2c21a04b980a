package import Collections

// What a person is told unasked that day, of all that a text is there for: by the same rules, wishes and
// habits as the steps of a ladder.
//
//     account ─► fold: a promise, an instalment, a payment? ─► facts, text ─► may she be told at all?
//         ─► tone: by her answers ─► channels: point, hours, contact rules ─► not today? the first day it may
extension ActionReader {
  /// Channels that a machine writes by, the usual first.
  package static let written: [ContactChannel] = [.whatsapp, .sms, .email, .push]

  /// The reminder or the thanks of the account of that number for the day; nil for none. With `isRead`
  /// ``action(of:)`` was just asked about it.
  ///
  /// One that goes out, and one that something stands against: see ``Reminder/hold``. Of several occasions the first
  /// that a text fits: a promise, an instalment, a payment. O(its events, and the messages sent to her).
  ///
  /// Throws ``RuleError`` `amount_overflow`.
  package mutating func reminder(
    of account: Int, isRead: Bool = false
  ) throws(RuleError) -> Reminder? {
    guard let texts = rules.texts else { return nil }
    if !isRead {
      guard try features.row(of: account, on: rules.date) != nil else { return nil }
    }
    guard mayRemind(), let opening = features.fold.openingStated else { return nil }
    let subject = model.accounts.texts.text(opening.subject)
    let id = model.accounts.accounts.text(account)
    guard
      let knowledge = try AssistantKnowledge(
        of: id, for: subject, model, on: rules.date, knownAt: rules.knownAt),
      knowledge.bar == nil || knowledge.bar == .underCare,
      let person = judge.facts(of: subject, account: id, agent: nil, on: rules.date).person
    else { return nil }
    for (occasion, on, contact) in occasions(knowledge) {
      let standing = model.contacts.standing(
        of: contact, about: id, model.accounts, knownAt: rules.knownAt)
      // Written about on an earlier day: that is done.
      if let over = standing?.overOn, over < rules.date { continue }
      let channels = Self.written.filter {
        texts.unasked(occasion.template, by: $0, where: knowledge.conditions) != nil
      }
      guard !channels.isEmpty else { continue }
      let choice = try tone(for: person, about: account)
      let language = knowledge.language ?? .es
      var reminder = Reminder(
        account: account, subject: subject, person: model.people.subjects.find(subject) ?? -1,
        occasion: occasion, on: on, contact: contact, basis: rules.knownAt, choice: choice,
        tone: choice.tone, language: language, text: "")
      reminder.hold = knowledge.bar == nil ? hold(person, id) : .care
      if reminder.hold == nil { reach(&reminder, channels, id) }
      if reminder.hold == nil || reminder.hold == .noWay, standing?.isOver == true {
        (reminder.hold, reminder.earliest) = (.sent, nil)
      }
      let found = texts.unasked(
        occasion.template, by: reminder.way?.channel ?? channels[0], where: knowledge.conditions,
        preferring: rules.strategy.reminders.preference(for: choice.tone))
      if let found {
        (reminder.tone, reminder.text) = (found.tone, found.text(knowledge, in: language))
        reminder.way?.tone = found.tone
      }
      return reminder
    }
    return nil
  }

  /// Whether the account just read has any occasion, told from its fold alone: most have none.
  private func mayRemind() -> Bool {
    let (terms, fold, date) = (rules.strategy.reminders, features.fold, rules.date)
    if let due = fold.nextDue, due - date <= terms.dueDays { return true }
    if fold.payments.contains(where: { date.days - $0.effective <= Int32(terms.thanksDays) }) {
      return true
    }
    return fold.promises(of: model.accounts).contains {
      $0.outcome == .open && 0...terms.promiseDays ~= $0.dueOn - date
    }
  }

  /// What there is to tell of, the most urgent first.
  private func occasions(
    _ knowledge: AssistantKnowledge
  ) -> [(Reminder.Occasion, on: CivilDate, contact: String)] {
    let (terms, date) = (rules.strategy.reminders, rules.date)
    func day(_ placeholder: Placeholder) -> CivilDate? {
      if case .date(let day)? = knowledge.fact(placeholder)?.value { day } else { nil }
    }
    var found: [(Reminder.Occasion, on: CivilDate, contact: String)] = []
    if let on = day(.promiseOn), 0...terms.promiseDays ~= on - date {
      found.append((.promise, on, "promise-\(on.text)"))
    }
    if let on = day(.nextDueOn), 0...terms.dueDays ~= on - date {
      found.append((.due, on, "due-\(on.text)"))
    }
    if let on = day(.lastPaymentOn), 0...terms.thanksDays ~= date - on,
      let seq = knowledge.fact(.lastPaymentOn)?.events.last
    {
      found.append((.thanks, on, "thanks-\(seq)"))
    }
    return found
  }

  /// Finds how to write to her that day; if the rules let none through, the first later day on which they do
  /// while it is still right.
  private mutating func reach(
    _ reminder: inout Reminder, _ channels: [ContactChannel], _ account: String
  ) {
    let terms = rules.strategy.reminders
    let last =
      switch reminder.occasion {
      case .promise, .due: reminder.on
      case .thanks: reminder.on + terms.thanksDays
      }
    let kept = bounded
    // The best way is enough: no capacity is given out for it.
    bounded = []
    defer { (bounded, day) = (kept, rules.date) }
    for later in 0...max(0, last - rules.date) {
      day = rules.date + later
      let facts = judge.facts(of: reminder.subject, account: account, agent: nil, on: day)
      guard let person = facts.person, later == 0 || hold(person, account) == nil else { continue }
      let closed = (person.optOuts.filter { $0.point == nil } + person.ceaseContact).map(\.channel)
      let open = channels.filter { !closed.contains($0) && !closed.contains(nil) }
      var action = NextAction(account: reminder.account)
      let refused = addWays(
        Target(
          channels: open, hours: rules.strategy.hours, tone: reminder.tone,
          template: reminder.template, isPerson: false, isAgreed: true),
        features.row, facts, account, &action)
      if later == 0 {
        reminder.way = action.ways.first ?? refused
        reminder.blocked =
          channels.filter { !open.contains($0) }.map { BlockedWay(channel: $0, rules: ["refused"]) }
          + action.blocked
        if action.ways.isEmpty { reminder.hold = .noWay }
      }
      if let way = action.ways.first {
        reminder.earliest = (day, way.from)
        return
      }
    }
  }
}
