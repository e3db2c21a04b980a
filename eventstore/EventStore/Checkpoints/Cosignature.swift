/// A witness's word that it saw a checkpoint and that it agrees with every one before: C2SP
/// tlog-cosignature, version 1.
///
/// Signed are a header, the time, and the checkpoint's text; the signature line carries the time in
/// eight bytes, most significant first, before the 64 of Ed25519:
///
///     cosignature/v1\n
///     time 1679315147\n
///     <text of the checkpoint>
struct Cosignature: Equatable {
  /// Seconds since 1970.
  var time: Int64
  var signature: [UInt8]

  init?(_ line: SignedNote.Signature) {
    guard line.bytes.count == 72 else { return nil }
    time = line.bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    signature = Array(line.bytes.dropFirst(8))
    guard time >= 0 else { return nil }
  }

  /// The line of a witness that signs a checkpoint's text at a time in seconds since 1970.
  static func line(
    over text: String, at time: Int64, with key: borrowing SigningKey
  ) throws(LogError) -> SignedNote.Signature {
    let stamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> Int64(56 - 8 * $0)) }
    let signature = try key.signature(of: message(text, time))
    return SignedNote.Signature(by: key.verifier, stamp + signature)
  }

  func isValid(over text: String, by key: VerifierKey) -> Bool {
    Ed25519Key.isValid(signature, of: Self.message(text, time), by: key.publicKey)
  }

  private static func message(_ text: String, _ time: Int64) -> [UInt8] {
    Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
  }
}
