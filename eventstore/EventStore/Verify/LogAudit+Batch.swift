internal import CanonicalJSON

// A batch is judged when its commit is met: first by the root, which vouches for every byte, and only
// where that fails by the numbers in its lines, which tell what may have happened.
extension LogAudit {
  mutating func commit(_ line: Span<UInt8>, _ place: LinePlace) {
    result.commits += 1
    guard place.isTerminated, !place.isOverlong, let commit = try? CommitLine(parsing: line) else {
      return malformedCommit(line, place)
    }
    guard !batch.isEmpty else {
      let isTwice = commit == lastCommit
      return find(
        isTwice ? .duplicated : .mutated, lines: place.number...place.number, byte: place.offset,
        isTwice ? "the commit stands there twice" : "the commit has no events")
    }
    lastCommit = commit
    defer { swallowed = 0 }
    if grow(to: commit), let tree {
      settleSuspect(treeIsRight: true)
      judgeCounts(commit, place)
      judgeEntries()
      return adopt(upTo: tree.size, isVouchedFor: true)
    }
    let lines = batchStart.line...place.number
    tellFaults(batch)
    if suspect != nil {
      // Two roots in a row: the events were changed, and no tree to go on with is known.
      settleSuspect(treeIsRight: false)
      forgetTree()
    }
    if tree == nil { leaveUnchecked(lines) }
    if isInOrder(commit) {
      if tree != nil {
        suspect = Suspect(
          file: segment.name, lines: lines, byte: batchStart.byte, commitByte: place.offset)
      }
      return adopt(upTo: commit.size)
    }
    forgetTree()
    adopt(upTo: strayBatch(commit, lines))
  }

  /// A line that begins as a commit and is none: its events go on into the next batch's judgement.
  private mutating func malformedCommit(_ line: Span<UInt8>, _ place: LinePlace) {
    var code = JSONError.Code.truncated
    var offset = line.count
    do {
      _ = try CommitLine(parsing: line)
    } catch {
      (code, offset) = (error.code, error.offset)
    }
    tellFaults(batch)
    find(
      .malformed, lines: place.number...place.number, byte: place.offset + offset,
      "the commit is not one: \(code.rawValue)")
    if let before = tree {
      let grown = TreeGrowth(before, batch.map(\.leaf), evidence)
      unsettled.append(grown)
      tree = grown.tree
    }
    swallowed += 1
    adopt(upTo: expected + Int64(batch.count))
  }

  /// Judges what the commit says besides its root, which vouches for the events themselves.
  private mutating func judgeCounts(_ commit: CommitLine, _ place: LinePlace) {
    let line = place.number...place.number
    let size = tree?.size ?? 0
    if commit.size != size {
      find(
        .mutated, lines: line, byte: place.offset,
        "the commit counts \(commit.size) events in all, there are \(size)")
    }
    let lines = place.number - batchStart.line
    if commit.events != lines {
      // All events of a batch are recorded at one time: another time before says where it began.
      let before = batch.count - Int(clamping: commit.events) - 1
      let isMissing =
        lines == batch.count && batch.indices.contains(before)
        && batch[before].at != batch[batch.count - 1].at
        && batch[before + 1].at == batch[batch.count - 1].at
      if isMissing {
        let at = batch[before + 1]
        find(.missing, lines: at.line...at.line, byte: at.byte, "the commit before it is missing")
      } else if lines == batch.count {
        find(
          .mutated, lines: line, byte: place.offset,
          "the commit counts \(commit.events) events in its batch, there are \(lines)")
      }
    }
    if let last = batch.last, last.envelope != nil, last.at.text != commit.at {
      find(.mutated, lines: line, byte: place.offset, "the commit's time is not its last event's")
    }
  }

