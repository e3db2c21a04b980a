internal import Collections

/// A part of a whole: accounts of accounts, money of money.
package struct Share: Equatable, Sendable {
  /// The part.
  package var part: Int64
  /// The whole it is a part of: what a rate's denominator is.
  package var whole: Int64

  /// A part of a whole; of nothing unless said otherwise.
  package init(_ part: Int64 = 0, of whole: Int64 = 0) {
    self.part = part
    self.whole = whole
  }

  /// The share in hundredths of a percent, half up; nil where the whole is nothing.
  package var basisPoints: Int64? {
    guard whole > 0 else { return nil }
    let (quotient, remainder) = (Int128(part) * 10_000).quotientAndRemainder(
      dividingBy: Int128(whole))
    return Int64(remainder * 2 >= Int128(whole) ? quotient + 1 : quotient)
  }

  mutating func add(_ part: Int64, of whole: Int64) throws(RuleError) {
    self.part = try portfolioSum(self.part, part)
    self.whole = try portfolioSum(self.whole, whole)
  }
}

/// A sum over accounts, or `amount_overflow` past 2^53 − 1.
func portfolioSum(_ first: Int64, _ second: Int64) throws(RuleError) -> Int64 {
  let (sum, overflow) = first.addingReportingOverflow(second)
  guard !overflow, sum.magnitude <= UInt64(largestAmount) else {
    throw RuleError(.overflow)
  }
  return sum
}
