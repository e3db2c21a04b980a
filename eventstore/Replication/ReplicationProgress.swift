package import EventStore

/// How far a mirror, a follower or a reader of a stream has come.
package struct ReplicationProgress: Equatable, Sendable {
  /// Events that the source has, as far as has been heard.
  package var source: Int64 = 0
  /// Events that have arrived: on the stream, in the replica, at the reader.
  package var events: Int64 = 0
  /// Events, bytes of the log, checkpoints and time stamps, and messages that this run has moved.
  package var newEvents: Int64 = 0
  package var newBytes: Int64 = 0
  package var evidence: Int64 = 0
  package var messages: Int64 = 0
  /// Number of the last message moved, and of the stream's last.
  package var sequence: UInt64 = 0
  package var last: UInt64 = 0
  /// Times the stream had to be asked anew how far it goes.
  package var resumed: Int64 = 0
  /// Head of the tree over the events that have arrived.
  package var root: Digest = .empty

  /// Nothing yet.
  package init() {}

  /// How many events are still to arrive.
  package var lag: Int64 { max(0, source - events) }
}

/// How a piece of work on a stream is watched and ended.
package struct ReplicationWatch {
  /// How long to go on without progress; `nil` for as long as `stop` allows.
  package var patience: Duration?
  /// Is told now and then how far it is, with what it waits for if it does.
  package var report: (ReplicationProgress, ReplicationError?) -> Void
  /// Waits so many milliseconds and says whether to end.
  package var stop: (Int) -> Bool

  /// A watch of given parts.
  package init(
    patience: Duration?, report: @escaping (ReplicationProgress, ReplicationError?) -> Void,
    stop: @escaping (Int) -> Bool
  ) {
    (self.patience, self.report, self.stop) = (patience, report, stop)
  }

  private static let shortestPause = 250
  private static let longestPause = 2_000

  /// Whether to wait for what an error is about: whoever goes on for ever waits for the mirror to begin too.
  private func isTransient(_ error: ReplicationError) -> Bool {
    error.isTransient || patience == nil && error.code == .noStream
  }

  /// Takes step after step until one says that all is done, and tries again whenever one fails by what may
  /// go away by itself: a server that is down, a cluster without a leader.
  ///
  /// Throws such a failure when there was no progress for as long as there is patience, and any other one at
  /// once.
  func persist(
    _ progress: () -> ReplicationProgress, _ step: () throws -> Bool
  ) throws {
    var (moved, since) = (progress().messages, ContinuousClock.now)
    var pause = Self.shortestPause
    while !stop(0) {
      var failure = ReplicationError(
        .timedOut, "the stream moved and this side did not: is another one at work on it?")
      do {
        if try step() { return }
      } catch let error as ReplicationError where isTransient(error) {
        failure = error
        report(progress(), error)
      }
      if progress().messages > moved {
        (moved, since, pause) = (progress().messages, ContinuousClock.now, Self.shortestPause)
      }
      if let patience, ContinuousClock.now - since >= patience { throw failure }
      if stop(pause) { return }
      pause = min(Self.longestPause, pause * 2)
    }
  }
}
