internal import EventStore

/// Why a ledger could not be mirrored or followed. Two errors are equal when their codes are.
package struct ReplicationError: Error, Equatable, Sendable {
  /// The kinds of failure, with the names under which they are reported.
  package enum Code: String, Sendable, CaseIterable {
    /// No server answers at the addresses given, or none took the credentials.
    case unreachable = "nats_unreachable"
    /// A server was reached, and did not do in time what was asked.
    case timedOut = "nats_timeout"
    /// A server refused what was asked.
    case refused = "nats_refused"
    /// There is no stream of that name.
    case noStream = "no_such_stream"
    /// The stream carries another ledger, or its name cannot be one.
    case wrongStream = "wrong_stream"
    /// The stream's history is not the ledger's.
    case forked
    /// One side lacks what the other has.
    case behind
    /// A replica was promoted on the stream, which takes nothing from the writer before.
    case superseded
    /// A message on the stream is none of a mirror's.
    case malformed = "malformed_message"
    /// It was told to stop before it had all that was asked for.
    case interrupted
  }

  /// Which kind of failure; all that `==` looks at.
  package var code: Code
  /// What is wrong, for a person.
  package var detail: String

  /// A failure of that kind.
  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  /// A stream that lacks bytes between others, as long as its mirror has not sent them again.
  init(gap error: LogError) {
    self.init(.timedOut, "the stream has a gap, which its mirror closes: \(error.detail)")
  }

  package static func == (left: ReplicationError, right: ReplicationError) -> Bool {
    left.code == right.code
  }

  /// Whether it may go away by itself: a server that is down, a cluster without a leader.
  package var isTransient: Bool { code == .unreachable || code == .timedOut }
}
