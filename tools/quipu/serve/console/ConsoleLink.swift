internal import Collections

/// Addresses of the console, encoded, with the pair of moments a reader looks at kept from page to page.
struct ConsoleLink {
  private let kept: [(name: String, value: String)]

  /// Links that keep `on` and `knownAt` where a request names them.
  init(_ request: HTTPRequest) {
    kept = ["on", "knownAt"].compactMap { name in
      request.parameter(name).flatMap { $0.isEmpty ? nil : (name, $0) }
    }
  }

  /// A page, with more parameters; those without a value are left out.
  func page(_ path: String, _ parameters: [(String, String?)] = []) -> String {
    let given = parameters.compactMap { name, value in value.map { (name: name, value: $0) } }
    let rest = kept.filter { pair in !parameters.contains { $0.0 == pair.name } }
    return Self.address(path, given + rest)
  }

  func account(_ id: String) -> String { page("/console/accounts/" + Self.encoded(id)) }

  func event(_ seq: Int64) -> String { "/console/events/\(seq)" }

  func model(_ name: String) -> String { page("/console/models/" + Self.encoded(name)) }

  /// A path with a query.
  static func address(_ path: String, _ query: [(name: String, value: String)]) -> String {
    guard !query.isEmpty else { return path }
    return path + "?"
      + query.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  /// A text as a part of a path or of a query: all but letters, digits and `-._~` is encoded.
  static func encoded(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
