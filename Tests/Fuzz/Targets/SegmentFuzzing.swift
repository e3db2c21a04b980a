import CanonicalJSON
import EventStore
import Foundation
import Support

/// A ledger on a disk in memory whose last segment is whatever bytes there are.
///
/// The first byte says how they are used, the rest is the file:
///
///     bit 0   they are the second segment, after the golden ledger's first; else the only one
///     bit 1   sizes and roots of commits are set to what the lines before make them, for no luck
///             finds a SHA-256: so the rules behind the hashes are reached too
enum SegmentFuzzing {
  private static let path = "/ledger"
  private static let actor = Array(#"{"id":"u-1","kind":"person","role":"agent"}"#.utf8)

  /// The golden ledger's files: identity, first segment.
  private static let golden: (identity: [UInt8], first: [UInt8]) = {
    let folder = FuzzTarget.folder.deletingLastPathComponent()
      .appendingPathComponent("EventStoreTests/Golden/format-1")
    let read = { (name: String) -> [UInt8] in
      guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
        preconditionFailure("the golden ledger lacks \(name)")
      }
      return [UInt8](data)
    }
    return (read("LEDGER.json"), read("log/000000000000.jsonl"))
  }()

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let mode = bytes.first else { return }
    let isSecond = mode & 1 != 0
    let isMended = mode & 2 != 0
    var content = Array(bytes.dropFirst())
    if isMended { content = mended(content, after: isSecond ? golden.first : []) }
    let disk = SimulatedDisk(seed: 1)
    do {
      try disk.makeDirectory(path, mode: 0o755)
      try disk.makeDirectory(path + "/log", mode: 0o755)
      try write(golden.identity, to: "LEDGER.json", on: disk)
      if isSecond { try write(golden.first, to: "log/000000000000.jsonl", on: disk) }
      try write(content, to: "log/00000000000\(isSecond ? 4 : 0).jsonl", on: disk)
    } catch {
      preconditionFailure("the disk in memory failed: \(error)")
    }
    try judge(disk, isMended: isMended)
  }

  private static func write(
    _ bytes: [UInt8], to name: String, on disk: SimulatedDisk
  ) throws(SystemError) {
    let file = try disk.open("\(path)/\(name)", .create, mode: 0o644)
    _ = try disk.write(file, bytes.span, at: 0)
    disk.close(file)
  }

  /// Verifies, reads, opens for writing, verifies again; none may take what another refuses.
  private static func judge(_ disk: SimulatedDisk, isMended: Bool) throws(BrokenPromise) {
    let verification = try verified(disk)
    let isSound = verification.findings.isEmpty
    let read = Result { () throws(LogError) -> Int64 in
      let reader = try LogReader.open(directory: path, disk: disk)
      try reader.forEach(checking: .every) { _, _ in }
      return reader.size
    }
    switch read {
    case .success(let events):
      try promise(
        !isSound || events == verification.events,
        "read \(events) of \(verification.events) events")
    case .failure(let error): try promise(!isSound, "\(error), but verified as sound")
    }
    do {
      let log = try EventLog.open(
        directory: path, at: "2027-01-01T00:00:00.000Z", effective: "2027-01-01", actor: actor,
        disk: disk)
      _ = log.size
    } catch { return }
    // A commit mended to vouch for lines that break other rules is beyond what opening looks at.
    try promise(isSound || isMended, "opened for writing with \(verification.findings)")
    let after = try verified(disk)
    try promise(after.findings.isEmpty || isMended, "recovered into \(after.findings)")
  }

  private static func verified(_ disk: SimulatedDisk) throws(BrokenPromise) -> Verification {
    do {
      return try LogVerifier.verify(directory: path, disk: disk)
    } catch {
      throw BrokenPromise(description: "verifying failed: \(error)")
    }
  }

  /// The bytes with sizes and roots of well-formed commits set right.
  private static func mended(_ bytes: [UInt8], after first: [UInt8]) -> [UInt8] {
    var tree = MerkleFrontier()
    for line in first.split(separator: 10)
    where EventEnvelope.kind(of: Array(line).span) == .event {
      tree.append(Digest(leaf: Array(line).span))
    }
    var lines: [[UInt8]] = []
    for piece in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      let line = Array(piece)
      if var commit = try? CommitLine(parsing: line.span) {
        (commit.size, commit.root) = (tree.size, tree.root)
        lines.append(commit.canonicalBytes)
      } else {
        if !lines.isEmpty { tree.append(Digest(leaf: line.span)) }
        lines.append(line)
      }
    }
    return Array(lines.joined(separator: [10]))
  }
}
