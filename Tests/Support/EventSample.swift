package import CanonicalJSON
package import Collections

/// Makes `data` that the checker takes, from a type's declaration and a seed.
///
/// The same seed makes the same fields. What the declaration asks between fields is kept, what the
/// ledger asks of an account is not: ids are made up.
package struct EventSample: RandomNumberGenerator {
  /// Which of the fields that may be left out are there.
  package enum Extent: Sendable {
    case required, some, all
  }

  private var state: UInt64
  private let extent: Extent
  private let withSealed: Bool

  /// A maker of samples; `sealed` says whether personal data is among the fields.
  package init(seed: UInt64, _ extent: Extent = .some, sealed: Bool = true) {
    state = seed
    self.extent = extent
    withSealed = sealed
  }

  /// The next number of SplitMix64.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The `data` of an event of a type.
  package mutating func data(of type: EventType) -> JSONValue {
    object(type.declaration.fields, type.declaration.rules)
  }

  /// A name of a stream the type may stand on, which the data's own ids agree with.
  package func stream(of type: EventType, for data: JSONValue) -> String {
    let declaration = type.declaration
    guard let kind = declaration.streams.kinds.first else { return "" }
    let own = kind == .ledger ? nil : data[kind.word]?.stringValue
    return "\(kind.word)/\(declaration.streamID ?? own ?? "X-1")"
  }

  /// A value of a type of field.
  package mutating func value(of type: FieldType) -> JSONValue {
    switch type {
    case .money(let minimum): .integer(number(minimum...9_007_199_254_740_991))
    case .count, .seq: .integer(number(0...9_007_199_254_740_991))
    case .positive: .integer(number(1...9_007_199_254_740_991))
    case .integer(let range): .integer(number(range))
    case .basisPoints: .integer(number(0...1_000_000))
    case .dailyRate: .integer(number(0...1_000_000_000_000))
    case .oneOf(let values): .integer(values[below(values.count)])
    case .bool: .bool(below(2) == 0)
    case .object(let shape): object(shape.fields, shape.rules)
    case .list(let element, let count, let distinct): list(of: element, count, distinct)
    default: .string(text(of: type))
    }
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  /// A number at a bound, near it, or anywhere.
  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    switch below(4) {
    case 0: range.lowerBound
    case 1: range.upperBound
    case 2: min(range.upperBound, range.lowerBound + Int64(below(1_000)))
    default: Int64.random(in: range, using: &self)
    }
  }

  private mutating func characters(_ alphabet: String, _ count: Int) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters[below(letters.count)] })
  }

  private mutating func text(of type: FieldType) -> String {
    switch type {
    case .date: return CivilDate(days: Int32(below(40_000))).text
    case .instant: return Instant(milliseconds: Int64(below(2_000_000_000)) * 1_001).text
    case .offsetInstant: return localInstant()
    case .time: return "\(padded(below(24))):\(padded(below(60)))"
    case .text(let most):
      return characters("ab zñ\"\\\n€😀/", 1 + below(min(most, 40)))
    case .sha256: return characters("0123456789abcdef", 64)
    case .treeRoot: return characters("ABCxyz019+/", 42) + characters("AEIMQUYcgkosw048", 1) + "="
    case .vkey:
      return "log.example+" + characters("0123456789abcdef", 8) + "+" + characters("AZaz09+/", 44)
    case .choice(let words): return words[below(words.count)]
    case .currency: return Currency.allCodes[below(Currency.allCodes.count)]
    case .country: return characters("ABCPEZ", 2)
    default: return characters("ABCXYZabcxyz0189._:-", 1 + below(64))
    }
  }

  private mutating func localInstant() -> String {
    let date = CivilDate(days: Int32(below(40_000))).text
    let time = "\(padded(below(24))):\(padded(below(60))):\(padded(below(60)))"
    let fraction = ["", ".5", ".25", ".125"][below(4)]
    let offset = ["Z", "-05:00", "+05:30", "+00:00", "-00:00"][below(5)]
    return date + "T" + time + fraction + offset
  }

  private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private mutating func list(
    of element: FieldType, _ count: ClosedRange<Int>, _ distinct: Distinctness
  ) -> JSONValue {
    let most = min(count.upperBound, count.lowerBound + 3)
    let wanted = count.lowerBound + below(most - count.lowerBound + 1)
    var values: [JSONValue] = []
    var seen: Set<String> = []
    while values.count < wanted {
      let value = value(of: element)
      let key =
        switch distinct {
        case .unconstrained: "\(values.count)"
        case .values: value.canonicalText
        case .by(let name): value[name.text]?.canonicalText ?? ""
        }
      if seen.insert(key).inserted { values.append(value) }
    }
    return .array(values)
  }

  private mutating func object(_ fields: [FieldDeclaration], _ rules: [FieldRule]) -> JSONValue {
    var members: [FieldName: JSONValue] = [:]
    for field in fields where withSealed || !field.isSealed {
      let isThere =
        switch extent {
        case .required: !field.isOptional
        case .some: !field.isOptional || below(2) == 0
        case .all: true
        }
      if isThere { members[field.name] = value(of: field.type) }
    }
    for rule in rules { keep(rule, &members) }
    return JSONValue(members: members.map { JSONMember(key: $0.key.text, value: $0.value) })
  }

  /// Changes members as little as makes a rule hold.
  private mutating func keep(_ rule: FieldRule, _ members: inout [FieldName: JSONValue]) {
    switch rule {
    case .ordered(let first, let last):
      guard let from = members[first]?.stringValue, let to = members[last]?.stringValue else {
        return
      }
      members[first] = .string(min(from, to))
      members[last] = .string(max(from, to))
    case .notAbove(let low, let high):
      guard let least = members[low]?.integerValue, let most = members[high]?.integerValue else {
        return
      }
      members[low] = .integer(min(least, most))
      members[high] = .integer(max(least, most))
    case .notBoth(let one, let other):
      if members[one] != nil { members[other] = nil }
    case .somePositive(let names):
      let name = names[below(names.count)]
      members[name] = .integer(number(1...9_007_199_254_740_991))
    }
  }
}