  /// Judges the numbers, times and keys of events that the root vouches for: what is wrong with them
  /// was written so.
  private mutating func judgeEntries() {
    var at = lastAt
    for (place, entry) in batch.enumerated() {
      guard let event = entry.envelope else { continue }
      let line = entry.line...entry.line
      let seq = expected + Int64(place)
      if event.seq != seq {
        find(
          .malformed, lines: line, byte: entry.byte,
          "event \(event.seq) stands where \(seq) must")
      }
      // Later events of the batch are judged by this one.
      let position = streams.next(entry.stream) ?? (isPartial ? event.n : 0)
      streams.advance(entry.stream, past: event.n)
      if isDamaged { continue }
      if entry.at < at {
        find(.malformed, lines: line, byte: entry.byte, "its time is before the event's before")
      }
      at = entry.at
      if event.n != position {
        find(
          .malformed, lines: line, byte: entry.byte,
          "its position in the stream is \(event.n), not \(position)")
      }
    }
  }

  /// Whether the batch's lines and its commit number the events as they must be.
  private func isInOrder(_ commit: CommitLine) -> Bool {
    let count = Int64(batch.count)
    guard commit.events == count, commit.size == expected + count else { return false }
    return batch.enumerated().allSatisfy { place, entry in
      entry.envelope.map { $0.seq == expected + Int64(place) } ?? true
    }
  }

  /// Notes which of a batch's events are not where they belong, and which that belong there are not;
  /// the size of the log after the batch.
  private mutating func strayBatch(_ commit: CommitLine, _ lines: ClosedRange<Int64>) -> Int64 {
    let own = (commit.size - commit.events)..<commit.size
    isDamaged = true
    let isPlausible =
      own.lowerBound == expected
      || batch.contains { $0.envelope.map { own.contains($0.seq) } ?? false }
    guard isPlausible, own.count <= batch.count + 1 << 20 else {
      find(
        .mutated, lines: lines, byte: batchStart.byte,
        "the commit does not number its batch's events")
      return expected + Int64(batch.count)
    }
    var gap = Gap(events: [], file: segment.name, lines: lines, byte: batchStart.byte)
    gap.excuses = swallowed
    if expected < own.lowerBound { gap.events.append(expected..<own.lowerBound) }
    // Where no line lacks, those at their own place are believed first.
    var present: Set<Int64> = []
    let isFull = own.lowerBound == expected && own.count == batch.count
    for (place, entry) in batch.enumerated() where isFull {
      let home = own.lowerBound + Int64(place)
      if entry.envelope?.seq == home { present.insert(home) }
    }
    var highest: Int64 = -1
    for (place, entry) in batch.enumerated() {
      guard let event = entry.envelope else {
        // A newline that is gone makes one line of two.
        gap.excuses += 2
        continue
      }
      let isHome = isFull && event.seq == own.lowerBound + Int64(place)
      guard
        isHome
          || event.seq >= expected && own.contains(event.seq)
            && present.insert(event.seq).inserted
      else {
        strays.append(
          Stray(
            seq: event.seq, leaf: entry.leaf, file: segment.name, line: entry.line,
            byte: entry.byte))
        continue
      }
      if event.seq < highest {
        find(
          .reordered, lines: entry.line...entry.line, byte: entry.byte,
          "event \(event.seq) stands after \(highest)")
      }
      highest = max(highest, event.seq)
    }
    for seq in own where seq >= expected && !present.contains(seq) {
      gap.events.append(seq..<seq + 1)
    }
    if !gap.events.isEmpty { gaps.append(gap) }
    return commit.size
  }

  /// Takes over where the batch's events leave streams and keys, and goes on after `size`.
  ///
  /// Only keys that a root vouches for are compared with others: a changed key may well equal one.
  private mutating func adopt(upTo size: Int64, isVouchedFor: Bool = false) {
    var next = expected
    for entry in batch {
      guard let event = entry.envelope, event.seq >= next, event.seq < size else { continue }
      next = event.seq + 1
      streams.advance(entry.stream, past: event.n)
      // A second look has its own way with the doubtful ones.
      if isVouchedFor, watched == nil { keys.append(entry.key) }
      watched?.note(entry, event.seq, segment.name, isVouchedFor: isVouchedFor)
      if let change = entry.change { changes.append(change) }
      lastAt = entry.at
    }
    result.events += Int64(batch.count)
    expected = max(expected, size)
  }
}
