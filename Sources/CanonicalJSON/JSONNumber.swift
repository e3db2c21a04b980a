/// A number that is no integer within ±(2^53 − 1): a finite double.
///
/// The only file with floating point; events never hold such a number, foreign documents may.
package struct JSONNumber: Equatable, Sendable {
  /// The double; finite, and no integer within ±(2^53 − 1).
  package let value: Double

  /// Wraps what `JSONValue.init(double:)` has checked.
  fileprivate init(checked value: Double) { self.value = value }

  /// Appends the number as ECMAScript's Number::toString writes it, which RFC 8785, 3.2.2.3 asks.
  ///
  /// The digits are Swift's: as few as still read back as the same double, and of those the
  /// nearest. With k digits d and the value d × 10^(point − k), ECMA-262, 6.1.6.1.20 writes plain
  /// digits for −6 < point ≤ 21, else an exponent with its sign.
  package func appendCanonical(to out: inout [UInt8]) {
    if value < 0 { out.append(ASCII.minus) }
    let (digits, point) = Self.shortestDigits(of: value.magnitude)
    let count = digits.count
    switch point {
    case count...21 where count <= 21:
      out.append(contentsOf: digits)
      out.append(contentsOf: repeatElement(ASCII.zero, count: point - count))
    case 1...21:
      out.append(contentsOf: digits[..<point])
      out.append(ASCII.point)
      out.append(contentsOf: digits[point...])
    case -5...0:
      out.append(ASCII.zero)
      out.append(ASCII.point)
      out.append(contentsOf: repeatElement(ASCII.zero, count: -point))
      out.append(contentsOf: digits)
    default:
      out.append(digits[0])
      if count > 1 {
        out.append(ASCII.point)
        out.append(contentsOf: digits[1...])
      }
      out.append(ASCII.lowerE)
      out.append(point > 0 ? ASCII.plus : ASCII.minus)
      appendDecimal(UInt64((point - 1).magnitude), to: &out)
    }
  }

  /// The digits of a positive double, without zeros at either end, and where the point stands:
  /// the value is 0.d₁d₂… × 10^point.
  ///
  /// Taken from Swift's description, which is `12.5`, `0.001` or `1e-07` in form.
  private static func shortestDigits(of value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point = 0
    var beforePoint = true
    var rest = value.description.utf8[...]
    while let byte = rest.popFirst() {
      if byte == ASCII.point {
        beforePoint = false
      } else if byte == ASCII.lowerE {
        point += Int(String(Substring(rest))) ?? 0
        break
      } else if digits.isEmpty && byte == ASCII.zero {
        if !beforePoint { point -= 1 }
      } else {
        digits.append(byte)
        if beforePoint { point += 1 }
      }
    }
    while digits.last == ASCII.zero { digits.removeLast() }
    return (digits, point)
  }
}

extension JSONValue {
  /// A number in its one form: an integer where it is one within ±(2^53 − 1), −0 being 0.
  ///
  /// Nil for infinities and NaN, which JSON cannot write.
  package init?(double value: Double) {
    guard value.isFinite else { return nil }
    if let integer = Int64(exactly: value), integer.magnitude <= largestSafeInteger.magnitude {
      self = .integer(integer)
    } else {
      self = .number(JSONNumber(checked: value))
    }
  }

  /// Reads a number whose bytes already follow the grammar of RFC 8259, 6.
  ///
  /// Refused when it rounds to infinity; what is too small for a double is 0.
  init(numberAt range: Range<Int>, in bytes: Span<UInt8>) throws(JSONError) {
    guard let value = Double(decodeText(range, in: bytes)), let number = JSONValue(double: value)
    else { throw JSONError(.numberOutOfRange, at: range.lowerBound) }
    self = number
  }
}
