/// Writes one snapshot: the body piece by piece, then what it is.
///
/// Until ``finish()`` renames it the file has a name that no reader looks for. It is not synced: one
/// that a power cut tears differs from its own SHA-256, and is made anew. Memory: two blocks.
package struct SnapshotWriter: ~Copyable {
  private let directory: LedgerDirectory
  private let file: OpenFile
  private let unfinished: String
  private var header: SnapshotHeader
  private var block: [UInt8] = []
  private var hashes: [UInt8] = []

  private init(
    _ header: SnapshotHeader, in directory: LedgerDirectory, _ file: consuming OpenFile
  ) {
    self.directory = directory
    self.header = header
    unfinished = file.name
    self.file = file
    block.reserveCapacity(SnapshotHeader.blockSize)
  }

  /// Begins the file. Throws `io`, `read_only`, `disk_full`.
  static func begin(
    _ header: SnapshotHeader, in directory: LedgerDirectory
  ) throws(LogError) -> SnapshotWriter {
    if try directory.facts(Snapshot.directoryName) == nil {
      try directory.makeDirectory(Snapshot.directoryName)
    }
    var suffix = [UInt8](repeating: 0, count: 8)
    try uninterrupted(Snapshot.directoryName) { () throws(SystemError) in
      try directory.disk.random(into: &suffix)
    }
    let name = Snapshot.name(header.size) + "." + Hexadecimal.text(suffix)
    return SnapshotWriter(header, in: directory, try directory.open(name, .create))
  }

  /// Goes on with the body. O(bytes).
  package mutating func append(_ bytes: Span<UInt8>) throws(LogError) {
    var place = 0
    while place < bytes.count {
      let count = min(bytes.count - place, SnapshotHeader.blockSize - block.count)
      let piece = bytes.extracting(place..<place + count)
      unsafe piece.withUnsafeBufferPointer { unsafe block.append(contentsOf: $0) }
      place += count
      if block.count == SnapshotHeader.blockSize { try flush() }
    }
  }

  private mutating func flush() throws(LogError) {
    guard !block.isEmpty else { return }
    hashes += Digest(hashing: block.span).bytes
    do {
      try file.write(block.span, at: SnapshotHeader.length + header.body)
    } catch { throw LogError(error, unfinished, isWriting: true) }
    header.body += block.count
    block.removeAll(keepingCapacity: true)
  }

  /// Ends the file, gives it its name, and takes all other snapshots away.
  package mutating func finish() throws(LogError) {
    try flush()
    header.blocks = Digest(hashing: hashes.span)
    do {
      try file.write(hashes.span, at: SnapshotHeader.length + header.body)
      try file.write(header.bytes.span, at: 0)
    } catch { throw LogError(error, unfinished, isWriting: true) }
    let name = Snapshot.name(header.size)
    try directory.rename(unfinished, to: name)
    for other in try directory.list(Snapshot.directoryName) {
      let path = "\(Snapshot.directoryName)/\(other)"
      if path != name { try directory.remove(path) }
    }
  }

  /// Takes back what was written and has no name of its own yet.
  package func discard() throws(LogError) {
    if try directory.facts(unfinished) != nil { try directory.remove(unfinished) }
  }
}
