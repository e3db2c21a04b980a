internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let fromScratch = Option(
    "from-scratch",
    doc: Text("use no snapshot: read the whole log", "no usar instantáneas: leer todo el registro"))
}

/// Projections at a size, and from which snapshot they began.
struct RebuiltModel {
  /// The projections.
  var model: ReadModel
  /// How many of its events a snapshot held; 0 where all were read.
  var snapshot: Int64 = 0

  /// How many events were read.
  var read: Int64 { model.size - snapshot }
}

// A snapshot spares reading again what this very program has read before. It is never needed: without
// one, or told `--from-scratch`, the log is read from its first event, and the result is the same.
extension Invocation {
  /// As many events as must have been read for it to be worth while to keep them.
  private static let worthKeeping: Int64 = 10_000

  /// Every projection at a size, with a progress bar where the work is long.
  func readModel(of view: LedgerView, at size: Int64) throws -> RebuiltModel {
    var rebuilt = beginning(of: view, at: size)
    let progress = console.startProgress(of: rebuilt.read, unit: Text("events", "eventos"))
    defer { console.finishProgress() }
    try view.advance(&rebuilt.model, to: size, jobs: jobs) { progress.advance(by: $0) }
    return rebuilt
  }

  /// The projections that reading up to a size begins with: a snapshot's, or those of an empty log.
  func beginning(of view: LedgerView, at size: Int64) -> RebuiltModel {
    let isAsked = !declares(.fromScratch) || !has(.fromScratch)
    if isAsked, size >= Self.worthKeeping, let program = programDigest() {
      if let kept = snapshot(of: view, upTo: size, by: program) {
        return RebuiltModel(model: kept, snapshot: kept.size)
      }
    }
    return RebuiltModel(model: ReadModel(expecting: size))
  }

  /// How many threads are to be used, as `--jobs` says where a command has it.
  var jobs: Int {
    (declares(.jobs) ? integer(.jobs).map(Int.init) : nil) ?? Processors.count
  }

  private func snapshot(of view: LedgerView, upTo size: Int64, by program: String) -> ReadModel? {
    var notices: [LogNotice] = []
    defer { report(notices) }
    do {
      return try view.snapshot(of: program, upTo: size, &notices)
    } catch {
      console.notice(
        "snapshots_unreadable",
        Text(
          "snapshots cannot be read, the log is: \(Failure(error).message[.english])",
          "no se pueden leer las instantáneas, se lee el registro: \(Failure(error).message[.spanish])"
        ))
      return nil
    }
  }

  /// Keeps the projections for the next time, where that is worth while; says why it could not.
  func keepSnapshot(of rebuilt: RebuiltModel, of view: LedgerView) {
    guard rebuilt.read >= Self.worthKeeping, let program = programDigest() else { return }
    do {
      try view.keep(rebuilt.model, as: program)
    } catch {
      console.notice(
        "snapshot_not_kept",
        Text(
          "no snapshot was kept, the next replay reads everything again: \(Failure(error).message[.english])",
          "no se guardó una instantánea, la próxima lectura será completa: \(Failure(error).message[.spanish])"
        ))
    }
  }

  private func programDigest() -> String? {
    do {
      return try ProgramDigest.read()
    } catch {
      console.notice(
        "no_snapshots",
        Text(
          "no snapshots: the program's own file cannot be read (\(error.call), errno \(error.number))",
          "sin instantáneas: no se puede leer el propio programa (\(error.call), errno \(error.number))"
        ), [Failure.Detail("errno", Int64(error.number))])
      return nil
    }
  }
}
