/// Takes the columns of a projection one after another: out to bytes, or back in from them.
///
/// One function a projection lists its columns for both ways, so that what is written is what is read.
/// The bytes are those of memory: they mean something only to the very program that wrote them.
package protocol ColumnVisitor: ~Copyable {
  /// Why a column could not be written, or read.
  associatedtype Failure: Error

  /// Writes the column, or replaces it by what was written in its place. O(bytes).
  mutating func visit<Element: BitwiseCopyable>(_ column: inout [Element]) throws(Failure)
}

extension ColumnVisitor where Self: ~Copyable {
  /// A text, as a column of its bytes.
  mutating func visit(_ text: inout String) throws(Failure) {
    var bytes = Array(text.utf8)
    try visit(&bytes)
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// A number, as a column of one.
  package mutating func visit(_ number: inout Int64) throws(Failure) {
    var column = [number]
    try visit(&column)
    number = column.first ?? 0
  }

  /// A table of numbers, as two columns.
  mutating func visit(_ table: inout [Int64: Int64]) throws(Failure) {
    var keys = table.keys.sorted()
    var values = keys.map { table[$0] ?? 0 }
    try visit(&keys)
    try visit(&values)
    table = Dictionary(zip(keys, values)) { first, _ in first }
  }
}

extension TextColumn {
  /// Lets a visitor write or replace the texts.
  package mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&bytes)
  }
}

extension TextIndex {
  /// Lets a visitor write or replace the texts, their numbers and the table that finds them.
  package mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&references)
    try texts.visitColumns(&visitor)
    try visitor.visit(&slots)
  }
}

extension AccountBook {
  /// Lets a visitor write or replace everything the book holds.
  package mutating func visitColumns<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try accounts.visitColumns(&visitor)
    try texts.visitColumns(&visitor)
    try unidentifiedIDs.visitColumns(&visitor)
    try debtors.visitColumns(&visitor)
    try visitor.visit(&entries)
    try visitor.visit(&openings)
    try visitor.visit(&heads)
    try visitor.visit(&lastOpenings)
    try visitor.visit(&debtorHeads)
    try visitor.visit(&items)
    try visitor.visit(&terms)
    try visitor.visit(&plans)
    try visitor.visit(&promises)
    try visitor.visit(&facts)
    try visitor.visit(&promiseNames)
    try visitor.visit(&volumes)
    try visitor.visit(&unidentified)
    try visitor.visit(&voids)
    try visitor.visit(&voidDays)
    try visitor.visit(&jurisdiction)
    try visitAdoptions(&visitor)
  }

  private mutating func visitAdoptions<Visitor: ColumnVisitor & ~Copyable>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    var count = Int64(adoptions.count)
    try visitor.visit(&count)
    let none = CalendarAdoption(seq: 0, effective: 0, jurisdiction: "", year: 0, holidays: [])
    var adoptions = adoptions
    adoptions += Array(repeating: none, count: max(0, Int(count) - adoptions.count))
    for place in adoptions.indices {
      var numbers = [
        adoptions[place].seq, Int64(adoptions[place].effective), Int64(adoptions[place].year),
      ]
      try visitor.visit(&numbers)
      try visitor.visit(&adoptions[place].jurisdiction)
      try visitor.visit(&adoptions[place].holidays)
      guard numbers.count == 3 else { continue }
      adoptions[place].seq = numbers[0]
      adoptions[place].effective = Int32(truncatingIfNeeded: numbers[1])
      adoptions[place].year = Int(numbers[2])
    }
    self.adoptions = adoptions
  }
}
