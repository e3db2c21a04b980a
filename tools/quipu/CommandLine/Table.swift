/// Rows under headings, in aligned columns two spaces apart.
///
/// On a terminal too narrow for it the widest texts are cut, ending in `…`; figures never are. Into
/// a file or a pipe it goes whole.
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
  }

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

  /// The whole table, ended by a newline, within so many columns if that can be done.
  ///
  /// Linear in the number of cells.
  func text(
    in language: Language, within limit: Int?, emphasis: (String) -> String = { $0 }
  ) -> String {
    let headings = columns.map { $0.heading[language] }
    let widths = widths(headings, within: limit)
    var text = emphasis(line(headings, widths)) + "\n"
    for row in rows { text += line(row, widths) + "\n" }
    return text
  }

  /// Each column as wide as its widest cell, then texts narrowed while the whole is too wide.
  private func widths(_ headings: [String], within limit: Int?) -> [Int] {
    var widths = headings.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    guard let limit else { return widths }
    let texts = columns.indices.filter { columns[$0].alignment == .left }
    while widths.reduce(2 * (widths.count - 1), +) > limit {
      guard let widest = texts.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 else {
        break
      }
      widths[widest] -= 1
    }
    return widths
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
}
