import CanonicalJSON
import Collections

/// A slow, plain checker of generated drafts, written from the rules and not from the generator.
///
/// It keeps what it must to judge the next draft and lists what is wrong, up to a few.
struct PortfolioChecker {
  /// What is known of one account.
  private struct Account {
    var opened: CivilDate
    var isClosed = false
    var isWrittenOff = false
    var isPlaced = false
    var subjects: Set<String> = []
    var payments: [String: Int64] = [:]
    var takenBack: Set<String> = []
    var promises: [String: CivilDate] = [:]
    var contacts: Set<String> = []
    var disputes: Set<String> = []
    var holds: Set<String> = []
    var complaints: Set<String> = []
  }

  /// What is wrong, the first few.
  private(set) var problems: [String] = []
  /// How often each type came.
  private(set) var counts: [String: Int] = [:]
  /// Outbound calls and visits, and those outside the lawful hours.
  private(set) var calls = 0, unlawfulCalls = 0
  /// Other outbound contacts outside business days or [07:00, 20:00).
  private(set) var unlawfulMessages = 0
  /// Payments recorded after their own date.
  private(set) var latePayments = 0
  /// Of the calls: those on a Sunday, those at or after 20:00.
  private(set) var sundayCalls = 0, eveningCalls = 0

  private let first: CivilDate
  private let end: CivilDate
  private let calendar = BusinessCalendar(jurisdiction: "PE")
  private var accounts: [String: Account] = [:]
  private var keys: Set<String> = []
  private var today: CivilDate
  private var line = 0

  /// A checker of a story told from `first` to the eve of `end`.
  init(first: CivilDate, end: CivilDate) {
    self.first = first
    self.end = end
    today = first
  }

