/// The name a writer most likely meant, or nil if none is near.
///
/// Near is a distance of at most a third of the longer name's letters, or else a beginning of at
/// least four letters, case apart; of equally near names the first. For refusals and wrong usage.
package func nearest<Names: Sequence<String>>(to name: String, among names: Names) -> String? {
  let wanted = Array(name.lowercased().utf8.prefix(64))
  var best: (name: String, distance: Int)?
  for candidate in names {
    let letters = Array(candidate.lowercased().utf8)
    let distance = editDistance(wanted, letters)
    let isBeginning =
      wanted.count >= 4 && letters.count > wanted.count && letters.starts(with: wanted)
    guard distance * 3 <= max(wanted.count, letters.count) || isBeginning else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// The insertions, deletions, replacements and swaps of neighbours that lead from one to the other
/// (optimal string alignment). O(first × second).
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1]
    for column in second.indices {
      let isSame = first[row] == second[column]
      var distance = min(
        last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
