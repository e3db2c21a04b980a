import Support

/// Drafts on few accounts, days, payments and keys, so that many collide and many are refused.
struct RandomDrafts {
  private var random: SeededGenerator
  private var made: [String] = []
  /// Events that may be named as a cause or to be voided: those recorded before the file began.
  var recorded: Int64 = 1

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// So many drafts, each as a line.
  mutating func next(_ count: Int) -> [String] {
    (0..<count).map { _ in
      let line = next()
      made.append(line)
      return line
    }
  }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  private mutating func pick(_ words: [String]) -> String { words[pick(0...words.count - 1)] }

  private mutating func next() -> String {
    if random.once(in: 6), let earlier = made.randomElement(using: &random) {
      // The same again, or under the same key something else or at another place.
      switch pick(0...3) {
      case 0: return earlier.replacing("\"amount\":", with: "\"amount\":1")
      case 1: return earlier.replacing("\"stream\":", with: "\"n\":\(pick(0...3)),\"stream\":")
      default: return earlier
      }
    }
    // Accounts are opened first, else nothing that follows is more than refused.
    var (type, fields) = made.count < 3 ? opening() : event()
    var account = "A-\(pick(1...3))"
    if type == "AccountOpened" {
      account = made.count < 3 ? "A-\(made.count + 1)" : "A-\(pick(1...4))"
      fields = fields.replacing("ACCOUNT", with: account)
    }
    var stream = "account/\(account)"
    if type == "EventVoided", random.once(in: 2) { stream = SimulatedLedger.stream }
    if type.hasPrefix("Moratorium") || type.hasPrefix("Hold"), !random.once(in: 4) {
      stream = "subject/S-\(random.once(in: 4) ? 2 : 1)"
    }
    if type == "DebtorPaymentReceived" { stream = "subject/S-\(random.once(in: 8) ? 2 : 1)" }
    var members = #""type":"\#(type)","stream":"\#(stream)","data":{\#(fields)}"#
    if type != "MoratoriumStarted", !random.once(in: 10) {
      let day = type == "AccountOpened" ? pick(10...12) : pick(11...19)
      members += #","effective":"2025-04-\#(day)""#
    }
    if !random.once(in: 6) { members += #","key":"k-\#(pick(1...150))""# }
    if random.once(in: 10) { members += #","n":\#(pick(0...4))"# }
    if random.once(in: 15) { members += #","cause":\#(pick(0...Int(recorded) - 1))"# }
    if random.once(in: 15) { members += #","actor":{"id":"u-2","kind":"bot","role":"x"}"# }
    if random.once(in: 40) { members += #","v":2"# }
    if random.once(in: 40) { members += "," }
    return "{\(members)}"
  }

  private mutating func opening() -> (String, String) {
    (
      "AccountOpened",
      #""account":"ACCOUNT","subject":"S-\#(random.once(in: 6) ? 2 : 1)","creditor":"bank","#
        + (random.once(in: 3) ? #""terms":{"compensatoryBp":36000},"# : "")
        + #""product":"consumer","#
        + #""currency":"PEN","items":[{"n":1,"dueOn":"2025-04-12","principal":\#(pick(0...200))},"#
        + #"{"n":2,"dueOn":"2025-04-16","principal":100}]"#
    )
  }

  /// A type and its fields.
  private mutating func event() -> (String, String) {
    let (payment, promise) = ("p-\(pick(1...6))", "pr-\(pick(1...3))")
    let amount = random.once(in: 12) ? 0 : pick(1...40) * 10
    let money = #""amount":\#(amount),"currency":"\#(random.once(in: 8) ? "USD" : "PEN")""#
    switch pick(0...27) {
    case 0, 1: return opening()
    case 2...6:
      let link = random.once(in: 4) ? #","promise":"\#(promise)""# : ""
      return ("PaymentReceived", #""payment":"\#(payment)",\#(money),"method":"cash"\#(link)"#)
    case 7:
      return ("PaymentReversed", #""payment":"\#(payment)","kind":"error","reason":"r""#)
    case 8: return ("PaymentChargedBack", #""payment":"\#(payment)","amount":\#(pick(1...50))"#)
    case 9: return ("RefundIssued", #""amount":\#(pick(1...60)),"method":"cash""#)
    case 10:
      return (
        "ChargeAssessed",
        #""component":"\#(pick(["cost", "penalty", "coast"]))","amount":\#(amount),"label":"x""#
          + (random.once(in: 2) ? #","item":\#(pick(1...3))"# : "")
      )
    case 11: return ("AccountClosed", #""reason":"r""#)
    case 12: return ("AccountReopened", #""reason":"r""#)
    case 13...15 where recorded > 1:
      return (
        "EventVoided",
        #""target":\#(pick(0...Int(recorded) - 1)),"approver":"u-\#(pick(1...3))","reason":"r""#
      )
    case 16:
      return (
        "PromiseMade",
        #""promise":"\#(promise)","amount":50,"dueOn":"2025-04-20","channel":"call""#
      )
    case 18:
      let date = "2025-04-\(pick(18...26))"
      return ("PromiseRescheduled", #""promise":"\#(promise)","dueOn":"\#(date)""#)
    case 19, 20: return plan()
    case 21: return ("PlanCancelled", #""plan":"pl-\#(pick(1...3))","reason":"r""#)
    case 22, 23:
      let part = #","instruction":[{"account":"A-\#(pick(1...4))","amount":\#(pick(1...50))}]"#
      return (
        "DebtorPaymentReceived",
        #""payment":"\#(payment)",\#(money),"method":"cash""# + (random.once(in: 3) ? part : "")
      )
    case 24, 25:
      let day = pick(11...19)
      return (
        "MoratoriumStarted",
        #""kind":"law","from":"2025-04-\#(day)","to":"2025-04-\#(day + pick(0...8))","#
          + #""stopsAccrual":\#(random.once(in: 2))"#
      )
    case 26: return ("MoratoriumEnded", "")
    case 27:
      let hold = #""hold":"h-\#(pick(1...2))""#
      return random.once(in: 3)
        ? ("HoldLifted", hold) : ("HoldPlaced", hold + #","kind":"complaint","reason":"r""#)
    default: return ("PromiseCancelled", #""promise":"\#(promise)","by":"debtor","reason":"r""#)
    }
  }

  /// A plan that balances where nothing was paid yet, and now and then otherwise.
  private mutating func plan() -> (String, String) {
    let whole = pick(0...30) * 10
    return (
      "PlanAgreed",
      #""plan":"pl-\#(pick(1...3))","kind":"settlement","conditional":\#(random.once(in: 2)),"#
        + #""defaultAfterDays":\#(pick(0...3)),"haircut":{"principal":\#(whole)},"#
        + #""items":[{"n":1,"dueOn":"2025-04-\#(pick(12...25))","principal":\#(pick(0...3) * 100)}]"#
    )
  }
}
