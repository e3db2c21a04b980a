internal import Synchronization

/// What was said of each form, as long as visits last: pressed again, it shows the same page. What she wrote
/// in it is not kept.
///
/// In memory like the sessions, whose secrets make the forms: a form of before a restart is good no more.
final class PortalActMemory: Sendable {
  private enum State: Sendable {
    /// It is being recorded; these wait for it.
    case begun([@Sendable (PortalAct.Told?) -> Void])
    case done(PortalAct.Told)
  }

  private struct Acts: Sendable {
    var states: [String: State] = [:]
    /// Those done, in the order they were.
    var order: [String] = []
  }

  private let limit: Int
  private let acts = Mutex(Acts())

  /// Remembers so many.
  init(limit: Int = 10_000) { self.limit = limit }

  /// Whether a form comes for the first time. Where it does not, `then` is called with what was done, at
  /// once or when it is; with nil where it came to nothing.
  func begin(_ form: String, _ then: @escaping @Sendable (PortalAct.Told?) -> Void) -> Bool {
    let (isFirst, done): (Bool, PortalAct.Told?) = acts.withLock { acts in
      switch acts.states[form] {
      case nil:
        acts.states[form] = .begun([])
        return (true, nil)
      case .begun(let others):
        acts.states[form] = .begun(others + [then])
        return (false, nil)
      case .done(let act): return (false, act)
      }
    }
    if let done { then(done) }
    return isFirst
  }

  /// Says what came of a form that was begun; nil for nothing, so that it can be sent again.
  func end(_ form: String, with act: PortalAct.Told?) {
    let waiting: [@Sendable (PortalAct.Told?) -> Void] = acts.withLock { acts in
      let before = acts.states[form]
      acts.states[form] = act.map { .done($0) }
      if act != nil {
        acts.order.append(form)
        if acts.order.count > limit { acts.states[acts.order.removeFirst()] = nil }
      }
      if case .begun(let others) = before { return others }
      return []
    }
    for then in waiting { then(act) }
  }
}
