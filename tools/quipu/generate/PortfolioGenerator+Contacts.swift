import Collections

/// Contacts: reminders before a bill is due, the chase after it, and what comes of each.
///
/// Outbound contacts keep Ley 29571 art. 62.b: business days, calls and visits from 07:00 to 20:00 local
/// time. A few calls break it on purpose: after 20:00, or on a Sunday.
extension PortfolioGenerator {
  /// A way of contact with the hours in which it is used, in minutes after midnight, and its texts.
  private struct Channel {
    var name: String
    var hours: ClosedRange<Int>
    var templates: [String]

    static let call = Channel(name: "call", hours: 8 * 60...19 * 60 + 44, templates: [])
    static let visit = Channel(name: "visit", hours: 9 * 60...17 * 60 + 59, templates: [])
    static let whatsapp = Channel(
      name: "whatsapp", hours: 8 * 60...18 * 60 + 59, templates: ["wa-saldo-1", "wa-cuota-2"])
    static let sms = Channel(
      name: "sms", hours: 8 * 60...18 * 60 + 59, templates: ["sms-saldo-1", "sms-cuota-2"])
    static let email = Channel(
      name: "email", hours: 7 * 60 + 30...18 * 60 + 59, templates: ["em-estado-1", "em-aviso-2"])
    static let letter = Channel(
      name: "letter", hours: 9 * 60...16 * 60 + 59, templates: ["ca-requerimiento-1"])
  }

  // MARK: Before a bill is due

  /// Reminds some debtors of a coming bill; some look it up by themselves.
  mutating func remind(_ index: Int) {
    if chance(index, perMille: 50) { visitPortal(index) }
    guard days.contains(today), !has(index, .noMessages), chance(index, perMille: 160) else {
      return
    }
    send(index, by: pick(index, weights: [2, 1]) == 0 ? .sms : .email, tone: "reminder")
  }

  /// The debtor looks at the debt on the portal, at any hour.
  private mutating func visitPortal(_ index: Int) {
    let day = today
    let minute = pick(index, 6 * 60...23 * 60 + 30)
    let second = pick(index, 0...59)
    let contact = nextContact(index)
    let subject = accounts[index].subject
    emit("ContactAttempted", index, by: .core, naming: subject) { draft in
      draft.string("channel", "portal")
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.string("direction", "inbound")
      draft.moment("localAt", day, minute: minute, second: second)
    }
    emit("PortalVisited", index, by: .core, naming: subject) { draft in
      draft.moment("localAt", day, minute: minute, second: second)
    }
  }

  // MARK: The chase

  /// Some days after a bill fell due: begins the chase if it is still unpaid.
  mutating func noticeArrears(_ index: Int) {
    guard accounts[index].arrears > 100 || isResidue(index), !has(index, .closed),
      !has(index, .settled)
    else { return }
    if accounts[index].behindSince == nil { accounts[index].behindSince = today }
    guard !has(index, .chased), !has(index, .held), !has(index, .protected) else { return }
    accounts[index].marks.insert(.chased)
    plan(.chase, index, on: days.rolled(today))
  }

  /// Whether only accrued interest is left of a debt that was billed in full.
  private func isResidue(_ index: Int) -> Bool {
    accounts[index].isFullyBilled && accounts[index].owed > 0
  }

  /// One contact of the chase, by a channel that suits how old the debt is, and the plan of the next.
  mutating func chase(_ index: Int, planted: Bool) {
    accounts[index].accrue(through: today)
    guard accounts[index].arrears > 100 || isResidue(index),
      accounts[index].marks.isDisjoint(with: [.closed, .held, .protected, .settled])
    else {
      accounts[index].marks.remove(.chased)
      return
    }
    if isResidue(index), accounts[index].arrears <= 0, accounts[index].segment != .neverPaying {
      plan(.payment, index, on: days.payday(from: today + 1), amount: 1000)
    }
    let age = today - (accounts[index].behindSince ?? today)
    if planted {
      call(index, minute: pick(index, 10 * 60...17 * 60 + 59))
    } else {
      if escalate(index, age: age) { return }
      contact(index, age: age)
    }
    guard !has(index, .held), !has(index, .protected), !has(index, .settled) else {
      accounts[index].marks.remove(.chased)
      return
    }
    planNextChase(index, age: age)
  }

  /// The next contact: sooner while the debt is young, later when a promise is open.
  private mutating func planNextChase(_ index: Int, age: Int) {
    let gap =
      switch age {
      case ..<9: pick(index, 2...4)
      case ..<31: pick(index, 3...7)
      case ..<91: pick(index, 4...10)
      default: pick(index, 9...22)
      }
    var day = days.adding(gap + (has(index, .promised) ? 3 : 0), to: today)
    let isPlanted = age > 8 && chance(index, perMille: 10)
    if isPlanted { day = day + (7 - day.weekday) }
    plan(.chase, index, on: day, number: isPlanted ? 1 : 0)
  }

