/// Rows under headings, in aligned columns two spaces apart.
///
/// On a terminal too narrow for it the widest texts and headings are cut, ending in `…`; a word with
/// a digit in it never is, be it a figure, a day or an id. Where that does not do, every row is
/// written as lines of a heading and a value, as psql's expanded display has it. Into a file or a
/// pipe it goes whole.
struct Table {
  struct Column {
    let heading: Text
    let alignment: Alignment

    init(_ heading: Text, _ alignment: Alignment = .left) {
      self.heading = heading
      self.alignment = alignment
    }
  }

  enum Alignment {
    /// For words.
    case left
    /// For figures.
    case right
    /// For sentences: they go on below rather than be cut.
    case wrapped
  }

  /// Columns that a text keeps however narrow the terminal is.
  private static let least = 8

  let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; it has a cell for every column.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for every column")
    rows.append(cells.map(printable))
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The whole table, ended by a newline, as fits the terminal.
  func text(in language: Language, on terminal: Terminal) -> String {
    text(in: language, within: terminal.isTerminal ? terminal.width : nil) { heading in
      terminal.emphasised(heading, .bold)
    }
  }

  /// The whole table, ended by a newline, within so many columns.
  ///
  /// Linear in the number of cells.
  func text(
    in language: Language, within limit: Int?, emphasis: (String) -> String = { $0 }
  ) -> String {
    let headings = columns.map { $0.heading[language] }
    guard let widths = widths(headings, within: limit) else {
      return expanded(headings, within: limit ?? .max, emphasis)
    }
    var text = emphasis(line(headings, widths)) + "\n"
    for row in rows { text += lines(row, widths) }
    return text
  }

  /// Each column as wide as its widest cell, then texts narrowed while the whole is too wide; nil
  /// where that is not enough.
  private func widths(_ headings: [String], within limit: Int?) -> [Int]? {
    var widths = headings.map(\.count)
    var floors = headings.map { min($0.count, Self.least) }
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], cell.count)
        let isWhole =
          columns[column].alignment == .right
          || !cell.contains(" ") && cell.utf8.contains { (0x30...0x39).contains($0) }
        floors[column] = max(floors[column], isWhole ? cell.count : min(cell.count, Self.least))
      }
    }
    guard let limit else { return widths }
    while widths.reduce(2 * (widths.count - 1), +) > limit {
      let wide = columns.indices.filter { widths[$0] > floors[$0] }
      guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  /// One row: a line, or more where a sentence goes on.
  private func lines(_ row: [String], _ widths: [Int]) -> String {
    let pieces = row.indices.map { column in
      columns[column].alignment == .wrapped && row[column].count > widths[column]
        ? wrapped(row[column], width: widths[column]) : [row[column]]
    }
    var text = ""
    for number in 0..<(pieces.map(\.count).max() ?? 0) {
      text += line(pieces.map { number < $0.count ? $0[number] : "" }, widths) + "\n"
    }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      if column > 0 { line += "  " }
      let fitted = cell.count > widths[column] ? cell.prefix(widths[column] - 1) + "…" : cell[...]
      let space = String(repeating: " ", count: widths[column] - fitted.count)
      line += columns[column].alignment == .right ? space + fitted : fitted + space
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Every row as lines of a heading and a value, an empty line between two; what is empty is left
  /// out.
  private func expanded(
    _ headings: [String], within limit: Int, _ emphasis: (String) -> String
  ) -> String {
    let indent = (headings.map(\.count).max() ?? 0) + 2
    let blocks = rows.map { row in
      var block = ""
      for (heading, cell) in zip(headings, row) where !cell.isEmpty {
        let space = String(repeating: " ", count: indent - heading.count)
        let lines = wrapped(cell, width: max(limit - indent, 8))
        block += emphasis(heading) + space
        block += lines.joined(separator: "\n" + String(repeating: " ", count: indent)) + "\n"
      }
      return block
    }
    return blocks.joined(separator: "\n")
  }
}

/// A text in lines of at most `width` columns, broken between words; a longer word has its own line.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if line.isEmpty {
      line = String(word)
    } else if line.count + 1 + word.count <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = String(word)
    }
  }
  return lines + [line]
}
