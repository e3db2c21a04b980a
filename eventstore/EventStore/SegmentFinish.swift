internal import Dispatch
internal import Synchronization

/// A finished segment whose tiles and index are being made beside the log, on another thread.
///
/// Both follow from files that do not change any more, and none of it touches the log: what was made is
/// taken over, and signed, by the log's own thread.
final class SegmentFinish {
  /// What it began with.
  struct Start: Sendable {
    let directory: LedgerDirectory
    let ledger: String
    let segment: SegmentFile
    /// Where its events are.
    let tail: IndexTail
    /// The runs of the segments before it.
    let runs: IndexRuns
    /// The tree at its end.
    let tree: MerkleFrontier
    /// The tree's edge at the last checkpoint, as far as that is known without reading.
    let tiles: TileBuilder?
  }

  /// What came of it.
  struct Made: Sendable {
    /// Its own run among the others, some of them merged.
    var runs: IndexRuns
    /// The tree's edge at the segment's end, its tiles being durable; or why they are not.
    var tiles: Result<TileBuilder, LogError>
    var notices: [LogNotice]
  }

  let start: Start
  private let made = Outcome()
  private let work: DispatchWorkItem

  private final class Outcome: Sendable {
    let made = Mutex<Made?>(nil)
  }

  /// Begins the work on a queue.
  init(_ start: Start, on queue: DispatchQueue) {
    self.start = start
    let outcome = made
    work = DispatchWorkItem {
      let made = Self.make(start)
      outcome.made.withLock { $0 = made }
    }
    queue.async(execute: work)
  }

  /// Whether all of it is made, so that nobody need wait.
  var isOver: Bool { made.made.withLock { $0 != nil } }

  /// Waits for it, and gives it.
  func wait() -> Made {
    work.wait()
    guard let made = made.made.withLock({ $0 }) else {
      preconditionFailure("work that was waited for is done")
    }
    return made
  }

  private static func make(_ start: Start) -> Made {
    let directory = start.directory
    var notices: [LogNotice] = []
    let tiles = Result { () throws(LogError) in
      let edge: TileBuilder
      if let tiles = start.tiles {
        edge = tiles
      } else {
        let latest = try directory.latestCheckpoint()
        edge = try directory.startingTiles(at: latest, of: start.tree.size, &notices)
      }
      return try directory.makeTiles(from: edge, to: start.tree, upTo: start.segment)
    }
    var runs = start.runs
    runs.append(
      IndexRun.make(
        of: start.tail, start.segment, root: start.tree.root, ledger: start.ledger, in: directory,
        &notices))
    do {
      // One that is wrong is made anew by the log, before it merges.
      _ = try runs.merge(in: directory)
    } catch {
      notices.append(
        LogNotice(.stale, error.file ?? IndexRun.directoryName, "not merged: \(error.detail)"))
    }
    return Made(runs: runs, tiles: tiles, notices: notices)
  }
}

extension EventLog {
  /// Begins to make tiles and index of the last segment, with which the log is as yet.
  func beginFinish() {
    index.finished = index.tail
    finishing = SegmentFinish(
      SegmentFinish.Start(
        directory: directory, ledger: identity.ledger, segment: tail, tail: index.tail,
        runs: index.runs, tree: frontier, tiles: tiles),
      on: finishes)
    tiles = nil
  }

  /// Takes over what was made of a segment beside the log, waiting for it if need be, and signs it.
  ///
  /// What fails is told, as where a segment is finished in its turn; throws what poisons.
  func settleFinish() throws(LogError) {
    guard let finish = finishing else { return }
    finishing = nil
    let made = finish.wait()
    notices += made.notices
    index.runs = made.runs
    index.finished = nil
    mergeRunsIfPossible()
    switch made.tiles {
    case .success(let edge):
      tiles = edge
      try sign(finished: finish.start.tree)
    case .failure(let error) where error.code == .damaged || error.isFailedSync:
      poison(error)
      throw poison ?? error
    case .failure:
      // Once more with all that is there since, and with the ballast's room if there is none.
      try checkpointFinishedSegment()
    }
  }
}
