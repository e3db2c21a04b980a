internal import CanonicalJSON
package import Collections

/// Writes the cells of one table as CSV (RFC 4180, `\n` line ends) without an object a cell.
///
/// Ids, names of ours and numbers never need quoting and are written as they are; other text is
/// quoted where it has to be.
package struct TableRow: Sendable {
  /// Whole rows written elsewhere, in pieces that each begin and end where rows do; ``row`` follows them.
  private var whole: [[UInt8]] = []
  /// What was written since.
  private var row: [UInt8] = []
  private var atStart = true

  /// No rows yet.
  package init() {}

  /// Sets room aside for rows of about so many bytes each.
  package mutating func reserve(rows: Int, bytes width: Int) {
    row.reserveCapacity(row.count + rows * width)
  }

  /// The header line of a table.
  package mutating func header(_ columns: [String]) {
    for column in columns { word(column) }
    end()
  }

  /// A name of ours: letters, digits and signs that need no quoting.
  package mutating func word(_ word: String) {
    separate()
    row.append(contentsOf: word.utf8)
  }

  /// An id or a name of ours whose bytes `append` adds.
  package mutating func word(_ append: (inout [UInt8]) -> Void) {
    separate()
    append(&row)
  }

  /// Any text; `append` adds its bytes.
  package mutating func text(_ append: (inout [UInt8]) -> Void) {
    separate()
    let start = row.count
    append(&row)
    quoteIfNeeded(from: start)
  }

  /// A whole number.
  package mutating func integer(_ value: Int64) {
    separate()
    if value < 0 { row.append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude, to: &row)
  }

  /// A date, or an empty cell.
  package mutating func date(_ date: CivilDate?) {
    separate()
    date?.appendText(to: &row)
  }

  /// Ends the row.
  package mutating func end() {
    row.append(UInt8(ascii: "\n"))
    atStart = true
  }

  /// Adds whole rows written elsewhere, without copying them.
  package mutating func append(_ rows: TableRow) {
    if !row.isEmpty { whole.append(row) }
    row = []
    whole.append(contentsOf: rows.pieces)
  }

  /// The bytes written so far, in pieces that each begin and end where rows do.
  package var pieces: [[UInt8]] { row.isEmpty ? whole : whole + [row] }

  /// The bytes written so far, as one piece.
  package var bytes: [UInt8] { whole.isEmpty ? row : Array(pieces.joined()) }

  private mutating func separate() {
    if !atStart { row.append(UInt8(ascii: ",")) }
    atStart = false
  }

  private mutating func quoteIfNeeded(from start: Int) {
    let needs = row[start...].contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte < 0x20
    }
    guard needs else { return }
    let plain = Array(row[start...])
    row.removeSubrange(start...)
    row.append(UInt8(ascii: "\""))
    for byte in plain {
      if byte == UInt8(ascii: "\"") { row.append(byte) }
      row.append(byte)
    }
    row.append(UInt8(ascii: "\""))
  }
}
