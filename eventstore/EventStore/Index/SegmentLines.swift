internal import CanonicalJSON

/// Reads single lines out of segments, each checked against the leaf hash that was indexed.
///
/// Keeps the files it reads open: at most 128, among them 8 archives, which hold 1 MiB each.
final class SegmentLines {
  private let directory: LedgerDirectory
  private let ledger: String
  private var files: [Int64: SharedFile] = [:]

  private static let mostFiles = 128
  private static let mostArchives = 8

  init(_ directory: LedgerDirectory, ledger: String) {
    self.directory = directory
    self.ledger = ledger
  }

  /// The line of an event, without its newline.
  ///
  /// Throws `damaged`, with the file and lines that are, where it is not what was indexed.
  func line(_ seq: Int64, at place: EventPlace) throws(LogError) -> [UInt8] {
    let line = try segment(place.segment).file.line(at: place.offset)
    guard let line, place.fits(line.span) else { throw try damage(seq, place) }
    return line
  }

  private func segment(_ first: Int64) throws(LogError) -> SharedFile {
    if let segment = files[first] { return segment }
    if files.count >= Self.mostFiles { files.removeAll(keepingCapacity: true) }
    let segment = SharedFile(try directory.open(LedgerDirectory.segmentName(first), .read))
    if segment.isArchive, files.values.count(where: \.isArchive) >= Self.mostArchives {
      files = files.filter { !$0.value.isArchive }
    }
    files[first] = segment
    return segment
  }

  /// What is wrong with a segment that does not hold an event where it was.
  private func damage(_ seq: Int64, _ place: EventPlace) throws(LogError) -> LogError {
    let name = LedgerDirectory.segmentName(place.segment)
    if let facts = try directory.facts(name) {
      let segment = SegmentFile(first: place.segment, size: facts.size)
      var scanner = LineScanner()
      // Throws what is damaged, with its lines.
      var walk = LogWalk(
        ledger: ledger, checking: .every, from: try directory.statedTree(of: segment))
      try walk.segment(segment, in: directory, with: &scanner) { event, _, _ in event.seq < seq }
    }
    return LogError(
      .damaged, "event \(seq) is not what it was when it was indexed", file: name,
      byte: place.offset)
  }
}
