/// How a source writes amounts: `1234.5` is 123450 minor units when its currency has two digits.
///
/// Exact integer arithmetic: nothing is rounded, nothing passes through floating point.
struct DecimalFormat: Equatable, Sendable {
  /// Why a text is no amount.
  enum Fault: Error {
    case notDecimal, tooManyDecimals, outOfRange
  }

  /// The largest magnitude an event may hold: what RFC 7493 lets a JSON number be, 2^53 − 1.
  static let largest: Int64 = (1 << 53) - 1

  /// Digits of the minor unit (2 for cents), 0...6.
  var digits = 2
  /// The byte between whole and minor units.
  var sign = UInt8(ascii: ".")

  /// The text in minor units: an optional `-`, digits, and perhaps the decimal sign with at least
  /// one and at most `digits` more. No space, no `+`, no thousands separator, no exponent.
  func minorUnits(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(Fault) -> Int64 {
    var position = range.lowerBound
    let isNegative = position < range.upperBound && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var total: Int64 = 0
    var decimals = 0
    var hasSign = false
    var digitsSinceSign = 0
    while position < range.upperBound {
      let byte = bytes[position]
      if byte == sign, !hasSign, digitsSinceSign > 0 {
        hasSign = true
        digitsSinceSign = 0
      } else {
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { throw .notDecimal }
        total = try shifted(total, by: Int64(byte - UInt8(ascii: "0")))
        digitsSinceSign += 1
        if hasSign { decimals += 1 }
      }
      position += 1
    }
    guard digitsSinceSign > 0 else { throw .notDecimal }
    guard decimals <= digits else { throw .tooManyDecimals }
    for _ in decimals..<digits { total = try shifted(total, by: 0) }
    return isNegative ? -total : total
  }

  /// Minor units in decimal text, for a message: 123450 with two digits is `1234.50`.
  func text(_ minorUnits: Int64) -> String {
    var text = String(minorUnits.magnitude)
    guard digits > 0 else { return (minorUnits < 0 ? "-" : "") + text }
    if text.count <= digits { text = String(repeating: "0", count: digits + 1 - text.count) + text }
    let whole = text.dropLast(digits)
    return (minorUnits < 0 ? "-" : "") + whole + "." + text.suffix(digits)
  }

  private func shifted(_ total: Int64, by digit: Int64) throws(Fault) -> Int64 {
    guard total <= (DecimalFormat.largest - digit) / 10 else { throw .outOfRange }
    return total * 10 + digit
  }
}
