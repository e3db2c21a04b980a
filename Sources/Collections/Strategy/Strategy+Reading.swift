package import CanonicalJSON

//     {"format":"quipu-strategy/1","strategy":"pe-empathetic","version":1,"jurisdiction":"PE","currency":"PEN",
//      "title":{"en":…,"es":…},"note":…,"hours":{"from":"08:00","to":"19:00"},"pauseDays":5,
//      "chance":{"model":"pays-30","maxAgeDays":45,"table":[{"when":[…],"bp":4000},…,{"bp":900}]},
//      "arms":[{"arm":"champion","role":"champion","buckets":8000},…],
//      "care":{"channel":"call","tone":"caring","hours":{…},"offers":["grace-30"]},
//      "habits":[{"birthDecade":1990,"channels":["whatsapp"],"tone":"informal","hours":{…}}],
//      "offers":[…],"means":{"incomeShareBp":2000,"historyShareBp":10000},
//      "selfService":{"brokenPlans":2,"days":365},
//      "segments":[{"segment":"early","title":{…},"when":[{"feature":"daysPastDue","from":1,"below":31}],
//                   "ladders":[{"arms":["champion"],"steps":[…]},…]},…]}
extension Strategy {
  /// Reads the text of a document: every key, name and figure of it is checked, and that no segment or step
  /// of it is there for nothing. O(bytes + segments²).
  ///
  /// - Throws: ``DocumentError``, with the JSON path of the fault.
  package init(parsing bytes: Span<UInt8>) throws(DocumentError) {
    try self.init(
      DocumentNode.parse(
        bytes, longest: Self.longestDocument, depth: 10, tooLong: .strategyTooLong))
  }

  /// Reads a document.
  package init(_ document: JSONValue) throws(DocumentError) {
    let root = DocumentNode(value: document, path: "$")
    let members = try root.members(
      required: [
        "format", "strategy", "version", "currency", "title", "hours", "chance", "arms", "care",
        "segments",
      ],
      optional: [
        "jurisdiction", "note", "pauseDays", "habits", "offers", "means", "reminders",
        "selfService",
      ])
    let format = members.required("format")
    guard try format.text(80) == Self.format else {
      throw DocumentError(.unsupportedFormat, format.path, expected: "\"\(Self.format)\"")
    }
    id = try members.required("strategy").id()
    version = try members.required("version").integer(1...1_000_000)
    jurisdiction = try members["jurisdiction"]?.id() ?? ""
    let money = members.required("currency")
    guard let currency = Currency(try money.text(80)) else {
      throw money.invalid(try money.text(80), "an ISO 4217 code in use, as PEN")
    }
    self.currency = currency
    title = try BilingualText(members.required("title"), atMost: 200)
    note = try members.text("note", 2_000)
    hours = try DayHours(members.required("hours"))
    pauseDays = Int(try members["pauseDays"]?.integer(0...365) ?? 7)
    chance = try Chance(members.required("chance"))
    arms = try Self.arms(members.required("arms"))
    offers = try Self.offers(members["offers"])
    care = try CareTreatment(members.required("care"), offers)
    habits = try Self.habits(members["habits"])
    means = try Means(members["means"])
    selfService = try SelfService(members["selfService"])
    reminders = try ReminderTerms(members["reminders"])
    segments = []
    for node in try members.required("segments").elements(atMost: 64) {
      let segment = try Segment(node, arms, offers)
      guard !segments.contains(where: { $0.id == segment.id }) else {
        throw DocumentError(
          .duplicate, "\(node.path).segment", value: segment.id, expected: "each segment once")
      }
      segments.append(segment)
    }
    try checkReach(members.required("segments").path)
  }

  private static func arms(_ node: DocumentNode) throws(DocumentError) -> [StrategyArm] {
    var arms: [StrategyArm] = []
    for element in try node.elements(atMost: 16) {
      let members = try element.members(required: ["arm", "role", "buckets"])
      let share = members.required("buckets")
      let arm = StrategyArm(
        id: try members.required("arm").id(),
        role: try members.required("role").choice(StrategyArm.Role.self),
        buckets: try share.integer(0...buckets))
      guard arm.buckets > 0 else {
        throw DocumentError(
          .unreachableStep, share.path, value: "0",
          expected: "at least 1 bucket: no account comes to arm \(arm.id)")
      }
      guard !arms.contains(where: { $0.id == arm.id }) else {
        throw DocumentError(
          .duplicate, "\(element.path).arm", value: arm.id, expected: "each arm once")
      }
      arms.append(arm)
    }
    let sum = arms.reduce(0) { $0 + $1.buckets }
    guard sum == buckets else {
      throw node.invalid("\(sum) buckets", "\(buckets) buckets over all arms")
    }
    let champions = arms.count { $0.role == .champion }
    guard champions == 1 else { throw node.invalid("\(champions) champions", "one champion") }
    return arms
  }

  /// The tones a habit may have: manners of speaking, none of which presses.
  private static let habitTones = ["formal", "informal", "plain", "warm"]

