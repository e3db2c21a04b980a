internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// A message that is to be sent to a person.
struct OutboxMessage: Sendable {
  /// Why it is sent.
  enum Occasion: String, Sendable {
    case proposal, promise, due, thanks
  }

  var account: String
  var subject: String
  /// The contact's id: the same occasion has the same one, and is written about once.
  var contact: String
  var occasion: Occasion
  var channel: ContactChannel
  /// The contact point; nil where only the channel is known.
  var point: String?
  var template: String
  var tone: String
  var language: MessageLanguage
  var text: String
  /// The minutes of her local day in which it may go out.
  var window: Range<Int>

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
    .object([
      "account": .string(account), "channel": .string("\(channel)"),
      "contact": .string(contact), "key": .string(key(in: ledger)),
      "language": .string(language.rawValue), "occasion": .string(occasion.rawValue),
      "point": point.map { .string($0) } ?? .null, "subject": .string(subject),
      "template": .string(template), "text": .string(text), "tone": .string(tone),
      "window": .object([
        "from": .string(timeText(window.lowerBound)), "to": .string(timeText(window.upperBound)),
      ]),
    ])
  }
}

/// The messages of a day: what was proposed for it, and what is told without being asked.
///
///     ActionProposed for the day ─┐                      one a person, the first of these
///     a promise due tomorrow      ├─► text in force ─► her language, channel and point
///     an instalment due in 3 days │    and reviewed
///     a payment of today or the day before
struct OutboxDay {
  private let model: ReadModel
  private let day: CivilDate
  private let size: Int64
  private let texts: MessageTemplates

  /// How many days before an instalment and a promise fall due they are told of.
  private static let dueDays = 3
  private static let promiseDays = 1
  /// Channels that a machine writes by, the usual first.
  private static let written: [ContactChannel] = [.whatsapp, .sms, .email, .push]

  /// A day by texts in force and what is known before a position.
  init(_ model: ReadModel, _ texts: MessageTemplates, on day: CivilDate, knownAt size: Int64) {
    (self.model, self.texts, self.day, self.size) = (model, texts, day, size)
  }

  /// The texts in force on a day. Throws ``Failure`` `no_texts`.
  static func texts(
    of model: ReadModel, on day: CivilDate, knownAt size: Int64
  ) throws(Failure) -> MessageTemplates {
    guard let texts = AdoptedAssistant(model, knownAt: size).templates(on: day, before: size)
    else { throw AssistantDesk.noTexts(on: day) }
    return texts
  }

  /// The messages, by account; those that went out already among them, or another would take their place.
  ///
  /// O(accounts × their events). Throws ``RuleError`` `amount_overflow`.
  func messages() throws -> [OutboxMessage] {
    var (found, written): ([OutboxMessage], Set<String>) = ([], [])
    let accounts = model.accounts.accounts
    for account in (0..<accounts.count).map({ accounts.text($0) }).sorted() {
      guard let message = try message(about: account) else { continue }
      if written.insert(message.subject).inserted { found.append(message) }
    }
    return found
  }

  /// The message about one account that day; nil for none.
  func message(about account: String) throws -> OutboxMessage? {
    guard
      let report = try AccountReport(account, of: model.accounts, on: day, knownAt: size),
      let knowledge = try AssistantKnowledge(
        of: account, for: report.subject, model, on: day, knownAt: size), knowledge.bar == nil
    else { return nil }
    let person = model.people.facts(of: report.subject, on: day, knownAt: size)
    func made(
      _ occasion: OutboxMessage.Occasion, _ contact: String, _ template: String,
      _ way: (channel: ContactChannel, point: String?), _ window: Range<Int>, tone: String?
    ) -> OutboxMessage? {
      guard
        let text = texts.unasked(template, by: way.channel, where: knowledge.conditions)
      else { return nil }
      let language = knowledge.language ?? .es
      return OutboxMessage(
        account: account, subject: report.subject, contact: contact, occasion: occasion,
        channel: way.channel, point: way.point, template: template, tone: tone ?? text.tone,
        language: language, text: text.text(knowledge, in: language), window: window)
    }
    let proposal = model.proposals.proposal(
      of: account, for: day, knownAt: size, voids: model.accounts)
    if let proposal {
      guard Self.written.contains(proposal.channel), !proposal.template.isEmpty else { return nil }
      return made(
        .proposal, "proposal-\(proposal.seq)", proposal.template,
        (proposal.channel, proposal.point.isEmpty ? nil : proposal.point),
        proposal.from..<max(proposal.from, proposal.to), tone: proposal.tone)
    }
    guard let person, let (channel, point, hours) = way(to: person) else { return nil }
    let way = (channel, point)
    if case .date(let on)? = knowledge.fact(.promiseOn)?.value, on == day + Self.promiseDays {
      return made(
        .promise, "promise-\(on.text)", "pe-promise-reminder", way, hours, tone: nil)
    }
    if case .date(let on)? = knowledge.fact(.nextDueOn)?.value, on == day + Self.dueDays {
      return made(.due, "due-\(on.text)", "pe-due-reminder", way, hours, tone: nil)
    }
    if let paid = knowledge.fact(.lastPaymentOn), case .date(let on) = paid.value,
      day - 1...day ~= on, let seq = paid.events.last
    {
      return made(.thanks, "thanks-\(seq)", "pe-thanks", way, hours, tone: nil)
    }
    return nil
  }

  /// How to write to a person, and in which minutes of her day: by a channel that she has a point for and has
  /// not refused, those that she named hours for first, in the longest of these; the earliest of equals.
  private func way(
    to person: PersonFacts
  ) -> (channel: ContactChannel, point: String?, hours: Range<Int>)? {
    let refused = (person.optOuts + person.ceaseContact).map(\.channel)
    let wishes = person.preferences.filter { !$0.windows.isEmpty }
    let wished = Self.written.filter { channel in wishes.contains { $0.channel == channel } }
    let channels = wished + Self.written.filter { !wished.contains($0) }
    for channel in channels where !refused.contains(channel) && !refused.contains(nil) {
      var hours = 0..<1_440
      if let wish = wishes.first(where: { $0.channel == channel }) {
        let spans = wish.windows.flatMap { $0.minutes(of: day) }
        guard let most = spans.map(\.count).max(),
          let span = spans.first(where: { $0.count == most })
        else { continue }
        hours = span
      }
      let kinds: [ContactPointKind] =
        switch channel {
        case .whatsapp: [.whatsapp, .mobile]
        case .sms: [.mobile]
        case .email: [.email]
        default: [.push]
        }
      let point = person.points.last { $0.isValid && $0.isAgreed && kinds.contains($0.kind) }
      if let point { return (channel, point.id, hours) }
    }
    return nil
  }
}
