internal import CanonicalJSON

/// Reads rows of JSON Lines (one object a line) in the same form as delimited text.
///
/// A column is the member of that name: text as it is, a whole number in decimal digits, another
/// number as RFC 8785 writes it, `true` and `false` by name; `null` and a missing member are the
/// empty text. Members that are no column are ignored. Time is linear, memory is one line.
struct JSONLinesReader {
  /// Decimal digits that a double-precision number is sure to keep (IEEE 754 binary64).
  private static let reliableDigits = 15

  private var source: ByteSource
  private let columns: [String]
  private var line = 0
  private var text: [UInt8] = []

  init(_ source: ByteSource, columns: [String]) {
    self.source = source
    self.columns = columns
  }

  /// Reads the next row; false after the last one.
  mutating func next(into row: inout ImportRow) throws(ImportError) -> Bool {
    guard try readLine() else { return false }
    line += 1
    row.begin(line: line)
    if row.slots.count != columns.count { row.slots = Array(columns.indices) }
    let object = try parse()
    for column in columns {
      switch object[column] {
      case nil, .null: break
      case .string(let text): row.append(Array(text.utf8)[...])
      case .bool(let truth): row.append(Array((truth ? "true" : "false").utf8)[...])
      case .integer(let number): row.append(Array(String(number).utf8)[...])
      case .number(let number): row.append(try decimalText(.number(number), column)[...])
      case .array, .object:
        throw ImportError(
          .notAScalar, line: line, column: column,
          Text(
            "is a list or an object; a column is a scalar",
            "es una lista o un objeto; una columna es un escalar"))
      }
      row.endField()
    }
    return true
  }

  private func parse() throws(ImportError) -> JSONValue {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text.span, as: .interoperable)
    } catch {
      throw ImportError(
        error.code == .invalidUTF8 ? .invalidUTF8 : .invalidJSON, line: line,
        Text(
          "\(error.code.rawValue) at byte \(error.offset) of the line",
          "\(error.code.rawValue) en el byte \(error.offset) de la línea"))
    }
    guard case .object = value else {
      throw ImportError(
        .notAnObject, line: line,
        Text("every line must be one JSON object", "cada línea debe ser un objeto JSON"))
    }
    return value
  }

  /// The number's text, unless reading it as a double may have changed what the source wrote.
  private func decimalText(_ number: JSONValue, _ column: String) throws(ImportError) -> [UInt8] {
    let text = number.canonicalBytes
    let digits = text.count { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard digits <= JSONLinesReader.reliableDigits, !text.contains(UInt8(ascii: "e")) else {
      throw ImportError(
        .impreciseNumber, line: line, column: column,
        value: String(decoding: text, as: UTF8.self),
        Text(
          "has more digits than a JSON number keeps; write it as a string",
          "tiene más dígitos de los que guarda un número JSON; escríbalo como texto"))
    }
    return text
  }

  /// Takes one line, without its LF (a CR before it is JSON's own white space).
  private mutating func readLine() throws(ImportError) -> Bool {
    text.removeAll(keepingCapacity: true)
    while true {
      if source.position == source.end, !(try source.refill()) { return !text.isEmpty }
      let unread = source.chunk[source.position..<source.end]
      if let lineEnd = unread.firstIndex(of: UInt8(ascii: "\n")) {
        text.append(contentsOf: unread[..<lineEnd])
        source.position = lineEnd + 1
        return true
      }
      text.append(contentsOf: unread)
      source.position = source.end
      guard text.count <= DelimitedReader.longestRow else {
        throw ImportError(
          .rowTooLong, line: line + 1,
          Text(
            "the line is longer than \(DelimitedReader.longestRow) bytes",
            "la línea pasa de \(DelimitedReader.longestRow) bytes"))
      }
    }
  }
}
