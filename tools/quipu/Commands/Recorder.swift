internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger

/// Takes drafts one by one, then commits all of them or, with `--skip-invalid`, the good ones.
///
/// Nothing is written before the last draft was judged; the lines left out are on disk before the
/// first event is.
struct Recorder {
  /// What came of it.
  struct Tally {
    var recorded = 0
    var repeated = 0
    var refused = 0
  }

  private let invocation: Invocation
  private let intake: Intake
  private let grant: Grant
  private let actor: Actor
  private let today: CivilDate
  private let console: Console
  private let skipsInvalid: Bool
  private var decisions: [Intake.Decision] = []
  private var refusals: [Refusal] = []
  /// Why the ledger could not judge a draft, if so: then nothing is recorded.
  private var failure: Failure?
  private var rejected: [UInt8] = []

  /// The most refusals spelt out when all is refused; all are counted.
  private static let mostShown = 20

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    grant = invocation.declares(.actingAs) ? try invocation.grant() : .nobody
    do { try grant.require(.record) } catch { throw Failure(access: error) }
    actor = try grant.actor ?? invocation.recordingActor()
    (intake, today) = try invocation.openIntake(by: actor)
    if invocation.declares(.approveAs) { intake.approval = try invocation.approver() }
    console = invocation.console
    skipsInvalid = invocation.has(.skipInvalid)
  }

  /// Judges one draft; `raw` is its line as it came, for the file of those left out.
  mutating func take(
    _ raw: @autoclosure () -> [UInt8], _ draft: () throws(Refusal) -> Draft
  ) {
    do throws(Refusal) {
      let draft = try draft()
      try grant.require(recording: draft.type, line: draft.line)
      decisions.append(try intake.accept(draft, by: actor, today: today))
    } catch {
      if let unread = error.unread {
        // No draft is to blame, and none that follows can be judged.
        if failure == nil { failure = Failure(unread, damage: .refused) }
        return
      }
      refusals.append(error)
      guard skipsInvalid else { return }
      rejected.append(contentsOf: Self.comment(error).utf8)
      rejected.append(contentsOf: raw())
      rejected.append(UInt8(ascii: "\n"))
    }
  }

  /// What an importer may ask of the ledger and of what was taken so far.
  var lookup: LedgerLookup {
    LedgerLookup(
      account: { [intake] id in try intake.openedAccount(id) },
      payment: { [intake] key in try intake.payment(underKey: key) })
  }

  /// Whether anything has to be kept out of the ledger.
  var hasRefusals: Bool { !refusals.isEmpty }

  /// Writes the lines left out, commits the rest in batches, and gives each receipt to `body` once durable.
  ///
  /// - Throws: ``Failure``: exit 3 with every refusal reported, where invalid lines are not skipped.
  mutating func finish(
    batch: Int, rejects path: String, _ body: (Receipt) throws -> Void
  ) throws -> Tally {
    if let failure { throw failure }
    if !refusals.isEmpty, !skipsInvalid { throw refuseAll() }
    if !rejected.isEmpty {
      try OutputFile.write(rejected, to: path)
      console.warn(
        "lines_left_out",
        counted(
          Int64(refusals.count), Text("line left out", "línea excluida"),
          Text("lines left out", "líneas excluidas"))
          + Text(", each under its reason in \(path)", ", cada una bajo su motivo en \(path)"),
        [Failure.Detail("refused", Int64(refusals.count)), Failure.Detail("file", path)])
    }
    var tally = Tally(refused: refusals.count)
    var receipts: [Receipt] = []
    var next = 0
    var last = -1
    var undelivered: (any Error)?
    let progress = console.startProgress(
      of: Int64(decisions.count), unit: Text("events", "eventos"))
    // Receipts follow the order of the lines, each as soon as all before it are durable.
    func deliver() -> Bool {
      do {
        while next < decisions.count {
          switch decisions[next] {
          case .recorded(let receipt):
            tally.repeated += 1
            try body(receipt)
          case .new(let place):
            guard place < receipts.count else { return true }
            // A line that repeats one of the same file gets that one's receipt. Places between are
            // those of what a line was split into.
            if place > last { tally.recorded += 1 } else { tally.repeated += 1 }
            last = max(last, place)
            try body(receipts[place])
          }
          next += 1
        }
        return true
      } catch {
        undelivered = error
        return false
      }
    }
    do {
      try intake.commit(batchesOf: batch, at: WallClock.now) { batch in
        receipts.append(contentsOf: batch)
        progress.advance(by: Int64(batch.count))
        guard deliver() else { return false }
        do { try console.output.flush() } catch { undelivered = error }
        return undelivered == nil
      }
    } catch {
      // What was recorded before is signed all the same.
      console.finishProgress()
      invocation.report(intake.close())
      throw Failure(error, damage: .refused)
    }
    if undelivered == nil { _ = deliver() }
    console.finishProgress()
    invocation.report(intake.close())
    if let undelivered { throw undelivered }
    return tally
  }

  /// Says how many lines are refused and reports them in order; the last of those shown is returned.
  private func refuseAll() -> Failure {
    let all = refusals.count + decisions.count
    console.notice(
      "nothing_recorded",
      Text(
        "nothing was recorded: \(refusals.count) of \(all) \(all == 1 ? "line" : "lines") "
          + (refusals.count == 1 ? "is refused" : "are refused"),
        "no se registró nada: \(refusals.count == 1 ? "se rechaza" : "se rechazan") "
          + "\(refusals.count) de \(all) \(all == 1 ? "línea" : "líneas")"),
      [
        Failure.Detail("refused", Int64(refusals.count)), Failure.Detail("lines", Int64(all)),
      ])
    if refusals.count > Self.mostShown {
      console.warn(
        "more_refused",
        Text(
          "the first \(Self.mostShown) follow; --skip-invalid writes all of them to a file",
          "siguen las primeras \(Self.mostShown); --skip-invalid las escribe todas en un archivo"),
        [Failure.Detail("shown", Int64(Self.mostShown))])
    }
    let shown = refusals.prefix(Self.mostShown).map { Failure($0) }
    for failure in shown.dropLast() { console.report(failure) }
    return shown[shown.count - 1]
  }

  /// `# line 17: wrong_currency data.currency "USD"; expected PEN, …`, a line `record` passes over.
  private static func comment(_ refusal: Refusal) -> String {
    var text = "# line \(refusal.line): \(refusal.code)"
    if !refusal.field.isEmpty { text += " \(refusal.field)" }
    if !refusal.value.isEmpty { text += " = \(refusal.value)" }
    if !refusal.expected.isEmpty { text += "; expected: \(refusal.expected)" }
    return printable(text) + "\n"
  }
}
