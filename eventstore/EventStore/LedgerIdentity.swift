package import CanonicalJSON

/// What a ledger is, stated once when it is made: the data of its `LedgerOpened` event, and the
/// content of `LEDGER.json`.
package struct LedgerIdentity: Equatable, Sendable {
  /// 32 lower-case hexadecimal digits, random.
  package var ledger: String
  /// Name under which its checkpoints are signed, e.g. `collections.example.pe/main`.
  package var origin: String
  /// ISO 4217 code of the ledger's currency.
  package var currency: String
  /// IANA name of the time zone in which its days begin.
  package var timeZone: String
  /// Code of the country whose calendar and rules apply.
  package var jurisdiction: String
  /// Public keys that may sign its checkpoints, as C2SP signed-note verifier keys.
  package var keys: [String]

  /// An identity of given parts; their form is checked when the ledger is made (`EventLog.create`).
  package init(
    ledger: String, origin: String, currency: String, timeZone: String, jurisdiction: String,
    keys: [String] = []
  ) {
    self.ledger = ledger
    self.origin = origin
    self.currency = currency
    self.timeZone = timeZone
    self.jurisdiction = jurisdiction
    self.keys = keys
  }

  /// A new ledger's number, from 16 random bytes.
  package static func newLedgerID(on disk: any Disk = SystemDisk()) throws(LogError) -> String {
    Hexadecimal.text(try disk.randomBytes(16))
  }

  /// The stream that carries the ledger's own events.
  package var stream: String { "ledger/\(ledger)" }

  /// The identity as a canonical object, without a newline.
  package var canonicalBytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.beginObject()
    writer.key("currency")
    writer.string(currency)
    writer.key("jurisdiction")
    writer.string(jurisdiction)
    writer.key("keys")
    writer.beginArray()
    for key in keys { writer.string(key) }
    writer.endArray()
    writer.key("ledger")
    writer.string(ledger)
    writer.key("origin")
    writer.string(origin)
    writer.key("timeZone")
    writer.string(timeZone)
    writer.endObject()
    return writer.bytes
  }

  /// Reads `canonicalBytes` back; refuses what they could not be.
  package init(parsing bytes: Span<UInt8>) throws(JSONError) {
    let value = try JSONValue(parsing: bytes, as: .event)
    let names = value.objectValue?.map(\.key) ?? []
    guard
      names == ["currency", "jurisdiction", "keys", "ledger", "origin", "timeZone"],
      let currency = value["currency"]?.stringValue,
      let jurisdiction = value["jurisdiction"]?.stringValue,
      let keys = value["keys"]?.arrayValue?.map(\.stringValue),
      let ledger = value["ledger"]?.stringValue,
      let origin = value["origin"]?.stringValue,
      let timeZone = value["timeZone"]?.stringValue
    else { throw JSONError(.unexpectedByte, at: 0) }
    self.init(
      ledger: ledger, origin: origin, currency: currency, timeZone: timeZone,
      jurisdiction: jurisdiction, keys: keys.compactMap { $0 })
    guard self.keys.count == keys.count, formFault == nil else {
      throw JSONError(.unexpectedByte, at: 0)
    }
  }

  /// What is wrong with the form of a field, for a person; `nil` when nothing is.
  var formFault: String? {
    if Self.ledgerID(0..<ledger.utf8.count, in: Array(ledger.utf8).span) == nil {
      return "the ledger's number must be 32 lower-case hexadecimal digits"
    }
    if !VerifierKey.isName(origin) {
      return "the origin must be 1 to 255 bytes without white space and plus signs"
    }
    for (field, text) in [
      ("currency", currency), ("time zone", timeZone), ("jurisdiction", jurisdiction),
    ] where text.isEmpty || text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      return "the \(field) must be printable ASCII without spaces"
    }
    return nil
  }

  /// The text of a range that holds 32 lower-case hexadecimal digits; `nil` for anything else.
  static func ledgerID(_ range: Range<Int>, in bytes: Span<UInt8>) -> String? {
    guard range.count == 32 else { return nil }
    for index in range {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): continue
      default: return nil
      }
    }
    return decodeCanonicalString(range, in: bytes)
  }
}
