internal import Collections

// In which tone a person is written to: by what she answered to before, on any of her accounts.
extension ActionReader {
  /// The accounts a person's contacts were about, beside one of hers, by their numbers.
  static func accounts(
    beside account: Int, _ history: ContactHistory, _ model: ReadModel
  ) -> [Int] {
    let others = Set(history.past.map(\.account)).filter { $0 >= 0 }.compactMap {
      model.accounts.accounts.find(model.conduct.accounts.text(Int($0)))
    }
    return Array(Set(others + [account]))
  }

  /// The tone for a person, asked for about one of her accounts, which was just read. O(her contacts, and the
  /// events of the accounts they were about). Throws ``RuleError`` `amount_overflow`.
  mutating func tone(
    for person: PersonFacts, about account: Int
  ) throws(RuleError) -> ToneChoice {
    let terms = rules.strategy.reminders
    var messages: [PastMessage] = []
    // By account, the days and events on which she answered.
    var answers: [Int32: [(on: Int32, seq: Int64)]] = [:]
    for place in model.conduct.subjects.find(person.subject).map(history.range) ?? 0..<0 {
      let contact = history.past[place]
      let attempt = model.conduct.attempts[Int(history.outcomes[place].attempt)]
      guard contact.isOutbound, Self.written.contains(contact.channel), attempt.tone != .empty,
        rules.date - contact.localDate < terms.lookBackDays, !hasFailed(attempt)
      else { continue }
      if answers[contact.account] == nil {
        answers[contact.account] = try signs(on: contact.account, about: account)
      }
      let on = contact.localDate.days
      let isAnswered =
        answers[contact.account]?.contains { sign in
          (sign.on == on ? sign.seq > contact.seq : sign.on > on)
            && sign.on <= on + Int32(terms.answerDays)
        } ?? false
      messages.append(
        PastMessage(
          seq: contact.seq, on: contact.localDate, tone: model.conduct.texts.text(attempt.tone),
          isAnswered: isAnswered))
    }
    return terms.tone(
      for: person, after: messages, habit: habit(of: person)?.tone ?? "", on: rules.date)
  }

  /// Whether an attempt reached nobody.
  private func hasFailed(_ attempt: ConductBook.Attempt) -> Bool {
    var index = model.contacts.heads[Int(attempt.contact)]
    while index >= 0 {
      let entry = model.contacts.entries[Int(index)]
      index = entry.previous
      if entry.type == .contactFailed, entry.seq < rules.knownAt,
        entry.effective <= rules.date.days,
        !model.accounts.isVoided(entry.seq, knownAt: rules.knownAt)
      {
        return true
      }
    }
    return false
  }

  /// What she did about an account that contacts name by a number of their own: she wrote, came in, or paid.
  private mutating func signs(
    on contacted: Int32, about account: Int
  ) throws(RuleError) -> [(on: Int32, seq: Int64)] {
    let book = model.accounts
    guard contacted >= 0,
      let number = book.accounts.find(model.conduct.accounts.text(Int(contacted)))
    else { return [] }
    let view = FeaturesOfContacts.View(
      date: rules.date, knownAt: rules.knownAt, horizon: features.knowledge.horizon(on: rules.date))
    let marks = features.marks
    var found: [(on: Int32, seq: Int64)] = []
    for place in Int(marks.starts[number])..<Int(marks.starts[number + 1]) {
      let mark = marks.marks[place]
      guard mark.kind == .inbound || mark.kind == .message || mark.kind == .visit,
        view.shows(mark, book)
      else { continue }
      found.append((mark.effective, mark.seq))
    }
    if number == account {
      return found + features.fold.payments.map { ($0.effective, $0.seq) }
    }
    let calendar = book.calendar(on: rules.date, knownAt: rules.knownAt)
    let isOpen = try other.fold(
      number, of: book, on: rules.date, knownAt: rules.knownAt, calendar: calendar)
    return isOpen ? found + other.payments.map { ($0.effective, $0.seq) } : found
  }
}
