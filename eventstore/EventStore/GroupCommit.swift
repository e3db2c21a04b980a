internal import Dispatch
internal import Synchronization

/// Brings concurrent callers into line: what waits while one group is being written is the next group.
///
///     submit ─┐
///     submit ─┼─► waiting ──► process: one batch, one sync ──► an answer each
///     submit ─┘       ▲                                          │
///                     └──────── what came meanwhile ◄────────────┘
///
/// So a group is one batch and one sync, and the busier the callers the larger the groups. Nobody who
/// submits waits: he is called with his outcome. Groups are worked through on a queue of their own, one
/// after the other, so that `process` is never run twice at once, and may block.
///
/// Generic over what is submitted and what comes of it, so that the layer above can take its decisions
/// inside the serialised section, on a state that no other group changes meanwhile.
package final class GroupCommit<Submission: Sendable, Outcome: Sendable>: Sendable {
  private struct Waiting {
    var submission: Submission
    var answer: @Sendable (Outcome) -> Void
  }

  private struct Queue {
    var waiting: [Waiting] = []
    var isAtWork = false
  }

  private let queue = Mutex(Queue())
  /// What is done with a group. A function kept by itself behind the lock would be wrapped once more
  /// each time it is looked at; one inside a structure is not.
  private struct Work {
    let process: ([Submission]) -> [Outcome]
  }

  /// The serialised section, only ever entered on `thread`.
  private let section: Mutex<Work>
  private let limit: Int
  private let thread = DispatchQueue(label: "group-commit")

  /// - Parameters:
  ///   - limit: How many submissions a group may have; at least 1.
  ///   - process: Gives each submission of a group its outcome, in order and as many.
  package init(
    limit: Int = 4096, _ process: sending @escaping ([Submission]) -> [Outcome]
  ) {
    precondition(limit >= 1)
    self.limit = limit
    section = Mutex(Work(process: process))
  }

  /// Submits; `answer` is called once, with the outcome of the group it falls into, and should be short:
  /// the next group waits for it.
  package func submit(_ submission: Submission, _ answer: @escaping @Sendable (Outcome) -> Void) {
    let isFirst = queue.withLock { queue in
      queue.waiting.append(Waiting(submission: submission, answer: answer))
      defer { queue.isAtWork = true }
      return !queue.isAtWork
    }
    if isFirst { thread.async { self.work() } }
  }

  /// Processes group after group until nothing waits.
  private func work() {
    while let group = next() {
      let outcomes = section.withLock { $0.process(group.map(\.submission)) }
      precondition(outcomes.count == group.count, "an outcome for each submission")
      for (waiting, outcome) in zip(group, outcomes) { waiting.answer(outcome) }
    }
  }

  /// What waits, as much of it as a group may have; nil, and the work is over, where nothing does.
  private func next() -> [Waiting]? {
    queue.withLock { queue in
      guard !queue.waiting.isEmpty else {
        queue.isAtWork = false
        return nil
      }
      guard queue.waiting.count > limit else {
        let group = queue.waiting
        queue.waiting = []
        return group
      }
      defer { queue.waiting.removeFirst(limit) }
      return Array(queue.waiting.prefix(limit))
    }
  }
}
