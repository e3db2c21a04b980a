internal import COpenSSL

/// The only door to libcrypto, with `Ed25519Key` below: SHA-256, random bytes, signatures.
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
}

/// An Ed25519 private key in libcrypto's keeping; freed, and so wiped, with its owner.
@safe struct Ed25519Key: ~Copyable {
  private let key: OpaquePointer

  private init(owning key: OpaquePointer) {
    unsafe self.key = key
  }

  deinit {
    unsafe EVP_PKEY_free(key)
  }

  /// A new key; `nil` when libcrypto refuses, e.g. for want of memory or randomness.
  static func generated() -> Ed25519Key? {
    guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { return nil }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var made: OpaquePointer?
    guard
      unsafe EVP_PKEY_keygen_init(context) == 1, unsafe EVP_PKEY_keygen(context, &made) == 1,
      let key = unsafe made
    else { return nil }
    return unsafe Ed25519Key(owning: key)
  }

  /// The key in an unencrypted PEM file; `nil` for another kind of key or none.
  static func read(pem: [UInt8]) -> Ed25519Key? {
    guard let text = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return nil }
    defer { unsafe BIO_free(text) }
    // Without a password call-back libcrypto would ask at the terminal.
    guard let key = unsafe PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in -1 }, nil) else {
      return nil
    }
    guard unsafe EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
      unsafe EVP_PKEY_free(key)
      return nil
    }
    return unsafe Ed25519Key(owning: key)
  }

  /// The public half: 32 bytes.
  var publicKey: [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 32)
    var length = bytes.count
    guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, length == bytes.count
    else { return nil }
    return bytes
  }

  /// The private half as unencrypted PKCS#8 PEM, to be wiped by its holder.
  var pem: [UInt8]? {
    guard let text = unsafe BIO_new(BIO_s_secmem()) else { return nil }
    defer { unsafe BIO_free(text) }
    guard unsafe PEM_write_bio_PKCS8PrivateKey(text, key, nil, nil, 0, nil, nil) == 1 else {
      return nil
    }
    var pem = [UInt8](repeating: 0, count: 1024)
    let count = unsafe BIO_read(text, &pem, Int32(pem.count))
    guard count > 0 else { return nil }
    pem.removeSubrange(Int(count)...)
    return pem
  }

  /// The 64 bytes of RFC 8032; `nil` when libcrypto refuses.
  func signature(of message: [UInt8]) -> [UInt8]? {
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: 64)
    var length = signature.count
    guard
      unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
      length == signature.count
    else { return nil }
    return signature
  }

  /// Whether `signature` is that of `message` under a public key of 32 bytes.
  static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
    guard signature.count == 64, publicKey.count == 32,
      let key = unsafe EVP_PKEY_new_raw_public_key(
        EVP_PKEY_ED25519, nil, publicKey, publicKey.count),
      let context = unsafe EVP_MD_CTX_new()
    else { return false }
    defer {
      unsafe EVP_MD_CTX_free(context)
      unsafe EVP_PKEY_free(key)
    }
    return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
