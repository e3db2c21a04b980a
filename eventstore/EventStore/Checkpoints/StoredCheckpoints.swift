// Which of the stored checkpoints are what was signed, told without reading the log.
extension LedgerDirectory {
  /// The checkpoint of a size, if its file holds one of this log signed by a key good for that size.
  func signedCheckpoint(
    of size: Int64, _ keys: KeyHistory, _ origin: String
  ) throws(LogError) -> Checkpoint? {
    guard let found = try checkpoint(of: size), found.origin == origin,
      found.isSigned(byOneOf: keys.keys(for: size))
    else { return nil }
    return found
  }

  /// Files in `checkpoints/` named after a size that hold no such checkpoint. O(checkpoints).
  func spoiltCheckpoints(_ keys: KeyHistory, _ origin: String) throws(LogError) -> [String] {
    var spoilt: [String] = []
    for size in try checkpointSizes() where try signedCheckpoint(of: size, keys, origin) == nil {
      spoilt.append(Self.checkpointName(size))
    }
    return spoilt
  }
}
