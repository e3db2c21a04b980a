internal import EventStore

// Where the stream ends, whether that is a place of this log, and what evidence it lacks.
extension Mirror {
  func resume() throws {
    let largest = try stream.connected().largestMessage
    limit = min(Settings.largest, largest - Settings.headroom)
    guard limit >= ChunkCutter.smallest else {
      throw ReplicationError(
        .refused,
        "the server takes messages of \(largest) bytes (max_payload), and "
          + "\(ChunkCutter.smallest + Settings.headroom) are needed")
    }
    try log.refresh()
    let state = try existing()
    last = state.last
    (looked, newest, ofNewest, settled) = (-1, 0, [], 0)
    if state.last == 0 {
      cutter = ChunkCutter()
    } else {
      let tail = try tail(of: state)
      guard let end = tail.last else { return }
      try compare(end)
      try mend(tail)
      (newest, settled) = (end.evidence, end.evidence)
    }
    (progress.sequence, progress.last) = (last, last)
    (progress.events, progress.root) = (cutter.tree.size, cutter.tree.root)
    try look()
    try forgetWhatIsThere()
  }

  /// The stream, made if there is none.
  private func existing() throws -> JetStream.State {
    let subject = MirrorMessage.subject(stream.name, log.identity.ledger, ">")
    if try stream.state() == nil {
      try stream.create(subjects: [subject], replicas: settings.replicas)
    }
    guard let state = try stream.state() else {
      throw ReplicationError(.timedOut, "the stream that was made is not there yet")
    }
    guard state.subjects == [subject] else {
      let carried = MirrorMessage.ledger(of: state, stream.name).map { "ledger \($0)" }
      throw ReplicationError(
        .wrongStream,
        "the stream \(stream.name) carries \(carried ?? "other things"), not ledger "
          + log.identity.ledger)
    }
    return state
  }

  /// The stream's last messages, as many as may have been under way at once.
  private func tail(of state: JetStream.State) throws -> [MirrorMessage] {
    let first = max(state.first, 1, state.last - min(state.last, JetStream.window))
    var cursor = MessageCursor(stream, first, through: state.last)
    var tail: [MirrorMessage] = []
    while let message = try cursor.take() { tail.append(try message.parsed()) }
    return tail
  }

  /// Compares the stream's last message with the log, and sets the cutter behind it.
  private func compare(_ there: MirrorMessage) throws {
    guard there.term == term else {
      throw ReplicationError(
        .superseded,
        "a replica was promoted on this stream at event \(there.chunk.size): this ledger is no longer "
          + "the one that is mirrored")
    }
    guard let cutter = try ChunkCutter(at: there.end, of: log),
      cutter.tree.size == there.chunk.size
    else {
      throw ReplicationError(
        log.size < there.chunk.size ? .behind : .forked,
        "the stream has \(there.chunk.size) events, this ledger \(log.size): it was cut, restored from "
          + "an older backup, or is another history")
    }
    let isSame =
      try there.kind != .log
      || log.read(there.chunk.bytes.count, from: there.chunk.start) == there.chunk.bytes
    guard isSame, cutter.tree.root == there.chunk.root else {
      throw ReplicationError(
        .forked, "the stream's \(there.chunk.size) events are of another history than this ledger's"
      )
    }
    self.cutter = cutter
  }

  /// Goes back to where the stream lacks bytes.
  ///
  /// A message that was under way when the stream lost those before it may have been stored after all, behind
  /// others that were cut elsewhere; what lies between is then published again.
  private func mend(_ tail: [MirrorMessage]) throws {
    var reach: LogPosition?
    var end = LogPosition.start
    for part in tail where part.kind == .log {
      end = max(end, part.end)
      guard let known = reach else {
        reach = part.end
        continue
      }
      let follows =
        part.chunk.start.byte == 0 && log.segment(after: known.segment) == part.chunk.start.segment
        && log.count(of: known.segment) == known.byte
      if part.chunk.start <= known || follows { reach = max(known, part.end) }
    }
    guard let reach, reach < end else { return }
    guard let cutter = try ChunkCutter(at: reach, of: log) else {
      throw ReplicationError(.forked, "the stream has bytes that this ledger has not")
    }
    self.cutter = cutter
  }

  /// Looks how far the ledger has come; evidence after the log, so that none is missed of what is sent.
  func look() throws {
    try log.refresh()
    progress.source = log.size
    let changed = try log.evidenceChanged()
    guard changed != looked else { return }
    looked = changed
    let all = try log.evidence()
    let known = ofNewest
    due = all.filter { piece in
      piece.size > cutter.tree.size || piece.changed >= newest && !known.contains(piece)
    }
    newest = all.map(\.changed).max() ?? 0
    ofNewest = all.filter { $0.changed == newest }
    if due.isEmpty { settled = newest }
  }

  /// Leaves out of what is due the pieces that changed just when the last ones sent did, and are on the
  /// stream.
  private func forgetWhatIsThere() throws {
    for kind in [MirrorMessage.Kind.checkpoint, .timeStamp] {
      let subject = MirrorMessage.subject(stream.name, log.identity.ledger, kind.rawValue)
      guard due.contains(where: { $0.changed == settled }),
        let sent = try stream.last(on: subject)
      else { continue }
      due = try due.filter { piece in
        try piece.changed != settled || log.bytes(of: piece) != sent.payload
      }
    }
  }
}
