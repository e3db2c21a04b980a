// Snapshots of what a program made of the log, beside it.
extension LogReader {
  /// The newest snapshot of this log of at most `size` events that `program` wrote, the SHA-256 of one in
  /// hexadecimal; `nil` without any. Throws ``LogError``.
  ///
  /// One that differs from its own SHA-256 or from the log is passed over, with a notice in `notices`.
  /// O(bytes of it), and the lines of the segment in which it ends.
  package func snapshot(
    of program: String, upTo size: Int64, _ notices: inout [LogNotice]
  ) throws(LogError) -> Snapshot? {
    for found in try Snapshot.sizes(in: directory).reversed() where found <= size && found > 0 {
      switch try Snapshot.open(found, in: directory) {
      case .failure(let stale):
        notices.append(
          LogNotice(.stale, stale.file, "\(stale.detail): the log is read instead"))
      case .success(let snapshot):
        guard snapshot.isOf(program: program, ledger: identity.ledger) else { continue }
        if let root = try root(at: found), snapshot.hasRoot(root) { return snapshot }
        notices.append(
          LogNotice(
            .stale, Snapshot.name(found),
            "its root is not that of the log's first \(found) events: the log is read instead"))
      }
    }
    return nil
  }

  /// Begins a snapshot of the first `size` events, at least one. Reads the segment in
  /// which they end.
  package func beginSnapshot(
    of program: String, at size: Int64
  ) throws(LogError) -> SnapshotWriter {
    guard size > 0, let root = try root(at: size) else {
      throw LogError(.noSuchEvent, "there is no snapshot of \(size) events")
    }
    let header = SnapshotHeader(
      size: size, root: root, ledger: identity.ledger, program: program)
    return try SnapshotWriter.begin(header, in: directory)
  }
}
