// Coming back to an earlier moment: for a plan that falls away, an event recorded late, an earlier day.
//
//     entries   0 ········ 64 ········ 128 ····· ▼ position
//     checkpoints          ●           ●       ● the last one moves along while an account is followed
extension AccountFold {
  /// A moment to come back to: so many entries were applied, and no day after the last one's began.
  struct Checkpoint: Sendable {
    var position: Int
    /// What stood, but for the items.
    var state: FoldState
    /// The items from the first open one on.
    var open: [DueItem]
    /// The items before them, and maybe more after those; nil while they are as they were.
    var emptied: [DueItem]?
    var payments: Int
    var settlements: Int
    var remarks: Int
    var givenBack: Int
    var moments: Int
    var ageing: Int
    /// The last day of the last span then: it may have grown since.
    var agedThrough: Int32
  }

  /// How many entries lie between checkpoints at least: no more than twice as many are applied again.
  static let spacing = 64

  /// Keeps a checkpoint here where the last one is far enough back.
  mutating func keepCheckpoint() {
    guard keepsCheckpoints, position >= (checkpoints.last?.position ?? 0) + Self.spacing else {
      return
    }
    checkpoints.append(checkpoint)
  }

  /// Keeps a checkpoint here in any case, in place of the last one where that is near the one before.
  mutating func keepLastCheckpoint() {
    guard let last = checkpoints.last else {
      if position > 0 { checkpoints.append(checkpoint) }
      return
    }
    guard last.position < position else { return }
    let before = checkpoints.count > 1 ? checkpoints[checkpoints.count - 2].position : 0
    if last.position - before < Self.spacing { checkpoints.removeLast() }
    checkpoints.append(checkpoint)
  }

  /// This moment. Copies the open items alone: what is emptied seldom changes. O(open items).
  private var checkpoint: Checkpoint {
    var state = now
    state.items = []
    return Checkpoint(
      position: position, state: state, open: Array(now.items[now.firstOpen...]),
      payments: payments.count, settlements: settlements.count, remarks: remarks.count,
      givenBack: givenBack.count, moments: moments.count, ageing: ageing.count,
      agedThrough: ageing.last?.through ?? .min)
  }

  /// Emptied items are about to change or to move: the moments kept so far keep them as they are.
  mutating func keepEmptied() {
    for index in checkpoints.indices where checkpoints[index].emptied == nil {
      checkpoints[index].emptied = now.items
    }
  }

  /// The items as they stood at a moment; what can be is left where it is.
  private mutating func restoreItems(of moment: Checkpoint) {
    var items = now.items
    now.items = []
    if let emptied = moment.emptied { items = emptied }
    items.removeSubrange(moment.state.firstOpen...)
    items.append(contentsOf: moment.open)
    now = moment.state
    now.items = items
  }

  /// Comes back to before a place and a day, if the fold has passed them: an entry from there on was
  /// applied, the day let pass, or a plan fell on it or later.
  mutating func comeBack(before place: Int, day: Int32) {
    guard place < position || day <= passed || now.falls.contains(where: { $0.day >= day }) else {
      return
    }
    rewind(before: place, day: day)
  }

  /// Comes back to the latest moment kept at which no more than `place` entries were applied and no
  /// plan had fallen on `day` or later.
  mutating func rewind(before place: Int, day: Int32) {
    while let last = checkpoints.last,
      last.position > place || last.state.falls.contains(where: { $0.day >= day })
    {
      checkpoints.removeLast()
    }
    passed = .min
    guard let last = checkpoints.last else { return begin() }
    restoreItems(of: last)
    position = last.position
    while givenBack.count > last.givenBack {
      let back = givenBack.removeLast()
      payments[back.payment].givenBack = back.givenBack
      payments[back.payment].chargedBack = back.chargedBack
    }
    payments.removeLast(payments.count - last.payments)
    settlements.removeLast(settlements.count - last.settlements)
    remarks.removeLast(remarks.count - last.remarks)
    moments.removeLast(moments.count - last.moments)
    ageing.removeLast(ageing.count - last.ageing)
    if let end = ageing.indices.last { ageing[end].through = last.agedThrough }
    keptEntries = min(keptEntries, position)
  }

  /// Comes back to before the first entry.
  mutating func begin() {
    now.reset()
    position = 0
    passed = .min
    payments.removeAll(keepingCapacity: true)
    settlements.removeAll(keepingCapacity: true)
    remarks.removeAll(keepingCapacity: true)
    givenBack.removeAll(keepingCapacity: true)
    moments.removeAll(keepingCapacity: true)
    ageing.removeAll(keepingCapacity: true)
    keptEntries = 0
    fall = nil
    if let first = entries.first(where: { !$0.isOfDebtor }) { now.today = first.effective }
  }

  /// Folds again as if a plan had never been agreed, but for the days it stood.
  mutating func drop(_ fall: PlanFall) {
    let falls = now.falls + [fall]
    let place = entries.firstIndex { $0.seq == fall.plan.seq } ?? 0
    rewind(before: place, day: .max)
    for fall in falls[now.falls.count...] { now.pauses.append(fall.pause) }
    now.falls = falls
  }
}
