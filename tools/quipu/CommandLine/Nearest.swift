/// The name most like a mistyped one, or nil when none is near enough to be meant.
///
/// A name that begins with what was typed comes first; else the one with the fewest insertions,
/// deletions, replacements and swaps of neighbours, at most a third of the longer name and at least
/// one. Ties go to the first. Quadratic in the lengths.
func nearest(to typed: String, among names: [String]) -> String? {
  let wanted = Array(typed.lowercased().utf8)
  if wanted.count >= 2, let begun = names.first(where: { $0.hasPrefix(typed.lowercased()) }) {
    return begun
  }
  var best: (name: String, distance: Int)?
  for name in names {
    let letters = Array(name.lowercased().utf8)
    let distance = editDistance(wanted, letters)
    guard distance <= max(1, max(wanted.count, letters.count) / 3) else { continue }
    if distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

/// Optimal string alignment distance: like Levenshtein's, with a swap of neighbours as one step.
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in 0..<first.count {
    var current = [row + 1]
    for column in 0..<second.count {
      var cost = min(last[column + 1] + 1, current[column] + 1)
      cost = min(cost, last[column] + (first[row] == second[column] ? 0 : 1))
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[second.count]
}
