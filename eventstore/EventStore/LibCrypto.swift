internal import COpenSSL

/// The only door to libcrypto: SHA-256, random bytes, Ed25519 keys.
///
/// SHA-256 goes through the low-level calls: on lines of this size they are 1.3 to 1.8 times as fast as
/// the EVP ones, and one process needs some millions of hashes a second.
enum LibCrypto {
  /// A SHA-256 computation under way.
  typealias Hash = SHA256_CTX

  /// A computation that has already taken `prefix`: a value to copy, cheaper than starting anew.
  static func begun(_ prefix: [UInt8]) -> Hash {
    var hash = Hash()
    unsafe SHA256_Init(&hash)
    unsafe SHA256_Update(&hash, prefix, prefix.count)
    return hash
  }

  static func update(_ hash: inout Hash, _ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe SHA256_Update(&hash, buffer.baseAddress, buffer.count)
    }
  }

  static func update(_ hash: inout Hash, _ digest: borrowing Digest) {
    unsafe withUnsafeBytes(of: digest.words) { buffer in
      _ = unsafe SHA256_Update(&hash, buffer.baseAddress, buffer.count)
    }
  }

  static func finished(_ hash: inout Hash) -> Digest {
    var digest = Digest.zero
    unsafe withUnsafeMutableBytes(of: &digest.words) { buffer in
      _ = unsafe SHA256_Final(buffer.baseAddress, &hash)
    }
    return digest
  }

  /// Fills `bytes` from the system's generator; false when it has no randomness to give.
  static func randomBytes(into bytes: inout [UInt8]) -> Bool {
    unsafe RAND_bytes(&bytes, Int32(bytes.count)) == 1
  }

  /// Overwrites a secret in a way the compiler may not leave out.
  static func wipe(_ secret: inout [UInt8]) {
    unsafe secret.withUnsafeMutableBytes { buffer in
      unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    }
  }

  /// A new Ed25519 key: its private half as unencrypted PKCS#8 PEM, its public half as 32 raw bytes.
  ///
  /// `nil` when libcrypto refuses, e.g. for want of memory or randomness.
  static func newSigningKey() -> (pem: [UInt8], publicKey: [UInt8])? {
    guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    guard
      unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &made) == 1,
      let key = unsafe made
    else { return nil }
    defer { unsafe EVP_PKEY_free(key) }

    var publicKey = [UInt8](repeating: 0, count: 32)
    var length = publicKey.count
    guard
      unsafe EVP_PKEY_get_raw_public_key(key, &publicKey, &length) == 1, length == publicKey.count,
      let text = unsafe BIO_new(BIO_s_secmem())
    else { return nil }
    defer { unsafe BIO_free(text) }
    guard unsafe PEM_write_bio_PKCS8PrivateKey(text, key, nil, nil, 0, nil, nil) == 1 else {
      return nil
    }
    var pem = [UInt8](repeating: 0, count: 1024)
    let count = unsafe BIO_read(text, &pem, Int32(pem.count))
    guard count > 0 else { return nil }
    pem.removeSubrange(Int(count)...)
    return (pem, publicKey)
  }
}
