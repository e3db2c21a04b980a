internal import Collections
internal import Projections

extension WorkListFigures {
  /// A message that is sent without being asked for, or would be but for a reason.
  struct ReminderRow: Sendable {
    var account: String
    var template: String
    var about: String
    var way: String
    var earliest: String
    var tone: String
    var why: [Text]

    /// A row in words.
    init(_ reminder: Reminder, _ words: WorkListWords) {
      account = words.model.accounts.accounts.text(reminder.account)
      template = reminder.template
      about = reminder.on.text
      way = reminder.way.map { "\($0.channel)" } ?? ""
      earliest = reminder.earliest.map { "\($0.on.text) \(timeText($0.minute))" } ?? ""
      tone = reminder.tone
      why = words.why(reminder)
    }
  }
}

extension WorkListPage {
  /// Who is reminded or thanked, how and why, and who is not.
  func writeReminders(_ figures: WorkListFigures, _ html: inout HTMLWriter) {
    guard let reminders = figures.reminders, !reminders.isEmpty else { return }
    let (sent, all) = figures.counts.reminders
    html.part(
      "reminders",
      say("Reminders and thanks", "Recordatorios y agradecimientos") + " (\(grouped(Int64(sent))))",
      say(
        "What `quipu outbox` sends; below it what does not go out today, and why.",
        "Lo que envía `quipu outbox`; debajo, lo que hoy no sale y por qué.")
    ) { html in
      html.wideTable(
        say("Reminders and thanks", "Recordatorios y agradecimientos"),
        heads: [
          say("account", "cuenta"), say("message", "mensaje"), say("about", "sobre"),
          say("by", "por"), say("earliest", "desde"), say("why", "por qué"),
        ], numbers: [],
        rows: reminders.map { row in
          [
            .head(.link(link.account(row.account), row.account)), .text(row.template),
            .text(row.about),
            .noted(
              .text(choiceText(row.way, exchange.language)), choiceText(row.tone, exchange.language)
            ),
            .text(row.earliest), .lines(row.why.map { $0[exchange.language] }),
          ]
        })
      writeRest(reminders.count, all, &html)
    }
  }
}
