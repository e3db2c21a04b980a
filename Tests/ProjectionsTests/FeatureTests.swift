import Collections
import Projections
import Testing

/// One worked example a feature.
@Suite("Features")
struct FeatureTests {
  /// Three accounts by 10 April 2026: A with a bit of everything, B with a plan in default, C without debt.
  private static var log: EventLines {
    var log = EventLines()
    func open(_ account: String, _ more: String, _ items: String) {
      log.add(
        "AccountOpened", "account/\(account)", "2026-01-10",
        #"{"account":"\#(account)",\#(more)"creditor":"bank","currency":"PEN","#
          + #""items":[\#(items)],"product":"card","subject":"S-1"}"#)
    }
    open(
      "A", #""creditLimit":200000,"#,
      #"{"dueOn":"2026-01-31","interest":1000,"n":1,"principal":40000},"#
        + #"{"dueOn":"2026-02-28","n":2,"principal":40000}"#)
    open("B", "", #"{"dueOn":"2026-01-31","n":1,"principal":10000}"#)
    open("C", "", "")
    func pay(_ id: String, _ on: String, _ amount: Int) {
      log.add(
        "PaymentReceived", "account/A", on,
        #"{"amount":\#(amount),"currency":"PEN","method":"card","payment":"\#(id)"}"#)
    }
    func promise(_ id: String, _ on: String, _ amount: Int, _ due: String) {
      log.add(
        "PromiseMade", "account/A", on,
        #"{"amount":\#(amount),"channel":"call","dueOn":"\#(due)","promise":"\#(id)"}"#)
    }
    pay("p-1", "2026-02-15", 30_000)
    promise("pr-1", "2026-03-01", 11_000, "2026-03-20")
    pay("p-2", "2026-03-20", 11_000)
    promise("pr-2", "2026-03-25", 5_000, "2026-04-01")
    promise("pr-3", "2026-04-05", 5_000, "2026-04-20")
    for (stream, on, id) in [
      ("account/A", "2026-02-02", "d-1"), ("subject/S-1", "2026-04-05", "d-2"),
    ] {
      log.add(
        "DisputeOpened", stream, on, #"{"dispute":"\#(id)","reason":"r","scope":"amount"}"#)
    }
    log.add(
      "DisputeResolved", "account/A", "2026-02-10", #"{"decision":"rejected","dispute":"d-1"}"#)
    log.add(
      "PlanAgreed", "account/B", "2026-02-05",
      #"{"conditional":false,"defaultAfterDays":10,"#
        + #""items":[{"dueOn":"2026-02-28","n":1,"principal":10000}],"#
        + #""kind":"paymentPlan","plan":"r-1"}"#)
    func attempt(_ id: String, _ channel: String, _ direction: String, _ at: String) {
      log.add(
        "ContactAttempted", "account/A", String(at.prefix(10)),
        #"{"channel":"\#(channel)","contact":"\#(id)","direction":"\#(direction)","#
          + #""localAt":"\#(at)-05:00"}"#)
    }
    attempt("c-1", "call", "outbound", "2026-04-02T18:30:00")
    log.add("ContactConnected", "account/A", "2026-04-02", #"{"contact":"c-1","party":"right"}"#)
    attempt("c-2", "whatsapp", "outbound", "2026-02-01T09:00:00")
    log.add("ContactDelivered", "account/A", "2026-02-01", #"{"contact":"c-2"}"#)
    log.add(
      "MessageReceived", "account/A", "2026-02-03", #"{"channel":"whatsapp","contact":"c-2"}"#)
    attempt("c-3", "call", "inbound", "2026-04-08T12:00:00")
    log.add("PortalVisited", "account/A", "2026-04-09", "{}")
    return log
  }

  private static let missing = Feature.missing

  /// What each account's features are; counts of contacts that are not named are 0.
  private static let expected: [String: [String: Int64]] = [
    "A": [
      "meanOutstanding12m": 63_250,
      "daysPastDue": 41, "worstDaysPastDue12m": 47, "monthsLate12m": 3, "meanDaysPastDue12m": 22,
      "outstanding": 40_000,
      "overdueShareBp": 10_000, "creditLimit": 200_000, "limitUseBp": 2_000, "debtAgeDays": 90,
      "product": 4, "amountBand": 5, "daysSincePayment": 21, "payments30d": 1, "paid30d": 11_000,
      "paid90d": 41_000, "paid180d": 41_000,
      "paidShare30dBp": 2_156, "payments90d": 2, "paidShare90dBp": 5_061, "payments180d": 2,
      "paidShare180dBp": 5_061, "promisesKept": 1, "promisesBroken": 1,
      "promisesKeptShareBp": 5_000, "promiseOpen": 1, "disputes": 2, "disputeOpen": 1,
      "plansAgreed": 0, "plansDefaulted": 0, "daysSinceInbound": 1, "bestHourBand": 6,
      "attempts.any.30d": 1, "attempts.call.30d": 1, "attempts.any.90d": 2,
      "attempts.call.90d": 1, "attempts.whatsapp.90d": 1, "deliveries.any.90d": 1,
      "deliveries.whatsapp.90d": 1, "rightParty.any.30d": 1, "rightParty.call.30d": 1,
      "rightParty.any.90d": 1, "rightParty.call.90d": 1, "answers.any.30d": 2,
      "answers.call.30d": 1, "answers.portal.30d": 1, "answers.any.90d": 3,
      "answers.call.90d": 1, "answers.portal.90d": 1, "answers.whatsapp.90d": 1,
    ],
    "B": [
      "meanOutstanding12m": 10_000,
      "daysPastDue": 41, "worstDaysPastDue12m": 41, "monthsLate12m": 2, "meanDaysPastDue12m": 13,
      "outstanding": 10_000,
      "overdueShareBp": 10_000, "creditLimit": missing, "limitUseBp": missing,
      "debtAgeDays": 90, "product": 4, "amountBand": 5, "daysSincePayment": missing,
      "paid30d": 0, "paid90d": 0, "paid180d": 0,
      "payments30d": 0, "paidShare30dBp": 0, "payments90d": 0, "paidShare90dBp": 0,
      "payments180d": 0, "paidShare180dBp": 0, "promisesKept": 0, "promisesBroken": 0,
      "promisesKeptShareBp": missing, "promiseOpen": 0, "disputes": 1, "disputeOpen": 1,
      "plansAgreed": 1, "plansDefaulted": 1, "daysSinceInbound": missing,
      "bestHourBand": missing,
    ],
    "C": [
      "meanOutstanding12m": 0,
      "daysPastDue": 0, "worstDaysPastDue12m": 0, "monthsLate12m": 0, "meanDaysPastDue12m": 0,
      "outstanding": 0,
      "overdueShareBp": missing, "creditLimit": missing, "limitUseBp": missing,
      "debtAgeDays": 90, "product": 4, "amountBand": 0, "daysSincePayment": missing,
      "paid30d": 0, "paid90d": 0, "paid180d": 0,
      "payments30d": 0, "paidShare30dBp": missing, "payments90d": 0, "paidShare90dBp": missing,
      "payments180d": 0, "paidShare180dBp": missing, "promisesKept": 0, "promisesBroken": 0,
      "promisesKeptShareBp": missing, "promiseOpen": 0, "disputes": 1, "disputeOpen": 1,
      "plansAgreed": 0, "plansDefaulted": 0, "daysSinceInbound": missing,
      "bestHourBand": missing,
    ],
  ]

  @Test("every feature of every account is what its definition says", arguments: ["A", "B", "C"])
  func examples(_ account: String) throws {
    let model = try Self.log.model()
    var reader = FeatureReader(model: model, wanted: .all, knownAt: model.size)
    let number = try #require(model.accounts.accounts.find(account))
    let row = try #require(try reader.row(of: number, on: try day("2026-04-10")))
    let expected = try #require(Self.expected[account])
    for feature in Feature.all {
      let value = expected[feature.name]
      #expect(value != nil || feature.name.contains("."), "\(feature.name) has no example")
      #expect(row[feature] == value ?? 0, "\(feature.name)")
    }
    #expect(expected.keys.allSatisfy { Feature(named: $0) != nil })
  }

  @Test("an account has no features before it opened, nor before that was known")
  func notOpen() throws {
    let model = try Self.log.model()
    var reader = FeatureReader(model: model, wanted: .all, knownAt: model.size)
    #expect(try reader.row(of: 0, on: try day("2026-01-09")) == nil)
    #expect(try reader.row(of: 0, on: try day("2026-01-10")) != nil)
    reader.knownAt = 1
    #expect(try reader.row(of: 0, on: try day("2026-04-10")) == nil)
  }

  @Test("a span of days holds its day and not the one before it")
  func spans() throws {
    let model = try Self.log.model()
    var reader = FeatureReader(model: model, wanted: .all, knownAt: model.size)
    func value(_ name: String, _ date: String) throws -> Int64 {
      let feature = try #require(Feature(named: name))
      return try #require(try reader.row(of: 0, on: try day(date)))[feature]
    }
    // p-2 came on 20 March, c-1 on 2 April, c-2 on 1 February.
    #expect(try value("payments30d", "2026-04-18") == 1)
    #expect(try value("payments30d", "2026-04-19") == 0)
    #expect(try value("payments180d", "2026-09-15") == 1)
    #expect(try value("payments180d", "2026-09-16") == 0)
    #expect(try value("attempts.call.30d", "2026-05-01") == 1)
    #expect(try value("attempts.call.30d", "2026-05-02") == 0)
    #expect(try value("attempts.whatsapp.90d", "2026-05-01") == 1)
    #expect(try value("attempts.whatsapp.90d", "2026-05-02") == 0)
    #expect(try value("bestHourBand", "2026-09-28") == 6)
    #expect(try value("bestHourBand", "2026-09-29") == Feature.missing)
    // The worst was the eve of p-2, 19 March 2026, with 47 days; item 2 has aged since 28 February.
    #expect(try value("worstDaysPastDue12m", "2027-03-18") == 383)
    #expect(try value("monthsLate12m", "2027-03-18") == 12)
  }

  @Test("a fallen plan's days are paused in the history as it stands")
  func fallenPlan() throws {
    var log = EventLines()
    log.open("A", due: "2025-01-31", principal: 10_000)
    log.add(
      "PlanAgreed", "account/A", "2025-02-10",
      #"{"conditional":true,"defaultAfterDays":5,"#
        + #""items":[{"dueOn":"2025-02-28","n":1,"principal":10000}],"#
        + #""kind":"settlement","plan":"r-1"}"#)
    let model = try log.model()
    var reader = FeatureReader(model: model, wanted: .all, knownAt: model.size)
    let worst = try #require(Feature(named: "worstDaysPastDue12m"))
    // In default, and fallen away, at the end of 6 March: ten days to 10 February, 24 paused.
    #expect(try reader.row(of: 0, on: try day("2025-03-05"))?[worst] == 9)
    #expect(try reader.row(of: 0, on: try day("2025-03-06"))?[worst] == 10)
    #expect(try reader.row(of: 0, on: try day("2025-03-10"))?[worst] == 14)
  }

  @Test("a history imported at one moment is known day by day with effective knowledge")
  func effectiveKnowledge() throws {
    var log = Self.log
    log.add(
      "PaymentReversed", "account/A", "2026-04-03",
      #"{"kind":"bounced","payment":"p-2","reason":"r"}"#)
    let void = log.add(
      "ChargeAssessed", "account/A", "2026-03-01",
      #"{"amount":500,"component":"cost","label":"l"}"#)
    log.add(
      "EventVoided", "account/A", "2026-03-05",
      #"{"approver":"u-2","reason":"r","target":\#(void)}"#)
    let model = try log.model()
    let outstanding = try #require(Feature(named: "outstanding"))
    func owed(_ knowledge: Knowledge, _ date: String) throws -> Int64? {
      var reader = FeatureReader(
        model: model, wanted: .all, knownAt: model.size, knowledge: knowledge)
      return try reader.row(of: 0, on: try day(date))?[outstanding]
    }
    // date, recorded, effective: the charge stands from 1 to 4 March, the payment to 2 April.
    for (date, recorded, effective) in [
      ("2026-02-28", 51_000, 51_000), ("2026-03-01", 51_000, 51_500),
      ("2026-03-04", 51_000, 51_500), ("2026-03-05", 51_000, 51_000),
      ("2026-03-20", 51_000, 40_000), ("2026-04-02", 51_000, 40_000),
      ("2026-04-03", 51_000, 51_000),
    ] {
      #expect(try owed(.recorded, date) == Int64(recorded), "recorded, \(date)")
      #expect(try owed(.effective, date) == Int64(effective), "effective, \(date)")
    }
  }

  @Test(
    "no feature has the name of what none may go by, and each has its meaning in both languages")
  func catalogue() {
    #expect(Feature.all.count == Set(Feature.all.map(\.name)).count)
    for feature in Feature.all {
      let definition = feature.definition
      let words = feature.name.split(separator: ".").map(String.init)
      #expect(Feature.forbidden.isDisjoint(with: words), "\(feature.name)")
      #expect(!definition.english.isEmpty && !definition.spanish.isEmpty)
      #expect(definition.english != definition.spanish, "\(feature.name)")
      #expect(Feature(named: feature.name) == feature)
    }
  }
}
