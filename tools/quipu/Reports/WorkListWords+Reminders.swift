internal import CanonicalJSON
internal import Collections
internal import Projections

// What is told without being asked, as JSON and in words.
extension WorkListWords {
  /// A reminder as JSON: what, when it may go out first, and why or why not.
  func json(_ reminder: Reminder) -> JSONValue {
    let way = reminder.way
    var earliest = JSONValue.null
    if let found = reminder.earliest {
      earliest = .object(["from": .string(timeText(found.minute)), "on": .string(found.on.text)])
    }
    let point = way?.point ?? ""
    return .object([
      "account": .string(model.accounts.accounts.text(reminder.account)),
      "blocked": json(reminder.blocked),
      "channel": Self.text(way.map { "\($0.channel)" }), "contact": .string(reminder.contact),
      "earliest": earliest, "hold": Self.text(reminder.hold?.rawValue),
      "kind": .string(reminder.occasion.rawValue),
      "language": .string(reminder.language.rawValue), "localZone": Self.text(way?.zone),
      "on": .string(reminder.on.text), "point": Self.text(point.isEmpty ? nil : point),
      "reasons": .array(reminder.reasons.map { .string($0) }),
      "subject": .string(reminder.subject), "template": .string(reminder.template),
      "tone": .string(reminder.tone), "window": way.map(window) ?? .null,
    ])
  }

  private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// The rules that stand against each channel.
  func json(_ blocked: [BlockedWay]) -> JSONValue {
    .array(
      blocked.map { blocked in
        .object([
          "channel": .string("\(blocked.channel)"),
          "rules": .array(blocked.rules.map { .string($0) }),
        ])
      })
  }

  /// How many go out, and how many do not.
  func heading(_ reminders: [Reminder]) -> Text {
    let count = reminders.count { $0.hold == nil }
    let held = reminders.count - count
    return Text(
      "\(count) reminders and thanks go out, \(held) do not",
      "\(count) recordatorios y agradecimientos salen, \(held) no")
  }

  /// The reminders: what goes out first.
  func table(_ reminders: some Sequence<Reminder>, _ language: Language) -> Table {
    var table = Table([
      Table.Column(Text("account", "cuenta")), Table.Column(Text("message", "mensaje")),
      Table.Column(Text("about", "sobre")), Table.Column(Text("by", "por")),
      Table.Column(Text("earliest", "desde")), Table.Column(Text("tone", "tono")),
      Table.Column(Text("why", "por qué")),
    ])
    for reminder in reminders {
      table.add([
        model.accounts.accounts.text(reminder.account), reminder.template, reminder.on.text,
        reminder.way.map { "\($0.channel)" } ?? "",
        reminder.earliest.map { "\($0.on.text) \(timeText($0.minute))" } ?? "", reminder.tone,
        why(reminder).map { $0[language] }.joined(separator: "; "),
      ])
    }
    return table
  }

  /// Why it goes out and how; why it does not, and by which rules.
  func why(_ reminder: Reminder) -> [Text] {
    let reasons = reminder.reasons.dropFirst().map(ActionReasonText.text)
    guard let hold = reminder.hold else { return reasons }
    let rules = reminder.blocked.map { "\($0.channel): \($0.rules.joined(separator: ", "))" }
    return [Text("not today: ", "hoy no: ") + hold.text] + rules.map { Text(same: $0) }
  }

  /// What is told of an account, a line each.
  func explanation(_ reminder: Reminder) -> [Text] {
    [Text(same: "\(reminder.template)  \(reminder.on.text)  \(reminder.tone)")]
      + why(reminder).map { Text(same: "  ") + $0 }
  }
}
