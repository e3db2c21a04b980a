/// The last checkpoint of a ledger, kept where whoever restores the ledger does not reach: a file on
/// another disk or host.
///
/// It only ever moves forward, from one checkpoint to a later one of the same history, and is compared
/// before it is moved. A ledger that is behind its anchor was cut or restored from an old backup, and
/// may not be written to: it would grow a second history.
struct Anchor {
  let path: String
  let disk: any Disk

  /// The file in a ledger that names its anchors, one path a line.
  static let listName = "anchors"

  /// What is kept; `nil` where nothing is yet. Throws `notProven` for a file that holds no checkpoint.
  func read() throws(LogError) -> Checkpoint? {
    let place = LedgerDirectory(folder, on: disk)
    guard try place.facts("")?.isDirectory == true else {
      throw LogError(.io, "the anchor's folder is not there", file: path)
    }
    guard try place.facts(name) != nil else { return nil }
    guard let kept = try place.checkpoint(in: name) else {
      throw LogError(.notProven, "the anchor is no signed checkpoint", file: path)
    }
    return kept
  }

  /// Moves the anchor to a checkpoint, if what is kept is of its history: `isEarlier` says so.
  ///
  /// Throws `behindAnchor` if it is not, with the anchor as it was.
  func advance(
    to checkpoint: Checkpoint, isEarlier: (Checkpoint) throws(LogError) -> Bool
  ) throws(LogError) {
    let place = LedgerDirectory(folder, on: disk)
    let guardName = name + ".lock"
    let exists = try place.facts(guardName) != nil
    let hold = try place.open(guardName, exists ? .write : .create)
    try wait(for: hold)
    if let kept = try read() {
      if kept.agrees(with: checkpoint), kept.note == checkpoint.note { return }
      guard try isEarlier(kept) else {
        throw LogError(
          .behindAnchor,
          "the anchor holds checkpoint \(kept.size) of \(kept.origin), which is not of this history",
          file: path)
      }
    }
    try place.replace(name, with: checkpoint.note.bytes)
    try place.syncDirectory("")
  }

  /// Waits, for about two seconds, until nobody else compares and moves.
  private func wait(for file: borrowing OpenFile) throws(LogError) {
    for _ in 1...200 {
      do {
        return try uninterrupted { () throws(SystemError) in
          try disk.lock(file.descriptor, .exclusive)
        }
      } catch {
        guard error.number == ErrorNumber.wouldBlock else { throw LogError(error, path) }
      }
      disk.pause(milliseconds: 10)
    }
    throw LogError(.io, "another process holds the anchor", file: path)
  }

  private var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private var name: String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }
}

extension LedgerDirectory {
  /// The anchors a ledger names, and those its user names, each once.
  func anchors(and named: [String]) throws(LogError) -> [Anchor] {
    var paths: [String] = []
    for path in try listedAnchors() + named where !paths.contains(path) { paths.append(path) }
    return paths.map { Anchor(path: $0, disk: disk) }
  }

  /// The paths in the ledger's own list.
  func listedAnchors() throws(LogError) -> [String] {
    guard try facts(Anchor.listName) != nil else { return [] }
    let text = String(decoding: try read(Anchor.listName), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }
}
