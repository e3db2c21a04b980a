internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Appends scores as `ScoreRecorded`, one an open account, in big batches.
///
/// The same model, version, day and basis give the same keys: what was broken off goes on with
/// `--known-at` set to the basis, and records nothing twice.
struct ScoreRecording {
  /// What came of it.
  struct Tally {
    var recorded: Int64 = 0
    var repeated: Int64 = 0
    /// Accounts that were closed on the day: nothing is recorded of them.
    var closed: Int64 = 0
    var first: Int64?
    var last: Int64?
  }

  private let invocation: Invocation
  private let intake: Intake
  private let actor: Actor
  private let today: CivilDate

  /// Opens the ledger for writing. Throws ``Failure``: refused for who may not; in use; I/O.
  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let grant = try invocation.grant()
    do {
      try grant.require(recording: .scoreRecorded)
    } catch {
      throw Failure(access: error)
    }
    actor = try grant.actor ?? invocation.recordingActor()
    (intake, today) = try invocation.openIntake(by: actor)
  }

  /// Records scores; `progress` hears of each batch.
  func record(
    _ rows: [ScoreReader.Row], _ lines: ScoreLines, _ tally: inout Tally,
    _ progress: (Int64) -> Void
  ) throws {
    var start = 0
    while start < rows.count {
      let end = min(start + Self.batch, rows.count)
      try recordBatch(rows[start..<end], lines, &tally)
      progress(Int64(end - start))
      start = end
    }
  }

  private static let batch = 8_192

  private func recordBatch(
    _ rows: ArraySlice<ScoreReader.Row>, _ lines: ScoreLines, _ tally: inout Tally
  ) throws {
    do {
      for row in rows {
        guard !lines.book.isClosed(Int(row.account), on: lines.day) else {
          tally.closed += 1
          continue
        }
        let account = lines.account(row)
        let key = Self.key(account, lines)
        let own = OwnDraft(
          .scoreRecorded, "account/\(account)", key: key, on: lines.day, data: lines.data(row))
        let draft = try Draft(own.json, line: 0) { _ in key }
        if case .recorded = try intake.accept(draft, by: actor, today: today) {
          tally.repeated += 1
        }
      }
      try intake.commit(batchesOf: Self.batch, at: WallClock.now) { receipts in
        tally.recorded += Int64(receipts.count)
        tally.first = tally.first ?? receipts.first?.seq
        tally.last = receipts.last?.seq ?? tally.last
        return true
      }
    } catch let refusal as Refusal {
      invocation.report(intake.close())
      throw Failure(refusal)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  /// Ends the work cleanly: signs what was recorded.
  func close() { invocation.report(intake.close()) }

  /// `score:` and a digest of what the score is of: an id may be too long for a key.
  private static func key(_ account: String, _ lines: ScoreLines) -> String {
    let text =
      "\(lines.model.id)\n\(lines.model.version)\n\(lines.day.text)\n\(lines.basis)\n\(account)"
    let bytes = Array(text.utf8)
    return "score:\(Digest(hashing: bytes.span).hex)"
  }
}

extension ScoreRecording.Tally {
  /// Says what was recorded.
  func print(
    _ model: ScoringModel, on day: CivilDate, basis: Int64, _ console: Console
  ) throws {
    if console.json {
      return try console.print(
        .object([
          "asOf": .string(day.text), "basis": .integer(basis), "closed": .integer(closed),
          "first": first.map { .integer($0) } ?? .null,
          "last": last.map { .integer($0) } ?? .null, "model": .string(model.id),
          "recorded": .integer(recorded), "repeated": .integer(repeated),
          "version": .integer(model.version),
        ]))
    }
    var text =
      counted(recorded, Text("score", "puntaje"), Text("scores", "puntajes"))
      + Text(
        " of \(model.id) \(model.version) recorded, as of \(day.text), from ",
        " de \(model.id) \(model.version) registrados, al \(day.text), a partir de ")
      + countedEvents(basis)
    if let first, let last { text = text + Text(same: " (seq \(first)–\(last))") }
    if repeated > 0 {
      text =
        text
        + Text(
          "; \(grouped(repeated)) were there", "; \(grouped(repeated)) ya estaban")
    }
    if closed > 0 {
      text =
        text
        + Text(
          "; \(grouped(closed)) accounts are closed", "; \(grouped(closed)) cuentas están cerradas")
    }
    try console.print(text)
  }
}
