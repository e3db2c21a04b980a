/// A share and the interval in which it lies with 95 % confidence, in parts per million; all by whole
/// numbers, so the same on every machine.
package struct ShareInterval: Equatable, Sendable {
  /// The share, and the ends of the interval.
  package var value: Int64
  package var low: Int64
  package var high: Int64

  /// 1.959964, the 97.5 % point of the normal distribution, and its square, in millionths.
  static let z: Int128 = 1_959_964
  static let zSquared: Int128 = 3_841_459
  private static let million: Int128 = 1_000_000

  /// An interval.
  init(_ value: Int64, _ low: Int64, _ high: Int64) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  /// `part` of `whole`, by Wilson's score interval (E. B. Wilson, 1927); nil for a part of nothing.
  package init?(_ part: Int64, of whole: Int64) {
    guard whole > 0 else { return nil }
    let (k, n, one) = (Int128(part), Int128(whole), Self.million)
    let scale = n * one + Self.zSquared
    let centre = (k * one + Self.zSquared / 2) * one / scale
    let root = squareRoot(k * (n - k) * one * one / n + Self.zSquared * one / 4)
    let half = Self.z * root / scale
    self.init(
      Int64(k * one / n), Int64(max(0, centre - half)), Int64(min(one, centre + half)))
  }

  /// The money that came in as a part of what was owed, account by account, with the error of a ratio of
  /// sums (linearised; W. G. Cochran, Sampling Techniques, section 6.3); nil for fewer than two accounts.
  package init?(paid: [Int64], of owed: [Int64]) {
    let whole = owed.reduce(Int128(0)) { $0 + Int128($1) }
    guard whole > 0, owed.count > 1 else { return nil }
    let ratio = paid.reduce(Int128(0)) { $0 + Int128($1) } * Self.million / whole
    var squares: Int128 = 0
    for place in owed.indices {
      let error = Int128(paid[place]) - ratio * Int128(owed[place]) / Self.million
      squares += error * error
    }
    let half = Self.z * squareRoot(squares + squares / Int128(owed.count - 1)) / whole
    self.init(Int64(ratio), Int64(max(0, ratio - half)), Int64(ratio + half))
  }

  /// By how much a share is above another, and the interval of that (R. G. Newcombe, 1998, method 10).
  package func difference(from other: ShareInterval) -> ShareInterval {
    func length(_ first: Int64, _ second: Int64) -> Int64 {
      Int64(squareRoot(Int128(first) * Int128(first) + Int128(second) * Int128(second)))
    }
    let difference = value - other.value
    return ShareInterval(
      difference, difference - length(value - low, other.high - other.value),
      difference + length(high - value, other.value - other.low))
  }
}

/// The largest whole number whose square is not above a number (Newton's method). O(log number).
func squareRoot(_ number: Int128) -> Int128 {
  guard number > 1 else { return max(0, number) }
  var guess = Int128(1) << Int128((128 - number.leadingZeroBitCount + 1) / 2)
  while true {
    let next = (guess + number / guess) / 2
    if next >= guess { return guess }
    guess = next
  }
}