  private static func habits(_ node: DocumentNode?) throws(DocumentError) -> [Habit] {
    var habits: [Habit] = []
    for element in try node?.elements(atMost: 20) ?? [] {
      let members = try element.members(
        required: ["birthDecade", "channels"], optional: ["tone", "hours"])
      let decade = members.required("birthDecade")
      let year = try decade.integer(1900...2100)
      guard year % 10 == 0 else {
        throw decade.invalid("\(year)", "a decade's first year, as 1990")
      }
      guard !habits.contains(where: { $0.birthDecade == Int(year) }) else {
        throw DocumentError(
          .duplicate, decade.path, value: "\(year)", expected: "each decade once")
      }
      let tone = try members["tone"]?.id() ?? ""
      // Pressure may not follow from when somebody was born.
      guard tone.isEmpty || Self.habitTones.contains(tone) else {
        throw DocumentError(
          .invalidValue, "\(element.path).tone", value: tone,
          expected: "one of " + Self.habitTones.joined(separator: ", "))
      }
      habits.append(
        Habit(
          birthDecade: Int(year), channels: try members.required("channels").channels(),
          tone: tone, hours: try members["hours"].map(DayHours.init)))
    }
    return habits
  }
}

extension Strategy.DayHours {
  init(_ node: DocumentNode) throws(DocumentError) {
    let members = try node.members(required: ["from", "to"])
    from = try members.required("from").time(isEnd: false) / 60
    let end = members.required("to")
    to = try end.time(isEnd: true) / 60
    guard from < to else { throw end.invalid(try end.text(80), "later than \"from\"") }
  }
}

extension Strategy.Chance {
  init(_ node: DocumentNode) throws(DocumentError) {
    let members = try node.members(required: ["table"], optional: ["model", "maxAgeDays"])
    model = try members["model"]?.id() ?? ""
    maxAgeDays = Int(try members["maxAgeDays"]?.integer(0...3_660) ?? 0)
    if !model.isEmpty, members["maxAgeDays"] == nil {
      throw DocumentError(
        .missingKey, node.path, expected: "a member \"maxAgeDays\": how old a score may be")
    }
    table = []
    let list = members.required("table")
    for element in try list.elements(atMost: 64) {
      let members = try element.members(required: ["bp"], optional: ["when"])
      table.append(
        Row(
          when: try [FeatureCondition](members["when"]),
          basisPoints: try members.required("bp").integer(0...10_000)))
    }
    guard table.last?.when.isEmpty == true else {
      throw list.invalid("", "a last row without conditions, which holds for all that are left")
    }
    try table.map(\.when).checkReach { "\(list.path)[\($0)]" }
  }
}

extension Strategy.CareTreatment {
  init(_ node: DocumentNode, _ known: [StrategyOffer]) throws(DocumentError) {
    let members = try node.members(
      required: ["channel", "tone", "hours"], optional: ["offers"])
    let stated = members.required("channel")
    channel = try stated.choice(ContactChannel.self)
    guard TreatmentStep.Kind.person.channels.contains(ChannelSet(channel)) else {
      throw stated.invalid("\(channel)", "a channel by which a person is there: call, visit, …")
    }
    tone = try members.required("tone").id()
    hours = try Strategy.DayHours(members.required("hours"))
    offers = try members["offers"]?.offers(among: known) ?? []
  }
}

extension Strategy.Means {
  init(_ node: DocumentNode?) throws(DocumentError) {
    let members = try node?.members(required: [], optional: ["incomeShareBp", "historyShareBp"])
    incomeShareBp = try members?["incomeShareBp"]?.integer(1...10_000) ?? 2_000
    historyShareBp = try members?["historyShareBp"]?.integer(1...20_000) ?? 10_000
  }
}

extension Strategy.SelfService {
  init(_ node: DocumentNode?) throws(DocumentError) {
    guard let node else {
      self = .usual
      return
    }
    let members = try node.members(required: ["brokenPlans", "days"])
    brokenPlans = Int(try members.required("brokenPlans").integer(1...100))
    days = Int(try members.required("days").integer(1...3_660))
  }
}

extension Strategy.Segment {
  init(
    _ node: DocumentNode, _ arms: [StrategyArm], _ offers: [StrategyOffer]
  ) throws(DocumentError) {
    let members = try node.members(
      required: ["segment", "title", "ladders"], optional: ["when"])
    id = try members.required("segment").id()
    title = try BilingualText(members.required("title"), atMost: 200)
    when = try [FeatureCondition](members["when"])
    var found = [[TreatmentStep]?](repeating: nil, count: arms.count)
    let list = members.required("ladders")
    for element in try list.elements(atMost: 16) {
      let members = try element.members(required: ["arms", "steps"])
      var steps: [TreatmentStep] = []
      for element in try members.required("steps").elements(atMost: 32) {
        let step = try TreatmentStep(element, offers)
        guard !steps.contains(where: { $0.id == step.id }) else {
          throw DocumentError(
            .duplicate, "\(element.path).step", value: step.id,
            expected: "each step once in its ladder")
        }
        steps.append(step)
      }
      try steps.checkReach(when, members.required("steps").path)
      for element in try members.required("arms").elements(atMost: 16) {
        let name = try element.id()
        guard let place = arms.firstIndex(where: { $0.id == name }) else {
          throw DocumentError(
            .invalidValue, element.path, value: name,
            expected: "one of " + arms.map(\.id).joined(separator: ", "),
            nearest: nearest(to: name, among: arms.map(\.id)))
        }
        guard found[place] == nil else {
          throw DocumentError(
            .duplicate, element.path, value: name, expected: "each arm in one ladder")
        }
        found[place] = steps
      }
    }
    ladders = []
    for (place, steps) in found.enumerated() {
      guard let steps else {
        throw list.invalid("", "a ladder for arm \(arms[place].id); no steps leaves it alone")
      }
      ladders.append(steps)
    }
  }
}
