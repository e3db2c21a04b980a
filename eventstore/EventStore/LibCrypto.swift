internal import COpenSSL

/// The only door to libcrypto, with `Ed25519Key` and `AES256GCM` below: SHA-256, random bytes,
/// signatures, and what the vault seals with.
///
/// SHA-256 goes through the low-level calls: on lines of this size they are 1.3 to 1.8 times as fast as
/// the EVP ones, and one process needs some millions of hashes a second.
package enum LibCrypto {
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
  package static func randomBytes(into bytes: inout [UInt8]) -> Bool {
    unsafe RAND_bytes(&bytes, Int32(bytes.count)) == 1
  }

  /// Overwrites a secret in a way the compiler may not leave out.
  package static func wipe(_ secret: inout [UInt8]) {
    unsafe secret.withUnsafeMutableBytes { buffer in
      unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
    }
  }

  /// As `wipe` of an array, of any memory.
  static func wipe(_ start: UnsafeMutableRawPointer, _ count: Int) {
    unsafe OPENSSL_cleanse(start, count)
  }

  /// HMAC-SHA-256 of a message (RFC 2104): 32 bytes.
  package static func code(of message: [UInt8], under key: Span<UInt8>) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    unsafe key.withUnsafeBytes { secret in
      _ = unsafe HMAC(
        EVP_sha256(), secret.baseAddress, Int32(secret.count), message, message.count, &code,
        &length)
    }
    precondition(length == 32, "libcrypto gives HMAC-SHA-256")
    return code
  }

  /// Whether two texts of the same length are the same, in a time that does not tell where they differ.
  package static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && (unsafe CRYPTO_memcmp(one, other, one.count)) == 0
  }
}

