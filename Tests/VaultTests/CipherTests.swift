import EventStore
import Foundation
import Support
import Testing

@Suite struct CipherTests {
  /// Project Wycheproof's vectors for AES-GCM; ours is AES-256 with 12-byte nonces and 16-byte tags.
  @Test(.enabled(if: SharedVectors.arePresent, "needs the shared data"))
  func wycheproof() throws {
    let file = try #require(SharedVectors.files(in: "wycheproof", prefix: "aes_gcm_test").first)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(file.bytes)) as? [String: Any])
    let groups = try #require(document["testGroups"] as? [[String: Any]])
    guard let cipher = AES256GCM() else {
      Issue.record("libcrypto made no cipher")
      return
    }
    var (valid, invalid) = (0, 0)
    for group in groups where group["keySize"] as? Int == 256 && group["tagSize"] as? Int == 128 {
      let nonceBits = try #require(group["ivSize"] as? Int)
      for test in try #require(group["tests"] as? [[String: Any]]) {
        let vector = try Vector(test)
        let sealed = vector.ciphertext + vector.tag
        let opened = cipher.open(
          sealed.span, under: vector.key.span, nonce: vector.nonce.span, with: vector.associated)
        guard nonceBits == 96 else {
          #expect(opened == nil, "another length of nonce is refused")
          continue
        }
        if vector.isValid {
          valid += 1
          #expect(opened == vector.message, "\(vector.number)")
          let again = cipher.seal(
            vector.message.span, under: vector.key.span, nonce: vector.nonce.span,
            with: vector.associated)
          #expect(again == sealed, "\(vector.number)")
        } else {
          invalid += 1
          #expect(opened == nil, "\(vector.number)")
        }
      }
    }
    #expect(valid > 30 && invalid > 10, "\(valid) valid, \(invalid) invalid")
  }

  @Test func aChangedBitAnywhereDoesNotOpen() {
    guard let cipher = AES256GCM() else {
      Issue.record("libcrypto made no cipher")
      return
    }
    let key = [UInt8](repeating: 7, count: 32)
    let nonce = [UInt8](repeating: 9, count: 12)
    let (text, associated): ([UInt8], [UInt8]) = (Array("María".utf8), Array("[1]".utf8))
    guard
      let sealed = cipher.seal(text.span, under: key.span, nonce: nonce.span, with: associated)
    else {
      Issue.record("libcrypto did not seal")
      return
    }
    let same = cipher.open(sealed.span, under: key.span, nonce: nonce.span, with: associated)
    #expect(same == text)
    for bit in 0..<sealed.count * 8 {
      var changed = sealed
      changed[bit / 8] ^= 1 << (bit % 8)
      let opened = cipher.open(
        changed.span, under: key.span, nonce: nonce.span, with: associated)
      #expect(opened == nil)
    }
    let none: [UInt8] = []
    let empty = cipher.seal(none.span, under: key.span, nonce: nonce.span, with: none) ?? []
    let opened = cipher.open(empty.span, under: key.span, nonce: nonce.span, with: none)
    let refused = cipher.open(none.span, under: key.span, nonce: nonce.span, with: none)
    #expect(empty.count == 16 && opened == none && refused == nil)
  }

  /// RFC 4231, test case 2.
  @Test func theCodeIsThatOfTheStandard() {
    let key = Array("Jefe".utf8)
    let code = LibCrypto.code(of: Array("what do ya want for nothing?".utf8), under: key.span)
    #expect(
      Hexadecimal.text(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }
}

/// One test of the vectors.
private struct Vector {
  let number: Int
  let key, nonce, associated, message, ciphertext, tag: [UInt8]
  let isValid: Bool

  init(_ test: [String: Any]) throws {
    func bytes(_ name: String) throws -> [UInt8] {
      let text = Array(try #require(test[name] as? String).utf8)
      return try stride(from: 0, to: text.count, by: 2).map { place in
        try #require(UInt8(String(decoding: text[place..<place + 2], as: UTF8.self), radix: 16))
      }
    }
    number = try #require(test["tcId"] as? Int)
    (key, nonce, associated) = (try bytes("key"), try bytes("iv"), try bytes("aad"))
    (message, ciphertext, tag) = (try bytes("msg"), try bytes("ct"), try bytes("tag"))
    isValid = test["result"] as? String == "valid"
  }
}
