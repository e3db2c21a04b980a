internal import CanonicalJSON
package import Collections

/// Writes the cells of one table as CSV (RFC 4180, `\n` line ends) without an object a cell.
///
/// Ids, names of ours and numbers never need quoting and are written as they are; other text is
/// quoted where it has to be.
package struct TableRow: Sendable {
  /// The bytes written so far.
  package private(set) var bytes: [UInt8] = []
  private var atStart = true

  /// No rows yet.
  package init() {}

  /// Sets room aside for rows of about so many bytes each.
  package mutating func reserve(rows: Int, bytes width: Int) {
    bytes.reserveCapacity(bytes.count + rows * width)
  }

  /// The header line of a table.
  package mutating func header(_ columns: [String]) {
    for column in columns { word(column) }
    end()
  }

  /// A name of ours: letters, digits and signs that need no quoting.
  package mutating func word(_ word: String) {
    separate()
    bytes.append(contentsOf: word.utf8)
  }

  /// An id or a name of ours whose bytes `append` adds.
  package mutating func word(_ append: (inout [UInt8]) -> Void) {
    separate()
    append(&bytes)
  }

  /// Any text; `append` adds its bytes.
  package mutating func text(_ append: (inout [UInt8]) -> Void) {
    separate()
    let start = bytes.count
    append(&bytes)
    quoteIfNeeded(from: start)
  }

  /// A whole number.
  package mutating func integer(_ value: Int64) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude, to: &bytes)
  }

  /// A date, or an empty cell.
  package mutating func date(_ date: CivilDate?) {
    separate()
    date?.appendText(to: &bytes)
  }

  /// Ends the row.
  package mutating func end() {
    bytes.append(UInt8(ascii: "\n"))
    atStart = true
  }

  /// Adds whole rows written elsewhere.
  package mutating func append(_ rows: TableRow) {
    bytes.append(contentsOf: rows.bytes)
  }

  private mutating func separate() {
    if !atStart { bytes.append(UInt8(ascii: ",")) }
    atStart = false
  }

  private mutating func quoteIfNeeded(from start: Int) {
    let needs = bytes[start...].contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte < 0x20
    }
    guard needs else { return }
    let plain = Array(bytes[start...])
    bytes.removeSubrange(start...)
    bytes.append(UInt8(ascii: "\""))
    for byte in plain {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
