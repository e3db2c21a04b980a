/// The headers of a request that anything here asks for; others are not kept.
enum HeaderName: String, CaseIterable, Sendable {
  case acceptLanguage = "accept-language"
  case authorization
  case contentEncoding = "content-encoding"
  case contentLength = "content-length"
  case contentType = "content-type"
  case cookie
  case forwarded
  case host
  case idempotencyKey = "idempotency-key"
  case ifNoneMatch = "if-none-match"
  case lastEventID = "last-event-id"
  case origin
  case approver = "quipu-approver"
  case gatewaySignature = "quipu-signature"
  case fetchSite = "sec-fetch-site"
  case transferEncoding = "transfer-encoding"
  case userAgent = "user-agent"
  case via
  case forwardedFor = "x-forwarded-for"
  case realIP = "x-real-ip"

  /// Their names as bytes, by their lengths.
  private static let byLength: [[(name: HeaderName, bytes: [UInt8])]] = {
    var names = [[(name: HeaderName, bytes: [UInt8])]](repeating: [], count: 32)
    for name in allCases {
      names[name.rawValue.utf8.count].append((name, Array(name.rawValue.utf8)))
    }
    return names
  }()

  /// The one that is written so, in whatever letters; nil for a name nothing asks for. O(length).
  init?(written text: UnsafeRawBufferPointer) {
    guard text.count < Self.byLength.count else { return nil }
    for (name, bytes) in Self.byLength[text.count] {
      var place = 0
      while place < bytes.count, unsafe Self.small(text[place]) == bytes[place] { place += 1 }
      if place == bytes.count {
        self = name
        return
      }
    }
    return nil
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}

/// The headers of a request; several of a name as one list (RFC 9110, 5.3), so that a length, a host or a
/// token given twice is none.
struct HTTPHeaders: Sendable {
  private var fields: [(name: HeaderName, value: String)] = []

  /// No headers.
  init() {}

  /// The value of a header; nil where it was not sent. Few are sent of those that are kept.
  subscript(name: HeaderName) -> String? {
    get { fields.first { $0.name == name }?.value }
    set {
      fields.removeAll { $0.name == name }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  /// Takes a header as it was sent, after others of its name.
  mutating func add(_ name: HeaderName, _ value: String) {
    guard let place = fields.firstIndex(where: { $0.name == name }) else {
      fields.append((name, value))
      return
    }
    fields[place].value += (name == .cookie ? "; " : ", ") + value
  }
}
