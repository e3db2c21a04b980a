/// Zeros behind the last segment's end, written ahead of the events that will stand there.
///
/// Where a write makes a file longer, the sync after it waits for the file system's own notes as well as
/// for the bytes; into blocks that are there already it takes the device alone. So now and then a batch
/// is written with zeros behind it, in the same sync: as many as this writer has appended, so that a
/// command that records a few events writes none. No line holds a zero byte: what the log is ends before
/// them, for every reader, and they are cut off when the segment is finished, when the log is closed, and
/// after a crash when it is next opened.
struct TailReserve {
  /// Bytes that are written ahead at most; 0 for none.
  let most: Int
  /// Up to which byte of the last segment zeros were written ahead.
  private(set) var end = 0
  /// Bytes appended by this writer.
  private var appended = 0

  /// Fewer than this part of the most are not worth a write.
  private static let leastPart = 16
  /// The disk must have so many times as much free: it is never zeros that fill it.
  private static let caution = 8

  /// - Parameter most: bytes that are written ahead at most.
  init(most: Int) { self.most = most }

  /// How many zeros are to be written behind a batch of `count` bytes at `offset` of the last segment.
  mutating func ahead(
    behind count: Int, at offset: Int, segmentSize: Int, free: () -> Int
  ) -> Int {
    appended += count
    let start = offset + count
    let zeros = min(most, appended, segmentSize - start)
    guard start > end, zeros > 0, zeros >= most / Self.leastPart else { return 0 }
    guard free() / Self.caution >= zeros else { return 0 }
    end = start + zeros
    return zeros
  }

  /// Nothing is written ahead any more: the segment was cut, or another begins.
  mutating func forget() { end = 0 }
}

extension OpenFile {
  /// Where a file ends but for zeros: `size`, or less where the bytes before it are zeros.
  ///
  /// Reads backwards from `size`, up to the first byte that is none.
  func endBeforeZeros(_ size: Int) throws(LogError) -> Int {
    var buffer = [UInt8](repeating: 0, count: min(size, 1 << 16))
    var end = size
    while end > 0 {
      let count = min(end, buffer.count)
      let got = try read(into: &buffer, 0..<count, from: end - count)
      guard got == count else { throw LogError(.io, "the file became shorter", file: name) }
      if let last = buffer[..<count].lastIndex(where: { $0 != 0 }) {
        return end - count + last + 1
      }
      end -= count
    }
    return 0
  }
}

// What the one writer does with it.
extension EventLog {
  /// Where a batch of `count` bytes is to be written in an open segment, and with how many zeros behind.
  func end(of file: Descriptor, at offset: Int, for count: Int) -> SegmentEnd {
    let zeros = reserve.ahead(
      behind: count, at: offset, segmentSize: settings.segmentSize,
      free: { (try? directory.disk.freeSpace(at: directory.path)) ?? 0 })
    return SegmentEnd(disk: directory.disk, file: file, offset: offset, zeros: zeros)
  }

  /// Cuts zeros off the last segment, durably: it is to be finished, or the log to be closed. A failure
  /// poisons.
  func cutReserve() throws(LogError) {
    guard poison == nil, reserve.end > tail.size else { return }
    reserve.forget()
    do {
      try tailFile?.truncate(to: tail.size)
      try tailFile?.sync()
    } catch { throw poisoned(error, tail.name) }
  }
}
