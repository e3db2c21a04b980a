package import CanonicalJSON

/// What a score foretells of an account from the end of a day on.
///
/// Whether it came true is seen at the end of its last day, and only then: what comes early does not
/// close the window of what could still fail.
package enum Target: Hashable, Sendable {
  /// Of an account with anything overdue: payments effective in so many days after it come to at least
  /// a share (in basis points) of what was overdue.
  case paysWithin(days: Int32, minShareBp: Int32)
  /// Of a promise on the day it is made: it is kept (ledger-rules, section 7). One that is cancelled says
  /// neither and is left out.
  case keepsPromise
  /// Of an account past due: at the end of one of so many days after it, it is not.
  case curesWithin(days: Int32)
  /// The person answers: calls or writes by a channel within so many days, or is reached by it.
  case answersOn(channel: ContactChannel, days: Int32)
  /// An event of a type, one that ``AccountBook`` keeps, befalls the account within so many days.
  case endsIn(event: EventType, days: Int32)

  /// The kinds there are.
  enum Kind: CaseIterable {
    case paysWithin, keepsPromise, curesWithin, answersOn, endsIn
  }

  /// As many days as a window may have: ten years.
  package static let longestWindow: Int64 = 3_650

  /// How many days after the moment its window closes; nil where the promise says.
  package var days: Int32? {
    switch self {
    case .paysWithin(let days, _), .curesWithin(let days), .answersOn(_, let days),
      .endsIn(_, let days):
      days
    case .keepsPromise: nil
    }
  }

  /// Whether it depends on how people were treated, not on them alone: who is offered more plans is cured
  /// more often, who is called more often answers more often. A report has to say so.
  package var dependsOnTreatment: Bool {
    switch self {
    case .curesWithin, .answersOn: true
    case .paysWithin, .keepsPromise, .endsIn: false
    }
  }
}

// Its two forms: a JSON object in documents, and a text of one word for command lines and reports.
extension Target {
  /// Reads the object that names a target. Throws ``DocumentError``.
  package init(_ json: JSONValue) throws(DocumentError) {
    try self.init(DocumentNode(value: json, path: "$"))
  }

  /// Reads the object that names a target, wherever in a document it stands.
  init(_ node: DocumentNode) throws(DocumentError) {
    let known = ["kind", "days", "minShareBp", "channel", "event"]
    let all = try node.members(required: ["kind"], optional: Array(known.dropFirst()))
    let kind = try all.required("kind").choice(Kind.self)
    // Once more, now that it is known which members the kind takes.
    let members = try node.members(required: ["kind"] + Self.members(of: kind))
    func days() throws(DocumentError) -> Int32 {
      Int32(try members.required("days").integer(1...Self.longestWindow))
    }
    switch kind {
    case .paysWithin:
      self = .paysWithin(
        days: try days(), minShareBp: Int32(try members.required("minShareBp").integer(1...10_000)))
    case .keepsPromise: self = .keepsPromise
    case .curesWithin: self = .curesWithin(days: try days())
    case .answersOn:
      self = .answersOn(
        channel: try members.required("channel").choice(ContactChannel.self), days: try days())
    case .endsIn:
      let event = members.required("event")
      let name = try event.text(80)
      guard let type = EventType(named: name), AccountBook.kind(of: type) != nil else {
        let names = EventType.allCases.filter { AccountBook.kind(of: $0) != nil }.map(\.name)
        throw DocumentError(
          .invalidValue, event.path, value: name,
          expected: "an event of an account's life, such as AgencyPlaced or PaymentReceived",
          nearest: nearest(to: name, among: names))
      }
      self = .endsIn(event: type, days: try days())
    }
  }

  /// What a kind takes, in the order of its case.
  private static func members(of kind: Kind) -> [String] {
    switch kind {
    case .paysWithin: ["days", "minShareBp"]
    case .keepsPromise: []
    case .curesWithin: ["days"]
    case .answersOn: ["channel", "days"]
    case .endsIn: ["event", "days"]
    }
  }

  /// The object that names it: what reading it gives again.
  package var json: JSONValue {
    switch self {
    case .paysWithin(let days, let share):
      .object([
        "kind": .string("paysWithin"), "days": .integer(Int64(days)),
        "minShareBp": .integer(Int64(share)),
      ])
    case .keepsPromise: .object(["kind": .string("keepsPromise")])
    case .curesWithin(let days):
      .object(["kind": .string("curesWithin"), "days": .integer(Int64(days))])
    case .answersOn(let channel, let days):
      .object([
        "kind": .string("answersOn"), "channel": .string("\(channel)"),
        "days": .integer(Int64(days)),
      ])
    case .endsIn(let event, let days):
      .object([
        "kind": .string("endsIn"), "event": .string(event.name), "days": .integer(Int64(days)),
      ])
    }
  }

  /// `endsIn:AgencyPlaced:730`: the kind, and in the order of its case what it takes.
  package var text: String {
    switch self {
    case .paysWithin(let days, let share): "paysWithin:\(days):\(share)"
    case .keepsPromise: "keepsPromise"
    case .curesWithin(let days): "curesWithin:\(days)"
    case .answersOn(let channel, let days): "answersOn:\(channel):\(days)"
    case .endsIn(let event, let days): "endsIn:\(event.name):\(days)"
    }
  }

  /// Reads ``text``. Throws ``DocumentError``, whose path then names the part: `$.days`.
  package init(parsing text: String) throws(DocumentError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let kind = try DocumentNode(value: .string(parts[0]), path: "$.kind").choice(Kind.self)
    let keys = Self.members(of: kind)
    guard parts.count == keys.count + 1 else {
      throw DocumentError(
        .invalidValue, "$", value: text, expected: ([parts[0]] + keys).joined(separator: ":"))
    }
    var members = [JSONMember(key: "kind", value: .string(parts[0]))]
    for (key, value) in zip(keys, parts.dropFirst()) {
      let number = key == "days" || key == "minShareBp" ? Int64(value) : nil
      members.append(JSONMember(key: key, value: number.map { .integer($0) } ?? .string(value)))
    }
    try self.init(JSONValue(members: members))
  }
}
