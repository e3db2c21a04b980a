internal import Glibc

/// Bytes that stay where they are for as long as somebody holds them: a file mapped into memory, or a
/// copy of one.
///
/// Read only. Numbers lie in it least significant byte first, at any offset.
@safe package final class MappedBytes: Sendable {
  /// How many bytes.
  package let count: Int
  // Never written after `init`, and given back only when nobody holds them any more.
  private nonisolated(unsafe) let start: UnsafeRawPointer?
  private let isMapping: Bool

  /// Takes over a mapping made by `mmap`, which ends with this object.
  package init(mapping start: UnsafeRawPointer, count: Int) {
    unsafe self.start = start
    self.count = count
    isMapping = true
  }

  /// A copy of `bytes`.
  package init(copying bytes: [UInt8]) {
    count = bytes.count
    isMapping = false
    if bytes.isEmpty {
      unsafe start = nil
      return
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    unsafe copy.copyBytes(from: bytes)
    unsafe start = UnsafeRawPointer(copy.baseAddress)
  }

  deinit {
    guard let start = unsafe start else { return }
    if isMapping {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    } else {
      unsafe start.deallocate()
    }
  }

  /// Gives a range of the bytes to `body`.
  package func withBytes<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let buffer = unsafe UnsafeRawBufferPointer(
      start: start.map { unsafe $0 + range.lowerBound }, count: range.count)
    return unsafe try body(buffer.bindMemory(to: UInt8.self).span)
  }

  /// Asks the processor for the memory at an offset, and does not wait.
  @inline(__always)
  func fetch(_ offset: Int) {
    guard let start = unsafe start, offset >= 0, offset < count else { preconditionFailure() }
    unsafe ProcessorCache.fetch(start + offset)
  }

  /// The four-byte number at an offset.
  package func word32(at offset: Int) -> UInt32 {
    guard let start = unsafe start, offset >= 0, offset <= count - 4 else { preconditionFailure() }
    return unsafe UInt32(
      littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The eight-byte number at an offset.
  package func word64(at offset: Int) -> UInt64 {
    guard let start = unsafe start, offset >= 0, offset <= count - 8 else { preconditionFailure() }
    return unsafe UInt64(
      littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
