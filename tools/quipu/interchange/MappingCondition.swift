/// When a rule applies to a row.
indirect enum MappingCondition: Sendable {
  case always
  case columnEquals(Int, [UInt8])
  case columnIn(Int, [[UInt8]])
  case columnEmpty(Int)
  case columnPositive(Int)
  case variableEquals(Int, Int64)
  case variablePositive(Int)
  case all([MappingCondition])
  case any([MappingCondition])
  case not(MappingCondition)
}

extension MappingCondition {
  /// Whether the condition holds for the row and its case's variables.
  ///
  /// Throws where a column asked to be an amount holds other text; empty text is not above zero.
  func holds(
    _ row: ImportRow, _ variables: [Int64], _ mapping: Mapping
  ) throws(ImportError) -> Bool {
    switch self {
    case .always: return true
    case .columnEquals(let column, let text): return row.holds(text, in: column)
    case .columnIn(let column, let texts):
      for text in texts where row.holds(text, in: column) { return true }
      return false
    case .columnEmpty(let column): return row[column].isEmpty
    case .columnPositive(let column):
      return row[column].isEmpty ? false : try mapping.minorUnits(column, row) > 0
    case .variableEquals(let variable, let number): return variables[variable] == number
    case .variablePositive(let variable): return variables[variable] > 0
    case .all(let conditions):
      for condition in conditions {
        guard try condition.holds(row, variables, mapping) else { return false }
      }
      return true
    case .any(let conditions):
      for condition in conditions {
        if try condition.holds(row, variables, mapping) { return true }
      }
      return false
    case .not(let condition): return !(try condition.holds(row, variables, mapping))
    }
  }
}