/// AES-256-GCM (NIST SP 800-38D) with nonces of 12 bytes and tags of 16, the tag behind the ciphertext.
///
/// Holds a context that every call sets anew; the last key's schedule stays in it until the next call
/// or until it is freed, and so wiped.
@safe package struct AES256GCM: ~Copyable {
  /// Bytes of a key.
  package static let keyLength = 32
  /// Bytes of a nonce.
  package static let nonceLength = 12
  /// Bytes of a tag.
  package static let tagLength = 16

  private let context: OpaquePointer
  private let cipher: OpaquePointer

  /// A context; `nil` when libcrypto has no memory or no such cipher.
  package init?() {
    guard let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else { return nil }
    guard let context = unsafe EVP_CIPHER_CTX_new() else {
      unsafe EVP_CIPHER_free(cipher)
      return nil
    }
    unsafe self.cipher = cipher
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_CIPHER_CTX_free(context)
    unsafe EVP_CIPHER_free(cipher)
  }

  /// Ciphertext and tag; `nil` when libcrypto refuses.
  package func seal(
    _ plaintext: Span<UInt8>, under key: Span<UInt8>, nonce: Span<UInt8>, with associated: [UInt8]
  ) -> [UInt8]? {
    var out = [UInt8](repeating: 0, count: plaintext.count + Self.tagLength)
    guard begin(key, nonce, isSealing: true) else { return nil }
    var count: Int32 = 0
    let isDone = unsafe out.withUnsafeMutableBufferPointer { out in
      unsafe plaintext.withUnsafeBufferPointer { bytes in
        guard let place = out.baseAddress else { return false }
        return unsafe EVP_EncryptUpdate(context, nil, &count, associated, Int32(associated.count))
          == 1
          && EVP_EncryptUpdate(context, place, &count, bytes.baseAddress, Int32(bytes.count)) == 1
          && EVP_EncryptFinal_ex(context, place + bytes.count, &count) == 1
          && EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), place + bytes.count) == 1
      }
    }
    return isDone ? out : nil
  }

  /// What was sealed; `nil` unless key, nonce, associated data and every bit are those it was sealed with.
  package func open(
    _ sealed: Span<UInt8>, under key: Span<UInt8>, nonce: Span<UInt8>, with associated: [UInt8]
  ) -> [UInt8]? {
    let length = sealed.count - Self.tagLength
    guard length >= 0, begin(key, nonce, isSealing: false) else { return nil }
    // One byte more, so that there is a place to write to when nothing was sealed.
    var out = [UInt8](repeating: 0, count: length + 1)
    var count: Int32 = 0
    let isRight = unsafe out.withUnsafeMutableBufferPointer { out in
      unsafe sealed.withUnsafeBufferPointer { bytes in
        guard let place = out.baseAddress, let start = bytes.baseAddress else { return false }
        let tag = unsafe UnsafeMutableRawPointer(mutating: start + length)
        return unsafe EVP_DecryptUpdate(context, nil, &count, associated, Int32(associated.count))
          == 1
          && EVP_DecryptUpdate(context, place, &count, start, Int32(length)) == 1
          && EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), tag) == 1
          && EVP_DecryptFinal_ex(context, place + length, &count) == 1
      }
    }
    guard isRight else {
      LibCrypto.wipe(&out)
      return nil
    }
    out.removeLast()
    return out
  }

  private func begin(_ key: Span<UInt8>, _ nonce: Span<UInt8>, isSealing: Bool) -> Bool {
    guard key.count == Self.keyLength, nonce.count == Self.nonceLength else { return false }
    return unsafe key.withUnsafeBufferPointer { key in
      unsafe nonce.withUnsafeBufferPointer { nonce in
        unsafe EVP_CipherInit_ex2(
          context, cipher, key.baseAddress, nonce.baseAddress, isSealing ? 1 : 0, nil) == 1
      }
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

extension LibCrypto {
  /// An RFC 3161 request for a time stamp over a SHA-256 hash, in DER, with a nonce, asking for the
  /// authority's certificate; `nil` when libcrypto refuses.
  static func timeStampRequest(over digest: Digest) -> [UInt8]? {
    guard let request = unsafe TS_REQ_new() else { return nil }
    defer { unsafe TS_REQ_free(request) }
    guard let imprint = unsafe TS_MSG_IMPRINT_new(), let algorithm = unsafe X509_ALGOR_new() else {
      return nil
    }
    defer {
      unsafe TS_MSG_IMPRINT_free(imprint)
      unsafe X509_ALGOR_free(algorithm)
    }
    var bytes = digest.bytes
    var nonce = [UInt8](repeating: 0, count: 8)
    guard randomBytes(into: &nonce),
      let number = unsafe BN_bin2bn(nonce, Int32(nonce.count), nil)
    else { return nil }
    defer { unsafe BN_free(number) }
    guard let integer = unsafe BN_to_ASN1_INTEGER(number, nil) else { return nil }
    defer { unsafe ASN1_INTEGER_free(integer) }
    guard unsafe X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nil) == 1,
      unsafe TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1,
      unsafe TS_MSG_IMPRINT_set_msg(imprint, &bytes, Int32(bytes.count)) == 1,
      unsafe TS_REQ_set_version(request, 1) == 1,
      unsafe TS_REQ_set_msg_imprint(request, imprint) == 1,
      unsafe TS_REQ_set_nonce(request, integer) == 1,
      unsafe TS_REQ_set_cert_req(request, 1) == 1
    else { return nil }
    let count = unsafe i2d_TS_REQ(request, nil)
    guard count > 0 else { return nil }
    var der = [UInt8](repeating: 0, count: Int(count))
    let written = unsafe der.withUnsafeMutableBufferPointer { buffer in
      var place = buffer.baseAddress
      return unsafe i2d_TS_REQ(request, &place)
    }
    return written == count ? der : nil
  }

  /// What an RFC 3161 response grants: the hash it stamps, and its time as ASN.1 writes it,
  /// `20261125161200Z`; `nil` unless it is one that was granted.
  ///
  /// Says nothing of the authority's signature: `openssl ts -verify` does.
  static func timeStamp(in response: [UInt8]) -> (hash: [UInt8], time: String)? {
    let parsed = unsafe response.withUnsafeBufferPointer { buffer in
      var place = buffer.baseAddress
      return unsafe d2i_TS_RESP(nil, &place, buffer.count)
    }
    guard let answer = unsafe parsed else { return nil }
    defer { unsafe TS_RESP_free(answer) }
    let status = unsafe ASN1_INTEGER_get(
      TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer)))
    guard status == 0 || status == 1, let info = unsafe TS_RESP_get_tst_info(answer),
      let imprint = unsafe TS_TST_INFO_get_msg_imprint(info),
      let message = unsafe TS_MSG_IMPRINT_get_msg(imprint),
      let time = unsafe TS_TST_INFO_get_time(info)
    else { return nil }
    return unsafe (bytes(of: message), String(decoding: bytes(of: time), as: UTF8.self))
  }

  private static func bytes(of text: UnsafePointer<ASN1_STRING>) -> [UInt8] {
    guard let start = unsafe ASN1_STRING_get0_data(text) else { return [] }
    let buffer = unsafe UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(text)))
    return unsafe Array(buffer)
  }
}
