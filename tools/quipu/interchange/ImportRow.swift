/// One row of a source, whatever its format: the text of its fields, and where each column stands.
///
/// A reader fills the same row again and again, so that reading allocates nothing.
struct ImportRow {
  /// The text of all fields, unquoted and valid UTF-8, each followed by one zero byte: so that
  /// halves of a character in neighbouring fields cannot pass for a whole one.
  private(set) var bytes: [UInt8] = []
  /// Where each field lies in `bytes`, in the order of the file.
  private(set) var fields: [Range<Int>] = []
  /// For every column of the mapping the field that holds it.
  var slots: [Int] = []
  /// The line of the file on which the row starts; the first is 1.
  private(set) var line = 0
  private var fieldStart = 0

  /// Where the text of one of the mapping's columns lies in `bytes`.
  subscript(column: Int) -> Range<Int> { fields[slots[column]] }

  /// The text of one of the mapping's columns.
  func text(_ column: Int) -> String { String(decoding: bytes[self[column]], as: UTF8.self) }

  /// Whether the column's text is exactly these bytes.
  func holds(_ text: [UInt8], in column: Int) -> Bool {
    let range = self[column]
    guard range.count == text.count else { return false }
    for offset in 0..<text.count where bytes[range.lowerBound + offset] != text[offset] {
      return false
    }
    return true
  }

  mutating func begin(line: Int) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    fieldStart = 0
    self.line = line
  }

  mutating func append(_ text: ArraySlice<UInt8>) { bytes.append(contentsOf: text) }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func endField() {
    fields.append(fieldStart..<bytes.count)
    bytes.append(0)
    fieldStart = bytes.count
  }

  /// Refuses text that is not UTF-8.
  func checkEncoding() throws(ImportError) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw ImportError(
        .invalidUTF8, line: line,
        Text(
          "the row is not UTF-8; convert the file, for instance with iconv",
          "la fila no es UTF-8; convierta el archivo, por ejemplo con iconv"))
    }
  }
}
