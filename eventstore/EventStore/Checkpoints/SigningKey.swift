/// The private key that signs a ledger's checkpoints, or a witness's cosignatures.
///
/// Lies in a PEM file of mode 0600 (PKCS#8, not encrypted), inside the ledger's `keys/` or outside of
/// it; `openssl pkey` and `openssl pkeyutl` read it. In memory it is libcrypto's, wiped when it goes.
package struct SigningKey: ~Copyable {
  private let key: Ed25519Key
  /// The public half, under the name that signs.
  package let verifier: VerifierKey

  private init?(_ key: consuming Ed25519Key, name: String, kind: VerifierKey.Kind) {
    guard let publicKey = key.publicKey,
      let verifier = VerifierKey(name: name, kind: kind, publicKey: publicKey)
    else { return nil }
    self.key = key
    self.verifier = verifier
  }

  /// A new key. Throws `io` when libcrypto refuses, `invalid` for a name that cannot sign.
  package static func generated(
    name: String, kind: VerifierKey.Kind = .signature
  ) throws(LogError) -> SigningKey {
    guard let key = Ed25519Key.generated() else { throw LogError(.io, "libcrypto made no key") }
    guard let made = SigningKey(key, name: name, kind: kind) else {
      throw LogError(.invalid, "a signer's name has no white space and no plus sign: \(name)")
    }
    return made
  }

  /// The key in a file. Throws `invalidKey` unless it is an Ed25519 key nobody else can read; `io`.
  package static func read(
    _ path: String, name: String, kind: VerifierKey.Kind = .signature,
    disk: any Disk = SystemDisk()
  ) throws(LogError) -> SigningKey {
    let file = try OpenFile(path, named: path, .read, on: disk)
    let facts = try file.facts
    guard facts.mode & 0o077 == 0 else {
      throw LogError(
        .invalidKey, "the signing key can be read by others: its mode must be 0600", file: path)
    }
    guard facts.size <= 1 << 16 else {
      throw LogError(.invalidKey, "it is too long for a key", file: path)
    }
    var pem = try file.read(facts.size, from: 0)
    defer { LibCrypto.wipe(&pem) }
    guard let key = Ed25519Key.read(pem: pem),
      let made = SigningKey(key, name: name, kind: kind)
    else { throw LogError(.invalidKey, "it is no Ed25519 private key in PEM", file: path) }
    return made
  }

  /// Writes the private half to a new file of mode 0600 and syncs it. Throws `exists`, `io`.
  package func write(to path: String, disk: any Disk = SystemDisk()) throws(LogError) {
    guard var pem = key.pem else { throw LogError(.io, "libcrypto did not write the key") }
    defer { LibCrypto.wipe(&pem) }
    let file = try OpenFile(path, named: path, .create, mode: 0o600, on: disk)
    do {
      try file.write(pem.span, at: 0)
      try file.sync()
    } catch { throw LogError(error, path) }
  }

  /// 64 bytes of RFC 8032. Throws `io` when libcrypto refuses.
  func signature(of message: [UInt8]) throws(LogError) -> [UInt8] {
    guard let signature = key.signature(of: message) else {
      throw LogError(.io, "libcrypto did not sign")
    }
    return signature
  }
}
