import Collections
import Support

/// A random history of one account in 2026: what moves money in every way, much of it recorded late.
struct PostingHistory {
  private(set) var log = EventLines()
  private var payments = 0
  private var voidable: [Int64] = []
  /// Whether plans are agreed in it, which fall away and change what was true of days before.
  let hasPlans: Bool
  private var plans = 0

  /// Opens the account.
  init(_ random: inout SeededGenerator) {
    hasPlans = random.once(in: 2)
    let items = (1...Int.random(in: 1...4, using: &random)).map { n in
      #"{"cost":\#(Int.random(in: 0...500, using: &random)),"dueOn":"2026-0\#(n)-15","#
        + #""interest":\#(Int.random(in: 0...2_000, using: &random)),"n":\#(n),"#
        + #""penalty":0,"principal":\#(Int.random(in: 1...90_000, using: &random))}"#
    }
    let rates = random.once(in: 4) ? "" : #""compensatoryBp":4800,"defaultBp":1200,"#
    log.add(
      "AccountOpened", "account/A", "2026-01-01",
      #"{"account":"A","creditor":"bank","currency":"PEN","items":[\#(items.joined(separator: ","))],"#
        + #""product":"consumer","subject":"S-1","terms":{\#(rates)"yearDays":365}}"#)
  }

  /// Adds something to it.
  mutating func add(_ random: inout SeededGenerator) {
    let month = Int.random(in: 1...9, using: &random)
    let date = "2026-0\(month)-\(Int.random(in: 10...28, using: &random))"
    func amount(_ most: Int = 40_000) -> Int { Int.random(in: 1...most, using: &random) }
    switch Int.random(in: 0..<20, using: &random) {
    case 18 where hasPlans:
      plans += 1
      let items = (month...9).map { n in
        #"{"dueOn":"2026-0\#(n)-28","interest":\#(amount(500)),"n":\#(n),"principal":\#(amount(9_000))}"#
      }
      put(
        "PlanAgreed", date,
        #"{"accrues":\#(random.once(in: 2)),"conditional":\#(random.once(in: 2)),"#
          + #""defaultAfterDays":\#(amount(40)),"haircut":{"principal":\#(amount(5_000))},"#
          + #""items":[\#(items.joined(separator: ","))],"kind":"settlement","#
          + #""plan":"r-\#(plans)","planInterest":\#(amount(900))}"#)
    case 19 where plans > 0:
      let id = Int.random(in: 1...plans, using: &random)
      put("PlanCancelled", date, #"{"plan":"r-\#(id)","reason":"r"}"#)
    case 0...4:
      payments += 1
      let intent = random.once(in: 3) ? #""intent":"prepayment","# : ""
      put(
        "PaymentReceived", date,
        #"{"amount":\#(amount()),"currency":"PEN",\#(intent)"method":"card","payment":"p-\#(payments)"}"#
      )
    case 5: put("ChargeAssessed", date, charge(amount(3_000), &random) + #","label":"l"}"#)
    case 6: put("ChargeWaived", date, charge(amount(3_000), &random) + #","reason":"r"}"#)
    case 7:
      put(
        "DebtForgiven", date,
        #"{"interest":\#(amount(900)),"principal":\#(amount(9_000)),"reason":"r"}"#)
    case 8:
      put(
        "ScheduleSet", date,
        #"{"items":[{"dueOn":"2026-08-31","interest":100,"n":9,"principal":\#(amount())}]}"#)
    case 9: put("RefundIssued", date, #"{"amount":\#(amount(5_000)),"method":"cash"}"#)
    case 10 where payments > 0:
      let id = Int.random(in: 1...payments, using: &random)
      put("PaymentChargedBack", date, #"{"amount":\#(amount(9_000)),"payment":"p-\#(id)"}"#)
    case 11 where payments > 0:
      let id = Int.random(in: 1...payments, using: &random)
      put("PaymentReversed", date, #"{"kind":"bounced","payment":"p-\#(id)","reason":"r"}"#)
    case 12: put("WrittenOff", date, "{}")
    case 13: put("WriteOffReversed", date, "{}")
    case 14: put("PortfolioSold", date, #"{"buyer":"b","cutoff":"\#(date)","price":\#(amount())}"#)
    case 15: put("AccountReopened", date, #"{"reason":"r"}"#)
    case 16:
      put(
        "DelinquencyPaused", date,
        #"{"from":"\#(date)","reason":"r","stopsAccrual":true,"to":"2026-10-01"}"#)
    default:
      guard let target = voidable.randomElement(using: &random) else { return }
      log.add(
        "EventVoided", "account/A", date,
        #"{"approver":"u-2","reason":"r","target":\#(target)}"#)
    }
  }

  private mutating func put(_ type: String, _ date: String, _ data: String) {
    voidable.append(log.add(type, "account/A", date, data))
  }

  private func charge(_ amount: Int, _ random: inout SeededGenerator) -> String {
    let names = Component.allCases.map(\.name)
    let name = names.randomElement(using: &random) ?? "cost"
    return #"{"amount":\#(amount),"component":"\#(name)""#
  }
}
