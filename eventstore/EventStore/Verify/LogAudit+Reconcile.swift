// What could not be judged where it stood: events out of place, events that lack, keys twice.
extension LogAudit {
  /// Judges them, now that every line has been read.
  mutating func reconcile() throws(LogError) {
    for stray in strays { try judge(stray) }
    for gap in gaps { judge(gap) }
    for key in doubtfulKeys { try judge(key) }
  }

  private mutating func judge(_ stray: Stray) throws(LogError) {
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
    if let twin = try self.line(of: stray.seq), Digest(leaf: twin.span) == stray.leaf {
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

  private mutating func judge(_ doubt: DoubtfulKey) throws(LogError) {
    guard let key = try key(of: doubt.seq) else { return }
    let other = try index.keys.first(doubt.fingerprint) { seq throws(LogError) in
      seq < doubt.seq ? try self.key(of: seq) == key : false
    }
    guard let other else { return }
    find(
      .duplicated, in: doubt.file, lines: doubt.line...doubt.line, byte: doubt.byte,
      "its key is that of event \(other)")
  }

  private func line(of seq: Int64) throws(LogError) -> [UInt8]? {
    guard let place = index.place(of: seq) else { return nil }
    let file = try directory.open(LedgerDirectory.segmentName(place.segment), .read)
    return try file.line(at: place.offset)
  }

  private func key(of seq: Int64) throws(LogError) -> ArraySlice<UInt8>? {
    guard let line = try line(of: seq), let event = try? EventEnvelope(parsing: line.span) else {
      return nil
    }
    return line[event.key]
  }
}