  /// Judges one draft, given as a line without its newline.
  mutating func check(_ text: String) {
    line += 1
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text, as: .event, limits: .event)
    } catch {
      report("not an event's JSON: \(error)")
      return
    }
    if value.canonicalText != text { report("not canonical: \(text)") }
    guard let type = value["type"]?.stringValue, let data = value["data"],
      let stream = value["stream"]?.stringValue, let key = value["key"]?.stringValue,
      let effective = value["effective"]?.stringValue.flatMap({ CivilDate($0) })
    else {
      report("an envelope without type, data, stream, key or effective: \(text)")
      return
    }
    counts[type, default: 0] += 1
    checkEnvelope(value, key: key, stream: stream)
    checkFields(type, data, value)
    checkOrder(type, effective)
    let parts = stream.split(separator: "/").map(String.init)
    guard parts.count == 2 else { return report("stream \(stream)") }
    if parts[0] == "subject" {
      checkSubject(type, data, subject: parts[1])
    } else {
      checkAccount(type, data, value, id: parts[1], effective: effective)
    }
  }

  private mutating func report(_ problem: String) {
    if problems.count < 20 { problems.append("line \(line): \(problem)") }
  }

  // MARK: Form

  private mutating func checkEnvelope(_ value: JSONValue, key: String, stream: String) {
    let allowed: Set = ["actor", "data", "effective", "key", "stream", "subject", "type"]
    let keysPresent = Set((value.objectValue ?? []).map(\.key))
    if !keysPresent.isSubset(of: allowed) { report("envelope keys \(keysPresent)") }
    if !keys.insert(key).inserted { report("key \(key) again") }
    if key.utf8.count > 40 || key.contains(" ") { report("key \(key)") }
    let actor = value["actor"]?["id"]?.stringValue
    for id in [actor, stream.split(separator: "/").last.map(String.init)]
    where !isID(id) { report("id \(id ?? "none")") }
    if let subject = value["subject"], !isID(subject.stringValue) { report("subject") }
    let kind = value["actor"]?["kind"]?.stringValue
    if kind != "person", kind != "system" { report("actor's kind") }
    if !isID(value["actor"]?["role"]?.stringValue) { report("actor's role") }
  }

  private mutating func checkFields(_ type: String, _ data: JSONValue, _ value: JSONValue) {
    guard let shape = DraftShape.all[type] else { return report("type \(type) is not ours") }
    let fields = Set((data.objectValue ?? []).map(\.key))
    if !shape.required.isSubset(of: fields) { report("\(type) lacks a field: \(fields)") }
    if !fields.isSubset(of: shape.required.union(shape.optional)) {
      report("\(type) has a field too many: \(fields)")
    }
    if shape.namesSubject != (value["subject"] != nil) { report("\(type): subject") }
    for rule in DraftShape.words where rule.type == type {
      guard let word = data[rule.field] else { continue }
      if !rule.words.contains(word.stringValue ?? "") { report("\(type).\(rule.field) is \(word)") }
    }
    for field in ["amount", "principal", "interest", "penalty", "cost"] {
      if let amount = data[field], (amount.integerValue ?? 0) <= 0 {
        report("\(type).\(field) is \(amount)")
      }
    }
    for field in ["from", "to", "dueOn", "purgeBy"] where data[field] != nil {
      if data[field]?.stringValue.flatMap({ CivilDate($0) }) == nil { report("\(type).\(field)") }
    }
    if let items = data["items"]?.arrayValue { checkItems(type, items) }
  }

  private mutating func checkItems(_ type: String, _ items: [JSONValue]) {
    var numbers: Set<Int64> = []
    var last: String?
    for item in items {
      let fields = Set((item.objectValue ?? []).map(\.key))
      if !fields.isSubset(of: ["n", "dueOn", "principal", "interest"]) { report("item \(fields)") }
      let number = item["n"]?.integerValue ?? 0
      if number < 1 || !numbers.insert(number).inserted { report("item's n \(number)") }
      if (item["principal"]?.integerValue ?? -1) < 0 { report("item's principal") }
      guard let due = item["dueOn"]?.stringValue, CivilDate(due) != nil else {
        report("item's dueOn")
        continue
      }
      if let last, due <= last { report("\(type): items out of order") }
      last = due
    }
    if items.isEmpty { report("\(type) without items") }
  }

  private func isID(_ text: String?) -> Bool {
    guard let text, (1...64).contains(text.utf8.count) else { return false }
    return text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "._:-".utf8.contains(byte)
    }
  }

  /// Only a payment may be recorded after its date; all else comes day by day.
  private mutating func checkOrder(_ type: String, _ effective: CivilDate) {
    if effective < first || effective >= end { report("\(type) on \(effective.text)") }
    if effective < today {
      if type == "PaymentReceived" { latePayments += 1 } else { report("\(type) out of order") }
    }
    today = max(today, effective)
  }

  // MARK: Meaning

  private mutating func checkSubject(_ type: String, _ data: JSONValue, subject: String) {
    guard type == "SubjectLinked" else { return }
    guard let id = data["account"]?.stringValue, accounts[id] != nil else {
      return report("a person linked to an account not opened")
    }
    accounts[id]?.subjects.insert(subject)
  }

  private mutating func checkAccount(
    _ type: String, _ data: JSONValue, _ value: JSONValue, id: String, effective: CivilDate
  ) {
    if type == "AccountOpened" {
      if accounts[id] != nil { report("\(id) opened twice") }
      if data["account"]?.stringValue != id { report("\(id) opened by another name") }
      accounts[id] = Account(opened: effective)
      return
    }
    guard var account = accounts.removeValue(forKey: id) else {
      return report("\(type) before \(id) was opened")
    }
    if effective < account.opened { report("\(type) before the opening of \(id)") }
    let passesClosure: Set = [
      "PaymentReceived", "PaymentReversed", "PaymentChargedBack", "AccountReopened",
    ]
    if account.isClosed, !passesClosure.contains(type) { report("\(type) on closed \(id)") }
    if let subject = value["subject"]?.stringValue, !account.subjects.contains(subject) {
      report("\(type) names \(subject), whom nothing links to \(id)")
    }
    checkMoney(type, data, &account)
    checkPromise(type, data, &account)
    checkContact(type, data, &account)
    checkLife(type, data, &account)
    accounts[id] = account
  }

  private mutating func checkMoney(_ type: String, _ data: JSONValue, _ account: inout Account) {
    let payment = data["payment"]?.stringValue ?? ""
    switch type {
    case "PaymentReceived":
      if account.payments[payment] != nil { report("payment \(payment) again") }
      account.payments[payment] = data["amount"]?.integerValue
      if let promise = data["promise"]?.stringValue, account.promises[promise] == nil {
        report("payment for unknown promise \(promise)")
      }
    case "PaymentReversed", "PaymentChargedBack":
      guard let amount = account.payments[payment] else {
        return report("\(type) of unknown \(payment)")
      }
      if !account.takenBack.insert(payment).inserted { report("\(payment) taken back twice") }
      if let part = data["amount"]?.integerValue, part > amount { report("\(payment) over-taken") }
    default: break
    }
  }

  private mutating func checkPromise(_ type: String, _ data: JSONValue, _ account: inout Account) {
    guard type.hasPrefix("Promise"), let promise = data["promise"]?.stringValue else { return }
    let due = data["dueOn"]?.stringValue.flatMap { CivilDate($0) }
    if type == "PromiseMade" {
      if account.promises[promise] != nil { report("promise \(promise) again") }
      if let contact = data["contact"]?.stringValue, !account.contacts.contains(contact) {
        report("promise in unknown contact \(contact)")
      }
      account.promises[promise] = due
    } else {
      guard let known = account.promises[promise] else {
        return report("\(type) of unknown \(promise)")
      }
      if today > known { report("\(type) after its day") }
      if let due { account.promises[promise] = due }
    }
    if let due, due < today { report("\(type) for a day gone by") }
  }

  private mutating func checkContact(_ type: String, _ data: JSONValue, _ account: inout Account) {
    guard let contact = data["contact"]?.stringValue, type != "PromiseMade" else { return }
    guard type == "ContactAttempted" else {
      if !account.contacts.contains(contact) { report("\(type) of unknown \(contact)") }
      return
    }
    if !account.contacts.insert(contact).inserted { report("contact \(contact) again") }
    guard let at = data["localAt"]?.stringValue, at.utf8.count == 25, at.hasSuffix("-05:00"),
      let date = CivilDate(String(at.prefix(10))),
      let hour = Int(at.dropFirst(11).prefix(2)), hour < 24
    else { return report("localAt") }
    if date != today { report("a contact of \(at) recorded on \(today.text)") }
    guard data["direction"]?.stringValue == "outbound" else { return }
    let isUnlawful = !calendar.isBusinessDay(date) || !(7..<20).contains(hour)
    if ["call", "visit"].contains(data["channel"]?.stringValue ?? "") {
      calls += 1
      unlawfulCalls += isUnlawful ? 1 : 0
      sundayCalls += date.weekday == 7 ? 1 : 0
      eveningCalls += hour >= 20 ? 1 : 0
      if isUnlawful, date.weekday != 7, hour < 20 { report("an unlawful call at \(at)") }
    } else {
      unlawfulMessages += isUnlawful ? 1 : 0
    }
  }

  private mutating func checkLife(_ type: String, _ data: JSONValue, _ account: inout Account) {
    switch type {
    case "AccountClosed": account.isClosed = true
    case "AccountReopened":
      if !account.isClosed { report("reopened though open") }
      account.isClosed = false
    case "WrittenOff":
      if account.isWrittenOff { report("written off twice") }
      account.isWrittenOff = true
    case "AgencyPlaced":
      if account.isPlaced { report("placed twice") }
      account.isPlaced = true
    case "AgencyRecalled":
      if !account.isPlaced { report("recalled though not placed") }
      account.isPlaced = false
    case "DelinquencyPaused", "MoratoriumStarted":
      if data["from"]?.stringValue != today.text { report("\(type) from another day") }
      if (data["to"]?.stringValue ?? "") < today.text { report("\(type) ends before it begins") }
    case "DisputeOpened": open(data["dispute"], &account.disputes)
    case "DisputeResolved": close(data["dispute"], &account.disputes)
    case "HoldPlaced": open(data["hold"], &account.holds)
    case "HoldLifted": close(data["hold"], &account.holds)
    case "ComplaintFiled": open(data["complaint"], &account.complaints)
    case "ComplaintAnswered": close(data["complaint"], &account.complaints)
    default: break
    }
  }

  private mutating func open(_ id: JSONValue?, _ ids: inout Set<String>) {
    let text = id?.stringValue ?? ""
    if !ids.insert(text).inserted { report("opened twice: \(text)") }
  }

  private mutating func close(_ id: JSONValue?, _ ids: inout Set<String>) {
    let text = id?.stringValue ?? ""
    if ids.remove(text) == nil { report("never opened: \(text)") }
  }
}
