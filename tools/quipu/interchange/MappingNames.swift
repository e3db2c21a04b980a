/// The names a mapping document declares, and their positions.
struct MappingNames {
  let columns: [String]
  let variables: [String]

  /// The position of the column a node names.
  func column(_ node: MappingNode) throws(MappingError) -> Int {
    let name = try node.string()
    guard let position = columns.firstIndex(of: name) else {
      throw MappingError(
        .unknownColumn, node.path,
        "\"\(name)\" is no column of the input; they are: " + columns.joined(separator: ", "))
    }
    return position
  }

  /// The position of the variable a node names.
  func variable(_ node: MappingNode) throws(MappingError) -> Int {
    try variable(node.string(), node.path)
  }

  func variable(_ name: String, _ path: String) throws(MappingError) -> Int {
    guard let position = variables.firstIndex(of: name) else {
      throw MappingError(
        .unknownVariable, path,
        "\"\(name)\" is no variable; they are: " + variables.joined(separator: ", "))
    }
    return position
  }
}
