import CanonicalJSON
import Collections
import Foundation
import Projections
import Support
import Testing

/// Reminders and thanks: what is due told by hand beside what is planned.
@Suite("Reminders and thanks")
struct ReminderTests {
  /// The texts that come with the program.
  private static let texts = Result {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/assistant/pe-messages.json")
    return try MessageTemplates(parsing: [UInt8](Data(contentsOf: file)).span)
  }

  /// A Sunday on which an instalment of A-1 falls due; S-1 has a phone.
  private static let due = "2025-06-08"

  private static func log() -> EventLines {
    var log = EventLines()
    log.open("A-1", due: due, principal: 100_000)
    log.add(
      "ContactPointAdded", "subject/S-1", "2025-01-31",
      #"{"agreed":true,"kind":"mobile","localZone":"America/Lima","point":"m","source":"contract"}"#
    )
    return log
  }

  private static func rules(
    _ on: String, _ size: Int64, policies: [ContactPolicy] = [], strategy: Strategy = .none
  ) throws -> ActionRules {
    var rules = ActionRules(
      strategy, adoption: -1, policies: policies, on: try day(on), knownAt: size,
      zone: "America/Lima"
    ) { _ in -300 }
    rules.texts = try texts.get()
    return rules
  }

  private static func reminder(
    _ log: EventLines, on date: String, policies: [ContactPolicy] = []
  ) throws -> Reminder? {
    let model = try log.model()
    var reader = ActionReader(model, try rules(date, model.size, policies: policies))
    return try reader.reminder(of: try #require(model.accounts.accounts.find("A-1")))
  }

  /// What a story's word records: `warm+41` is a message in that tone on that many days after 1 May, `wrote+42`
  /// and so on what she did.
  private static func tell(_ word: String, _ number: Int, _ log: inout EventLines) throws {
    let parts = word.split(separator: "+")
    let days = try #require(parts.last.flatMap { Int($0) })
    let on = (try day("2025-05-01") + days).text
    let account = "account/A-1"
    switch parts[0] {
    case "wrote":
      log.add("MessageReceived", account, on, #"{"channel":"whatsapp"}"#, subject: "S-1")
    case "came": log.add("PortalVisited", account, on, "{}", subject: "S-1")
    case "paid":
      log.add(
        "PaymentReceived", account, on,
        #"{"amount":100,"currency":"PEN","method":"cash","payment":"p-\#(number)"}"#)
    case "failed":
      log.add("ContactFailed", account, on, #"{"code":"x","contact":"c-\#(number - 1)"}"#)
    case "hardship": log.add("HardshipDeclared", "subject/S-1", on, #"{"from":"\#(on)"}"#)
    case "complained":
      log.add("ComplaintFiled", "subject/S-1", on, #"{"channel":"email","complaint":"k"}"#)
    case "settled":
      log.add("ComplaintAnswered", "subject/S-1", on, #"{"complaint":"k","decision":"accepted"}"#)
    case "stop": log.add("ChannelOptedOut", "subject/S-1", on, #"{"channel":"sms"}"#)
    default:
      log.add(
        "ContactAttempted", account, on,
        #"{"channel":"whatsapp","contact":"c-\#(number)","direction":"outbound","#
          + #""localAt":"\#(on)T10:00:00-05:00","tone":"\#(parts[0])"}"#, subject: "S-1")
    }
  }

  // The day is 8 June, the 38th after 1 May.
  @Test(
    "the tone follows what she did about the messages before",
    arguments: [
      ("", "warm", "usual"),
      ("warm+1", "warm", "usual"),
      ("warm+1 warm+11", "plain", "silence"),
      ("warm+1 warm+33", "warm", "usual"),
      ("warm+1 warm+32", "plain", "silence"),
      ("warm+1 warm+11 failed+11", "warm", "usual"),
      ("warm+1 warm+11 plain+15 plain+18", "plain", "silence"),
      ("warm+1 wrote+6 warm+11", "warm", "answered"),
      ("warm+1 wrote+7 warm+11", "plain", "silence"),
      ("warm+1 warm+11 plain+15 came+15", "plain", "answered"),
      ("caring+1 paid+3", "caring", "answered"),
      ("caring+1 paid+3 caring+5 caring+8", "warm", "silence"),
      ("formal+1 formal+11", "warm", "usual"),
      ("warm+1 warm+11 hardship+12", "caring", "hardship"),
      ("plain+1 wrote+2 complained+3", "caring", "complaint"),
      ("complained+3 settled+4", "caring", "complaint"),
      ("complained+-150 settled+-149", "warm", "usual"),
      ("stop+2", "caring", "stop"),
    ])
  func tone(story: String, tone: String, reason: String) throws {
    var log = Self.log()
    for (number, word) in story.split(separator: " ").enumerated() {
      try Self.tell(String(word), number, &log)
    }
    let reminder = try #require(try Self.reminder(log, on: Self.due))
    #expect(reminder.tone == tone && reminder.choice.reason.rawValue == reason, "\(story)")
    #expect(reminder.reasons.contains("tone.\(reason)"))
    let isDecided = !["usual", "habit"].contains(reason)
    #expect(reminder.reasons.contains { $0.hasPrefix("by.") } == isDecided, "\(reminder.reasons)")
    let texts = try Self.texts.get().templates.filter { $0.id == "pe-due-reminder" }
    #expect(Set(texts.map(\.tone)) == ["caring", "plain", "warm"])
  }

  @Test("an instalment is told of from three days before, once, and thanks follow a payment")
  func days() throws {
    var log = Self.log()
    for (date, isTold) in [("04", false), ("05", true), ("08", true), ("09", false)] {
      let reminder = try Self.reminder(log, on: "2025-06-\(date)")
      #expect((reminder != nil) == isTold, "\(date)")
      if isTold { #expect(reminder?.contact == "due-2025-06-08" && reminder?.hold == nil) }
    }
    log.add(
      "ContactAttempted", "account/A-1", "2025-06-05",
      #"{"channel":"sms","contact":"due-2025-06-08","direction":"outbound","#
        + #""localAt":"2025-06-05T10:00:00-05:00","tone":"warm"}"#, subject: "S-1")
    #expect(try Self.reminder(log, on: "2025-06-05")?.hold == .sent)
    #expect(try Self.reminder(log, on: "2025-06-06") == nil)
    let paid = log.add(
      "PaymentReceived", "account/A-1", "2025-06-06",
      #"{"amount":100000,"currency":"PEN","method":"cash","payment":"p"}"#)
    for (date, isTold) in [("06", true), ("09", true), ("10", false)] {
      let reminder = try Self.reminder(log, on: "2025-06-\(date)")
      #expect((reminder?.contact == "thanks-\(paid)") == isTold, "\(date)")
    }
  }

  @Test(
    "what stands against it is said",
    arguments: [
      ("VulnerabilityDisclosed", #"{"consent":true,"level":"support"}"#, ActionHold.care),
      ("DisputeOpened", #"{"dispute":"d","reason":"r","scope":"amount"}"#, .dispute),
      ("CeaseContactRequested", "{}", .ceaseContact), ("SubjectDeceased", "{}", nil),
      ("ChannelOptedOut", #"{"channel":"whatsapp"}"#, nil),
    ])
  func held(type: String, data: String, hold: ActionHold?) throws {
    var log = Self.log()
    log.add(type, "subject/S-1", "2025-06-01", data)
    let reminder = try Self.reminder(log, on: Self.due)
    #expect(reminder?.hold == hold)
    if type == "ChannelOptedOut" {
      #expect(reminder?.way?.channel == .sms)
      #expect(reminder?.blocked.map(\.channel) == [.whatsapp])
      #expect(reminder?.blocked.map(\.rules) == [["refused"]])
    }
    if type == "SubjectDeceased" { #expect(reminder == nil) }
  }

  @Test("a day that the rules close puts it off to the first that they leave open, if there is one")
  func later() throws {
    let text =
      #"{"format":"quipu-policy/1","policy":"p","version":1,"jurisdiction":"PE","rules":[{"id":"H","#
      + #""kind":"hours","verdict":"block","condition":"c","citation":"c","#
      + #""parameters":{"windows":[{"days":[1,2,3,4,5],"from":"07:00","to":"20:00"}]}}]}"#
    let policy = try ContactPolicy(parsing: Array(text.utf8).span)
    // Saturday and Sunday: the instalment falls due before Monday.
    let closed = try #require(try Self.reminder(Self.log(), on: "2025-06-07", policies: [policy]))
    #expect(closed.hold == .noWay && closed.earliest == nil)
    #expect(closed.blocked.map(\.rules) == [["no-hour"], ["no-hour"], ["no-point"], ["no-point"]])
    let open = try #require(try Self.reminder(Self.log(), on: "2025-06-06", policies: [policy]))
    #expect(open.hold == nil && open.way?.from == 420 && open.way?.to == 1_200)
    #expect(open.earliest?.on == (try day("2025-06-06")) && open.earliest?.minute == 420)
    var log = EventLines()
    log.open("A-1", due: "2025-06-10", principal: 100_000)
    log.add(
      "ContactPointAdded", "subject/S-1", "2025-01-31",
      #"{"agreed":true,"kind":"mobile","localZone":"America/Lima","point":"m","source":"contract"}"#
    )
    let late = try #require(try Self.reminder(log, on: "2025-06-07", policies: [policy]))
    #expect(late.hold == .noWay && late.earliest?.minute == 420)
    #expect(late.earliest?.on == (try day("2025-06-09")))
  }

  private static func words(_ reminder: Reminder?) -> String {
    guard let reminder else { return "" }
    return "\(reminder.contact) \(reminder.reasons) \(String(describing: reminder.hold)) "
      + "\(String(describing: reminder.way)) \(reminder.blocked) \(reminder.text)"
  }

  @Test("asked about one account alone, or after the log went on, it says the same")
  func same() throws {
    var random = SeededGenerator(seed: seed())
    var told = 0
    for _ in 0..<40 {
      let history = FeatureHistory(
        events: Int.random(in: 20...120, using: &random), plansFall: true, &random)
      var log = history.log
      for person in ["S-1", "S-2"] {
        log.add(
          "ContactPointAdded", "subject/\(person)", "2026-01-01",
          #"{"agreed":true,"kind":"mobile","localZone":"America/Lima","point":"m","source":"x"}"#)
      }
      let whole = try log.model()
      for _ in 0..<20 {
        let size = Int64.random(in: 4...log.size, using: &random)
        let on = FeatureHistory.date(&random)
        let rules = try Self.rules(on, size)
        let past = try log.model(size)
        var then = ActionReader(past, rules)
        var now = ActionReader(whole, rules)
        for account in FeatureHistory.accounts {
          let number = try #require(whole.accounts.accounts.find(account))
          guard past.accounts.accounts.find(account) == number else { continue }
          var alone = ActionReader(whole, rules, only: number)
          let said = try [
            then.reminder(of: number), now.reminder(of: number), alone.reminder(of: number),
          ].map(Self.words)
          #expect(said[0] == said[1] && said[1] == said[2], "\(account) on \(on) at \(size)")
          if !said[0].isEmpty { told += 1 }
        }
      }
    }
    #expect(told > 50, "\(told)")
  }
}
