package import CanonicalJSON

//     {"format":"quipu-policy/1","policy":"pe","version":1,"jurisdiction":"PE",
//      "title":…,"note":…,"extends":["house"],"without":["H-PREF"],
//      "templates":[{"id":"sms-3","reviewed":true}],
//      "rules":[{"id":"PE-HRS","kind":"hours","parameters":{"windows":[{"days":[1,2,3,4,5],
//                "from":"07:00","to":"20:00"}]},"verdict":"block","channels":["call","visit"],
//                "condition":…,"citation":…,"from":"2010-10-02","to":…,"note":…}, …]}
extension ContactPolicy {
  /// Reads the text of a document: every key, name and figure of it is checked. O(bytes).
  ///
  /// - Throws: ``DocumentError``, with the JSON path of the fault.
  package init(parsing bytes: Span<UInt8>) throws(DocumentError) {
    try self.init(DocumentNode.parse(bytes, longest: Self.longestDocument))
  }

  /// Reads a document.
  package init(_ document: JSONValue) throws(DocumentError) {
    let root = DocumentNode(value: document, path: "$")
    try root.requireFormat(Self.format)
    let members = try root.members(
      required: ["format", "policy", "version", "jurisdiction", "rules"],
      optional: ["title", "note", "extends", "without", "templates"])
    id = try members.required("policy").id()
    version = try members.required("version").integer(1...1_000_000)
    jurisdiction = try members.required("jurisdiction").id()
    title = try members.text("title", 200)
    note = try members.text("note", 2_000)
    extends = []
    for node in try members["extends"]?.elements(atMost: 16) ?? [] {
      extends.append(try node.text(400))
    }
    without = try members.ids("without")
    rules = []
    for node in try members.required("rules").elements(atMost: 500) {
      let rule = try PolicyRule(node)
      guard !rules.contains(where: { $0.id == rule.id && $0.test.kind == rule.test.kind }) else {
        throw DocumentError(
          .duplicate, "\(node.path).id", value: rule.id,
          expected: "each rule once a kind; \(rule.id) is there as \(rule.test.kind.rawValue)")
      }
      rules.append(rule)
    }
    templates = []
    for node in try members["templates"]?.elements(atMost: 2_000) ?? [] {
      let members = try node.members(required: ["id", "reviewed"])
      let template = PolicyTemplate(
        id: try members.required("id").id(), isReviewed: try members.required("reviewed").bool())
      guard !templates.contains(where: { $0.id == template.id }) else {
        throw DocumentError(
          .duplicate, "\(node.path).id", value: template.id, expected: "each template once")
      }
      templates.append(template)
    }
  }
}

extension PolicyRule {
  init(_ node: DocumentNode) throws(DocumentError) {
    let members = try node.members(
      required: ["id", "kind", "verdict", "citation"],
      optional: ["parameters", "channels", "condition", "from", "to", "note"])
    id = try members.required("id").id()
    let kind = try members.required("kind").choice(RuleTest.Kind.self, code: .unknownKind)
    let none = DocumentNode(value: .object([:]), path: "\(node.path).parameters")
    test = try RuleTest(kind, members["parameters"] ?? none)
    let stated = members.required("verdict")
    verdict = try stated.choice(RuleVerdict.self)
    guard verdict != .pass else { throw stated.invalid("pass", "block or warn") }
    channels = .all
    if let list = members["channels"] {
      channels = []
      for element in try list.elements(atMost: 16) {
        channels.insert(ChannelSet(try element.choice(ContactChannel.self)))
      }
      guard !channels.isEmpty else { throw list.invalid("[]", "at least one channel") }
    }
    condition = try members.text("condition", 600)
    citation = try members.required("citation").text(200)
    from = try members["from"]?.date()
    to = try members["to"]?.date()
    if let from, let to, let last = members["to"], to < from {
      throw last.invalid(to.text, "on or after \(from.text), the rule's first day")
    }
    note = try members.text("note", 600)
  }
}

