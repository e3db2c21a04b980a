internal import Glibc

/// Clopper and Pearson's interval for a share seen as `events` of `rows`: it holds the true share at least
/// as often as 1 − `error`. `rows` is above 0.
///
/// Source: Clopper, Pearson, *The Use of Confidence or Fiducial Limits*, 1934: the bounds are quantiles
/// of beta distributions, found here by halving to 1e-12.
package func binomialInterval(
  events: Int, rows: Int, error: Double
) -> (low: Double, high: Double) {
  let (count, others) = (Double(events), Double(rows - events))
  let low = events == 0 ? 0 : betaQuantile(error / 2, count, others + 1)
  let high = events == rows ? 1 : betaQuantile(1 - error / 2, count + 1, others)
  return (low, high)
}

private func betaQuantile(_ share: Double, _ first: Double, _ second: Double) -> Double {
  var (low, high) = (0.0, 1.0)
  while high - low > 1e-12 {
    let middle = (low + high) / 2
    if regularizedBeta(middle, first, second) < share { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The regularized incomplete beta function I_x(a, b), by Lentz's continued fraction.
///
/// Source: Press and others, *Numerical Recipes*, 6.4; DLMF 8.17.22.
func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard x < 1 else { return 1 }
  // The fraction converges fast below the mean; above it the other tail's does.
  guard x <= (a + 1) / (a + b + 2) else { return 1 - regularizedBeta(1 - x, b, a) }
  let front =
    exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
  let tiny = 1e-300
  var (numerator, denominator, fraction) = (1.0, 0.0, 1.0)
  for step in 0..<10_000 {
    let m = Double(step / 2)
    let term: Double
    if step == 0 {
      term = 1
    } else if step % 2 == 0 {
      term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    } else {
      term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    }
    denominator = 1 + term * denominator
    denominator = 1 / (denominator.magnitude < tiny ? tiny : denominator)
    numerator = 1 + term / numerator
    if numerator.magnitude < tiny { numerator = tiny }
    let change = numerator * denominator
    fraction *= change
    if step > 0, (change - 1).magnitude < 1e-15 { break }
  }
  return front * (fraction - 1)
}
