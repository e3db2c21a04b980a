import Collections
import EventStore
import Projections
import Support
import Testing

/// By what way people were dealt with in April 2025: figures counted by hand beside the events.
@Suite("Dealings")
struct DealingTests {
  private static let portal = (id: "portal", kind: "system")
  private static let program = (id: "crm", kind: "system")
  private static let bot = (id: "b-1", kind: "bot")
  private static let person = (id: "u-1", kind: "person")

  private static func open(_ log: inout EventLines, _ account: String, of subject: String) {
    log.add(
      "AccountOpened", "account/\(account)", "2025-01-31",
      #"{"account":"\#(account)","creditor":"bank","currency":"PEN","items":[{"dueOn":"2025-03-01","#
        + #""n":1,"principal":100000}],"product":"consumer","subject":"\#(subject)"}"#)
  }

  private static func promise(
    _ log: inout EventLines, _ account: String, _ id: String, _ amount: Int, _ due: String,
    _ channel: String, on day: String = "2025-04-01", by actor: (id: String, kind: String)
  ) {
    log.add(
      "PromiseMade", "account/\(account)", day,
      #"{"amount":\#(amount),"channel":"\#(channel)","dueOn":"\#(due)","promise":"\#(id)"}"#,
      by: actor)
  }

  private static func pay(
    _ log: inout EventLines, _ account: String, _ id: String, _ amount: Int, _ on: String,
    for promise: String? = nil
  ) {
    let named = promise.map { #","promise":"\#($0)""# } ?? ""
    log.add(
      "PaymentReceived", "account/\(account)", on,
      #"{"amount":\#(amount),"currency":"PEN","method":"cash","payment":"\#(id)"\#(named)}"#)
  }

  private static func dealings(_ log: EventLines) throws -> (DealingReport, WorkReport) {
    let group = try #require(try PortfolioTests.report(log).groups.first)
    return (group.dealings, group.work)
  }

  @Test("promises, plans and money are told apart by the way they were agreed")
  func agreements() throws {
    var log = EventLines()
    for account in ["A", "B", "C"] { Self.open(&log, account, of: "S-\(account)") }
    // Four promises of April by self-service, two by call, one by message; one of March counts no promise.
    Self.promise(&log, "A", "p1", 3_000, "2025-04-10", "portal", by: Self.portal)
    Self.promise(&log, "A", "p2", 2_000, "2025-04-20", "call", by: Self.person)
    Self.promise(&log, "A", "p3", 500, "2025-04-29", "chatbot", by: Self.program)
    Self.promise(&log, "B", "p4", 1_000, "2025-04-10", "whatsapp", by: Self.bot)
    Self.promise(&log, "B", "p5", 1_000, "2025-04-12", "whatsapp", by: Self.person)
    Self.promise(&log, "B", "p6", 1_000, "2025-04-14", "portal", by: Self.person)
    Self.promise(&log, "B", "p7", 1_000, "2025-04-16", "call", by: Self.program)
    Self.promise(
      &log, "B", "p0", 700, "2025-04-05", "call", on: "2025-03-20", by: Self.person)
    // p1 in full by 30.00 of the 40.00; 10.00 for p2.
    Self.pay(&log, "A", "a1", 4_000, "2025-04-09")
    // 5.00 named for p3, though p2 is due sooner; nothing is left.
    Self.pay(&log, "A", "a2", 500, "2025-04-15", for: "p3")
    // 7.00 for p0, by call; 8.00 for p4, by a bot.
    Self.pay(&log, "B", "b1", 1_500, "2025-04-04")
    // After every due day: no promise's.
    Self.pay(&log, "B", "b2", 900, "2025-04-25")
    // A plan from the portal stands from 10 April; what came before is not its.
    Self.pay(&log, "C", "c1", 2_000, "2025-04-05")
    log.add(
      "PlanAgreed", "account/C", "2025-04-10",
      #"{"conditional":false,"defaultAfterDays":30,"items":[{"dueOn":"2025-05-10","n":1,"#
        + #""principal":98000}],"kind":"paymentPlan","plan":"pl"}"#, by: Self.portal)
    Self.pay(&log, "C", "c2", 6_000, "2025-04-12")
    log.add(
      "PaymentChargedBack", "account/C", "2025-04-14", #"{"amount":1000,"payment":"c2"}"#)
    let (dealings, work) = try Self.dealings(log)
    #expect(dealings.promises == [4, 2, 1])
    #expect(dealings.plans == [1, 0, 0])
    #expect(work.collected == 13_900)
    // 30.00 of p1, 5.00 of p3, 8.00 of p4, 50.00 of the plan; 10.00 of p2 and 7.00 of p0.
    #expect(dealings.money == [9_300, 1_700, 0])
    #expect(dealings.promiseShare(.selfService) == Share(4, of: 7))
    #expect(dealings.moneyShare(.selfService, of: work.collected).basisPoints == 6_691)
    #expect(dealings.moneyShare(.call, of: work.collected).basisPoints == 1_223)
  }

  @Test("answers count by the channel of what went out; what she began, by her own")
  func channels() throws {
    var log = EventLines()
    Self.open(&log, "A", of: "S")
    func attempt(_ id: String, _ channel: String, _ on: String, _ direction: String = "outbound") {
      log.add(
        "ContactAttempted", "account/A", on,
        #"{"channel":"\#(channel)","contact":"\#(id)","direction":"\#(direction)","#
          + #""localAt":"\#(on)T10:00:00-05:00"}"#)
    }
    func message(_ contact: String?, _ on: String, _ channel: String = "whatsapp") {
      let named = contact.map { #","contact":"\#($0)""# } ?? ""
      log.add(
        "MessageReceived", "account/A", on, #"{"channel":"\#(channel)"\#(named)}"#, subject: "S")
    }
    attempt("w1", "whatsapp", "2025-04-02")
    attempt("w2", "whatsapp", "2025-04-03")
    attempt("w3", "whatsapp", "2025-03-31")
    attempt("c1", "call", "2025-04-04")
    attempt("c2", "call", "2025-04-05")
    attempt("in", "call", "2025-04-06", "inbound")
    message("w1", "2025-04-02")
    message("w1", "2025-04-07")
    message("w3", "2025-04-01")
    message(nil, "2025-04-08", "email")
    log.add("ContactDelivered", "account/A", "2025-04-03", #"{"contact":"w2"}"#)
    log.add("ContactConnected", "account/A", "2025-04-04", #"{"contact":"c1","party":"right"}"#)
    log.add("ContactConnected", "account/A", "2025-04-05", #"{"contact":"c2","party":"third"}"#)
    log.add("PortalVisited", "account/A", "2025-04-09", "{}", subject: "S")
    let (dealings, _) = try Self.dealings(log)
    func figures(_ channel: ContactChannel) -> [Int64] {
      let row = dealings.channels[Int(channel.rawValue)]
      return [row.attempts, row.answered, row.begun]
    }
    #expect(figures(.whatsapp) == [2, 1, 0])
    #expect(figures(.call) == [2, 1, 1])
    #expect(figures(.email) == [0, 0, 1])
    #expect(figures(.portal) == [0, 0, 1])
    #expect(figures(.sms) == [0, 0, 0])
  }

  @Test("a wait ends with what a person did for her; complaints and opt-outs are counted")
  func waits() throws {
    var log = EventLines()
    for (account, subject) in [("A", "S-1"), ("B", "S-1"), ("C", "S-2")] {
      Self.open(&log, account, of: subject)
    }
    func add(
      _ type: String, _ stream: String, _ at: String, _ data: String,
      by actor: (id: String, kind: String), subject: String? = nil
    ) {
      log.add(type, stream, "2025-04-02", data, subject: subject, by: actor, at: at)
    }
    let handOff = #"{"reason":"vulnerability"}"#
    func attempt(_ channel: String) -> String {
      #"{"channel":"\#(channel)","contact":"\#(channel)","direction":"outbound","#
        + #""localAt":"2025-04-02T10:00:00-05:00"}"#
    }
    add("BotHandedOff", "account/A", "08:00:00", handOff, by: Self.bot, subject: "S-1")
    // No act of a person for her: a message, a machine's call, somebody else's call.
    add("ContactAttempted", "account/A", "08:10:00", attempt("whatsapp"), by: Self.person)
    add("ContactAttempted", "account/A", "08:20:00", attempt("call"), by: Self.program)
    add("ContactAttempted", "account/C", "08:30:00", attempt("call"), by: Self.person)
    // On her other account: 90 minutes and 59 seconds after.
    add("ContactAttempted", "account/B", "09:30:59", attempt("visit"), by: Self.person)
    add(
      "ComplaintFiled", "subject/S-1", "10:00:00", #"{"channel":"portal","complaint":"k1"}"#,
      by: Self.portal)
    add(
      "ComplaintFiled", "account/A", "10:05:00", #"{"channel":"book","complaint":"k2"}"#,
      by: Self.person)
    add("ComplaintAnswered", "subject/S-1", "10:40:00", #"{"complaint":"k1"}"#, by: Self.person)
    add("BotHandedOff", "account/A", "11:00:00", handOff, by: Self.bot, subject: "S-1")
    add(
      "PromiseMade", "account/A", "11:10:00",
      #"{"amount":100,"channel":"call","dueOn":"2025-04-20","promise":"p"}"#, by: Self.person)
    // Nobody came to these.
    add("HardshipDeclared", "subject/S-1", "12:00:00", #"{"from":"2025-04-01"}"#, by: Self.portal)
    add("BotHandedOff", "account/C", "12:00:00", handOff, by: Self.bot, subject: "S-2")
    add("ChannelOptedOut", "subject/S-1", "13:00:00", #"{"channel":"call"}"#, by: Self.portal)
    add("CeaseContactRequested", "subject/S-2", "13:00:00", "{}", by: Self.person)
    let (dealings, _) = try Self.dealings(log)
    func wait(_ reason: WaitReason) -> (Int64, Int64, [Int64]) {
      let wait = dealings.waits[reason.rawValue]
      return (wait.begun, wait.open, wait.minutes)
    }
    #expect(wait(.handOver) == (3, 1, [10, 90]))
    #expect(wait(.complaint) == (1, 0, [40]))
    #expect(wait(.hardship) == (1, 1, []))
    #expect(dealings.complaintRate == Share(2, of: 3))
    #expect(dealings.optOutRate == Share(2, of: 3))
    let handOvers = dealings.waits[WaitReason.handOver.rawValue]
    #expect(handOvers.minutes(within: 5_000) == 10)
    #expect(handOvers.minutes(within: 9_000) == 90)
    #expect(dealings.waits[WaitReason.hardship.rawValue].minutes(within: 5_000) == nil)
  }
}
