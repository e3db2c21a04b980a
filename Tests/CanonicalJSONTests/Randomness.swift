import CanonicalJSON
import Foundation

/// Numbers that a seed alone decides (SplitMix64), so that a failure can be replayed.
struct Randomness: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Starts from `QUIPU_SEED`, or from a fresh seed; prints it either way.
  init(of test: String = #function) {
    let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0..<1 << 32)
    print("\(test): QUIPU_SEED=\(seed)")
    self.init(seed: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number below the limit.
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

extension Randomness {
  /// The characters where rules change: escapes, ends of UTF-8 lengths, both sides of surrogates.
  private static let edges: [Unicode.Scalar] = [
    "\0", "\u{7}", "\u{8}", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{1F}", " ", "\"", "/", "\\",
    "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FB33}", "\u{FFFD}",
    "\u{FFFF}", "\u{10000}", "\u{1F602}", "\u{10FFFF}", "\u{301}", "\u{E9}",
  ]

  /// A text of up to 20 characters, plain for the most part.
  mutating func text() -> String {
    var scalars = String.UnicodeScalarView()
    let isPlain = below(3) > 0
    for _ in 0..<below(21) {
      if isPlain || below(3) == 0 {
        scalars.append(Unicode.Scalar(UInt8(97 + below(5))))
      } else {
        scalars.append(Self.edges[below(Self.edges.count)])
      }
    }
    return String(scalars)
  }

  /// An integer of any magnitude an event may hold.
  mutating func integer() -> Int64 {
    let largest: Int64 = 9_007_199_254_740_991
    switch below(4) {
    case 0: return Int64(below(21)) - 10
    case 1: return largest - Int64(below(3))
    case 2: return -largest + Int64(below(3))
    default: return Int64.random(in: -largest...largest, using: &self) >> Int64(below(53))
    }
  }

  /// A value that nests at most so deep; with fractions unless it is for an event.
  mutating func value(depth: Int, fractions: Bool = false) -> JSONValue {
    switch below(depth > 0 ? 9 : 6) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2 where fractions:
      return JSONValue(double: Double(bitPattern: next())) ?? .null
    case 2, 3: return .integer(integer())
    case 4, 5: return .string(text())
    case 6: return .array((0..<below(4)).map { _ in value(depth: depth - 1, fractions: fractions) })
    default:
      var members: [JSONMember] = []
      for _ in 0..<below(6) {
        let key = text()
        // Swift calls more keys equal than JSON does, so bytes are compared.
        if members.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) { continue }
        members.append(
          JSONMember(key: key, value: value(depth: depth - 1, fractions: fractions)))
      }
      return JSONValue(members: members)
    }
  }

  /// The value in some text that is not canonical: space, other escapes, members in any order.
  mutating func untidy(_ value: JSONValue) -> String {
    let text: String
    switch value {
    case .string(let content): text = untidy(content)
    case .array(let values):
      let parts = values.map { untidy($0) }
      text = "[" + parts.joined(separator: ",") + space() + "]"
    case .object(let members):
      let parts = members.shuffled(using: &self).map { member in
        space() + untidy(member.key) + space() + ":" + untidy(member.value)
      }
      text = "{" + parts.joined(separator: ",") + space() + "}"
    default: text = value.canonicalText
    }
    return space() + text + space()
  }

  /// A quoted text, some of its UTF-16 code units escaped though they need not be.
  private mutating func untidy(_ content: String) -> String {
    var text = "\""
    for scalar in content.unicodeScalars {
      if scalar == "/" && below(2) == 0 {
        text += "\\/"
      } else if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || below(4) == 0 {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16, uppercase: below(2) == 0)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// White space, mostly none.
  private mutating func space() -> String {
    below(3) == 0 ? [" ", "\n", "\r", "\t", " \t\n"][below(5)] : ""
  }
}
