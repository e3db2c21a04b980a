// What could not be judged where it stood: events out of place, events that lack, keys twice.
extension LogAudit {
  /// Judges them, now that every line has been read.
  ///
  /// `seen` is what a second look noted of the events that are out of place and of keys that may be
  /// there twice.
  mutating func reconcile(with seen: WatchedEvents) {
    for stray in strays { judge(stray, seen) }
    for gap in gaps { judge(gap) }
    for twin in seen.twins {
      find(
        .duplicated, in: twin.event.file, lines: twin.event.line...twin.event.line,
        byte: twin.event.byte, "its key is that of event \(twin.first)")
    }
  }

  private mutating func judge(_ stray: Stray, _ seen: WatchedEvents) {
    let line = stray.line...stray.line
    let home = gaps.firstIndex { gap in
      gap.events.contains { $0.contains(stray.seq) } && !gap.found.contains(stray.seq)
    }
    if let home {
      gaps[home].found.insert(stray.seq)
      return find(
        .reordered, in: stray.file, lines: line, byte: stray.byte,
        "event \(stray.seq) belongs to another place")
    }
    if seen.leaves[stray.seq] == stray.leaf {
      return find(
        .duplicated, in: stray.file, lines: line, byte: stray.byte,
        "event \(stray.seq) is there twice")
    }
    find(
      .mutated, in: stray.file, lines: line, byte: stray.byte,
      "the line bears number \(stray.seq), which is not its own")
    let own = gaps.firstIndex { $0.file == stray.file && $0.lines?.contains(stray.line) == true }
    if let own { gaps[own].excuses += 1 }
  }

  private mutating func judge(_ gap: Gap) {
    let count = gap.events.reduce(0) { $0 + $1.count } - gap.found.count
    guard count > gap.excuses, let first = gap.events.first, let last = gap.events.last else {
      return
    }
    let isWhole = count == Int(last.upperBound - first.lowerBound)
    find(
      .missing, in: gap.file, lines: gap.lines, byte: gap.byte,
      count == 1
        ? "event \(first.lowerBound) is missing"
        : "\(count) events \(isWhole ? "from" : "between") \(first.lowerBound) "
          + "\(isWhole ? "to" : "and") \(last.upperBound - 1) are missing")
  }
}

/// Events that are looked for in a second pass, after the first found them doubtful.
struct WatchedEvents {
  /// Where an event with a doubtful key lies.
  struct Place {
    var seq: Int64
    var key: [UInt8]
    var file: String
    var line: Int64
    var byte: Int
  }

  /// Fingerprints of keys that may be there twice.
  let fingerprints: Set<UInt64>
  /// Events whose leaves are wanted.
  let seqs: Set<Int64>
  /// The leaf that stands where each wanted event must.
  private(set) var leaves: [Int64: Digest] = [:]
  private var places: [Place] = []

  init(fingerprints: Set<UInt64> = [], seqs: Set<Int64> = []) {
    self.fingerprints = fingerprints
    self.seqs = seqs
  }

  mutating func note(
    _ entry: LogAudit.Entry, _ seq: Int64, _ file: String, isVouchedFor: Bool
  ) {
    if seqs.contains(seq) { leaves[seq] = entry.leaf }
    // Only keys that a root vouches for are compared: a changed key may well equal another.
    guard isVouchedFor, fingerprints.contains(entry.key) else { return }
    places.append(
      Place(seq: seq, key: entry.keyText, file: file, line: entry.line, byte: entry.byte))
  }

  /// Events whose key an earlier one has, with the first that has it.
  var twins: [(event: Place, first: Int64)] {
    var first: [[UInt8]: Int64] = [:]
    return places.compactMap { place in
      guard let other = first[place.key] else {
        first[place.key] = place.seq
        return nil
      }
      return (place, other)
    }
  }
}
