internal import CanonicalJSON

/// A copy of a torn tail in `quarantine/`, its name telling where it was:
///
///     000000065536-4711-unfinished_batch-3b5c…e1.tail
///     segment      byte reason           SHA-256
struct QuarantineFile {
  let name: String
  let reason: TornTail.Reason

  static let suffix = ".tail"
  /// Added while the copy is being made.
  static let partSuffix = ".part"

  init(_ tail: TornTail, _ digest: Digest) {
    let file = tail.segment.name.dropFirst(LedgerDirectory.logName.count + 1)
    let segment = file.prefix { $0 != "." }
    name = "\(segment)-\(tail.offset)-\(tail.reason.rawValue)-\(digest.hex)\(Self.suffix)"
    reason = tail.reason
  }

  /// From a file's name; `nil` if it is no such copy.
  init?(name: String) {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    guard name.hasSuffix(Self.suffix), words.count == 4,
      let reason = TornTail.Reason(rawValue: String(words[2]))
    else { return nil }
    self.name = name
    self.reason = reason
  }

  var path: String { "\(LedgerDirectory.quarantineName)/\(name)" }
  /// Idempotency key of the event that tells of it.
  var key: String { "recovered:\(name)" }
}

extension EventLog {
  /// Takes a torn tail out of the way, and tells of every quarantined tail that no event tells of.
  ///
  /// Each step is durable before the next: the copy, its name, the cut, the event. A crash between
  /// any two leaves a state from which the next opening goes on.
  func recover(_ torn: TornTail?, _ occasion: Occasion) throws(LogError) {
    if let torn {
      let copy = try withRoom { () throws(LogError) in try quarantine(torn) }
      try cut(torn)
      notices.append(
        LogNotice(
          .recovered, torn.segment.name,
          "\(torn.count) bytes from byte \(torn.offset) were no whole batch (\(torn.reason.rawValue))"
            + " and are now \(copy.path)"))
    }
    guard try directory.facts(LedgerDirectory.quarantineName) != nil else { return }
    for name in try directory.list(LedgerDirectory.quarantineName) {
      guard let file = QuarantineFile(name: name), try find(key: file.key) == nil else { continue }
      try withRoom { () throws(LogError) in try tell(of: file, occasion) }
    }
  }

  /// Copies the tail, under its final name only when the copy is whole and durable.
  private func quarantine(_ torn: TornTail) throws(LogError) -> QuarantineFile {
    if try directory.facts(LedgerDirectory.quarantineName) == nil {
      try directory.makeDirectory(LedgerDirectory.quarantineName)
      try directory.syncDirectory("")
    }
    let source = try directory.open(torn.segment.name, .read)
    let copy = QuarantineFile(torn, try source.digest(torn.offset..<torn.segment.size))
    if try directory.facts(copy.path) == nil {
      let part = copy.path + QuarantineFile.partSuffix
      if try directory.facts(part) != nil { try directory.remove(part) }
      let target = try directory.open(part, .create, mode: 0o600)
      try source.copy(torn.offset..<torn.segment.size, to: target)
      do { try target.sync() } catch { throw LogError(error, part) }
      try directory.rename(part, to: copy.path)
    }
    try directory.syncDirectory(LedgerDirectory.quarantineName)
    return copy
  }

  private func cut(_ torn: TornTail) throws(LogError) {
    if torn.offset == 0 {
      try directory.remove(torn.segment.name)
    } else {
      try directory.cut(SegmentFile(first: torn.segment.first, size: torn.offset))
    }
    do { try logDirectory.sync() } catch { throw LogError(error, torn.segment.name) }
  }

  private func tell(of file: QuarantineFile, _ occasion: Occasion) throws(LogError) {
    let copy = try directory.open(file.path, .read)
    let count = try copy.facts.size
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("bytes")
    writer.integer(Int64(count))
    writer.key("reason")
    writer.string(file.reason.rawValue)
    writer.key("sha256")
    writer.string(try copy.digest(0..<count).hex)
    writer.endObject()
    let event = PendingEvent(
      type: "LogRecovered", stream: identity.stream, key: file.key, effective: occasion.effective,
      actor: occasion.actor, data: writer.bytes)
    try record([event], at: occasion.at)
  }
}

extension OpenFile {
  private static var piece: Int { 1 << 20 }

  /// Gives a range of the file to `body`, piece by piece.
  func forEachPiece(
    _ range: Range<Int>, _ body: (Span<UInt8>, Int) throws(LogError) -> Void
  ) throws(LogError) {
    var buffer = [UInt8](repeating: 0, count: min(Self.piece, range.count))
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = min(buffer.count, range.upperBound - offset)
      let got = try read(into: &buffer, 0..<wanted, from: offset)
      guard got == wanted else { throw LogError(.io, "the file became shorter", file: name) }
      try body(buffer.span.extracting(0..<got), offset)
      offset += got
    }
  }

  /// SHA-256 of a range.
  func digest(_ range: Range<Int>) throws(LogError) -> Digest {
    var digest = RunningDigest()
    try forEachPiece(range) { bytes, _ in digest.update(bytes) }
    return digest.finish()
  }

  /// Writes a range of this file to the beginning of another.
  func copy(_ range: Range<Int>, to target: borrowing OpenFile) throws(LogError) {
    try forEachPiece(range) { bytes, offset throws(LogError) in
      do throws(SystemError) {
        try target.write(bytes, at: offset - range.lowerBound)
      } catch { throw LogError(error, target.name) }
    }
  }
}
