internal import Collections

/// Scores that one pass of features gives again: of one version of a model, one day and one basis.
struct ScoreRound: Comparable {
  /// The number of the model's version in ``ScoreBook/versions``.
  var version: Int32
  /// The size of the log they were made from.
  var basis: Int64
  /// The day they were asked of, in days since 1970-01-01.
  var asOf: Int32
  /// Their places in ``ScoreBook/entries``, ascending.
  var places: [Int]

  static func < (one: ScoreRound, other: ScoreRound) -> Bool {
    (one.version, one.basis, one.asOf) < (other.version, other.basis, other.asOf)
  }

  private struct Key: Hashable {
    var version: Int32
    var basis: Int64
    var asOf: Int32
  }

  /// The rounds of the scores of accounts that were recorded before a position, voided ones left out, that
  /// are wanted. O(scores).
  static func all(
    of model: ReadModel, knownAt: Int64, _ isWanted: (ScoreBook.Entry) -> Bool = { _ in true }
  ) -> [ScoreRound] {
    var rounds: [ScoreRound] = []
    var numbers: [Key: Int] = [:]
    var last: (key: Key, number: Int)?
    for (place, entry) in model.scores.entries.enumerated() {
      guard entry.seq < knownAt else { break }
      guard entry.account >= 0, isWanted(entry),
        !model.accounts.isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      let key = Key(version: entry.version, basis: entry.basis, asOf: entry.asOf)
      if let last, last.key == key {
        rounds[last.number].places.append(place)
        continue
      }
      let number = numbers[key] ?? rounds.count
      if number == rounds.count {
        rounds.append(
          ScoreRound(version: key.version, basis: key.basis, asOf: key.asOf, places: []))
        numbers[key] = number
      }
      rounds[number].places.append(place)
      last = (key, number)
    }
    return rounds.sorted()
  }
}
