/// What people are grouped by where it is watched that they are treated alike.
extension PeopleBook {
  /// The first year of the decade of birth and the region of a person by the end of a day, as known before
  /// a position; nil and empty where nobody said. The last said counts. O(her events).
  ///
  /// Never a feature of a score: for the report of fairness alone.
  package func groups(
    of subject: String, on date: CivilDate, knownAt: Int64
  ) -> (birthDecade: Int?, region: String) {
    guard let person = subjects.find(subject) else { return (nil, "") }
    var decade: Entry?
    var region: Entry?
    func isLater(_ entry: Entry, than other: Entry?) -> Bool {
      guard let other else { return true }
      return (entry.effective, entry.seq) > (other.effective, other.seq)
    }
    var index = heads[person]
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.type == .subjectRegistered || entry.type == .subjectUpdated,
        entry.seq < knownAt, entry.effective <= date.days,
        !isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      if entry.from > 0, isLater(entry, than: decade) { decade = entry }
      if entry.name != .empty, isLater(entry, than: region) { region = entry }
    }
    return (decade.map { Int($0.from) }, region.map { texts.text($0.name) } ?? "")
  }
}
