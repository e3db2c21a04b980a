/// What a client asks for over HTTP, wholly received.
struct HTTPRequest: Sendable {
  /// The method, in capitals.
  var method: String
  /// The path as sent: not decoded, without the query.
  var path: String
  /// The parameters of the query, decoded, in the order sent.
  var query: [(name: String, value: String)] = []
  /// Whether the query reads: what is encoded in it is UTF-8.
  var isQueryReadable = true
  /// The headers that anything here asks for.
  var headers = HTTPHeaders()
  /// The body; empty where there is none.
  var body: [UInt8] = []
  /// The address the client speaks from, without its port.
  var peer = ""
  /// Whether it came over TLS.
  var isSecure = false

  /// Whether a proxy says that it asks for somebody else.
  ///
  /// These headers take a privilege away and never give one, for anybody can write them: whom the proxy
  /// names is not believed, and who guesses tokens through it is slowed down with all who come that way.
  var isForwarded: Bool {
    [HeaderName.forwarded, .forwardedFor, .realIP, .via].contains { headers[$0] != nil }
  }

  /// The first value of a parameter of the query.
  func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The parts of the path between slashes, decoded; nil for a path that is none: a character that is
  /// not visible ASCII, an encoding that is not UTF-8, a part that is empty, `.` or `..`, or holds a
  /// slash or a control.
  var segments: [String]? {
    let bytes = path.utf8
    guard bytes.first == UInt8(ascii: "/"), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    var start = bytes.index(after: bytes.startIndex)
    if start == bytes.endIndex { return [] }
    var segments: [String] = []
    segments.reserveCapacity(4)
    while true {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
      guard let name = Self.decoded(path[start..<end]), !name.isEmpty, name != ".", name != "..",
        name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") })
      else { return nil }
      segments.append(name)
      if end == bytes.endIndex { return segments }
      start = bytes.index(after: end)
    }
  }

  /// Where a path is meant to lead that is written as a folder's, or is the console's own; nil for others.
  var pathElsewhere: String? {
    guard method == "GET" || method == "HEAD" else { return nil }
    let bytes = path.utf8
    let isFolder =
      bytes.count > 1 && bytes.last == UInt8(ascii: "/")
      && bytes.dropLast().last != UInt8(ascii: "/")
    let name = isFolder ? String(path.dropLast()) : path
    if name == "/console" { return "/console/portfolio" }
    return isFolder && name.hasPrefix("/") && !name.hasPrefix("//") ? name : nil
  }

  /// A part of a path or of a form with its `%XX` decoded; nil where that is not UTF-8.
  static func decoded(_ part: Substring) -> String? {
    guard part.utf8.contains(UInt8(ascii: "%")) else { return String(part) }
    var bytes: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexadecimalDigit),
        let low = rest.popFirst().flatMap(hexadecimalDigit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
