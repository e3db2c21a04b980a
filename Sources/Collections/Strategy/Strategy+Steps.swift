internal import CanonicalJSON

// The parts of a strategy's document: conditions, steps, offers.

extension [FeatureCondition] {
  /// Reads a list of conditions; none where there is no list.
  init(_ node: DocumentNode?) throws(DocumentError) {
    self = []
    for element in try node?.elements(atMost: 32) ?? [] {
      append(try FeatureCondition(element))
    }
  }
}

extension FeatureCondition {
  /// Reads `{"feature":F,"from":1,"below":31}`, `{"feature":"product","is":["card"]}` or
  /// `{"feature":F,"missing":true}`; `"missing":true` beside the others takes in accounts without a value.
  init(_ node: DocumentNode) throws(DocumentError) {
    let members = try node.members(
      required: ["feature"], optional: ["from", "below", "is", "missing"])
    feature = try Feature(members.required("feature"))
    let takesMissing = try members["missing"]?.bool() ?? false
    var spans: [ClosedRange<Int64>] = []
    let domain = FeatureValues.domain(of: feature)
    if let list = members["is"] {
      guard members["from"] == nil, members["below"] == nil else {
        throw list.invalid("", "either \"is\" or \"from\" and \"below\"")
      }
      spans = try Self.values(list, of: feature).map { $0...$0 }
    } else if members["from"] != nil || members["below"] != nil {
      let from = try members["from"]?.integer(domain) ?? domain.lowerBound
      let end = try members["below"]?.integer(0...largestAmount)
      if let end, end <= from, let stated = members["below"] {
        throw stated.invalid("\(end)", "above \"from\", which is \(from)")
      }
      spans = [from...(end.map { $0 - 1 } ?? domain.upperBound)]
    } else if !takesMissing {
      throw DocumentError(
        .missingKey, node.path, expected: "a member \"from\", \"below\", \"is\" or \"missing\"")
    }
    values = FeatureValues(spans, takesMissing: takesMissing)
  }

  /// The values of a list: numbers, or the names of a category.
  private static func values(
    _ list: DocumentNode, of feature: Feature
  ) throws(DocumentError) -> [Int64] {
    let names = feature.definition.categories
    var values: [Int64] = []
    for element in try list.elements(atMost: 64) {
      guard !names.isEmpty else {
        values.append(try element.integer(FeatureValues.domain(of: feature)))
        continue
      }
      let name = try element.text(80)
      guard let place = names.firstIndex(of: name) else {
        throw DocumentError(
          .invalidValue, element.path, value: name,
          expected: "one of " + names.joined(separator: ", "),
          nearest: nearest(to: name, among: names))
      }
      values.append(Int64(place))
    }
    guard !values.isEmpty else { throw list.invalid("[]", "at least one value") }
    return values
  }
}

extension TreatmentStep.Kind {
  /// By what it may be done: nobody is called or visited by a machine.
  var channels: ChannelSet {
    let spoken: ChannelSet = [ChannelSet(.call), ChannelSet(.visit)]
    switch self {
    case .person:
      return spoken.union([ChannelSet(.whatsapp), ChannelSet(.email), ChannelSet(.chatbot)])
    case .selfService, .reminder, .planOffer: return ChannelSet.all.subtracting(spoken)
    }
  }
}

extension TreatmentStep {
  init(_ node: DocumentNode, _ known: [StrategyOffer]) throws(DocumentError) {
    let members = try node.members(
      required: ["step", "kind", "channels", "tone", "cost"],
      optional: [
        "template", "attempts", "everyDays", "afterDays", "restDays", "untilDays", "stops",
        "effectBp", "hours", "offers",
      ])
    id = try members.required("step").id()
    kind = try members.required("kind").choice(Kind.self)
    let list = members.required("channels")
    channels = try list.channels()
    for channel in channels where !kind.channels.contains(ChannelSet(channel)) {
      throw list.invalid(
        "\(channel)",
        "for \(kind) one of "
          + kind.channels.channels.map { "\($0)" }.joined(separator: ", "))
    }
    tone = try members.required("tone").id()
    template = try members["template"]?.id() ?? ""
    attempts = Int(try members["attempts"]?.integer(1...1_000) ?? 1)
    everyDays = Int(try members["everyDays"]?.integer(1...366) ?? 7)
    afterDays = Int(try members["afterDays"]?.integer(0...3_660) ?? 0)
    restDays = Int(try members["restDays"]?.integer(0...366) ?? 1)
    untilDays = try members["untilDays"].map { node throws(DocumentError) in
      Int(try node.integer(1...36_600))
    }
    stops = []
    for element in try members["stops"]?.elements(atMost: 16) ?? [] {
      stops.insert(StopSet(try element.choice(StrategyStop.self)))
    }
    cost = try members.required("cost").integer(0...largestAmount)
    effectBp = try members["effectBp"]?.integer(1...10_000) ?? 10_000
    hours = try members["hours"].map(Strategy.DayHours.init)
    offers = try members["offers"]?.offers(among: known) ?? []
    guard (kind == .planOffer) == !offers.isEmpty else {
      throw DocumentError(
        kind == .planOffer ? .missingKey : .unknownKey, node.path,
        expected: "\"offers\" with planOffer, and with no other kind")
    }
  }
}

