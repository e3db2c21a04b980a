internal import Synchronization

/// What was said of each form, as long as visits last: pressed again, it shows the same page, unless she did
/// something else since, for then it may not be so any more. What she wrote in it is not kept.
///
/// In memory like the sessions, whose secrets make the forms: a form of before a restart is good no more.
final class PortalActMemory: Sendable {
  /// A form with what is in it, in a visit.
  struct Form: Hashable, Sendable {
    let session: String
    let key: String
    let path: String
  }

  /// What came of a form that was sent before.
  enum Known: Sendable {
    case told(PortalAct.Told)
    case nothing
    /// It was recorded, and something else after it.
    case outdated
  }

  private enum State: Sendable {
    /// It is being recorded; these wait for it.
    case begun([@Sendable (Known) -> Void])
    case done(PortalAct.Told)
  }

  private struct Acts: Sendable {
    var states: [Form: State] = [:]
    /// Those done, in the order they were.
    var order: [Form] = []
  }

  private let limit: Int
  private let acts = Mutex(Acts())

  /// Remembers so many.
  init(limit: Int = 10_000) { self.limit = limit }

  /// Whether a form comes for the first time. Where it does not, `then` is called with what was done, at
  /// once or when it is.
  func begin(_ form: Form, _ then: @escaping @Sendable (Known) -> Void) -> Bool {
    let (isFirst, done): (Bool, Known?) = acts.withLock { acts in
      switch acts.states[form] {
      case nil:
        acts.states[form] = .begun([])
        return (true, nil)
      case .begun(let others):
        acts.states[form] = .begun(others + [then])
        return (false, nil)
      case .done(let act):
        let isLatest = acts.order.last { $0.session == form.session } == form
        return (false, isLatest ? .told(act) : .outdated)
      }
    }
    if let done { then(done) }
    return isFirst
  }

  /// Says what came of a form that was begun; nil for nothing, so that it can be sent again.
  func end(_ form: Form, with act: PortalAct.Told?) {
    let waiting: [@Sendable (Known) -> Void] = acts.withLock { acts in
      let before = acts.states[form]
      acts.states[form] = act.map { .done($0) }
      if act != nil {
        acts.order.append(form)
        if acts.order.count > limit { acts.states[acts.order.removeFirst()] = nil }
      }
      if case .begun(let others) = before { return others }
      return []
    }
    for then in waiting { then(act.map { .told($0) } ?? .nothing) }
  }
}
