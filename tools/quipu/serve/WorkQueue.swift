internal import Dispatch
internal import Synchronization

/// Pieces of work, some at once and a bounded number waiting.
final class WorkQueue: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var running = 0
  }

  private let atOnce: Int
  private let mostWaiting: Int
  private let state = Mutex(State())
  private let threads = DispatchQueue(label: "aside", attributes: .concurrent)

  init(atOnce: Int, waiting: Int) {
    self.atOnce = atOnce
    mostWaiting = waiting
  }

  /// Has a piece of work done on another thread, in order of coming; false where too many wait already.
  func add(_ work: @escaping @Sendable () -> Void) -> Bool {
    let (isTaken, mustStart) = state.withLock { state in
      guard state.waiting.count < mostWaiting else { return (false, false) }
      state.waiting.append(work)
      guard state.running < atOnce else { return (true, false) }
      state.running += 1
      return (true, true)
    }
    if mustStart { threads.async { [self] in run() } }
    return isTaken
  }

  private func run() {
    while true {
      let next = state.withLock { state -> (@Sendable () -> Void)? in
        guard !state.waiting.isEmpty else {
          state.running -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let next else { return }
      next()
    }
  }
}
