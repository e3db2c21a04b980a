/// The natural logarithm of a whole number, in parts per 10^12, cut off, not more than 2 parts off.
///
/// A whole number is 2^k · m with m in [1, 2); ln m = 2 (z + z³/3 + z⁵/5 + …) with z = (m − 1)/(m + 1),
/// at most a third, so that 20 terms are beyond 10^−18. All of it is whole numbers: the same on every
/// machine.
///
/// - Parameter number: at least 1; others are a programming error and trap.
/// - Returns: the logarithm.
package func naturalLogarithm(_ number: Int64) -> Int64 {
  precondition(number >= 1, "only numbers from 1 have a logarithm here")
  let one = Int128(1) << 60
  let power = 63 - number.leadingZeroBitCount
  let mantissa = Int128(number) << Int128(60 - power)
  let z = (mantissa - one) * one / (mantissa + one)
  let square = z * z / one
  var (sum, term) = (Int128(0), z)
  var divisor: Int128 = 1
  while term > 0 {
    sum += term / divisor
    term = term * square / one
    divisor += 2
  }
  // ln 2 with 18 decimals.
  let ofTwo = Int128(693_147_180_559_945_309)
  let scaled = 2 * sum * 1_000_000_000_000_000_000 / one + Int128(power) * ofTwo
  return Int64(scaled / 1_000_000)
}

/// The population stability index of counts against other counts of the same spans, in basis points.
///
/// Σ (a − e) · ln (a ÷ e) over the spans' shares, each share having half a count added to its span, so
/// that an empty span has one. Below 1,000 is called stable, from 2,500 on a shift. 0 for no span.
package func stabilityIndexBp(of counts: [Int64], against expected: [Int64]) -> Int64 {
  precondition(counts.count == expected.count, "the spans are the same")
  let spans = Int64(counts.count)
  let (all, allExpected) = (counts.reduce(0, +), expected.reduce(0, +))
  let (total, totalExpected) = (2 * all + spans, 2 * allExpected + spans)
  var sum: Int128 = 0
  for (count, other) in zip(counts, expected) {
    let (own, its) = (2 * count + 1, 2 * other + 1)
    let logarithm =
      naturalLogarithm(own) - naturalLogarithm(total) - naturalLogarithm(its)
      + naturalLogarithm(totalExpected)
    // Shares in parts per 10^12.
    let difference =
      Int128(own) * 1_000_000_000_000 / Int128(total)
      - Int128(its) * 1_000_000_000_000 / Int128(totalExpected)
    sum += difference * Int128(logarithm)
  }
  let unit = Int128(1_000_000_000_000) * 1_000_000_000_000 / 10_000
  return Int64((sum + unit / 2) / unit)
}