extension RuleTest {
  init(_ kind: Kind, _ node: DocumentNode) throws(DocumentError) {
    func members(
      _ required: [String], _ optional: [String] = []
    ) throws(DocumentError) -> DocumentMembers {
      try node.members(required: required, optional: optional)
    }
    switch kind {
    case .hours:
      self = .hours(try Self.windows(try members(["windows"]).required("windows")))
    case .days: self = .days(try Self.days(try members(["days"]).required("days")))
    case .frequencyCap:
      let members = try members(["n", "perDays", "per"])
      self = .frequencyCap(
        n: Int(try members.required("n").integer(0...10_000)),
        perDays: Int(try members.required("perDays").integer(1...366)),
        per: try members.required("per").choice(CapScope.self))
    case .afterConversation:
      let days = try members(["days"]).required("days")
      self = .afterConversation(days: Int(try days.integer(1...366)))
    case .consentRequired:
      self = .consentRequired(purpose: try members(["purpose"]).required("purpose").id())
    case .thirdParty:
      let members = try members([], ["neutral", "disclosing"])
      self = .thirdParty(
        neutral: try members.ids("neutral"), disclosing: try members.ids("disclosing"))
    case .moratorium: self = .moratorium(kinds: try members([], ["kinds"]).ids("kinds"))
    case .limitationExpired:
      let years = try members(["years"]).required("years")
      self = .limitationExpired(years: Int(try years.integer(1...100)))
    case .certifiedAgent:
      self = .certifiedAgent(course: try members([], ["course"])["course"]?.id())
    case .lateFees:
      var products: [Product] = []
      for node in try members([], ["products"])["products"]?.elements(atMost: 20) ?? [] {
        products.append(try node.choice(Product.self))
      }
      self = .lateFees(products: products)
    case .complaintDeadline:
      let days = try members(["businessDays"]).required("businessDays")
      self = .complaintDeadline(businessDays: Int(try days.integer(1...366)))
    default: self = try Self.plain(kind, try members([]))
    }
  }

  /// The kinds without figures; `members` were checked to be none.
  private static func plain(_ kind: Kind, _ members: DocumentMembers) throws(DocumentError)
    -> RuleTest
  {
    switch kind {
    case .holidays: .holidays
    case .optOut: .optOut
    case .ceaseContact: .ceaseContact
    case .preferenceWindows: .preferenceWindows
    case .pointNotAgreed: .pointNotAgreed
    case .disputeHold: .disputeHold
    case .legalHold: .legalHold
    case .representative: .representative
    case .deceased: .deceased
    case .vulnerabilityReview: .vulnerabilityReview
    case .processingBlocked: .processingBlocked
    case .channelBanned: .channelBanned
    case .templateReviewed: .templateReviewed
    case .automatedDecision: .automatedDecision
    case .modelRegister: .modelRegister
    default: preconditionFailure("\(kind) has figures")
    }
  }

  private static func windows(_ node: DocumentNode) throws(DocumentError) -> [LocalWindow] {
    var windows: [LocalWindow] = []
    for element in try node.elements(atMost: 28) {
      let members = try element.members(required: ["from", "to"], optional: ["days"])
      let from = try members.required("from").time(isEnd: false)
      let end = members.required("to")
      let to = try end.time(isEnd: true)
      guard from < to else {
        throw end.invalid(try end.text(80), "later than \"from\"; a night is two windows")
      }
      let days = try members["days"].map(Self.days) ?? LocalWindow.everyDay
      windows.append(LocalWindow(days: days, from: from, to: to))
    }
    guard !windows.isEmpty else { throw node.invalid("[]", "at least one window") }
    return windows
  }

  private static func days(_ node: DocumentNode) throws(DocumentError) -> UInt8 {
    var days: UInt8 = 0
    for element in try node.elements(atMost: 7) {
      days |= 1 << UInt8(try element.integer(1...7) - 1)
    }
    guard days != 0 else { throw node.invalid("[]", "days of the week, Monday 1 to Sunday 7") }
    return days
  }
}
