import Collections
import Ledger
import Testing

/// What is recorded of a person bears on the drafts of the accounts she owes.
@Suite("Intake: a debtor's moratorium")
struct DebtorIntakeTests {
  private static let opening =
    #"{"type":"AccountOpened","stream":"account/A-1","key":"o","effective":"2025-04-01","#
    + #""data":{"account":"A-1","subject":"S-1","creditor":"bank","product":"consumer","#
    + #""currency":"PEN","items":[{"n":1,"dueOn":"2025-04-01","principal":100000}],"#
    + #""terms":{"compensatoryBp":36000}}}"#
  private static let moratorium =
    #"{"type":"MoratoriumStarted","stream":"subject/S-1","key":"m","effective":"2025-04-01","#
    + #""data":{"kind":"law","from":"2025-04-01","to":"2025-04-30","stopsAccrual":true}}"#

  /// A plan of all that is owed on a day, with so much interest.
  private static func plan(_ interest: Int, key: String) -> String {
    #"{"type":"PlanAgreed","stream":"account/A-1","key":"\#(key)","effective":"2025-04-11","#
      + #""data":{"plan":"\#(key)","kind":"settlement","conditional":true,"defaultAfterDays":5,"#
      + #""items":[{"n":1,"dueOn":"2025-04-20","principal":100000,"interest":\#(interest)}]}}"#
  }

  @Test("a plan balances without the interest that her moratorium stopped, in whatever session")
  func plans() throws {
    for order in [[Self.opening, Self.moratorium], [Self.moratorium, Self.opening]] {
      for sessions in 1...3 {
        let ledger = try SimulatedLedger(seed: 1)
        var writer: Intake? = try ledger.open()
        for (number, line) in order.enumerated() {
          let intake = try #require(writer)
          #expect(ledger.judge(line, 1, intake) == .new(sessions == 1 ? number : 0))
          if sessions > 1 { try intake.commit(at: { SimulatedLedger.start }, { _ in true }) }
        }
        if sessions == 3 {
          writer = nil
          writer = try ledger.open()
        }
        let intake = try #require(writer)
        // Ten days at 36,000 basis points: refused, and taken back to what stood before.
        let wrong = ledger.judge(Self.plan(10_000, key: "p-1"), 2, intake)
        guard case .refused("plan_unbalanced", _, _) = wrong else {
          Issue.record("\(wrong), in \(sessions) sessions")
          continue
        }
        guard case .new = ledger.judge(Self.plan(0, key: "p-2"), 3, intake) else {
          Issue.record("what is owed is not taken, in \(sessions) sessions")
          continue
        }
        try intake.commit(at: { SimulatedLedger.start }, { _ in true })
        let view = try ledger.view()
        let date = try #require(CivilDate("2025-04-20"))
        var fold = AccountFold()
        let book = try view.account("A-1", knownAt: view.size).book
        let calendar = book.calendar(on: date, knownAt: .max)
        #expect(try fold.fold(0, of: book, on: date, knownAt: .max, calendar: calendar))
        #expect(try fold.outstanding().total == 100_000 && fold.remarks.isEmpty)
      }
    }
  }
}
