internal import Synchronization

/// Brings concurrent callers into line: what waits while one group is being written is the next group.
///
/// So a group is one batch and one sync, and the busier the callers the larger the groups. There is no
/// thread of its own: the first caller to find nobody at work leads a group, and hands the lead to
/// whoever waits first when it is done. `process` is never run twice at once, and may block.
///
/// Generic over what is submitted and what comes of it, so that the layer above can take its decisions
/// inside the serialised section, on a state that no other group changes meanwhile.
package final class GroupCommit<Submission: Sendable, Outcome: Sendable>: Sendable {
  private enum Signal: Sendable {
    case done(Outcome)
    case lead
  }

  private struct Waiting {
    var submission: Submission
    var continuation: CheckedContinuation<Signal, Never>
  }

  private struct Queue {
    var waiting: [Waiting] = []
    var isLed = false
  }

  private let queue = Mutex(Queue())
  /// The serialised section; only the leader ever enters it.
  private let process: Mutex<([Submission]) -> [Outcome]>
  private let limit: Int

  /// - Parameters:
  ///   - limit: How many submissions a group may have; at least 1.
  ///   - process: Gives each submission of a group its outcome, in order and as many.
  package init(
    limit: Int = 4096, _ process: sending @escaping ([Submission]) -> [Outcome]
  ) {
    precondition(limit >= 1)
    self.limit = limit
    self.process = Mutex(process)
  }

  /// Submits, and waits for the outcome of the group it falls into.
  ///
  /// Not ended by cancellation: what was submitted may already be on its way to the disk.
  package func submit(_ submission: Submission) async -> Outcome {
    let signal = await withCheckedContinuation { continuation in
      let leads = queue.withLock { queue in
        queue.waiting.append(Waiting(submission: submission, continuation: continuation))
        if queue.isLed { return false }
        queue.isLed = true
        return true
      }
      if leads { continuation.resume(returning: .lead) }
    }
    switch signal {
    case .done(let outcome): return outcome
    case .lead: return leadOneGroup()
    }
  }

  /// Processes what waits, the leader's own submission first; its outcome.
  private func leadOneGroup() -> Outcome {
    let group = queue.withLock { queue in
      let group = Array(queue.waiting.prefix(limit))
      queue.waiting.removeFirst(group.count)
      return group
    }
    let outcomes = process.withLock { $0(group.map(\.submission)) }
    precondition(outcomes.count == group.count, "an outcome for each submission")
    let next = queue.withLock { queue in
      queue.isLed = !queue.waiting.isEmpty
      return queue.waiting.first
    }
    next?.continuation.resume(returning: .lead)
    for (waiting, outcome) in zip(group, outcomes).dropFirst() {
      waiting.continuation.resume(returning: .done(outcome))
    }
    return outcomes[0]
  }
}
