/// Solves `A x = b` for a symmetric positive definite matrix by Cholesky's factors; nil where a pivot
/// comes to nothing beside its diagonal, so that A cannot be told from a singular matrix. O(n³).
///
/// `matrix` holds the rows end to end; only its lower half is read. Sums run in one fixed order.
func solvePositiveDefinite(_ matrix: [Double], _ right: [Double]) -> [Double]? {
  let size = right.count
  var factor = matrix
  for column in 0..<size {
    var pivot = factor[column * size + column]
    let diagonal = pivot
    for before in 0..<column {
      let value = factor[column * size + before]
      pivot -= value * value
    }
    guard pivot > diagonal * 1e-13, pivot > 0 else { return nil }
    let root = pivot.squareRoot()
    factor[column * size + column] = root
    for row in (column + 1)..<max(size, column + 1) {
      var value = factor[row * size + column]
      for before in 0..<column {
        value -= factor[row * size + before] * factor[column * size + before]
      }
      factor[row * size + column] = value / root
    }
  }
  var solution = right
  for row in 0..<size {
    for before in 0..<row { solution[row] -= factor[row * size + before] * solution[before] }
    solution[row] /= factor[row * size + row]
  }
  for row in stride(from: size - 1, through: 0, by: -1) {
    for after in (row + 1)..<max(size, row + 1) {
      solution[row] -= factor[after * size + row] * solution[after]
    }
    solution[row] /= factor[row * size + row]
  }
  return solution
}
