/// A time stamp of RFC 3161 over a checkpoint: somebody outside says when it was there at the latest.
///
/// Stamped is the SHA-256 of the checkpoint's text, its signatures left out. The response is kept as it
/// came, as `checkpoints/<size>.tsr`; whether the authority's signature holds, `openssl ts -verify` says.
package enum TimeStamp {
  static let suffix = ".tsr"

  /// The request to send to an authority, in DER (`application/timestamp-query`). Throws `io`.
  package static func request(for checkpoint: Checkpoint) throws(LogError) -> [UInt8] {
    guard let request = LibCrypto.timeStampRequest(over: hash(of: checkpoint)) else {
      throw LogError(.io, "libcrypto made no time stamp request")
    }
    return request
  }

  /// When a response stamps a checkpoint, as `20261125161200Z`. Throws `notProven` if it does not.
  package static func time(
    in response: [UInt8], of checkpoint: Checkpoint
  ) throws(LogError) -> String {
    guard let stamp = LibCrypto.timeStamp(in: response) else {
      throw LogError(.notProven, "it is no time stamp response, or none that was granted")
    }
    guard stamp.hash == hash(of: checkpoint).bytes else {
      throw LogError(
        .notProven, "the time stamp is not over the checkpoint of \(checkpoint.size) events")
    }
    return stamp.time
  }

  /// Name of the file that keeps it.
  static func name(_ size: Int64) -> String {
    let checkpoint = LedgerDirectory.checkpointName(size)
    return checkpoint.prefix(while: { $0 != "." }) + suffix
  }

  /// The size in a time stamp's file name; `nil` for any other file.
  static func size(_ file: String) -> Int64? {
    guard file.hasSuffix(suffix), let size = Int64(file.dropLast(suffix.count)), size >= 0,
      name(size) == "\(LedgerDirectory.checkpointsName)/\(file)"
    else { return nil }
    return size
  }

  private static func hash(of checkpoint: Checkpoint) -> Digest {
    Digest(hashing: Array(checkpoint.note.text.utf8).span)
  }
}

extension EventLog {
  /// Keeps a time stamp beside its checkpoint; when it stamps it. Throws `notProven`, `noSuchEvent`.
  package func keep(timeStamp response: [UInt8], of size: Int64) throws(LogError) -> String {
    try directory.store(timeStamp: response, of: size)
  }
}

extension LedgerDirectory {
  /// Stores a time stamp durably beside its checkpoint; when it stamps it. Throws `notProven`, `noSuchEvent`.
  @discardableResult
  func store(timeStamp response: [UInt8], of size: Int64) throws(LogError) -> String {
    guard let checkpoint = try checkpoint(of: size) else {
      throw LogError(.noSuchEvent, "there is no checkpoint of \(size) events")
    }
    let time = try TimeStamp.time(in: response, of: checkpoint)
    try replace(TimeStamp.name(size), with: response)
    try syncDirectory(Self.checkpointsName)
    return time
  }
}