  /// Makes one contact by a channel that suits the age of the debt.
  private mutating func contact(_ index: Int, age: Int) {
    let weights =
      switch age {
      case ..<9: [10, 40, 35, 15, 0, 0]
      case ..<31: [50, 25, 12, 13, 0, 0]
      case ..<91: [56, 14, 5, 5, 10, 10]
      default: [45, 8, 4, 8, 20, 15]
      }
    let channel = pick(index, weights: weights)
    if channel == 0 || (has(index, .noMessages) && channel < 4) {
      let isLate = age > 2 && chance(index, perMille: 18)
      let hours = isLate ? 20 * 60...21 * 60 + 50 : Channel.call.hours
      call(index, minute: pick(index, hours))
    } else {
      switch channel {
      case 1: send(index, by: .whatsapp, tone: tone(age))
      case 2: send(index, by: .sms, tone: tone(age))
      case 3: send(index, by: .email, tone: tone(age))
      case 4: mail(index, age: age)
      default: visit(index)
      }
    }
  }

  private func tone(_ age: Int) -> String { age < 9 ? "reminder" : age < 60 ? "firm" : "formal" }

  private mutating func nextContact(_ index: Int) -> Int32 {
    accounts[index].contacts += 1
    return accounts[index].contacts
  }

  /// Writes the attempt itself and gives back the contact's number.
  private mutating func attempt(
    _ index: Int, _ channel: Channel, minute: Int, tone: String, by actor: SimulatedActor
  ) -> Int32 {
    let contact = nextContact(index)
    let day = today
    let second = pick(index, 0...59)
    let template = channel.templates.isEmpty ? nil : pick(index, channel.templates)
    let point = pointID(accounts[index].subject, channel: channel.name)
    emit("ContactAttempted", index, by: actor, naming: accounts[index].subject) { draft in
      draft.string("channel", channel.name)
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.string("direction", "outbound")
      draft.moment("localAt", day, minute: minute, second: second)
      if let point { draft.string("point", point) }
      if let template { draft.string("template", template) }
      draft.string("tone", tone)
    }
    return contact
  }

  /// Writes an event that only names the contact, and perhaps a code.
  private mutating func note(
    _ type: StaticString, _ index: Int, contact: Int32, code: String?, by actor: SimulatedActor
  ) {
    let isOutcome = "\(type)" == "ContactOutcome"
    let notes = isOutcome ? remark(index, contact: contact, code: code ?? "") : nil
    emit(type, index, by: actor, naming: accounts[index].subject) { draft in
      if let code { draft.string("code", code) }
      draft.identifier("contact", "c-", Int32(index), contact)
      if let notes { draft.string("notes", notes) }
    }
  }

  private mutating func connect(
    _ index: Int, contact: Int32, party: String, seconds: Int, by actor: SimulatedActor
  ) {
    emit("ContactConnected", index, by: actor, naming: accounts[index].subject) { draft in
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.string("party", party)
      draft.integer("seconds", Int64(seconds))
    }
  }

  // MARK: Channels

  /// A telephone call.
  private mutating func call(_ index: Int, minute: Int) {
    let actor = collector(index)
    let contact = attempt(index, .call, minute: minute, tone: "spoken", by: actor)
    switch pick(index, weights: [560, 60, 90, 290]) {
    case 0:
      let code = pick(index, ["no-answer", "no-answer", "busy", "voicemail", "switched-off"])
      note("ContactFailed", index, contact: contact, code: code, by: actor)
    case 1:
      connect(index, contact: contact, party: "wrong", seconds: pick(index, 5...40), by: actor)
      note("ContactOutcome", index, contact: contact, code: "wrong-number", by: actor)
    case 2:
      connect(index, contact: contact, party: "third", seconds: pick(index, 10...60), by: actor)
      note("ContactOutcome", index, contact: contact, code: "call-back", by: actor)
    default:
      connect(index, contact: contact, party: "right", seconds: pick(index, 40...480), by: actor)
      conclude(index, contact: contact, channel: .call, by: actor)
    }
  }

  /// A text message or e-mail; WhatsApp is answered at times.
  private mutating func send(_ index: Int, by channel: Channel, tone: String) {
    let minute = pick(index, channel.hours)
    let contact = attempt(index, channel, minute: minute, tone: tone, by: .notifier)
    if chance(index, perMille: 90) {
      let code = pick(index, ["undelivered", "not-registered", "mailbox-full"])
      note("ContactFailed", index, contact: contact, code: code, by: .notifier)
      return
    }
    note("ContactDelivered", index, contact: contact, code: nil, by: .notifier)
    if chance(index, perMille: 6) { optOut(index, channel: channel.name) }
    guard channel.name == "whatsapp", accounts[index].behindSince != nil,
      chance(index, perMille: 140)
    else { return }
    let actor = collector(index)
    conclude(index, contact: contact, channel: channel, by: actor)
  }

