/// Splits an amount in proportion to weights by the largest remainder; ties go to the first.
///
/// The parts add up to the amount exactly: 100 000 over 1, 1, 1 is 33 334, 33 333, 33 333.
///
/// - Parameters:
///   - amount: minor units, 0 or more.
///   - weights: each 0 or more.
/// - Returns: a part for each weight; where all weights are 0, all parts are.
/// - Complexity: O(n log n).
package func apportion(_ amount: Int64, over weights: [Int64]) -> [Int64] {
  let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
  guard total > 0 else { return weights.map { _ in 0 } }
  var parts: [Int64] = []
  var remainders: [Int128] = []
  for weight in weights {
    let (part, rest) = (Int128(amount) * Int128(weight)).quotientAndRemainder(dividingBy: total)
    parts.append(Int64(part))
    remainders.append(rest)
  }
  let left = Int(amount - parts.reduce(0, +))
  let order = weights.indices.sorted { first, second in
    remainders[first] == remainders[second]
      ? first < second : remainders[first] > remainders[second]
  }
  for index in order.prefix(left) { parts[index] += 1 }
  return parts
}
