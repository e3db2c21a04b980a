import CanonicalJSON
import Collections
import EventStore
import Projections
import Support
import Testing

/// Ledger-rules, section 10: each money event yields balanced postings.
@Suite("Postings")
struct PostingTests {
  /// The entries of an account as text: `DATE NAME: debits | credits`, postings in order.
  private static func entries(
    _ log: EventLines, _ account: String = "A", on text: String
  ) throws -> [String] {
    let (fold, book, money) = try folded(log, account, on: text)
    return try AccountJournal(fold, of: book, money).entries.map { entry in
      let postings = entry.postings.map { "\($0.account.name(of: account)) \($0.amount)" }
      let date = CivilDate(days: entry.on).text
      return "\(date) \(entry.origin.name): " + postings.joined(separator: ", ")
    }
  }

  /// The last so many entries, one a line.
  private static func text(
    _ log: EventLines, on day: String, last count: Int = .max
  ) throws -> String {
    try entries(log, on: day).suffix(count).joined(separator: "\n")
  }

  private static func folded(
    _ log: EventLines, _ account: String, on text: String
  ) throws -> (AccountFold, AccountBook, PostingBook) {
    let model = try log.model()
    var fold = AccountFold()
    fold.keepsMoments = true
    let number = try #require(model.accounts.accounts.find(account))
    let date = try day(text)
    _ = try fold.fold(
      number, of: model.accounts, on: date, knownAt: log.size,
      calendar: model.accounts.calendar(on: date, knownAt: log.size))
    return (fold, model.accounts, try money(log, log.size))
  }

  private static func money(_ log: EventLines, _ size: Int64) throws -> PostingBook {
    var book = PostingBook()
    var reader = FieldReader()
    for line in log.lines[..<Int(size)] {
      let envelope = try EventEnvelope(parsing: line.span)
      try book.apply(envelope, line.span, &reader)
    }
    return book
  }

