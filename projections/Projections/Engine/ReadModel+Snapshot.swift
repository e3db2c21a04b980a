internal import Collections
internal import Dispatch
package import EventStore

/// A snapshot that ends before its columns do, or goes on after them.
package struct SnapshotMismatch: Error, Equatable, Sendable {}

// A read model goes to a snapshot and comes back from one as the bytes of its columns, as they lay in
// memory: a snapshot names the program that wrote it, and no other one reads it.
extension ReadModel {
  /// The model as a snapshot holds it. O(bytes). Throws ``SnapshotMismatch``.
  package init(_ snapshot: Snapshot) throws(SnapshotMismatch) {
    self.init()
    var columns = ColumnReader(bytes: snapshot.bytes, rest: snapshot.body)
    try visitColumns(&columns)
    guard columns.rest.isEmpty, size == snapshot.size else { throw SnapshotMismatch() }
  }

  /// Keeps the model as the one snapshot of a log. O(bytes). Throws ``LogError``.
  package func keep(beside log: LogReader, as program: String) throws(LogError) {
    var columns = ColumnWriter(file: try log.beginSnapshot(of: program, at: size))
    var model = self
    do {
      try model.visitColumns(&columns)
      try columns.file.finish()
    } catch {
      try columns.file.discard()
      throw error
    }
  }
}

/// Writes columns one after another: how many bytes, as eight bytes of its own, then the bytes.
private struct ColumnWriter: ColumnVisitor, ~Copyable {
  var file: SnapshotWriter

  mutating func visit<Element: BitwiseCopyable>(_ column: inout [Element]) throws(LogError) {
    var failure: LogError?
    func append(_ bytes: UnsafeRawBufferPointer) {
      guard failure == nil else { return }
      do throws(LogError) {
        try file.append(unsafe bytes.bindMemory(to: UInt8.self).span)
      } catch { failure = error }
    }
    unsafe withUnsafeBytes(of: Int64(column.count * MemoryLayout<Element>.stride)) {
      unsafe append($0)
    }
    unsafe column.withUnsafeBytes { unsafe append($0) }
    if let failure { throw failure }
  }
}

/// Reads them back.
private struct ColumnReader: ColumnVisitor {
  let bytes: MappedBytes
  var rest: Range<Int>

  mutating func visit<Element: BitwiseCopyable>(
    _ column: inout [Element]
  ) throws(SnapshotMismatch) {
    let stride = MemoryLayout<Element>.stride
    guard rest.count >= 8 else { throw SnapshotMismatch() }
    let length = Int(truncatingIfNeeded: bytes.word64(at: rest.lowerBound))
    let start = rest.lowerBound + 8
    guard length >= 0, length % stride == 0, length <= rest.upperBound - start else {
      throw SnapshotMismatch()
    }
    // The bytes were an array of these elements in this very program, and were compared with their hash.
    column = unsafe [Element](unsafeUninitializedCapacity: length / stride) { buffer, count in
      unsafe copy(start..<start + length, to: UnsafeMutableRawBufferPointer(buffer))
      count = length / stride
    }
    rest = start + length..<rest.upperBound
  }

  /// As much as is copied by one thread at a time: its memory is not there yet, and what that costs is
  /// shared among all processors.
  private static let piece = 1 << 22

  private func copy(_ range: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
    // Each piece is written by one thread, and nobody reads before all are done.
    nonisolated(unsafe) let target = unsafe target
    let pieces = (range.count + Self.piece - 1) / Self.piece
    DispatchQueue.concurrentPerform(iterations: pieces) { [bytes] number in
      let place = number * Self.piece..<min((number + 1) * Self.piece, range.count)
      let from = range.lowerBound + place.lowerBound
      bytes.withBytes(from..<from + place.count) { source in
        unsafe source.withUnsafeBytes {
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[place]).copyMemory(from: $0)
        }
      }
    }
  }
}
