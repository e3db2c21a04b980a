/// Reads rows of delimited text: RFC 4180, and any one byte as the delimiter.
///
///     first line   column names, each once
///     field        plain, or "quoted": then it may hold the delimiter, line ends and "" for "
///     line end     LF or CR LF, the last one optional
///
/// What is not of this form is refused, never guessed at: a quote inside a plain field, text after
/// a closing quote, a carriage return alone, a row with more or fewer fields than there are names
/// (an empty line is a row of one empty field). Time is linear in the bytes, memory is one row and
/// one chunk.
struct DelimitedReader {
  private enum State {
    case fieldStart, plain, quoted, quoteInQuoted, carriageReturn, complete
  }

  /// Bytes one row may have: a quote left open must not swallow a whole file.
  static let longestRow = 1 << 20

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private var source: ByteSource
  private let delimiter: UInt8
  private var line = 1
  private var quoteLine = 1
  /// The names in the file's first line.
  private(set) var header: [String] = []
  /// For every column asked for the position of its field.
  private var slots: [Int] = []

  /// Reads the header, which must hold every name in `columns`, each once; other names are ignored.
  init(_ source: ByteSource, delimiter: UInt8, columns: [String]) throws(ImportError) {
    self.source = source
    self.delimiter = delimiter
    var row = ImportRow()
    guard try readRow(into: &row) else {
      throw ImportError(
        .noHeader, line: 1,
        Text(
          "the file is empty; its first line must name columns",
          "el archivo está vacío; su primera línea debe nombrar las columnas"))
    }
    header = row.fields.map { String(decoding: row.bytes[$0], as: UTF8.self) }
    slots = try DelimitedReader.slots(of: columns, in: header)
  }

  /// Reads the next row; false after the last one.
  mutating func next(into row: inout ImportRow) throws(ImportError) -> Bool {
    guard try readRow(into: &row) else { return false }
    guard row.fields.count == header.count else {
      throw ImportError(
        .fieldCount, line: row.line,
        Text(
          "the row has \(row.fields.count) fields; the header names \(header.count)",
          "la fila tiene \(row.fields.count) campos; el encabezado nombra \(header.count)"))
    }
    if row.slots.count != slots.count { row.slots = slots }
    return true
  }

  private static func slots(
    of columns: [String], in header: [String]
  ) throws(ImportError) -> [Int] {
    var positions: [String: Int] = [:]
    for (position, name) in header.enumerated() {
      guard positions.updateValue(position, forKey: name) == nil else {
        throw ImportError(
          .duplicateColumn, line: 1, column: name,
          Text(
            "is named twice; a column's name must be unique",
            "se nombra dos veces; el nombre de una columna debe ser único"))
      }
    }
    var slots: [Int] = []
    for name in columns {
      guard let position = positions[name] else {
        throw ImportError(
          .missingColumn, line: 1, column: name,
          Text("is not in the file, which has: ", "no está en el archivo, que tiene: ")
            + Text(same: header.joined(separator: ", ")))
      }
      slots.append(position)
    }
    return slots
  }

  private mutating func readRow(into row: inout ImportRow) throws(ImportError) -> Bool {
    row.begin(line: line)
    var state = State.fieldStart
    while state != .complete {
      if source.position == source.end, !(try source.refill()) {
        guard try finish(&row, in: state) else { return false }
        state = .complete
      }
      state = try consume(into: &row, from: state)
      guard row.bytes.count <= DelimitedReader.longestRow else {
        throw ImportError(
          state == .quoted ? .unterminatedQuote : .rowTooLong,
          line: state == .quoted ? quoteLine : row.line,
          Text(
            "the row is longer than \(DelimitedReader.longestRow) bytes",
            "la fila pasa de \(DelimitedReader.longestRow) bytes"))
      }
    }
    try row.checkEncoding()
    return true
  }

  /// Closes the row that the end of the file ends; false if there is none.
  private func finish(_ row: inout ImportRow, in state: State) throws(ImportError) -> Bool {
    switch state {
    case .fieldStart where row.fields.isEmpty, .complete:
      return false
    case .fieldStart, .plain, .quoteInQuoted:
      row.endField()
      return true
    case .quoted:
      throw ImportError(
        .unterminatedQuote, line: quoteLine,
        Text(
          "a quote is opened here and never closed", "aquí se abre una comilla que nunca se cierra")
      )
    case .carriageReturn:
      throw strayCarriageReturn(row)
    }
  }

  /// Takes bytes of the chunk up to the row's end or the chunk's; the state in which it stops.
  private mutating func consume(
    into row: inout ImportRow, from entry: State
  ) throws(ImportError) -> State {
    let chunk = source.chunk
    let bytes = chunk.span
    let end = source.end
    var position = source.position
    var state = entry
    while position < end, state != .complete {
      let start = position
      switch state {
      case .fieldStart where bytes[position] == DelimitedReader.quote:
        quoteLine = line
        state = .quoted
        position += 1
      case .fieldStart, .plain:
        while position < end, !endsPlainText(bytes[position]) { position += 1 }
        row.append(chunk[start..<position])
        state = .plain
        guard position < end else { break }
        state = try endField(of: &row, at: bytes[position])
        position += 1
      case .quoted:
        while position < end, bytes[position] != DelimitedReader.quote {
          if bytes[position] == DelimitedReader.lineFeed { line += 1 }
          position += 1
        }
        row.append(chunk[start..<position])
        guard position < end else { break }
        state = .quoteInQuoted
        position += 1
      case .quoteInQuoted where bytes[position] == DelimitedReader.quote:
        row.append(DelimitedReader.quote)
        state = .quoted
        position += 1
      case .quoteInQuoted:
        state = try endField(of: &row, at: bytes[position])
        position += 1
      case .carriageReturn, .complete:
        guard bytes[position] == DelimitedReader.lineFeed else { throw strayCarriageReturn(row) }
        state = try endField(of: &row, at: DelimitedReader.lineFeed)
        position += 1
      }
    }
    source.position = position
    return state
  }

  private func endsPlainText(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == DelimitedReader.lineFeed || byte == DelimitedReader.quote
      || byte == DelimitedReader.carriageReturn
  }

  /// Closes a field at the byte after its text, which must be one that may stand there.
  private mutating func endField(
    of row: inout ImportRow, at byte: UInt8
  ) throws(ImportError) -> State {
    switch byte {
    case delimiter:
      row.endField()
      return .fieldStart
    case DelimitedReader.lineFeed:
      row.endField()
      line += 1
      return .complete
    case DelimitedReader.carriageReturn:
      return .carriageReturn
    default:
      throw ImportError(
        .strayQuote, line: line,
        Text(
          "a quote may stand only around a whole field; inside one it is written twice",
          "una comilla solo puede encerrar un campo entero; dentro de él se escribe dos veces"))
    }
  }

  private func strayCarriageReturn(_ row: ImportRow) -> ImportError {
    ImportError(
      .strayCarriageReturn, line: row.line,
      Text(
        "a carriage return stands alone; lines end with LF or CR LF",
        "hay un retorno de carro suelto; las líneas terminan en LF o CR LF"))
  }
}