  private mutating func optOut(_ index: Int, channel: String) {
    accounts[index].marks.insert(.noMessages)
    emit(
      "ChannelOptedOut", index, by: .notifier, onSubject: true, naming: accounts[index].subject
    ) { draft in
      draft.string("channel", channel)
    }
  }

  /// A letter; the notary's costs something, to the creditor and at times to the debtor.
  private mutating func mail(_ index: Int, age: Int) {
    let minute = pick(index, Channel.letter.hours)
    let contact = attempt(index, .letter, minute: minute, tone: "formal", by: .core)
    plan(.letter, index, on: days.adding(pick(index, 2...6), to: today), number: contact)
    incur(index, kind: "carta", amount: Int64(pick(index, 45...90) * 10), contact: contact)
    // Supervised lenders may add nothing to default interest (Ley 28587 art. 6): bills only.
    if age > 60, !accounts[index].bearsInterest, !has(index, .charged) {
      chargeCost(index, label: "carta-notarial", amount: Int64(pick(index, 20...35) * 100))
    }
  }

  /// Some days later the letter has arrived, or comes back.
  mutating func deliverLetter(_ index: Int, contact: Int32) {
    guard !has(index, .closed) else { return }
    if chance(index, perMille: 850) {
      note("ContactDelivered", index, contact: contact, code: nil, by: .core)
    } else {
      let code = pick(index, ["unknown-address", "moved-away", "refused"])
      note("LetterReturned", index, contact: contact, code: code, by: .core)
    }
  }

  /// A visit to the debtor's home or stall.
  private mutating func visit(_ index: Int) {
    let actor = collector(index)
    let day = today
    let minute = pick(index, Channel.visit.hours)
    let second = pick(index, 0...59)
    let contact = attempt(index, .visit, minute: minute, tone: "spoken", by: actor)
    incur(index, kind: "visita", amount: Int64(pick(index, 12...35) * 100), contact: contact)
    if chance(index, perMille: 350) {
      note("ContactFailed", index, contact: contact, code: "nobody-home", by: actor)
      return
    }
    emit("VisitPerformed", index, by: actor, naming: accounts[index].subject) { draft in
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.moment("localAt", day, minute: minute, second: second)
    }
    if chance(index, perMille: 550) {
      connect(index, contact: contact, party: "right", seconds: pick(index, 120...900), by: actor)
      conclude(index, contact: contact, channel: .visit, by: actor)
    } else {
      connect(index, contact: contact, party: "third", seconds: pick(index, 30...180), by: actor)
      note("ContactOutcome", index, contact: contact, code: "call-back", by: actor)
    }
  }

  private mutating func incur(_ index: Int, kind: String, amount: Int64, contact: Int32) {
    emit("CostIncurred", index, by: .core) { draft in
      draft.account("account", Int32(index))
      draft.integer("amount", amount)
      draft.identifier("contact", "c-", Int32(index), contact)
      draft.string("currency", "PEN")
      draft.string("kind", kind)
    }
  }

  // MARK: Outcomes

  /// What a talk with the debtor ends in.
  private mutating func conclude(
    _ index: Int, contact: Int32, channel: Channel, by actor: SimulatedActor
  ) {
    let weights: [Int] =
      switch accounts[index].segment {
      case .onTime, .late: [400, 150, 250, 10, 0, 190]
      case .partial, .selfCuring: [380, 250, 150, 15, 0, 205]
      case .promising: [700, 120, 40, 10, 0, 130]
      case .disputing: [150, 150, 50, 450, 0, 200]
      case .vulnerable: [150, 150, 20, 10, 500, 170]
      case .neverPaying: [120, 630, 0, 20, 0, 230]
      }
    let codes = ["promise", "refusal", "will-pay", "dispute", "hardship", "call-back"]
    var outcome = pick(index, weights: weights)
    // Nobody promises twice at once, nor opens a second dispute or moratorium in these stories.
    if outcome == 0, has(index, .promised) || accounts[index].owed <= 500 { outcome = 2 }
    if outcome == 3, accounts[index].disputes >= 2 { outcome = 1 }
    if outcome == 4, has(index, .relieved) { outcome = 5 }
    if channel.name == "whatsapp",
      let text = message(index, contact: contact, code: codes[outcome])
    {
      tell("MessageReceived", accounts[index].subject, onAccount: index) { draft in
        draft.string("channel", "whatsapp")
        draft.identifier("contact", "c-", Int32(index), contact)
        draft.string("text", text)
      }
    }
    note("ContactOutcome", index, contact: contact, code: codes[outcome], by: actor)
    switch outcome {
    case 0: promise(index, contact: contact, channel: channel.name, by: actor)
    case 3: dispute(index, by: actor)
    case 4: relieve(index)
    default: break
    }
    if chance(index, perMille: 12) { complain(index) }
  }
}
