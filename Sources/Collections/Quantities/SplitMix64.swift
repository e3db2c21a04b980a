/// A small seeded source of numbers: SplitMix64 (Steele, Lea, Flood 2014), eight bytes of state.
///
/// The standard library's own `random(in:using:)` may change its method between releases; here the
/// same seed must give the same portfolio and the same intervals for ever, so the few draws we need are spelled out.
/// Integers only. Not for secrets.
package struct SplitMix64: Equatable, Sendable {
  private var state: UInt64

  /// The source that starts at `seed`.
  package init(seed: UInt64) {
    state = seed
  }

  /// The source number `index` of a family: far from its neighbours although their numbers are near.
  package init(seed: UInt64, index: Int) {
    var family = SplitMix64(seed: seed)
    var member = SplitMix64(seed: family.next() ^ UInt64(index))
    state = member.next()
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number of 0 ..< `bound`; 0 where the bound is below 1.
  package mutating func below(_ bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    return Int(UInt64(bound).multipliedFullWidth(by: next()).high)
  }

  /// A number of `range`, each as likely.
  package mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// A number of `range` that leans to its low end (the square of an even draw), as amounts do.
  package mutating func skewed(_ range: ClosedRange<Int>) -> Int {
    let draw = below(1 << 16)
    return range.lowerBound + ((range.count * ((draw * draw) >> 16)) >> 16)
  }

  /// True `count` times in a thousand.
  package mutating func chance(perMille count: Int) -> Bool {
    below(1000) < count
  }

  /// An index of `weights`, in proportion to them; the weights add up to more than 0.
  package mutating func index(ofWeights weights: [Int]) -> Int {
    var draw = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if draw < weight { return index }
      draw -= weight
    }
    return weights.count - 1
  }
}
