/// What the value of a field may be.
package indirect enum FieldType: Equatable, Sendable {
  /// Integer minor units of the account's currency, from `minimum` (1, or 0) to 2^53 − 1.
  case money(minimum: Int64)
  /// A whole number from 0.
  case count
  /// A whole number from 1.
  case positive
  /// A whole number within bounds.
  case integer(ClosedRange<Int64>)
  /// One of a few whole numbers.
  case oneOf([Int64])
  /// Hundredths of a per cent, 0 to 1 000 000.
  case basisPoints
  /// Parts per 10^12 a day, 0 to 10^12.
  case dailyRate
  /// The sequence number of an event of this ledger.
  case seq
  /// `true` or `false`.
  case bool
  /// A civil date, `YYYY-MM-DD`.
  case date
  /// A UTC instant with three decimals, `2026-03-02T15:15:00.000Z`.
  case instant
  /// An RFC 3339 instant with the local offset, `2026-03-02T10:15:00-05:00`.
  case offsetInstant
  /// A local time of day, `HH:MM`.
  case time
  /// 1 to 64 of `A–Z a–z 0–9 . _ : -`.
  case id
  /// Free text of 1 to so many Unicode scalars.
  case text(Int)
  /// 64 lower-case hexadecimal digits: the digest of a document kept elsewhere.
  case sha256
  /// 32 bytes in padded base64: the root of a Merkle tree.
  case treeRoot
  /// A key that checks signed notes, `name+hash+base64` (C2SP signed-note).
  case vkey
  /// One of a few words.
  case choice([String])
  /// An ISO 4217 code in use, such as `PEN`.
  case currency
  /// An ISO 3166-1 code of two capital letters; its form only.
  case country
  /// An object of declared fields.
  case object(ObjectShape)
  /// A list of so many values of one type.
  case list(of: FieldType, count: ClosedRange<Int>, distinct: Distinctness)

  /// One of the words that name the cases of `words`, in their order.
  static func choice<Words>(_ words: Words.Type) -> FieldType
  where Words: CaseIterable & RawRepresentable, Words.RawValue == UInt8 {
    .choice(Words.allCases.map { "\($0)" })
  }

  /// A list of due items, at least so many, no two with the same `n`.
  static func items(atLeast minimum: Int) -> FieldType {
    .list(of: .object(.item), count: minimum...2_000, distinct: .by(.n))
  }

  /// A list of values that may repeat.
  static func list(of type: FieldType, _ count: ClosedRange<Int> = 0...200) -> FieldType {
    .list(of: type, count: count, distinct: .unconstrained)
  }

  /// The bounds of a whole-number type; nil for every other.
  var bounds: ClosedRange<Int64>? {
    switch self {
    case .money(let minimum): minimum...FieldType.largestInteger
    case .count, .seq: 0...FieldType.largestInteger
    case .positive: 1...FieldType.largestInteger
    case .integer(let range): range
    case .basisPoints: 0...1_000_000
    case .dailyRate: 0...1_000_000_000_000
    case .oneOf(let values): (values.min() ?? 0)...(values.max() ?? 0)
    default: nil
    }
  }

  /// The largest number an event may hold, 2^53 − 1 (RFC 7493, section 2.2).
  static let largestInteger: Int64 = 9_007_199_254_740_991
}

/// What may not repeat in a list.
package enum Distinctness: Equatable, Sendable {
  /// Nothing is asked.
  case unconstrained
  /// No value stands twice.
  case values
  /// No two objects have the same value of a field.
  case by(FieldName)
}
