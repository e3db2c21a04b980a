internal import SQLite

// One table at a time: the rows that are there are read as CSV, compared with the rows that are to be,
// and those that differ are taken out and put in.
extension ReadDatabase {
  /// Makes the rows in question of a table as they are to be; gives how many went or came. O(rows).
  ///
  /// Their keys are, or begin with, what stands in `keys`, sorted; nil for all rows.
  static func write(
    _ table: DerivedTable, only keys: [[String]]?, to database: borrowing Database
  ) throws(SQLiteError) -> Int64 {
    let old = try rows(of: table, only: keys, in: database)
    var new = table.csv
    new.removeSubrange(..<((new.firstIndex(of: UInt8(ascii: "\n")) ?? -1) + 1))
    let difference = RowDifference(
      from: old, to: new, key: table.columns.prefix(table.keyColumns).map(\.isInteger))
    return try remove(old, difference.removed, of: table, in: database)
      + insert(new, difference.added, into: table, in: database)
  }

  /// The rows in question as they are in the database, as CSV without a header, sorted by key.
  private static func rows(
    of table: DerivedTable, only keys: [[String]]?, in database: borrowing Database
  ) throws(SQLiteError) -> [UInt8] {
    let names = table.columns.map(\.name)
    let order = names.prefix(table.keyColumns) + (table.name == "payments" ? ["rowid"] : [])
    let filter = (keys?.first ?? []).indices.map { "\(names[$0]) = ?" }.joined(separator: " AND ")
    let select = try database.prepare(
      "SELECT \(names.joined(separator: ", ")) FROM \(table.name)"
        + (filter.isEmpty ? "" : " WHERE \(filter)")
        + " ORDER BY \(order.joined(separator: ", "))")
    var csv = TableRow()
    guard let keys else {
      while try select.step() { append(select, table, to: &csv) }
      return csv.bytes
    }
    for key in keys {
      for (place, cell) in key.enumerated() { try select.bind(Int32(place + 1), cell) }
      while try select.step() { append(select, table, to: &csv) }
      try select.reset()
    }
    return csv.bytes
  }

  private static func append(
    _ row: borrowing Statement, _ table: DerivedTable, to csv: inout TableRow
  ) {
    for (place, column) in table.columns.enumerated() {
      if column.isInteger {
        csv.integer(row.integer(Int32(place)))
      } else {
        csv.text { row.appendText(Int32(place), to: &$0) }
      }
    }
    csv.end()
  }

  /// Takes out the rows of keys; of each, one range holds all rows.
  private static func remove(
    _ csv: [UInt8], _ ranges: [Range<Int>], of table: DerivedTable,
    in database: borrowing Database
  ) throws(SQLiteError) -> Int64 {
    if ranges.isEmpty { return 0 }
    let columns = table.columns.prefix(table.keyColumns)
    let filter = columns.map { "\($0.name) = ?" }.joined(separator: " AND ")
    let delete = try database.prepare("DELETE FROM \(table.name) WHERE \(filter)")
    var count: Int64 = 0
    for range in ranges {
      var cursor = TableCursor(csv, range)
      guard cursor.next() else { continue }
      try delete.bind(cursor, columns)
      _ = try delete.step()
      try delete.reset()
      count += 1
      while cursor.next() { count += 1 }
    }
    return count
  }

  private static func insert(
    _ csv: [UInt8], _ ranges: [Range<Int>], into table: DerivedTable,
    in database: borrowing Database
  ) throws(SQLiteError) -> Int64 {
    if ranges.isEmpty { return 0 }
    let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
    let insert = try database.prepare("INSERT INTO \(table.name) VALUES (\(marks))")
    var count: Int64 = 0
    for range in ranges {
      var cursor = TableCursor(csv, range)
      while cursor.next() {
        try insert.bind(cursor, table.columns[...])
        _ = try insert.step()
        try insert.reset()
        count += 1
      }
    }
    return count
  }
}

extension Statement {
  /// Gives the parameters the first cells of a row, an empty one as no value.
  borrowing func bind(
    _ row: borrowing TableCursor, _ columns: ArraySlice<DerivedTable.Column>
  ) throws(SQLiteError) {
    for (place, column) in columns.enumerated() {
      let parameter = Int32(place + 1)
      let cell = row.cells[place]
      if cell.isEmpty {
        try bindNull(parameter)
      } else if column.isInteger, let number = row.integer(place) {
        try bind(parameter, number)
      } else {
        try bind(parameter, text: row.bytes.span.extracting(cell))
      }
    }
  }
}
