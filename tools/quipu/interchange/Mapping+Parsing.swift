internal import CanonicalJSON

extension Mapping {
  /// Checks a mapping document: every key, name, reference and template in it.
  init(parsing document: JSONValue) throws(MappingError) {
    let root = MappingNode(value: document, path: "$")
    let members = try root.members(
      required: ["format", "name", "description", "input", "rules"],
      optional: ["source", "ledger", "amounts", "case", "variables", "account", "original"])
    let format = try Mapping.required("format", of: members, root)
    guard try format.string() == Mapping.format else {
      throw MappingError(
        .unsupportedFormat, format.path, "must be \"\(Mapping.format)\", the form known here")
    }
    name = try Mapping.required("name", of: members, root).string()
    description = try Mapping.required("description", of: members, root).string()
    _ = try members["source"]?.string()
    ledgerHint = try Mapping.ledgerHint(members["ledger"])
    amounts = try Mapping.amounts(members["amounts"])
    let source: [String]
    (input, source) = try Mapping.input(Mapping.required("input", of: members, root))
    variables = try Mapping.variables(members["variables"])
    let own = MappingNames(columns: source, variables: variables.map(\.name))
    ledgerColumns = try LedgerColumns(members["account"], members["original"], own)
    sourceColumnCount = source.count
    columns = try ledgerColumns.added(to: source, root)
    let names = MappingNames(columns: columns, variables: variables.map(\.name))
    let caseNode = members["case"]
    caseColumn = if let caseNode { try names.column(caseNode) } else { nil }
    var rules: [Rule] = []
    for node in try Mapping.required("rules", of: members, root).elements() {
      rules.append(try Mapping.rule(node, names))
    }
    self.rules = rules
  }

  /// The member of a key that `members` was asked to require.
  static func required(
    _ key: String, of members: [String: MappingNode], _ parent: MappingNode
  ) throws(MappingError) -> MappingNode {
    guard let node = members[key] else {
      throw MappingError(.missingKey, parent.path, "lacks \"\(key)\"")
    }
    return node
  }

  private static func ledgerHint(_ node: MappingNode?) throws(MappingError) -> LedgerHint {
    let members = try node?.members(
      required: [], optional: ["name", "currency", "timeZone", "jurisdiction"])
    return LedgerHint(
      name: try members?["name"]?.string(), currency: try members?["currency"]?.string(),
      timeZone: try members?["timeZone"]?.string(),
      jurisdiction: try members?["jurisdiction"]?.string())
  }

  private static func amounts(_ node: MappingNode?) throws(MappingError) -> DecimalFormat {
    var format = DecimalFormat()
    let members = try node?.members(required: ["digits"], optional: ["sign"])
    if let digits = try members?["digits"]?.integer(in: 0...6) { format.digits = Int(digits) }
    if let sign = members?["sign"] {
      format.sign = try sign.byte()
      guard format.sign == UInt8(ascii: ".") || format.sign == UInt8(ascii: ",") else {
        throw MappingError(.invalidValue, sign.path, "must be \".\" or \",\"")
      }
    }
    return format
  }

  private static func input(_ node: MappingNode) throws(MappingError) -> (Input, [String]) {
    let members = try node.members(required: ["kind", "columns"], optional: ["delimiter"])
    let list = try required("columns", of: members, node)
    var columns: [String] = []
    for element in try list.elements() {
      let name = try element.string()
      guard !columns.contains(name) else {
        throw MappingError(.duplicate, element.path, "\"\(name)\" is listed twice")
      }
      columns.append(name)
    }
    let kind = try required("kind", of: members, node)
    let delimiter = members["delimiter"]
    switch try kind.string() {
    case "csv":
      return (.delimited(by: try self.delimiter(delimiter)), columns)
    case "jsonl":
      if let delimiter {
        throw MappingError(.unknownKey, delimiter.path, "belongs to the kind \"csv\" alone")
      }
      return (.jsonLines, columns)
    case "camt":
      for (column, element) in zip(columns, try list.elements())
      where CamtColumn(rawValue: column) == nil {
        throw MappingError(
          .unknownColumn, element.path,
          "\"\(column)\" is no column of a bank statement; they are: "
            + CamtColumn.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return (.camt, columns)
    default:
      throw MappingError(.invalidValue, kind.path, "must be \"csv\", \"jsonl\" or \"camt\"")
    }
  }

  private static func delimiter(_ node: MappingNode?) throws(MappingError) -> UInt8 {
    guard let node else { return UInt8(ascii: ",") }
    let byte = try node.byte()
    let forbidden = [UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0]
    guard !forbidden.contains(byte) else {
      throw MappingError(.invalidValue, node.path, "cannot be a quote, a line end or a zero byte")
    }
    return byte
  }

  private static func variables(_ node: MappingNode?) throws(MappingError) -> [Variable] {
    var variables: [Variable] = []
    for (name, start) in try node?.anyMembers() ?? [] {
      let range = -DecimalFormat.largest...DecimalFormat.largest
      variables.append(Variable(name: name, start: try start.integer(in: range)))
    }
    return variables
  }
}
