import Collections
import EventStore
import Projections
import Support

/// A random history of a few accounts and people in 2026: everything a feature looks at, much of it recorded
/// late, some of it reversed or voided.
struct FeatureHistory {
  static let accounts = ["A-1", "A-2", "A-3"]
  private(set) var log = EventLines()
  /// Whether plans may fall away, after which days before are seen otherwise.
  let plansFall: Bool
  private var count = 0
  private var payments: [String: [String]] = [:]
  private var promises: [String: [String]] = [:]
  private var disputes: [String: [String]] = [:]
  private var contacts: [String: [String]] = [:]
  private var voidable: [Int64] = []

  init(events: Int, plansFall: Bool, _ random: inout SeededGenerator) {
    self.plansFall = plansFall
    log.add("SubjectRegistered", "subject/S-1", "2026-01-01", #"{"subject":"S-1"}"#)
    for account in Self.accounts {
      let items = (1...6).map { n in
        #"{"dueOn":"2026-0\#(n)-15","interest":\#(Int.random(in: 0...900, using: &random)),"n":\#(n),"#
          + #""principal":\#(Int.random(in: 1...30_000, using: &random))}"#
      }
      let limit =
        random.once(in: 2)
        ? #""creditLimit":\#(Int.random(in: 0...200_000, using: &random)),"# : ""
      let rates = random.once(in: 2) ? #""compensatoryBp":4800,"defaultBp":1200,"# : ""
      log.add(
        "AccountOpened", "account/\(account)", "2026-01-0\(Int.random(in: 1...9, using: &random))",
        #"{"account":"\#(account)",\#(limit)"creditor":"bank","currency":"PEN","#
          + #""items":[\#(items.joined(separator: ","))],"product":"card","#
          + #""subject":"\#(account == "A-3" ? "S-2" : "S-1")","terms":{\#(rates)"yearDays":360}}"#)
    }
    while count < events { add(&random) }
  }

  /// A day of the year on which something may happen.
  static func date(_ random: inout SeededGenerator) -> String {
    CivilDate(days: 20_464 + Int32.random(in: 0...330, using: &random)).text
  }

  private mutating func add(_ random: inout SeededGenerator) {
    count += 1
    let account = Self.accounts[Int.random(in: 0..<3, using: &random)]
    let date = Self.date(&random)
    switch Int.random(in: 0..<14, using: &random) {
    case 0...2:
      payments[account, default: []].append("p-\(count)")
      let promise = (promises[account] ?? []).randomElement(using: &random)
      let named = promise.map { #","promise":"\#($0)""# } ?? ""
      put(
        "PaymentReceived", account, date,
        #"{"amount":\#(Int.random(in: 1...20_000, using: &random)),"currency":"PEN","method":"card","#
          + #""payment":"p-\#(count)"\#(named)}"#)
    case 3: takeBack(account, date, &random)
    case 4: promise(account, date, &random)
    case 5: dispute(account, date, &random)
    case 6: burden(account, date, &random)
    case 7: plan(account, date, &random)
    case 8: void(date, &random)
    default: contact(account, date, &random)
    }
  }

  private mutating func put(_ type: String, _ account: String, _ date: String, _ data: String) {
    voidable.append(log.add(type, "account/\(account)", date, data, subject: "S-1"))
  }

  private mutating func takeBack(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    guard let payment = (payments[account] ?? []).randomElement(using: &random) else { return }
    if random.once(in: 2) {
      put(
        "PaymentReversed", account, date,
        #"{"kind":"bounced","payment":"\#(payment)","reason":"r"}"#)
    } else {
      let amount = Int.random(in: 1...9_000, using: &random)
      put("PaymentChargedBack", account, date, #"{"amount":\#(amount),"payment":"\#(payment)"}"#)
    }
  }

  private mutating func promise(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    let due = Self.date(&random)
    guard let made = (promises[account] ?? []).randomElement(using: &random), random.once(in: 3)
    else {
      promises[account, default: []].append("pr-\(count)")
      return put(
        "PromiseMade", account, date,
        #"{"amount":\#(Int.random(in: 1...9_000, using: &random)),"channel":"call","dueOn":"\#(due)","#
          + #""graceDays":\#(Int.random(in: 0...5, using: &random)),"promise":"pr-\#(count)"}"#)
    }
    if random.once(in: 2) {
      put(
        "PromiseCancelled", account, date, #"{"by":"debtor","promise":"\#(made)","reason":"r"}"#)
    } else {
      put("PromiseRescheduled", account, date, #"{"dueOn":"\#(due)","promise":"\#(made)"}"#)
    }
  }

  /// Of the account, or of the person who owes two of them.
  private mutating func dispute(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    let stream = random.once(in: 3) ? "subject/S-1" : "account/\(account)"
    if let open = (disputes[stream] ?? []).randomElement(using: &random), random.once(in: 2) {
      voidable.append(
        log.add(
          "DisputeResolved", stream, date, #"{"decision":"rejected","dispute":"\#(open)"}"#))
      return
    }
    disputes[stream, default: []].append("d-\(count)")
    voidable.append(
      log.add(
        "DisputeOpened", stream, date,
        #"{"dispute":"d-\#(count)","reason":"r","scope":"amount"}"#))
  }

  private mutating func burden(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    let amount = Int.random(in: 1...3_000, using: &random)
    let to = max(date, Self.date(&random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      put(
        "ChargeAssessed", account, date,
        #"{"amount":\#(amount),"component":"principal","label":"l"}"#)
    case 1:
      put(
        "ChargeWaived", account, date,
        #"{"amount":\#(amount),"component":"interest","reason":"r"}"#)
    case 2:
      put(
        "DelinquencyPaused", account, date,
        #"{"from":"\#(date)","reason":"r","stopsAccrual":true,"to":"\#(to)"}"#)
    case 3:
      put(
        "GracePeriodGranted", account, date,
        #"{"from":"\#(date)","pausesAccrual":true,"reason":"r","to":"\#(to)"}"#)
    case 4:
      voidable.append(
        log.add(
          "MoratoriumStarted", "subject/S-1", date,
          #"{"from":"\#(date)","kind":"law","stopsAccrual":true,"to":"\#(to)"}"#))
    default:
      put(
        "ScheduleSet", account, date,
        #"{"items":[{"dueOn":"2026-08-31","interest":100,"n":9,"principal":\#(amount)}]}"#)
    }
  }

  private mutating func plan(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    let conditional = plansFall && random.once(in: 2)
    let items = (7...9).map { n in
      #"{"dueOn":"2026-0\#(n)-28","n":\#(n),"principal":\#(Int.random(in: 1...9_000, using: &random))}"#
    }
    put(
      "PlanAgreed", account, date,
      #"{"conditional":\#(conditional),"defaultAfterDays":\#(Int.random(in: 0...40, using: &random)),"#
        + #""items":[\#(items.joined(separator: ","))],"kind":"paymentPlan","plan":"r-\#(count)"}"#)
  }

  /// Voids an event that none has voided, and so no void.
  private mutating func void(_ date: String, _ random: inout SeededGenerator) {
    guard !voidable.isEmpty else { return }
    let target = voidable.remove(at: Int.random(in: 0..<voidable.count, using: &random))
    log.add(
      "EventVoided", "account/A-1", date, #"{"approver":"u-2","reason":"r","target":\#(target)}"#)
  }

  private mutating func contact(
    _ account: String, _ date: String, _ random: inout SeededGenerator
  ) {
    let channels = ["call", "whatsapp", "sms", "portal"]
    let channel = channels[Int.random(in: 0..<4, using: &random)]
    let known = (contacts[account] ?? []).randomElement(using: &random)
    let hour = Int.random(in: 10...23, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0...2:
      // Now and then a contact is tried twice.
      let id = random.once(in: 4) ? known ?? "c-\(count)" : "c-\(count)"
      contacts[account, default: []].append(id)
      put(
        "ContactAttempted", account, date,
        #"{"channel":"\#(channel)","contact":"\#(id)","#
          + #""direction":"\#(random.once(in: 3) ? "inbound" : "outbound")","#
          + #""localAt":"\#(date)T\#(hour):00:00-05:00","#
          + #""tone":"\#(["caring", "plain", "warm"][hour % 3])"}"#)
    case 3, 4:
      guard let known else { return }
      put("ContactDelivered", account, date, #"{"contact":"\#(known)"}"#)
    case 5:
      guard let known else { return }
      let party = random.once(in: 3) ? "third" : "right"
      put("ContactConnected", account, date, #"{"contact":"\#(known)","party":"\#(party)"}"#)
    case 6:
      let named = random.once(in: 2) ? known.map { #","contact":"\#($0)""# } ?? "" : ""
      put("MessageReceived", account, date, #"{"channel":"\#(channel)"\#(named)}"#)
    default: put("PortalVisited", account, date, "{}")
    }
  }
}

extension EventLines {
  /// A model of those lines alone that a choice keeps, in order, at the positions they have.
  func model(keeping isKept: (EventEnvelope, [UInt8]) -> Bool) throws -> ReadModel {
    var model = ReadModel()
    var reader = FieldReader()
    for line in lines {
      let envelope = try EventEnvelope(parsing: line.span)
      guard isKept(envelope, line) else { continue }
      try model.apply(envelope, line.span, &reader)
    }
    return model
  }
}
