import Collections
import EventStore
import Projections
import Testing

@Suite("One pass, many projections")
struct ReadModelTests {
  private static var log: EventLines {
    var log = EventLines()
    log.open("A-1", principal: 1_000)
    log.add(
      "ContactAttempted", "account/A-1", "2025-02-01",
      #"{"channel":"call","contact":"c-1","direction":"outbound","#
        + #""localAt":"2025-02-01T10:00:00-05:00"}"#)
    log.add(
      "PaymentReceived", "account/A-1", "2025-02-03",
      #"{"amount":300,"currency":"PEN","method":"cash","payment":"p-1"}"#)
    log.add(
      "PromiseMade", "account/A-1", "2025-02-01",
      #"{"amount":500,"channel":"call","dueOn":"2025-02-20","promise":"pr-1"}"#)
    log.open("A-2", principal: 50)
    log.add("ContactDelivered", "account/A-1", "2025-02-02", #"{"contact":"c-1"}"#)
    return log
  }

  @Test("each event reaches the projections that read its type, and every one is counted")
  func onePass() throws {
    let model = try Self.log.model()
    #expect(model.size == 7)
    #expect(model.counts.total == 7)
    #expect(model.counts[.accountOpened] == 2)
    #expect(model.counts[.contactAttempted] == 1)
    #expect(model.counts[.promiseMade] == 1)
    #expect(model.counts[.paymentReversed] == 0)
    #expect(model.accounts.accounts.count == 2)
    #expect(model.contacts.count == 1)
  }

  @Test("a prefix knows nothing of what follows, and going on gives what beginning again gives")
  func prefixes() throws {
    let log = Self.log
    let date = try day("2025-03-01")
    func tables(_ model: ReadModel) -> [[UInt8]] {
      let accounts = AccountTable.make(model.accounts, on: date, knownAt: model.size, jobs: 1)
      let contacts = ContactTable.make(
        model.contacts, accounts: model.accounts, on: date, knownAt: model.size, jobs: 1)
      let scores = ScoreTable(model, on: date, knownAt: model.size)
      return DerivedTable.all(accounts, contacts, scores).map(\.csv)
    }
    for cut in 0...log.size {
      let prefix = try log.model(cut)
      #expect(prefix.size == cut && prefix.counts.total == cut)
      #expect(prefix.accounts.accounts.count == (cut < 2 ? 0 : cut < 6 ? 1 : 2))
      #expect(prefix.contacts.count == (cut < 3 ? 0 : 1))
      var going = prefix
      try log.advance(&going, to: log.size)
      #expect(tables(going) == tables(try log.model()))
      #expect(going.counts == (try log.model().counts))
    }
  }

  @Test(
    "an event this version cannot read ends the pass with its position",
    arguments: [
      ("PaymentRecieved", #"{"payment":"p"}"#),
      ("PaymentReceived", #"{"payment":"p"}"#),
      ("PaymentReceived", #"{"amount":"1","currency":"PEN","method":"cash","payment":"p"}"#),
      ("ContactDelivered", "{}"),
    ])
  func unreadable(_ type: String, _ data: String) throws {
    var log = Self.log
    let seq = log.add(type, "account/A-1", "2025-02-03", data)
    let error = #expect(throws: RuleError.self) { try log.model() }
    #expect(error?.code == .malformed)
    #expect(error?.context.hasPrefix("seq \(seq)") == true)
  }

  @Test("plans and promises stand in their tables, whatever the number of jobs, as known then")
  func agreements() throws {
    var log = EventLines()
    for number in 1...7 { log.open("A-\(number)", principal: 1_000) }
    for number in 1...7 {
      log.add(
        "PlanAgreed", "account/A-\(number)", "2025-02-01",
        #"{"conditional":true,"defaultAfterDays":\#(number),"items":[{"dueOn":"2025-02-10","n":1,"#
          + #""principal":1000}],"kind":"paymentPlan","plan":"pl-1"}"#)
      log.add(
        "PromiseMade", "account/A-\(number)", "2025-02-01",
        #"{"amount":\#(number * 100),"channel":"call","dueOn":"2025-02-14","promise":"pr-1"}"#)
      log.add(
        "PaymentReceived", "account/A-\(number)", "2025-02-12",
        #"{"amount":400,"currency":"PEN","method":"cash","payment":"p-1"}"#)
    }
    let model = try log.model()
    let on = try day("2025-02-15")
    let tables = [1, 2, 7].map {
      AccountTable.make(model.accounts, on: on, knownAt: model.size, jobs: $0)
    }
    for table in tables.dropFirst() {
      #expect(table.plansCSV.bytes == tables[0].plansCSV.bytes)
      #expect(table.promisesCSV.bytes == tables[0].promisesCSV.bytes)
    }
    // Due on the 10th: more than n days late on the eve of n + 1 days after it.
    #expect(
      String(decoding: tables[0].plansCSV.bytes, as: UTF8.self)
        == "account,plan,kind,state,since\n"
        + (1...4).map { "A-\($0),pl-1,paymentPlan,default,2025-02-\(11 + $0)\n" }.joined()
        + (5...7).map { "A-\($0),pl-1,paymentPlan,active,2025-02-01\n" }.joined())
    #expect(
      String(decoding: tables[0].promisesCSV.bytes, as: UTF8.self)
        == "account,promise,amount,paid,dueOn,graceEndsOn,outcome\n"
        + (1...4).map { "A-\($0),pr-1,\($0)00,\($0)00,2025-02-14,2025-02-14,kept\n" }.joined()
        + (5...7).map { "A-\($0),pr-1,\($0)00,400,2025-02-14,2025-02-14,broken\n" }.joined())
    let before = try log.model(8)
    let then = AccountTable.make(before.accounts, on: on, knownAt: 8, jobs: 1)
    let asKnown = AccountTable.make(model.accounts, on: on, knownAt: 8, jobs: 3)
    #expect(then.plansCSV.bytes == asKnown.plansCSV.bytes)
    #expect(String(decoding: then.plansCSV.bytes, as: UTF8.self).count == 30)
  }
}
