internal import CanonicalJSON

extension Mapping {
  /// Reads one rule.
  static func rule(_ node: MappingNode, _ names: MappingNames) throws(MappingError) -> Rule {
    let members = try node.members(
      required: ["name"], optional: ["when", "events", "set", "add", "expect", "refuse"])
    var condition = MappingCondition.always
    if let when = members["when"] { condition = try self.condition(when, names) }
    var events: [MappingEvent] = []
    for event in try members["events"]?.elements() ?? [] {
      events.append(try self.event(event, names))
    }
    var updates: [Update] = []
    for (key, adds) in [("set", false), ("add", true)] {
      for (name, value) in try members[key]?.anyMembers() ?? [] {
        let variable = try names.variable(name, value.path)
        guard !updates.contains(where: { $0.variable == variable }) else {
          throw MappingError(.duplicate, value.path, "the rule changes \"\(name)\" twice")
        }
        updates.append(Update(variable: variable, adds: adds, amount: try amount(value, names)))
      }
    }
    var expectations: [Expectation] = []
    for (name, value) in try members["expect"]?.anyMembers() ?? [] {
      let column = MappingNode(value: .string(name), path: value.path)
      expectations.append(
        Expectation(column: try names.column(column), variable: try names.variable(value)))
    }
    return Rule(
      name: try required("name", of: members, node).string(), condition: condition,
      events: events, updates: updates, expectations: expectations,
      refusal: try members["refuse"]?.string())
  }

  private static func condition(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingCondition {
    let keys = try node.anyMembers().map(\.key)
    if keys.contains("column") { return try columnCondition(node, names) }
    if keys.contains("variable") { return try variableCondition(node, names) }
    let members = try node.members(required: [], optional: ["all", "any", "not"])
    guard members.count == 1 else {
      throw MappingError(
        .invalidValue, node.path, "must have one of: column, variable, all, any, not")
    }
    if let not = members["not"] { return .not(try condition(not, names)) }
    var conditions: [MappingCondition] = []
    for element in try (members["all"] ?? members["any"])?.elements() ?? [] {
      conditions.append(try condition(element, names))
    }
    return members["all"] != nil ? .all(conditions) : .any(conditions)
  }

  private static func columnCondition(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingCondition {
    let members = try node.members(
      required: ["column"], optional: ["equals", "in", "empty", "positive"])
    let column = try names.column(required("column", of: members, node))
    guard members.count == 2 else {
      throw MappingError(
        .invalidValue, node.path, "must have one of: equals, in, empty, positive")
    }
    if let equals = members["equals"] { return .columnEquals(column, try text(equals)) }
    if let texts = members["in"] {
      var accepted: [[UInt8]] = []
      for element in try texts.elements() { accepted.append(try text(element)) }
      return .columnIn(column, accepted)
    }
    if let empty = members["empty"] {
      return try empty.bool() ? .columnEmpty(column) : .not(.columnEmpty(column))
    }
    let positive = try required("positive", of: members, node).bool()
    return positive ? .columnPositive(column) : .not(.columnPositive(column))
  }

  private static func variableCondition(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingCondition {
    let members = try node.members(required: ["variable"], optional: ["equals", "positive"])
    let variable = try names.variable(required("variable", of: members, node))
    guard members.count == 2 else {
      throw MappingError(.invalidValue, node.path, "must have one of: equals, positive")
    }
    if let equals = members["equals"] {
      let range = -DecimalFormat.largest...DecimalFormat.largest
      return .variableEquals(variable, try equals.integer(in: range))
    }
    let positive = try required("positive", of: members, node).bool()
    return positive ? .variablePositive(variable) : .not(.variablePositive(variable))
  }

  private static func text(_ node: MappingNode) throws(MappingError) -> [UInt8] {
    guard let text = node.value.stringValue else { throw node.wrongType("a text") }
    return Array(text.utf8)
  }
}
