internal import CanonicalJSON
internal import Collections

/// The form of one event a rule makes: every part of a draft, with columns to be filled in.
struct MappingEvent: Sendable {
  let type: String
  let stream: MappingTemplate
  let key: MappingTemplate
  /// The column that holds the date on which the event takes effect.
  let effective: Int
  let subject: MappingTemplate?
  let data: [MappingField]
  /// Positions in `data`: without a value other than zero in one of them there is no event. Empty
  /// if the event is always made.
  let needs: [Int]
}

/// A member of an event's data.
struct MappingField: Sendable {
  let key: String
  let value: MappingValue
  /// Whether an empty text or a zero leaves the member out.
  let isOptional: Bool
}

/// A value of an event's data.
indirect enum MappingValue: Sendable {
  case constant(JSONValue)
  case template(MappingTemplate)
  case amount(MappingAmount)
  case integer(Int)
  case date(Int)
  case list([MappingValue])
  case object([MappingField])
}

/// An amount in minor units.
enum MappingAmount: Sendable {
  case constant(Int64)
  case variable(Int)
  case column(Int)
  case difference(column: Int, variable: Int)
}

extension Mapping {
  /// The draft of an event; nil if the event needs an amount and there is none.
  func draft(
    _ event: MappingEvent, _ row: ImportRow, _ variables: [Int64]
  ) throws(ImportError) -> JSONValue? {
    var isNeeded = event.needs.isEmpty
    var data: [JSONMember] = []
    data.reserveCapacity(event.data.count)
    for (position, field) in event.data.enumerated() {
      guard let value = try value(field, row, variables) else { continue }
      if event.needs.contains(position), value != .integer(0) { isNeeded = true }
      data.append(JSONMember(key: field.key, value: value))
    }
    guard isNeeded else { return nil }
    // In the order of RFC 8785, which is the alphabet's here.
    var members: [JSONMember] = []
    members.reserveCapacity(6)
    members.append(JSONMember(key: "data", value: .object(data)))
    members.append(JSONMember(key: "effective", value: try date(event.effective, row)))
    members.append(JSONMember(key: "key", value: .string(event.key.text(row))))
    members.append(JSONMember(key: "stream", value: .string(event.stream.text(row))))
    if let subject = event.subject {
      members.append(JSONMember(key: "subject", value: .string(subject.text(row))))
    }
    members.append(JSONMember(key: "type", value: .string(event.type)))
    return .object(members)
  }

  /// A member's value; nil if it is optional and there is none.
  private func value(
    _ field: MappingField, _ row: ImportRow, _ variables: [Int64]
  ) throws(ImportError) -> JSONValue? {
    guard field.isOptional else { return try value(field.value, row, variables) }
    switch field.value {
    case .amount(.column(let column)), .amount(.difference(let column, _)),
      .integer(let column), .date(let column):
      if row[column].isEmpty { return nil }
    default: break
    }
    let value = try value(field.value, row, variables)
    return value == .integer(0) || value == .string("") ? nil : value
  }

  func value(
    _ value: MappingValue, _ row: ImportRow, _ variables: [Int64]
  ) throws(ImportError) -> JSONValue {
    switch value {
    case .constant(let constant): return constant
    case .template(let template): return .string(template.text(row))
    case .amount(let amount): return .integer(try self.amount(amount, row, variables))
    case .integer(let column): return .integer(try integer(column, row))
    case .date(let column): return try date(column, row)
    case .list(let values):
      var elements: [JSONValue] = []
      elements.reserveCapacity(values.count)
      for value in values { elements.append(try self.value(value, row, variables)) }
      return .array(elements)
    case .object(let fields):
      var members: [JSONMember] = []
      members.reserveCapacity(fields.count)
      for field in fields {
        guard let value = try self.value(field, row, variables) else { continue }
        members.append(JSONMember(key: field.key, value: value))
      }
      return .object(members)
    }
  }

  /// An amount in minor units, from the row or the case's variables.
  func amount(
    _ amount: MappingAmount, _ row: ImportRow, _ variables: [Int64]
  ) throws(ImportError) -> Int64 {
    switch amount {
    case .constant(let amount): return amount
    case .variable(let variable): return variables[variable]
    case .column(let column): return try minorUnits(column, row)
    case .difference(let column, let variable):
      return try within(minorUnits(column, row) - variables[variable], column, row)
    }
  }

  /// A column's decimal text in minor units.
  func minorUnits(_ column: Int, _ row: ImportRow) throws(ImportError) -> Int64 {
    do {
      return try amounts.minorUnits(row.bytes.span, row[column])
    } catch {
      switch error {
      case .notDecimal:
        throw fault(
          row[column].isEmpty ? .emptyValue : .invalidAmount, column, row,
          Text(
            "must be digits, perhaps with a decimal sign and up to \(amounts.digits) more",
            "deben ser dígitos, quizá con un signo decimal y hasta \(amounts.digits) más"))
      case .tooManyDecimals:
        throw fault(
          .tooManyDecimals, column, row,
          Text(
            "has more than \(amounts.digits) digits after the sign",
            "tiene más de \(amounts.digits) dígitos tras el signo"))
      case .outOfRange:
        throw fault(
          .amountOutOfRange, column, row,
          Text("is beyond 2^53 - 1 minor units", "pasa de 2^53 - 1 unidades menores"))
      }
    }
  }

  /// The amount itself if an event may hold it.
  func within(_ amount: Int64, _ column: Int, _ row: ImportRow) throws(ImportError) -> Int64 {
    guard amount.magnitude <= DecimalFormat.largest.magnitude else {
      throw fault(
        .amountOutOfRange, column, row,
        Text(
          "makes a sum beyond 2^53 - 1 minor units",
          "da una suma mayor que 2^53 - 1 unidades menores"))
    }
    return amount
  }

  private func integer(_ column: Int, _ row: ImportRow) throws(ImportError) -> Int64 {
    do {
      return try DecimalFormat(digits: 0).minorUnits(row.bytes.span, row[column])
    } catch {
      throw fault(
        row[column].isEmpty ? .emptyValue : .invalidInteger, column, row,
        Text(
          "must be a whole number within ±(2^53 - 1)",
          "debe ser un número entero dentro de ±(2^53 - 1)"))
    }
  }

  private func date(_ column: Int, _ row: ImportRow) throws(ImportError) -> JSONValue {
    guard CivilDate(parsing: row.bytes.span, row[column]) != nil else {
      throw fault(
        row[column].isEmpty ? .emptyValue : .invalidDate, column, row,
        Text(
          "must be a date of the calendar, written YYYY-MM-DD",
          "debe ser una fecha del calendario, escrita AAAA-MM-DD"))
    }
    return .string(row.text(column))
  }

  private func fault(
    _ code: ImportError.Code, _ column: Int, _ row: ImportRow, _ detail: Text
  ) -> ImportError {
    ImportError(
      code, line: row.line, column: columns[column], value: row.text(column), detail)
  }
}
