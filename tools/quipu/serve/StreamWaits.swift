internal import Dispatch
internal import Glibc
internal import Synchronization

/// Answers that have nothing to say at the moment, and when each is asked again: once the ledger has
/// grown, or at the next heartbeat.
///
/// One thread wakes them, all together and at most every ``pause``, so that a thousand feeds cost the
/// appends of a busy ledger nothing.
final class StreamWaits: Sendable {
  /// How long a stream hears nothing, at most, in milliseconds.
  static let heartbeat: Int64 = 15_000
  /// How long growth is gathered, in microseconds.
  private static let pause: UInt32 = 20_000

  private struct Waiting {
    let since: Int64
    let wake: @Sendable (ResponseStream.Cause) -> Void
  }

  private struct State {
    var waiting: [Waiting] = []
    /// How often the ledger grew.
    var growth: UInt64 = 0
    var isTold = false
    var isClosing = false
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  init() {
    let thread = DispatchQueue(label: "streams")
    thread.async { [self] in run() }
  }

  /// How often the ledger grew until now: to be asked before a stream looks whether there is more.
  var growth: UInt64 { state.withLock { $0.growth } }

  /// Has `wake` called, on another thread, when there may be more than at `growth`.
  func wait(
    since growth: UInt64, _ wake: @escaping @Sendable (ResponseStream.Cause) -> Void
  ) {
    let mustRing = state.withLock { state in
      state.waiting.append(Waiting(since: MonotonicClock.milliseconds, wake: wake))
      guard state.growth != growth || state.isClosing, !state.isTold else { return false }
      state.isTold = true
      return true
    }
    if mustRing { bell.signal() }
  }

  /// The ledger has grown.
  func grew() {
    let mustRing = state.withLock { state in
      state.growth += 1
      guard !state.waiting.isEmpty, !state.isTold else { return false }
      state.isTold = true
      return true
    }
    if mustRing { bell.signal() }
  }

  /// From now on every stream that would wait ends.
  func close() {
    state.withLock { $0.isClosing = true }
    bell.signal()
  }

  var isClosing: Bool { state.withLock { $0.isClosing } }

  private func run() {
    while true {
      let rang = bell.wait(timeout: .now() + .seconds(1)) == .success
      if rang { usleep(Self.pause) }
      let now = MonotonicClock.milliseconds
      let (due, cause) = state.withLock { state -> ([Waiting], ResponseStream.Cause) in
        if state.isTold || state.isClosing {
          state.isTold = false
          defer { state.waiting.removeAll() }
          return (state.waiting, .growth)
        }
        let due = state.waiting.filter { now - $0.since >= Self.heartbeat }
        if !due.isEmpty { state.waiting.removeAll { now - $0.since >= Self.heartbeat } }
        return (due, .heartbeat)
      }
      for waiting in due { waiting.wake(cause) }
    }
  }
}
