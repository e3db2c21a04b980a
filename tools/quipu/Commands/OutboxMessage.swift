internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// A message that is to be sent to a person.
struct OutboxMessage: Sendable {
  var account: String
  var subject: String
  /// The contact's id: the same occasion has the same one, and is written about once.
  var contact: String
  /// Why it is sent: `proposal`, or a reminder's occasion.
  var occasion: String
  var channel: ContactChannel
  /// The contact point; nil where only the channel is known.
  var point: String?
  var template: String
  var tone: String
  var language: MessageLanguage
  var text: String
  /// The minutes of her local day in which it may go out.
  var window: Range<Int>
  /// The reminder that it is; nil for a proposal.
  var reminder: Reminder?

  /// What makes sending it twice the same as once, whoever sends.
  func key(in ledger: String) -> String {
    let name = Array("\(ledger)\u{0}\(account)\u{0}\(contact)".utf8)
    return "quipu-\(Digest(hashing: name.span).hex.prefix(40))"
  }

  /// The question to the contact rules. The text was adopted by two persons, as its rule asks.
  var request: ContactRequest {
    var request = ContactRequest(subject: subject, channel: channel)
    request.account = account
    request.point = point
    return request
  }

  /// As the gateway gets it: no name, number or address, but what it looks them up by.
  func json(in ledger: String) -> JSONValue {
    let members = JSONValue.object([
      "account": .string(account), "channel": .string("\(channel)"),
      "contact": .string(contact), "key": .string(key(in: ledger)),
      "language": .string(language.rawValue), "occasion": .string(occasion),
      "point": point.map { .string($0) } ?? .null, "subject": .string(subject),
      "template": .string(template), "text": .string(text), "tone": .string(tone),
      "window": .object([
        "from": .string(timeText(window.lowerBound)), "to": .string(timeText(window.upperBound)),
      ]),
    ])
    guard let reminder else { return members }
    return members.adding("reasons", .array(reminder.reasons.map { .string($0) }))
  }

  /// Whether it says the same by the same way and for the same reasons, whatever it was planned from.
  func isSame(as other: Self) -> Bool {
    contact == other.contact && channel == other.channel && point == other.point
      && template == other.template && tone == other.tone && text == other.text
      && window == other.window && reminder?.reasons == other.reminder?.reasons
  }
}

/// The messages of a day: what was proposed for it, and what the work list tells without being asked.
///
///     ActionProposed for the day ─┐                                   one a person, the first of these
///     Reminder: promise, due,     ├─► text in force ─► her language, channel, point and hours
///     thanks (``ActionReader``)   ┘    and reviewed
struct OutboxDay {
  private let model: ReadModel
  /// What plans the day.
  let rules: ActionRules
  private let texts: MessageTemplates

  /// A day by what is in force and known before a position. Throws ``Failure`` `no_texts`.
  init(
    _ model: ReadModel, zone: String, on day: CivilDate, knownAt size: Int64
  ) throws(Failure) {
    let rules = ActionRules(reminding: model, zone: zone, on: day, knownAt: size)
    guard let texts = rules.texts else { throw AssistantDesk.noTexts(on: day) }
    (self.model, self.rules, self.texts) = (model, rules, texts)
  }

  /// The messages, by account; those that went out already among them, or another would take their place.
  ///
  /// O(accounts × their events). Throws ``RuleError`` `amount_overflow`.
  func messages() throws -> [OutboxMessage] {
    let accounts = model.accounts.accounts
    var (found, busy): ([OutboxMessage], Set<String>) = ([], [])
    for number in accounts.sorted() {
      guard let proposal = proposal(of: accounts.text(number)),
        let subject = subject(of: number)
      else { continue }
      let message = try message(about: accounts.text(number), proposal)
      if let message, !busy.contains(subject) { found.append(message) }
      busy.insert(subject)
    }
    var reader = ActionReader(model, rules)
    for number in accounts.sorted() {
      guard let message = try reader.reminder(of: number).flatMap(message),
        busy.insert(message.subject).inserted
      else { continue }
      found.append(message)
    }
    return found.sorted { $0.account < $1.account }
  }

  /// The message about one account that day; nil for none. O(contacts, a comparison each).
  func message(about account: String) throws -> OutboxMessage? {
    if let proposal = proposal(of: account) { return try message(about: account, proposal) }
    guard let number = model.accounts.accounts.find(account) else { return nil }
    var reader = ActionReader(model, rules, only: number)
    return try reader.reminder(of: number).flatMap(message)
  }

  /// What was proposed for an account and is to be done by a ladder: who is in the specialists' queue is still
  /// told of what she promised.
  private func proposal(of account: String) -> ProposalBook.Proposal? {
    let proposal = model.proposals.proposal(
      of: account, for: rules.date, knownAt: rules.knownAt, voids: model.accounts)
    return proposal.flatMap { $0.action == "care" ? nil : $0 }
  }

  private func subject(of number: Int) -> String? {
    model.accounts.opening(of: number, knownAt: rules.knownAt).map {
      model.accounts.texts.text($0.1.subject)
    }
  }

  private func message(
    about account: String, _ proposal: ProposalBook.Proposal
  ) throws -> OutboxMessage? {
    guard ActionReader.written.contains(proposal.channel), !proposal.template.isEmpty,
      let subject = model.accounts.accounts.find(account).flatMap(subject),
      let knowledge = try AssistantKnowledge(
        of: account, for: subject, model, on: rules.date, knownAt: rules.knownAt),
      knowledge.bar == nil,
      let text = texts.unasked(
        proposal.template, by: proposal.channel, where: knowledge.conditions,
        preferring: [proposal.tone])
    else { return nil }
    let language = knowledge.language ?? .es
    return OutboxMessage(
      account: account, subject: subject, contact: "proposal-\(proposal.seq)",
      occasion: "proposal", channel: proposal.channel,
      point: proposal.point.isEmpty ? nil : proposal.point, template: proposal.template,
      tone: proposal.tone, language: language, text: text.text(knowledge, in: language),
      window: proposal.from..<max(proposal.from, proposal.to))
  }

  /// The message that a reminder is; nil where something stands against it that no moment changes, or no way to
  /// her is left. The contact rules are asked again as it goes out.
  private func message(_ reminder: Reminder) -> OutboxMessage? {
    guard let way = reminder.way,
      reminder.hold == nil || reminder.hold == .noWay || reminder.hold == .sent
    else { return nil }
    return OutboxMessage(
      account: model.accounts.accounts.text(reminder.account), subject: reminder.subject,
      contact: reminder.contact, occasion: reminder.occasion.rawValue, channel: way.channel,
      point: way.point, template: reminder.template, tone: reminder.tone,
      language: reminder.language, text: reminder.text, window: way.from..<way.to,
      reminder: reminder)
  }
}
