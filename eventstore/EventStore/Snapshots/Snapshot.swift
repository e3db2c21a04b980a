internal import Dispatch
internal import Synchronization

/// The state of projections at a size of the log, as a program kept it for itself.
///
/// It is derived: a missing, older or wrong one costs a pass over the log and nothing else. Its bytes
/// are compared with their SHA-256 before anybody gets them, its root with the log's own; whether they
/// are what the log means is the word of the program that wrote them, so who doubts it reads from
/// scratch.
package struct Snapshot: Sendable {
  /// How many events the state holds.
  package var size: Int64 { header.size }
  /// The body.
  package let bytes: MappedBytes
  /// Where in ``bytes`` it lies.
  package var body: Range<Int> {
    SnapshotHeader.length..<SnapshotHeader.length + header.body
  }

  private let header: SnapshotHeader

  static let directoryName = "snapshots"
  private static let suffix = ".snapshot"

  /// The name of the snapshot of so many events.
  static func name(_ size: Int64) -> String {
    let digits = String(size)
    let zeros = String(repeating: "0", count: max(0, 12 - digits.count))
    return "\(directoryName)/\(zeros)\(digits)\(suffix)"
  }

  /// The sizes of the snapshots there are, whatever is in them, ascending.
  static func sizes(in directory: LedgerDirectory) throws(LogError) -> [Int64] {
    guard try directory.facts(directoryName) != nil else { return [] }
    var sizes: [Int64] = []
    for file in try directory.list(directoryName) where file.hasSuffix(suffix) {
      if let size = Int64(file.dropLast(suffix.count)), name(size) == "\(directoryName)/\(file)" {
        sizes.append(size)
      }
    }
    return sizes
  }

  /// Opens a snapshot and hashes all of it, on all processors. `nil` with the reason where it is not
  /// what it says.
  static func open(
    _ size: Int64, in directory: LedgerDirectory
  ) throws(LogError) -> Result<Snapshot, StaleIndex> {
    let name = name(size)
    func stale(_ detail: String) -> Result<Snapshot, StaleIndex> {
      .failure(StaleIndex(file: name, detail: detail))
    }
    let file = try directory.open(name, .read)
    let length = try file.facts.size
    guard let header = SnapshotHeader(parsing: try file.read(SnapshotHeader.length, from: 0)),
      header.size == size
    else { return stale("it does not begin as a snapshot does") }
    guard header.fileSize == length else { return stale("it has not its length") }
    let bytes = try uninterrupted(name) { () throws(SystemError) in
      try directory.disk.map(file.descriptor, count: length)
    }
    let snapshot = Snapshot(bytes: bytes, header: header)
    guard snapshot.isIntact else { return stale("it differs from its own SHA-256") }
    return .success(snapshot)
  }

  private var isIntact: Bool {
    let hashes = body.upperBound..<header.fileSize
    guard bytes.withBytes(hashes, { Digest(hashing: $0) }) == header.blocks else { return false }
    let isIntact = Atomic(true)
    DispatchQueue.concurrentPerform(iterations: header.blockCount) { block in
      let start = body.lowerBound + block * SnapshotHeader.blockSize
      let end = min(start + SnapshotHeader.blockSize, body.upperBound)
      let digest = bytes.withBytes(start..<end) { Digest(hashing: $0) }.bytes
      let place = hashes.lowerBound + 32 * block
      let isRight = bytes.withBytes(place..<place + 32) { kept in
        digest.indices.allSatisfy { digest[$0] == kept[$0] }
      }
      if !isRight { isIntact.store(false, ordering: .relaxed) }
    }
    return isIntact.load(ordering: .relaxed)
  }

  func isOf(program: String, ledger: String) -> Bool {
    header.program == program && header.ledger == ledger
  }

  func hasRoot(_ root: Digest) -> Bool { header.root == root }
}
