internal import CanonicalJSON

extension Mapping {
  /// Keys that mark an object as a value to be computed, not a nested object.
  private static let valueKeys = ["$text", "$amount", "$variable", "$integer", "$date"]

  /// Reads the form of one event.
  static func event(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingEvent {
    let members = try node.members(
      required: ["type", "stream", "key", "effective", "data"], optional: ["subject", "needs"])
    let data = try fields(required("data", of: members, node), names)
    var needs: [Int] = []
    for element in try members["needs"]?.elements() ?? [] {
      let key = try element.string()
      guard let position = data.firstIndex(where: { $0.key == key }) else {
        throw MappingError(.invalidValue, element.path, "\"\(key)\" is no member of data")
      }
      needs.append(position)
    }
    var subject: MappingTemplate?
    if let node = members["subject"] {
      subject = try MappingTemplate(node, columns: names.columns)
    }
    return MappingEvent(
      type: try required("type", of: members, node).string(),
      stream: try template("stream", of: members, node, names),
      key: try template("key", of: members, node, names),
      effective: try names.column(required("effective", of: members, node)), subject: subject,
      data: data, needs: needs)
  }

  /// Reads an amount: a constant in minor units, a column, a variable, or a column less a variable.
  static func amount(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingAmount {
    if node.value.integerValue != nil {
      let range = -DecimalFormat.largest...DecimalFormat.largest
      return .constant(try node.integer(in: range))
    }
    let members = try node.members(
      required: [], optional: ["$amount", "$variable", "minus", "optional"])
    if let variable = members["$variable"], members["$amount"] == nil, members["minus"] == nil {
      return .variable(try names.variable(variable))
    }
    guard let column = members["$amount"], members["$variable"] == nil else {
      throw MappingError(.invalidValue, node.path, "must have one of: $amount, $variable")
    }
    guard let variable = members["minus"] else { return .column(try names.column(column)) }
    return .difference(
      column: try names.column(column), variable: try names.variable(variable))
  }

  static func template(
    _ key: String, of members: [String: MappingNode], _ parent: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingTemplate {
    let node = try required(key, of: members, parent)
    _ = try node.string()
    return try MappingTemplate(node, columns: names.columns)
  }

  /// The members of an object, which come in the order of RFC 8785 and stay in it.
  private static func fields(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> [MappingField] {
    var fields: [MappingField] = []
    for (key, member) in try node.anyMembers() {
      guard !key.hasPrefix("$") else {
        throw MappingError(
          .unknownKey, member.path,
          "is not known here; known are: "
            + valueKeys.joined(separator: ", "))
      }
      var isOptional = false
      if isComputed(member), let optional = member.value["optional"] {
        isOptional = try MappingNode(value: optional, path: member.path + ".optional").bool()
      }
      fields.append(
        MappingField(key: key, value: try value(member, names), isOptional: isOptional))
    }
    return fields
  }

  /// Reads a figure of a row: `{"$amount": C}` or `{"$integer": C}`.
  static func figure(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingValue {
    guard node.value["$amount"] != nil || node.value["$integer"] != nil else {
      throw MappingError(.invalidValue, node.path, "must have one of: $amount, $integer")
    }
    return try computed(node, names)
  }

  private static func isComputed(_ node: MappingNode) -> Bool {
    valueKeys.contains { node.value[$0] != nil }
  }

  private static func value(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingValue {
    switch node.value {
    case .string: return .template(try MappingTemplate(node, columns: names.columns))
    case .null, .bool, .integer: return .constant(node.value)
    case .number: throw node.wrongType("a whole number")
    case .array:
      var values: [MappingValue] = []
      for element in try node.elements() {
        guard element.value["optional"] == nil || !isComputed(element) else {
          throw MappingError(.unknownKey, element.path + ".optional", "belongs to a member alone")
        }
        values.append(try value(element, names))
      }
      return .list(values)
    case .object: return try isComputed(node) ? computed(node, names) : .object(fields(node, names))
    }
  }

  private static func computed(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> MappingValue {
    if node.value["$text"] != nil {
      let members = try node.members(required: ["$text"], optional: ["optional"])
      return .template(try template("$text", of: members, node, names))
    }
    if node.value["$integer"] != nil {
      let members = try node.members(required: ["$integer"], optional: ["optional"])
      return .integer(try names.column(required("$integer", of: members, node)))
    }
    if node.value["$date"] != nil {
      let members = try node.members(required: ["$date"], optional: ["optional"])
      return .date(try names.column(required("$date", of: members, node)))
    }
    return .amount(try amount(node, names))
  }
}