  /// Example C's terms: 36 % a year of 360 days on 1,000.00 due 31 January 2026.
  private static func opened(_ log: inout EventLines, _ account: String = "A", interest: Int = 0) {
    log.add(
      "AccountOpened", "account/\(account)", "2026-01-01",
      #"{"account":"\#(account)","creditor":"bank","currency":"PEN","#
        + #""items":[{"dueOn":"2026-01-31","interest":\#(interest),"n":1,"principal":100000}],"#
        + #""product":"consumer","subject":"S-1","terms":{"compensatoryBp":3600}}"#)
  }

  private static func paid(
    _ log: inout EventLines, _ id: String, _ amount: Int, _ on: String, _ more: String = ""
  ) {
    log.add(
      "PaymentReceived", "account/A", on,
      #"{"amount":\#(amount),"currency":"PEN"\#(more),"method":"transfer","payment":"\#(id)"}"#)
  }

  @Test("example C: accrual by the month, then what each payment paid, as known then")
  func exampleC() throws {
    var log = EventLines()
    Self.opened(&log)
    Self.paid(&log, "p-1", 20_000, "2026-03-02")
    #expect(
      try Self.text(log, on: "2026-03-12") == """
        2026-01-01 AccountOpened: assets:receivable:A:principal 100000, \
        equity:opened:principal -100000
        2026-02-28 accrual and credit: assets:receivable:A:interest 2800, \
        income:accrued:interest -2800
        2026-03-02 accrual and credit: assets:receivable:A:interest 200, \
        income:accrued:interest -200
        2026-03-02 PaymentReceived: assets:cash:transfer 20000, \
        assets:receivable:A:interest -3000, assets:receivable:A:principal -17000
        2026-03-12 accrual and credit: assets:receivable:A:interest 830, \
        income:accrued:interest -830
        """)
    // What came late stands on its own day, and what it changed is told as it now is.
    Self.paid(&log, "p-2", 30_000, "2026-02-10")
    #expect(
      try Self.text(log, on: "2026-03-02", last: 3) == """
        2026-02-28 accrual and credit: assets:receivable:A:interest 1278, \
        income:accrued:interest -1278
        2026-03-02 accrual and credit: assets:receivable:A:interest 142, \
        income:accrued:interest -142
        2026-03-02 PaymentReceived: assets:cash:transfer 20000, \
        assets:receivable:A:interest -1420, assets:receivable:A:principal -18580
        """)
    // A payment reversed is not there.
    log.add(
      "PaymentReversed", "account/A", "2026-03-05",
      #"{"kind":"bounced","payment":"p-2","reason":"r"}"#)
    #expect(!(try Self.entries(log, on: "2026-03-05").contains { $0.contains("2026-02-10") }))
  }

  @Test("written off, a debt's book value is nothing, and money after it is recovery")
  func writeOff() throws {
    var log = EventLines()
    Self.opened(&log)
    log.add("WrittenOff", "account/A", "2026-02-10", "{}")
    Self.paid(&log, "p-1", 30_000, "2026-02-20")
    let entries = try Self.entries(log, on: "2026-02-20")
    #expect(
      entries.suffix(3).joined(separator: "\n") == """
        2026-02-10 WrittenOff: assets:written off:A:interest -1000, expenses:write-off 101000, \
        assets:written off:A:principal -100000
        2026-02-20 accrual and credit: assets:receivable:A:interest 1000, \
        income:accrued:interest -1000, assets:written off:A:interest -1000, \
        expenses:write-off 1000
        2026-02-20 PaymentReceived: assets:cash:transfer 30000, \
        assets:receivable:A:interest -2000, assets:receivable:A:principal -28000, \
        assets:written off:A:interest 2000, income:recovery -30000, \
        assets:written off:A:principal 28000
        """)
    log.add("WriteOffReversed", "account/A", "2026-02-20", "{}")
    #expect(
      try Self.entries(log, on: "2026-02-20").last
        == "2026-02-20 WriteOffReversed: assets:written off:A:principal 72000, "
        + "expenses:write-off -72000")
  }

  @Test("sold, the price stands against the book value")
  func sale() throws {
    var log = EventLines()
    Self.opened(&log)
    log.add(
      "PortfolioSold", "account/A", "2026-01-31",
      #"{"buyer":"b","cutoff":"2026-01-31","price":25000}"#)
    #expect(
      try Self.entries(log, on: "2026-06-01").last
        == "2026-01-31 PortfolioSold: assets:cash:sale 25000, income:sale 75000, "
        + "assets:sold:A:principal -100000")
  }

  @Test("waivers, forgiveness, lost interest, credit, refunds and charge-backs have their accounts")
  func others() throws {
    var log = EventLines()
    Self.opened(&log, interest: 5_000)
    log.add(
      "ChargeAssessed", "account/A", "2026-01-02",
      #"{"amount":700,"component":"cost","label":"l"}"#)
    log.add(
      "ChargeWaived", "account/A", "2026-01-03",
      #"{"amount":100,"component":"cost","reason":"r"}"#)
    log.add(
      "DebtForgiven", "account/A", "2026-01-04", #"{"principal":10000,"reason":"r"}"#)
    Self.paid(&log, "p-1", 90_600, "2026-01-05", #","intent":"prepayment""#)
    Self.paid(&log, "p-2", 500, "2026-01-06")
    log.add("RefundIssued", "account/A", "2026-01-07", #"{"amount":200,"method":"cash"}"#)
    log.add("PaymentChargedBack", "account/A", "2026-01-08", #"{"amount":1000,"payment":"p-1"}"#)
    #expect(
      try Self.text(log, on: "2026-01-08", last: 7) == """
        2026-01-02 ChargeAssessed: assets:receivable:A:cost 700, income:charged:cost -700
        2026-01-03 ChargeWaived: expenses:waiver:cost 100, assets:receivable:A:cost -100
        2026-01-04 DebtForgiven: expenses:forgiveness:principal 10000, \
        assets:receivable:A:principal -10000
        2026-01-05 PaymentReceived: assets:cash:transfer 90600, assets:receivable:A:cost -600, \
        assets:receivable:A:principal -90000, income:unearned 5000, \
        assets:receivable:A:interest -5000
        2026-01-06 PaymentReceived: assets:cash:transfer 500, liabilities:credit:A -500
        2026-01-07 RefundIssued: liabilities:credit:A 200, assets:cash:cash -200
        2026-01-08 PaymentChargedBack: assets:receivable:A:principal 1000, \
        assets:cash:transfer -1000
        """)
  }

  @Test("a plan's items stand against what they replace; what it gives up is a loss")
  func plans() throws {
    var log = EventLines()
    Self.opened(&log)
    let items = (3...5).map { #"{"dueOn":"2026-0\#($0)-28","n":\#($0),"principal":20000}"# }
    log.add(
      "PlanAgreed", "account/A", "2026-02-10",
      #"{"conditional":true,"defaultAfterDays":15,"haircut":{"interest":1000,"principal":40000},"#
        + #""items":[{"dueOn":"2026-02-28","interest":2000,"n":1,"principal":0},"#
        + #"\#(items.joined(separator: ","))],"kind":"settlement","plan":"r","planInterest":2000}"#)
    let agreed = try Self.text(log, on: "2026-02-10", last: 1)
    #expect(
      agreed == """
        2026-02-10 PlanAgreed: assets:receivable:A:interest 1000, \
        assets:receivable:A:principal -40000, income:plan interest -2000, \
        expenses:haircut:interest 1000, expenses:haircut:principal 40000
        """)
    // In default on 16 March it falls away, as if it had never been agreed.
    #expect(!(try Self.text(log, on: "2026-03-16").contains("PlanAgreed")))
  }

  @Test("money without an account waits, then comes from where it waited")
  func unidentified() throws {
    var log = EventLines()
    Self.opened(&log)
    log.add(
      "UnidentifiedPaymentReceived", "portfolio/unidentified", "2026-01-10",
      #"{"amount":700,"currency":"PEN","method":"cash","payment":"u:1"}"#)
    log.add(
      "CostIncurred", "portfolio/p", "2026-01-11", #"{"amount":90,"kind":"calls"}"#)
    log.add(
      "PaymentIdentified", "portfolio/unidentified", "2026-01-20",
      #"{"account":"A","payment":"u:1"}"#)
    log.add("PaymentChargedBack", "account/A", "2026-01-21", #"{"amount":700,"payment":"u:1"}"#)
    #expect(
      try Self.text(log, on: "2026-01-21", last: 2) == """
        2026-01-10 PaymentReceived: liabilities:unidentified 700, \
        assets:receivable:A:principal -700
        2026-01-21 PaymentChargedBack: assets:receivable:A:principal 700, assets:cash:cash -700
        """)
    let text = try Self.journal(log, log.size, on: "2026-01-31")
    #expect(
      text.contains(
        """
        2026-01-10 (u:1) UnidentifiedPaymentReceived  ; seq:2
            assets:cash:cash  7.00 PEN
            liabilities:unidentified  -7.00 PEN

        2026-01-11 CostIncurred  ; seq:3
            expenses:collection:calls  0.90 PEN
            liabilities:collection  -0.90 PEN

        """))
  }

  private static func journal(_ log: EventLines, _ size: Int64, on text: String) throws -> String {
    let model = try log.model(size)
    var journal = HledgerJournal(
      model.accounts, try money(log, size), on: try day(text), knownAt: size)
    var out: [UInt8] = []
    journal.write { out.append(contentsOf: $0) }
    #expect(journal.failures == [])
    return String(decoding: out, as: UTF8.self)
  }

  @Test("an id's colons open no level of their own")
  func names() {
    #expect(LedgerAccount.credit.name(of: "a:b:") == "liabilities:credit:a/b/")
    #expect(LedgerAccount.collection("x:y").name(of: "") == "expenses:collection:x/y")
  }

  @Test(
    "random histories: every entry balances, and the balances of any month's end are the state's")
  func property() throws {
    let base = seed()
    var kinds: Set<String> = []
    for seed in base..<base + 150 {
      var random = SeededGenerator(seed: seed)
      var history = PostingHistory(&random)
      for _ in 0..<Int.random(in: 3...25, using: &random) { history.add(&random) }
      let log = history.log
      let (whole, book, money) = try Self.folded(log, "A", on: "2026-12-31")
      let entries = try AccountJournal(whole, of: book, money).entries
      for entry in entries {
        #expect(entry.sum == 0, "seed \(seed)")
        kinds.insert(entry.origin.name)
      }
      // A plan that falls away changes the days before it: then the last day alone is the journal's.
      for month in history.hasPlans ? [12] : Array(1...12) {
        let end = CivilDate.length(ofMonth: month, in: 2026)
        let text = "2026-\(month < 10 ? "0" : "")\(month)-\(end)"
        let last = try day(text).days
        let (fold, _, _) = try Self.folded(log, "A", on: text)
        let owed = try fold.outstanding()
        var sums: [LedgerAccount: Int64] = [:]
        for entry in entries where entry.on <= last {
          for posting in entry.postings { sums[posting.account, default: 0] += posting.amount }
        }
        for component in Component.allCases {
          let sum = sums[.receivable(component)] ?? 0
          #expect(sum == owed[component], "seed \(seed), \(text), \(component.name)")
          let off = sums[.writtenOff(component)] ?? 0
          #expect(off == (fold.life.writtenOffOn == nil ? 0 : -sum), "seed \(seed), \(text)")
          let sold = fold.life.closure?.isSale ?? false
          #expect(sums[.sold(component)] ?? 0 == (sold ? -sum - off : 0), "seed \(seed), \(text)")
        }
        #expect(-(sums[.credit] ?? 0) == fold.credit, "seed \(seed), \(text)")
        // The account's own journal for that day says no more and no less.
        let then = try Self.entries(log, on: text)
        #expect(then == entries.filter { $0.on <= last }.map(\.line), "seed \(seed), \(text)")
      }
    }
    #expect(kinds.count >= 12, "\(kinds)")
  }
}

extension JournalEntry {
  /// As `PostingTests.entries` writes it.
  fileprivate var line: String {
    let postings = postings.map { "\($0.account.name(of: "A")) \($0.amount)" }
    return "\(CivilDate(days: on).text) \(origin.name): " + postings.joined(separator: ", ")
  }
}
