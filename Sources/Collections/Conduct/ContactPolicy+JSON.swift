package import CanonicalJSON

// The document that a policy is: what reading it gives again, in canonical form.
extension ContactPolicy {
  /// The document.
  package var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember(key: "format", value: .string(Self.format)),
      JSONMember(key: "policy", value: .string(id)),
      JSONMember(key: "version", value: .integer(version)),
      JSONMember(key: "jurisdiction", value: .string(jurisdiction)),
      JSONMember(key: "rules", value: .array(rules.map(\.json))),
    ]
    func add(_ key: String, _ text: String) {
      if !text.isEmpty { members.append(JSONMember(key: key, value: .string(text))) }
    }
    func add(_ key: String, _ values: [JSONValue]) {
      if !values.isEmpty { members.append(JSONMember(key: key, value: .array(values))) }
    }
    add("title", title)
    add("note", note)
    add("extends", extends.map { .string($0) })
    add("without", without.map { .string($0) })
    add("templates", templates.map(\.json))
    return JSONValue(members: members)
  }
}

extension PolicyTemplate {
  fileprivate var json: JSONValue {
    .object(["id": .string(id), "reviewed": .bool(isReviewed)])
  }
}

extension PolicyRule {
  /// The rule as its document has it.
  package var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember(key: "id", value: .string(id)),
      JSONMember(key: "kind", value: .string(test.kind.rawValue)),
      JSONMember(key: "verdict", value: .string("\(verdict)")),
      JSONMember(key: "citation", value: .string(citation)),
    ]
    func add(_ key: String, _ value: JSONValue?) {
      if let value { members.append(JSONMember(key: key, value: value)) }
    }
    add("parameters", test.parameters)
    if channels != .all {
      add("channels", .array(channels.channels.map { .string("\($0)") }))
    }
    if !condition.isEmpty { add("condition", .string(condition)) }
    add("from", from.map { .string($0.text) })
    add("to", to.map { .string($0.text) })
    if !note.isEmpty { add("note", .string(note)) }
    return JSONValue(members: members)
  }
}

extension RuleTest {
  /// Its figures, or nil where it has none.
  var parameters: JSONValue? {
    func ids(_ key: String, _ ids: [String]) -> [JSONMember] {
      ids.isEmpty ? [] : [JSONMember(key: key, value: .array(ids.map { .string($0) }))]
    }
    func number(_ key: String, _ number: Int) -> JSONMember {
      JSONMember(key: key, value: .integer(Int64(number)))
    }
    let members: [JSONMember]
    switch self {
    case .hours(let windows):
      members = [JSONMember(key: "windows", value: .array(windows.map(\.json)))]
    case .days(let days): members = [JSONMember(key: "days", value: LocalWindow.json(days))]
    case .frequencyCap(let n, let perDays, let per):
      members = [
        number("n", n), number("perDays", perDays),
        JSONMember(key: "per", value: .string(per.rawValue)),
      ]
    case .afterConversation(let days): members = [number("days", days)]
    case .consentRequired(let purpose):
      members = [JSONMember(key: "purpose", value: .string(purpose))]
    case .thirdParty(let neutral, let disclosing):
      members = ids("neutral", neutral) + ids("disclosing", disclosing)
    case .moratorium(let kinds): members = ids("kinds", kinds)
    case .limitationExpired(let years): members = [number("years", years)]
    case .certifiedAgent(let course):
      members = course.map { [JSONMember(key: "course", value: .string($0))] } ?? []
    case .lateFees(let products): members = ids("products", products.map { "\($0)" })
    case .complaintDeadline(let businessDays): members = [number("businessDays", businessDays)]
    default: members = []
    }
    return members.isEmpty ? nil : JSONValue(members: members)
  }
}

extension LocalWindow {
  fileprivate var json: JSONValue {
    var members = [
      JSONMember(key: "from", value: .string(Self.text(from))),
      JSONMember(key: "to", value: .string(Self.text(to))),
    ]
    if days != Self.everyDay { members.append(JSONMember(key: "days", value: Self.json(days))) }
    return JSONValue(members: members)
  }

  fileprivate static func json(_ days: UInt8) -> JSONValue {
    .array((1...7).filter { days & 1 << UInt8($0 - 1) != 0 }.map { .integer(Int64($0)) })
  }

  private static func text(_ second: Int32) -> String {
    var bytes: [UInt8] = []
    appendDecimal(UInt64(second / 3600), width: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(second / 60 % 60), width: 2, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
