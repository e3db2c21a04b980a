import Collections
import EventStore
import Projections
import Support
import Testing

@Suite("Training tables by replay")
struct TrainingReplayTests {
  private func features(_ names: String...) throws -> [Feature] {
    try names.map { try #require(Feature(named: $0)) }
  }

  /// A ledger in which every event was recorded on its own day.
  private func recorded(_ log: EventLines, _ days: [String]) throws -> RecordedDays {
    var recorded = RecordedDays()
    for day in days { recorded.append(try #require(CivilDate(day))) }
    #expect(days.count == log.lines.count)
    return recorded
  }

  private struct Row: Equatable {
    var account: String
    var on: String
    var values: [Int64]
    var outcome: Bool

    init(_ account: String, _ on: String, _ values: [Int64], _ outcome: Bool) {
      (self.account, self.on, self.values, self.outcome) = (account, on, values, outcome)
    }
  }

  private func rows(_ table: TrainingTable) -> [Row] {
    (0..<table.count).map { row in
      Row(
        table.accounts[row], table.dates[row].text, table.columns.map { $0[row] },
        table.outcomes[row])
    }
  }

  /// Three debts of 1,000 due on 31 January 2025, opened that day.
  private static var debts: (log: EventLines, days: [String]) {
    var log = EventLines()
    for account in ["A", "B", "C"] { log.open(account, principal: 1_000) }
    return (log, ["2025-01-01", "2025-01-31", "2025-01-31", "2025-01-31"])
  }

  private static func payment(_ id: String, _ amount: Int) -> String {
    #"{"amount":\#(amount),"currency":"PEN","method":"card","payment":"\#(id)"}"#
  }

  @Test(
    "paysWithin: who is overdue, whether enough came in its window, as best known by the cut-off")
  func paysWithin() throws {
    var (log, days) = Self.debts
    for (account, on, amount) in [
      ("A", "2025-02-10", 500), ("B", "2025-02-10", 499), ("C", "2025-03-20", 1_000),
      ("A", "2025-03-30", 100),
    ] {
      log.add(
        "PaymentReceived", "account/\(account)", on,
        Self.payment("p-\(log.size)", amount))
      days.append(on)
    }
    // C's payment bounces after the window that it came in.
    log.add(
      "PaymentReversed", "account/C", "2025-04-25",
      #"{"kind":"bounced","payment":"p-6","reason":"r"}"#)
    days.append("2025-04-25")
    let model = try log.model()
    func table(_ cutoff: String, _ knownAt: Int64) throws -> TrainingReplay {
      TrainingReplay(
        TrainingSpec(
          features: try features("daysPastDue", "payments30d"),
          target: .paysWithin(days: 30, minShareBp: 5_000),
          moments: .days(try ["2025-01-31", "2025-02-01", "2025-03-15"].map(day)),
          cutoff: try day(cutoff), knownAt: knownAt),
        of: model, recorded: try recorded(log, days), jobs: 2)
    }
    let early = try table("2025-04-14", 8)
    let expected = [
      Row("A", "2025-02-01", [1, 0], true), Row("B", "2025-02-01", [1, 0], false),
      Row("C", "2025-02-01", [1, 0], false), Row("A", "2025-03-15", [43, 0], false),
      Row("B", "2025-03-15", [43, 0], false), Row("C", "2025-03-15", [43, 0], true),
    ]
    #expect(rows(early.table) == expected)
    #expect(early.openWindows == 0 && early.failures.isEmpty)
    // A day earlier the second window was not closed.
    let open = try table("2025-04-13", 8)
    #expect(rows(open.table) == Array(expected.prefix(3)))
    #expect(open.openWindows == 3)
    // Known later, the payment that bounced was none.
    let late = try table("2025-04-30", 9)
    #expect(rows(late.table).last == Row("C", "2025-03-15", [43, 0], false))
  }

  @Test("recorded knowledge sees at a moment what was recorded by the end of its day")
  func lateRecording() throws {
    var (log, days) = Self.debts
    // Paid on 10 February, told on 1 March.
    log.add("PaymentReceived", "account/A", "2025-02-10", Self.payment("p-1", 1_000))
    days.append("2025-03-01")
    let model = try log.model()
    func seen(_ knowledge: Knowledge) throws -> [Row] {
      let replay = TrainingReplay(
        TrainingSpec(
          features: try features("outstanding"), target: .endsIn(event: .accountClosed, days: 5),
          moments: .days(try ["2025-02-20", "2025-03-01"].map(day)), knowledge: knowledge,
          cutoff: try day("2025-06-01"), knownAt: log.size),
        of: model, recorded: try recorded(log, days), jobs: 1)
      return rows(replay.table).filter { $0.account == "A" }
    }
    #expect(try seen(.recorded) == [Row("A", "2025-02-20", [1_000], false)])
    #expect(try seen(.effective) == [])
  }

  @Test("keepsPromise: a row a promise on the day it is made, once its window is closed")
  func keepsPromise() throws {
    var (log, days) = Self.debts
    func add(_ type: String, _ account: String, _ on: String, _ data: String) {
      log.add(type, "account/\(account)", on, data)
      days.append(on)
    }
    func promise(_ account: String, _ id: String, _ on: String, _ due: String) {
      add(
        "PromiseMade", account, on,
        #"{"amount":100,"channel":"call","dueOn":"\#(due)","promise":"\#(id)"}"#)
    }
    promise("A", "pr-1", "2025-02-03", "2025-02-10")
    promise("A", "pr-2", "2025-02-03", "2025-02-20")
    promise("B", "pr-1", "2025-02-05", "2025-02-28")
    promise("C", "pr-1", "2025-02-06", "2025-02-10")
    add("PaymentReceived", "A", "2025-02-09", Self.payment("p-1", 150))
    add("PaymentReceived", "B", "2025-02-07", Self.payment("p-1", 100))
    add("PromiseCancelled", "C", "2025-02-07", #"{"by":"debtor","promise":"pr-1","reason":"r"}"#)
    let model = try log.model()
    func table(_ cutoff: String) throws -> TrainingReplay {
      TrainingReplay(
        TrainingSpec(
          features: try features("promiseOpen", "promisesKept"), target: .keepsPromise,
          moments: .days(try ["2025-02-01", "2025-02-28"].map(day)),
          cutoff: try day(cutoff), knownAt: log.size),
        of: model, recorded: try recorded(log, days), jobs: 1)
    }
    // B's is kept by then, but its window is open until the end of February: it does not count.
    let early = try table("2025-02-28")
    #expect(
      rows(early.table) == [
        Row("A", "2025-02-03", [1, 0], true), Row("A", "2025-02-03", [1, 0], false),
      ])
    #expect(early.openWindows == 1)
    let late = try table("2025-03-01")
    #expect(rows(late.table).last == Row("B", "2025-02-05", [1, 0], true))
    #expect(late.openWindows == 0 && late.table.count == 3)
  }

  @Test("curesWithin: who is past due, whether the end of some day in the window finds it not")
  func curesWithin() throws {
    var (log, days) = Self.debts
    for (account, on) in [("A", "2025-03-02"), ("B", "2025-03-03")] {
      log.add("PaymentReceived", "account/\(account)", on, Self.payment("p-\(log.size)", 1_000))
      days.append(on)
    }
    // A is past due again at the end of its window.
    log.add(
      "ChargeAssessed", "account/A", "2025-03-02",
      #"{"amount":10,"component":"principal","label":"l"}"#)
    days.append("2025-03-02")
    let replay = TrainingReplay(
      TrainingSpec(
        features: try features("daysPastDue"), target: .curesWithin(days: 30),
        moments: .days([try day("2025-01-31"), try day("2025-01-31") + 30]),
        cutoff: try day("2025-12-31"), knownAt: log.size),
      of: try log.model(), recorded: try recorded(log, days), jobs: 1)
    #expect(
      rows(replay.table) == [
        // 2 March, thirty days after 31 January, is the moment: that day's payment is in it.
        Row("B", "2025-03-02", [30], true), Row("C", "2025-03-02", [30], false),
      ])
  }

  @Test("answersOn: who called, wrote, looked in or was reached by the channel")
  func answersOn() throws {
    var (log, days) = Self.debts
    func add(_ type: String, _ account: String, _ on: String, _ data: String) {
      log.add(type, "account/\(account)", on, data)
      days.append(on)
    }
    func attempt(_ account: String, _ direction: String, _ on: String) {
      add(
        "ContactAttempted", account, on,
        #"{"channel":"call","contact":"c-1","direction":"\#(direction)","#
          + #""localAt":"\#(on)T10:00:00-05:00"}"#)
    }
    attempt("A", "outbound", "2025-02-02")
    add("ContactConnected", "A", "2025-02-02", #"{"contact":"c-1","party":"right"}"#)
    attempt("B", "outbound", "2025-02-02")
    add("ContactConnected", "B", "2025-02-02", #"{"contact":"c-1","party":"third"}"#)
    add("MessageReceived", "B", "2025-02-03", #"{"channel":"whatsapp"}"#)
    attempt("C", "inbound", "2025-02-11")
    func answered(_ channel: ContactChannel, _ window: Int32) throws -> [Bool] {
      TrainingReplay(
        TrainingSpec(
          features: [], target: .answersOn(channel: channel, days: window),
          moments: .days([try day("2025-02-01")]), cutoff: try day("2025-12-31"),
          knownAt: log.size),
        of: try log.model(), recorded: try recorded(log, days), jobs: 1
      ).table.outcomes
    }
    #expect(try answered(.call, 9) == [true, false, false])
    #expect(try answered(.call, 10) == [true, false, true])
    #expect(try answered(.whatsapp, 10) == [false, true, false])
  }

  @Test("endsIn at each account's own moment: the first event of its kind that stood")
  func ownMoments() throws {
    var (log, days) = Self.debts
    func add(_ type: String, _ account: String, _ on: String, _ data: String) -> Int64 {
      days.append(on)
      return log.add(type, "account/\(account)", on, data)
    }
    func charge(_ component: String) -> String {
      #"{"amount":10,"component":"\#(component)","label":"l"}"#
    }
    _ = add("ChargeAssessed", "A", "2025-02-01", charge("cost"))
    _ = add("ChargeAssessed", "A", "2025-02-05", charge("penalty"))
    _ = add("ChargeAssessed", "A", "2025-02-09", charge("penalty"))
    let wrong = add("ChargeAssessed", "B", "2025-02-05", charge("penalty"))
    _ = add(
      "EventVoided", "B", "2025-02-05", #"{"approver":"u-2","reason":"r","target":\#(wrong)}"#)
    _ = add("ChargeAssessed", "B", "2025-02-20", charge("penalty"))
    _ = add("AgencyPlaced", "A", "2025-02-15", #"{"agency":"x","from":"2025-02-15"}"#)
    _ = add("AgencyPlaced", "B", "2025-02-20", #"{"agency":"x","from":"2025-02-20"}"#)
    let model = try log.model()
    for knowledge in Knowledge.allCases {
      let replay = TrainingReplay(
        TrainingSpec(
          features: try features("outstanding"), target: .endsIn(event: .agencyPlaced, days: 10),
          moments: try TrainingSpec.Moments(parsing: "ChargeAssessed:penalty"),
          knowledge: knowledge, cutoff: try day("2025-12-31"), knownAt: log.size),
        of: model, recorded: try recorded(log, days), jobs: 2)
      #expect(
        rows(replay.table) == [
          Row("A", "2025-02-05", [1_020], true), Row("B", "2025-02-20", [1_010], false),
        ])
    }
  }

  @Test("rows are grouped by who owes the account, and by nothing that is a feature")
  func groups() throws {
    var (log, days) = Self.debts
    log.add(
      "SubjectRegistered", "subject/S-1", "2025-01-31",
      #"{"birthDecade":1970,"region":"Lima","subject":"S-1"}"#)
    log.add("SubjectUpdated", "subject/S-1", "2025-02-05", #"{"region":"Cusco"}"#)
    days += ["2025-01-31", "2025-02-05"]
    let table = TrainingReplay(
      TrainingSpec(
        features: try features("outstanding"), target: .endsIn(event: .accountClosed, days: 5),
        moments: .days([try day("2025-02-01")]), cutoff: try day("2025-12-31"),
        knownAt: log.size),
      of: try log.model(), recorded: try recorded(log, days), jobs: 1
    ).table
    #expect(
      table.groups == [
        TrainingTable.Grouping(name: "birthDecade", labels: ["1970", "1970", "1970"]),
        TrainingTable.Grouping(name: "region", labels: ["Cusco", "Cusco", "Cusco"]),
      ])
  }

  @Test("a table does not change with what came after its cut-off, nor with the number of jobs")
  func cutOff() throws {
    var random = SeededGenerator(seed: seed())
    let targets: [Target] = [
      .paysWithin(days: 30, minShareBp: 2_000), .keepsPromise, .curesWithin(days: 45),
      .answersOn(channel: .call, days: 20), .endsIn(event: .disputeOpened, days: 60),
      .endsIn(event: .paymentReceived, days: 30),
    ]
    let months = TrainingSpec.monthEnds(
      from: try day("2026-01-31"), through: try day("2026-11-30"))
    #expect(months.count == 11)
    var rowCount = 0
    for round in 0..<12 {
      let history = FeatureHistory(events: 200, plansFall: round % 2 == 0, &random)
      let whole = try history.log.model()
      for target in targets {
        let spec = TrainingSpec(
          features: Feature.all, target: target, moments: .days(months), knowledge: .effective,
          cutoff: try day("2026-08-31"), knownAt: history.log.size)
        let cut = try history.log.model { envelope, line in
          CivilDate(parsing: line.span, envelope.effective).map { $0 <= spec.cutoff } ?? false
        }
        let table = TrainingReplay(spec, of: whole, recorded: RecordedDays(), jobs: 1).table
        #expect(
          table == TrainingReplay(spec, of: cut, recorded: RecordedDays(), jobs: 1).table)
        #expect(
          table == TrainingReplay(spec, of: whole, recorded: RecordedDays(), jobs: 5).table)
        rowCount += table.count
      }
    }
    #expect(rowCount > 500)
  }
}
