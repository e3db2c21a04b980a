internal import CanonicalJSON
internal import EventStore

/// The `sealed` object of an event: `{"alg":"A256GCM","ct":…,"kid":…,"nonce":…}`.
struct SealedObject {
  var kid: String
  var nonce: [UInt8]
  /// Ciphertext and tag.
  var ciphertext: [UInt8]

  private static let algorithm = "A256GCM"

  init(kid: String, nonce: [UInt8], ciphertext: [UInt8]) {
    self.kid = kid
    self.nonce = nonce
    self.ciphertext = ciphertext
  }

  /// Reads the object back; nil for anything it could not be.
  init?(parsing bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes.span, as: .event),
      value.objectValue?.count == 4, value["alg"]?.stringValue == Self.algorithm,
      let kid = value["kid"]?.stringValue,
      let nonce = value["nonce"]?.stringValue.flatMap({ Base64.decode(Array($0.utf8).span) }),
      let ciphertext = value["ct"]?.stringValue.flatMap({ Base64.decode(Array($0.utf8).span) }),
      nonce.count == AES256GCM.nonceLength, ciphertext.count >= AES256GCM.tagLength
    else { return nil }
    self.init(kid: kid, nonce: nonce, ciphertext: ciphertext)
  }

  var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("alg")
    writer.string(Self.algorithm)
    writer.key("ct")
    writer.string(utf8: Base64.encode(ciphertext).span)
    writer.key("kid")
    writer.string(kid)
    writer.key("nonce")
    writer.string(utf8: Base64.encode(nonce).span)
    writer.endObject()
    return writer.bytes
  }
}

/// What binds sealed fields to their event: the associated data `[ledger, subject, type, v, key]`.
package struct SealingContext: Sendable {
  /// Whose personal data it is.
  package var subject: String
  /// The event's type.
  package var type: String
  /// The version of its fields.
  package var version: Int64
  /// Its idempotency key.
  package var key: String

  /// The context of an event.
  package init(subject: String, type: String, version: Int64, key: String) {
    self.subject = subject
    self.type = type
    self.version = version
    self.key = key
  }

  func associated(_ ledger: String) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.beginArray()
    writer.string(ledger)
    writer.string(subject)
    writer.string(type)
    writer.integer(version)
    writer.string(key)
    writer.endArray()
    return writer.bytes
  }
}
