internal import Synchronization

/// How an archived segment lies in its file: independent zstd frames, then a table of them in a frame
/// that every zstd passes over (the *seekable format* of zstd's `contrib/seekable_format`).
///
///     frame 0 │ frame 1 │ … │ 5E 2A 4D 18  length │ n × (compressed, inflated) │ n  00  B1 EA 92 8F
///     each 1 MiB of lines, with checksum            32 bits each, little-endian
///
/// So `zstdcat` reads all of it, and one line costs one frame. Keeps the frame read last: 1 MiB.
final class ArchiveFrames: Sendable {
  /// Bytes of lines in each frame but the last.
  static let frameSize = 1 << 20
  private static let skippable: UInt32 = 0x184D_2A5E
  private static let seekable: UInt32 = 0x8F92_EAB1
  /// More frames than the longest segment has; a table that says more is none.
  private static let mostFrames = 1 << 12

  private struct Frame {
    var offset: Int
    var count: Int
    /// Of its first byte among the lines.
    var start: Int
    var inflatedCount: Int
  }

  private struct State {
    var frames: [Frame] = []
    var size = 0
    /// Index and bytes of the frame read last.
    var kept: (index: Int, bytes: [UInt8])?
  }

  private let state = Mutex(State())

  /// Bytes of all lines.
  var size: Int { state.withLock { $0.size } }

  /// Reads the table. Throws `damaged` for a file that does not end with one that fits it.
  func load(_ file: borrowing OpenFile) throws(LogError) {
    let length = try file.storedFacts.size
    func number(_ bytes: [UInt8], _ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    func stored(_ place: Range<Int>) throws(LogError) -> [UInt8] {
      guard place.lowerBound >= 0 else { return [] }
      var bytes = [UInt8](repeating: 0, count: place.count)
      let got = try file.readStored(into: &bytes, 0..<place.count, from: place.lowerBound)
      return got == place.count ? bytes : []
    }
    let damaged = LogError(
      .damaged, "the archive does not end with the table of its frames", file: file.name)
    let footer = try stored(length - 9..<length)
    guard footer.count == 9, number(footer, 5) == Self.seekable, footer[4] == 0 else {
      throw damaged
    }
    let count = Int(number(footer, 0))
    guard (1...Self.mostFrames).contains(count) else { throw damaged }
    let start = length - 17 - 8 * count
    let table = try stored(start..<length - 9)
    guard !table.isEmpty, number(table, 0) == Self.skippable,
      number(table, 4) == UInt32(8 * count + 9)
    else { throw damaged }
    var new = State()
    var offset = 0
    for index in 0..<count {
      let frame = Frame(
        offset: offset, count: Int(number(table, 8 + 8 * index)), start: new.size,
        inflatedCount: Int(number(table, 12 + 8 * index)))
      guard (1...Self.frameSize).contains(frame.inflatedCount) else { throw damaged }
      new.frames.append(frame)
      new.size += frame.inflatedCount
      offset += frame.count
    }
    guard offset == start else { throw damaged }
    state.withLock { $0 = new }
  }

  /// As `OpenFile.read`, of the lines. Throws `damaged` for a frame that does not inflate.
  func read(
    into bytes: inout [UInt8], _ place: Range<Int>, from offset: Int,
    of file: borrowing OpenFile
  ) throws(LogError) -> Int {
    var done = 0
    while done < place.count {
      let (frame, begin) = try frame(at: offset + done, of: file)
      guard let frame else { break }
      let count = min(frame.count - begin, place.count - done)
      let target = place.lowerBound + done
      bytes.replaceSubrange(target..<target + count, with: frame[begin..<begin + count])
      done += count
    }
    return done
  }

  /// The bytes of the frame that holds a byte of the lines, and where in it that byte is; none past
  /// the end.
  private func frame(
    at offset: Int, of file: borrowing OpenFile
  ) throws(LogError) -> (bytes: [UInt8]?, begin: Int) {
    let found = state.withLock { state -> (Int, Frame, [UInt8]?)? in
      let index = min(offset / Self.frameSize, state.frames.count - 1)
      guard offset < state.size, state.frames.indices.contains(index) else { return nil }
      let at = state.frames[index].start <= offset ? index : 0
      guard
        let exact = (at..<state.frames.count).first(where: {
          offset < state.frames[$0].start + state.frames[$0].inflatedCount
        })
      else { return nil }
      return (exact, state.frames[exact], state.kept?.index == exact ? state.kept?.bytes : nil)
    }
    guard let (index, frame, kept) = found else { return (nil, 0) }
    if let kept { return (kept, offset - frame.start) }
    var stored = [UInt8](repeating: 0, count: frame.count)
    let got = try file.readStored(into: &stored, 0..<frame.count, from: frame.offset)
    guard got == frame.count, let bytes = Zstd.inflated(stored, count: frame.inflatedCount) else {
      throw LogError(
        .damaged, "a frame of the archive does not inflate to its lines", file: file.name,
        byte: frame.offset)
    }
    state.withLock { $0.kept = (index, bytes) }
    return (bytes, offset - frame.start)
  }

  /// The table of frames of those sizes, as the end of a file.
  static func table(_ frames: [(count: Int, inflatedCount: Int)]) -> [UInt8] {
    var bytes: [UInt8] = []
    func put(_ number: UInt32) {
      for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * place))) }
    }
    put(skippable)
    put(UInt32(8 * frames.count + 9))
    for frame in frames {
      put(UInt32(frame.count))
      put(UInt32(frame.inflatedCount))
    }
    put(UInt32(frames.count))
    bytes.append(0)
    put(seekable)
    return bytes
  }
}
