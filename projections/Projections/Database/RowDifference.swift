/// What is to be taken out of a table and put into it for it to be as another one: both as rows of CSV
/// sorted by their key, without a header.
///
/// Rows are compared key by key: all rows of a key stand or go together, for in `payments` there may be
/// several.
struct RowDifference {
  /// Of each key whose rows differ, where its rows lie in the old table; empty ranges are left out.
  private(set) var removed: [Range<Int>] = []
  /// The same in the new table.
  private(set) var added: [Range<Int>] = []

  /// Compares two tables. O(bytes). `key` says of each column of the key, which are the first ones, whether
  /// it is a number.
  init(from old: [UInt8], to new: [UInt8], key: [Bool]) {
    var (before, after) = (KeyedRows(old, key), KeyedRows(new, key))
    while !before.isAtEnd || !after.isAtEnd {
      switch Self.order(before, after) {
      case ..<0:
        removed.append(before.rows)
        before.advance()
      case 0:
        if before.bytes[before.rows] != after.bytes[after.rows] {
          removed.append(before.rows)
          added.append(after.rows)
        }
        before.advance()
        after.advance()
      default:
        added.append(after.rows)
        after.advance()
      }
    }
  }

  /// Below 0 where the old key comes first, 0 for the same key.
  private static func order(_ before: KeyedRows, _ after: KeyedRows) -> Int {
    if before.isAtEnd { return 1 }
    return after.isAtEnd ? -1 : KeyedRows.compare(before, before.key, after, after.key)
  }
}

/// Rows of a table of CSV, those of one key at a time.
private struct KeyedRows {
  let bytes: [UInt8]
  private let isNumber: [Bool]
  /// Where the rows of the key lie; empty at the end.
  private(set) var rows = 0..<0
  /// The cells of their key.
  private(set) var key: [Range<Int>] = []

  var isAtEnd: Bool { rows.isEmpty }

  init(_ bytes: [UInt8], _ key: [Bool]) {
    self.bytes = bytes
    isNumber = key
    advance()
  }

  /// Goes on to the rows of the next key.
  mutating func advance() {
    let start = rows.upperBound
    rows = start..<start
    guard start < bytes.count else { return }
    key = cells(at: start)
    var end = lineEnd(from: start)
    while end < bytes.count, Self.compare(self, key, self, cells(at: end)) == 0 {
      end = lineEnd(from: end)
    }
    rows = start..<end
  }

  /// Where the key's cells lie in the row at a place: ids and numbers, which are never quoted.
  private func cells(at start: Int) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var cell = start
    var position = start
    while cells.count < isNumber.count, position < bytes.count {
      if bytes[position] == UInt8(ascii: ",") || bytes[position] == UInt8(ascii: "\n") {
        cells.append(cell..<position)
        cell = position + 1
      }
      position += 1
    }
    return cells
  }

  private func lineEnd(from start: Int) -> Int {
    var isQuoted = false
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { return position }
    }
    return position
  }

  /// Below 0, 0 or above as one key comes before, is, or comes after another.
  static func compare(
    _ first: KeyedRows, _ firstKey: [Range<Int>], _ second: KeyedRows, _ secondKey: [Range<Int>]
  ) -> Int {
    for (column, (one, two)) in zip(firstKey, secondKey).enumerated() {
      if first.isNumber[column], one.count != two.count { return one.count - two.count }
      var (left, right) = (one.lowerBound, two.lowerBound)
      while left < one.upperBound, right < two.upperBound {
        let difference = Int(first.bytes[left]) - Int(second.bytes[right])
        if difference != 0 { return difference }
        left += 1
        right += 1
      }
      if one.count != two.count { return one.count - two.count }
    }
    return 0
  }
}