extension DocumentNode {
  /// At least one channel, each once, in order.
  func channels() throws(DocumentError) -> [ContactChannel] {
    var channels: [ContactChannel] = []
    for element in try elements(atMost: 9) {
      let channel = try element.choice(ContactChannel.self)
      guard !channels.contains(channel) else {
        throw DocumentError(
          .duplicate, element.path, value: "\(channel)", expected: "each channel once")
      }
      channels.append(channel)
    }
    guard !channels.isEmpty else { throw invalid("[]", "at least one channel") }
    return channels
  }

  /// Ids of offers that are there, in their order there.
  func offers(among known: [StrategyOffer]) throws(DocumentError) -> [String] {
    var ids: [String] = []
    for element in try elements(atMost: 32) {
      let id = try element.id()
      guard known.contains(where: { $0.id == id }) else {
        throw DocumentError(
          .invalidValue, element.path, value: id,
          expected: known.isEmpty
            ? "an offer of \"offers\", which has none"
            : "one of " + known.map(\.id).joined(separator: ", "),
          nearest: nearest(to: id, among: known.map(\.id)))
      }
      guard !ids.contains(id) else {
        throw DocumentError(.duplicate, element.path, value: id, expected: "each offer once")
      }
      ids.append(id)
    }
    return known.map(\.id).filter { ids.contains($0) }
  }
}

extension Strategy {
  /// The offers, each giving up no less of anything than the one before it.
  static func offers(_ node: DocumentNode?) throws(DocumentError) -> [StrategyOffer] {
    var offers: [StrategyOffer] = []
    for element in try node?.elements(atMost: 32) ?? [] {
      let offer = try StrategyOffer(element)
      guard !offers.contains(where: { $0.id == offer.id }) else {
        throw DocumentError(
          .duplicate, "\(element.path).offer", value: offer.id, expected: "each offer once")
      }
      if let last = offers.last {
        for component in Component.allCases
        where offer.forgiveBp[component] < last.forgiveBp[component] {
          throw DocumentError(
            .invalidValue, "\(element.path).forgiveBp.\(component.name)",
            value: "\(offer.forgiveBp[component])",
            expected: "at least \(last.forgiveBp[component]), as \(last.id) before it: least first")
        }
      }
      offers.append(offer)
    }
    return offers
  }
}

extension StrategyOffer {
  init(_ node: DocumentNode) throws(DocumentError) {
    let isGrace = node.value["kind"]?.stringValue == "grace"
    let members = try node.members(
      required: ["offer", "title", "kind"] + (isGrace ? ["days"] : ["instalments"]),
      optional: ["validDays"]
        + (isGrace
          ? ["pausesAccrual"]
          : [
            "every", "minInstalment", "firstInDays", "forgiveBp", "conditional",
            "defaultAfterDays",
          ]))
    id = try members.required("offer").id()
    title = try BilingualText(members.required("title"), atMost: 200)
    validDays = Int(try members["validDays"]?.integer(0...366) ?? 15)
    if isGrace {
      terms = .grace(
        days: Int(try members.required("days").integer(1...366)),
        pausesAccrual: try members["pausesAccrual"]?.bool() ?? false)
    } else {
      terms = .plan(try PlanTerms(members))
    }
  }
}

extension StrategyOffer.PlanTerms {
  init(_ members: DocumentMembers) throws(DocumentError) {
    kind = try members.required("kind").choice(PlanKind.self)
    every = try members["every"]?.choice(StrategyOffer.Period.self) ?? .month
    let range = try members.required("instalments").members(required: ["from", "to"])
    let from = try range.required("from").integer(1...120)
    let last = range.required("to")
    let to = try last.integer(1...120)
    guard from <= to else { throw last.invalid("\(to)", "at least \"from\", which is \(from)") }
    instalments = Int(from)...Int(to)
    minInstalment = try members["minInstalment"]?.integer(1...largestAmount) ?? 1
    firstInDays = Int(try members["firstInDays"]?.integer(0...366) ?? 30)
    forgiveBp = Amounts()
    if let node = members["forgiveBp"] {
      let members = try node.members(required: [], optional: Component.allCases.map(\.name))
      for component in Component.allCases {
        forgiveBp[component] = try members[component.name]?.integer(0...10_000) ?? 0
      }
    }
    isConditional = try members["conditional"]?.bool() ?? false
    defaultAfterDays = Int(try members["defaultAfterDays"]?.integer(0...3_660) ?? 30)
  }
}
