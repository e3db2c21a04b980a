/// The rows of a table's CSV, one after another, each cell as bytes without its quotes.
struct TableCursor {
  private let csv: [UInt8]
  private var rest: Range<Int>
  /// The bytes of the row's cells, end to end.
  private(set) var bytes: [UInt8] = []
  /// Where in them each cell lies.
  private(set) var cells: [Range<Int>] = []

  /// The rows in a range of CSV that begins and ends where rows do.
  init(_ csv: [UInt8], _ range: Range<Int>) {
    self.csv = csv
    rest = range
  }

  /// Goes on to the next row; false when there is none. O(row).
  mutating func next() -> Bool {
    guard !rest.isEmpty else { return false }
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    var start = 0
    var isQuoted = false
    var hasQuotes = false
    var position = rest.lowerBound
    while position < rest.upperBound {
      let byte = csv[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        // A doubled quote inside quotes closes and opens again: the second one is text.
        if !isQuoted, hasQuotes { bytes.append(byte) }
        isQuoted.toggle()
        hasQuotes = true
      case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
        cells.append(start..<bytes.count)
        start = bytes.count
        hasQuotes = false
        if byte == UInt8(ascii: "\n") {
          rest = position..<rest.upperBound
          return true
        }
      default: bytes.append(byte)
      }
    }
    rest = rest.upperBound..<rest.upperBound
    return true
  }

  /// A cell as a text.
  func text(_ cell: Int) -> String { String(decoding: bytes[cells[cell]], as: UTF8.self) }

  /// A cell as a whole number; nil where it is none.
  func integer(_ cell: Int) -> Int64? {
    let range = cells[cell]
    guard let first = range.first else { return nil }
    let isNegative = bytes[first] == UInt8(ascii: "-")
    let digits = isNegative ? range.dropFirst() : range
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    var value: Int64 = 0
    for position in digits {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return isNegative ? -value : value
  }
}
