internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// What a gateway says of a message, or a message that came in through it.
///
///     {"id":"r-1","event":"sent","account":"A-1","subject":"S-1","contact":"due-2026-12-01",
///      "channel":"whatsapp","at":"2026-11-28T10:15:00-05:00"}
///     {"id":"r-2","event":"delivered","account":…,"subject":…,"contact":…}
///     {"id":"r-3","event":"failed",…,"contact":…,"code":"no-such-number"}
///     {"id":"wamid:77","event":"message",…,"channel":"whatsapp","text":"ya pagué"}
///
/// However often and in whatever order they come, each fact is recorded once.
struct GatewayReceipt: Sendable {
  /// What happened.
  enum Event: String, CaseIterable, Sendable {
    case sent, delivered, failed, message

    /// The fields it has besides `id`, `event`, `account` and `subject`.
    var fields: [String] {
      switch self {
      case .sent: ["contact", "channel", "at"]
      case .delivered: ["contact"]
      case .failed: ["contact", "code"]
      case .message: ["channel", "text"]
      }
    }
  }

  private var event = Event.sent
  private var fields: [String: String] = [:]
  private let line: Int

  /// The most receipts of one request, and the most bytes of a line.
  static let most = 4_096
  private static let longestLine = 1 << 18

  /// Reads JSON Lines, or one object. Throws ``Refusal`` with line and field.
  static func read(_ bytes: [UInt8]) throws(Refusal) -> [GatewayReceipt] {
    var receipts: [GatewayReceipt] = []
    for (place, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 32 || $0 == 13 }) {
      let value: JSONValue
      let text = Array(line)
      do {
        value = try JSONValue(
          parsing: text.span, as: .interoperable, limits: JSONLimits(bytes: longestLine))
      } catch {
        throw Refusal(
          error.code.rawValue, field: "", expected: "one JSON object a line", line: place + 1)
      }
      receipts.append(try GatewayReceipt(value, line: place + 1))
      guard receipts.count <= most else {
        throw Refusal("too_many_receipts", field: "", expected: "at most \(most)", line: place + 1)
      }
    }
    guard !receipts.isEmpty else {
      throw Refusal("no_receipt", field: "", expected: "a receipt a line", line: 1)
    }
    return receipts
  }

  private init(_ value: JSONValue, line: Int) throws(Refusal) {
    self.line = line
    guard let members = value.objectValue else {
      throw Refusal("wrong_type", field: "", expected: "one JSON object", line: line)
    }
    for member in members {
      guard let text = member.value.stringValue else {
        throw Refusal("wrong_type", field: member.key, expected: "a text", line: line)
      }
      fields[member.key] = text
    }
    let events = Event.allCases.map(\.rawValue).joined(separator: ", ")
    guard let event = Event(rawValue: fields["event"] ?? "") else {
      throw Refusal("not_a_choice", field: "event", expected: "one of \(events)", line: line)
    }
    self.event = event
    let wanted = ["account", "event", "id", "subject"] + event.fields
    for name in fields.keys.sorted() where !wanted.contains(name) {
      throw Refusal(
        "unknown_field", field: name, expected: wanted.joined(separator: ", "), line: line)
    }
    for name in wanted {
      guard let text = fields[name], !text.isEmpty else {
        throw Refusal(
          "missing_field", field: name, expected: wanted.joined(separator: ", "), line: line)
      }
      guard name == "text" || name == "at" || isIdentifier(text) else {
        throw Refusal(
          "not_an_id", field: name, expected: "1 to 64 of A-Z a-z 0-9 . _ : -", line: line)
      }
    }
    if event == .message, self["id"].utf8.count > 48 {
      throw Refusal("not_an_id", field: "id", expected: "at most 48 characters", line: line)
    }
    if fields["channel"] != nil, channel == nil {
      let names = ContactChannel.allCases.map { "\($0)" }.joined(separator: ", ")
      throw Refusal("not_a_choice", field: "channel", expected: "one of \(names)", line: line)
    }
    if let at = fields["at"], OffsetInstant(at) == nil {
      throw Refusal(
        "not_an_instant", field: "at", expected: "2026-03-02T10:15:00-05:00", line: line)
    }
    if let text = fields["text"], AssistTalk.readable(text) == nil {
      throw Refusal(
        "no_message", field: "text", expected: "1 to \(IntentModel.longestMessage) characters",
        line: line)
    }
  }

  private subscript(name: String) -> String { fields[name] ?? "" }
  private var channel: ContactChannel? {
    ContactChannel.allCases.first { "\($0)" == fields["channel"] }
  }

  /// The key under which a fact about a contact is recorded, whoever hears of it first.
  static func key(_ fact: String, _ account: String, _ contact: String) -> String {
    let name = Array("\(account)\u{0}\(contact)".utf8)
    return "outbox:\(fact):\(Digest(hashing: name.span).hex.prefix(40))"
  }

  /// What is to be recorded of it, nothing for what is known. O(the contact's events).
  ///
  /// Throws ``Refusal``: `unknown_account`, `unknown_contact`.
  func drafts(_ model: ReadModel) throws(Refusal) -> [OwnDraft] {
    let (account, contact) = (self["account"], self["contact"])
    guard model.accounts.accounts.find(account) != nil else {
      throw Refusal(
        "unknown_account", field: "account", expected: "an account of the ledger", line: line)
    }
    if event == .message, let channel, let text = AssistTalk.readable(self["text"]) {
      return AssistTalk(
        account: account, subject: self["subject"], channel: channel, message: text,
        key: self["id"]
      ).received
    }
    let standing = model.contacts.standing(
      of: contact, about: account, model.accounts, knownAt: model.size)
    guard let standing else {
      throw Refusal(
        "unknown_contact", field: "contact",
        expected: "a contact that the ledger allowed: quipu outbox", line: line)
    }
    func draft(_ type: EventType, _ data: KeyValuePairs<String, JSONValue?>) -> OwnDraft {
      OwnDraft(
        type, "account/\(account)", key: Self.key(event.rawValue, account, contact),
        subject: self["subject"], data)
    }
    switch event {
    case .sent where !standing.isAttempted:
      return [
        draft(
          .contactAttempted,
          [
            "channel": .string(self["channel"]), "contact": .string(contact),
            "direction": .string("outbound"), "localAt": .string(self["at"]),
          ])
      ]
    case .delivered where !standing.isDelivered:
      return [draft(.contactDelivered, ["contact": .string(contact)])]
    case .failed where !standing.isFailed:
      return [
        draft(
          .contactFailed, ["code": .string(self["code"]), "contact": .string(contact)])
      ]
    default: return []
    }
  }

  /// What is to be recorded of several, each fact once.
  static func drafts(
    of receipts: [GatewayReceipt], _ model: ReadModel
  ) throws(Refusal) -> [OwnDraft] {
    var (drafts, keys): ([OwnDraft], Set<String>) = ([], [])
    for receipt in receipts {
      for draft in try receipt.drafts(model) where keys.insert(draft.key).inserted {
        drafts.append(draft)
      }
    }
    return drafts
  }
}
