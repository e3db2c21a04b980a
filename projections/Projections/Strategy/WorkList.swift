package import Collections
internal import Dispatch
internal import Synchronization

/// The next best actions of a day: what each account comes to, and to whom the day's capacity goes.
///
/// Accounts are derived apart from each other, in as many parts as jobs; capacity is given out afterwards,
/// to what brings most first and by account id where two bring the same. So the list is the same
/// whatever the number of jobs.
package struct WorkList: Sendable {
  /// An action proposed: how, of the ways there are.
  package struct Row: Sendable {
    /// What an account comes to.
    package var action: NextAction
    /// The place of the way among the action's; −1 where a trained person is not to call that day.
    package var way: Int

    /// An action, and the place of the way chosen.
    package init(action: NextAction, way: Int) { (self.action, self.way) = (action, way) }
  }

  /// What to do, the most valuable first.
  package private(set) var rows: [Row] = []
  /// The queue of the people trained for those who need care: the gravest first, then whose review is due,
  /// then by account.
  package private(set) var care: [Row] = []
  /// What was proposed for the day before, and nothing has held up since, in the order of account ids.
  package private(set) var proposed: [NextAction] = []
  /// The accounts the strategy treats that stand in no arm yet, with the place of theirs: all of them, those
  /// too for which nothing is proposed that day, so that arms are compared over whom they were meant for.
  package private(set) var newcomers: [(account: Int, arm: Int)] = []
  /// What is told unasked that day, and what would be but for a reason, in the order of account ids; nil where
  /// no texts are in force.
  package private(set) var reminders: [Reminder]?
  /// How many accounts nothing is proposed for, by the reason.
  package private(set) var holds: [ActionHold: Int] = [:]
  /// How many accounts were looked at, and how many have something overdue.
  package private(set) var accounts = 0
  package private(set) var overdue = 0
  /// How many actions each channel took.
  package private(set) var used: [ContactChannel: Int] = [:]

  /// The list of a day.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - rules: the strategy, the policies and the day.
  ///   - capacity: how many actions a channel takes; no bound for one that is not named.
  ///   - jobs: how many threads.
  /// - Complexity: O(events + accounts log accounts).
  package init(
    _ model: ReadModel, _ rules: ActionRules, capacity: [ContactChannel: Int], jobs: Int
  ) {
    let (actions, reminders) = Self.actions(model, rules, capacity, jobs: jobs)
    accounts = actions.count
    var waiting: [Int] = []
    var left = capacity
    var seen = Set<Int>()
    for place in actions.indices {
      let action = actions[place]
      if action.overdue > 0 { overdue += 1 }
      if action.isTreated, !action.isAssigned { newcomers.append((action.account, action.arm)) }
      if action.isCare {
        care.append(Row(action: action, way: action.ways.isEmpty ? -1 : 0))
      } else if let hold = action.hold {
        holds[hold, default: 0] += 1
        if hold == .proposed { proposed.append(action) }
        // What was proposed before has its part of the day.
        guard let channel = action.proposedBy else { continue }
        seen.insert(action.person)
        if let count = left[channel] { left[channel] = count - 1 }
      } else {
        waiting.append(place)
      }
    }
    // They stand in the order of account ids, which decides between equals.
    waiting.sort { first, second in
      let (one, two) = (actions[first].expected, actions[second].expected)
      return one == two ? first < second : one > two
    }
    for place in waiting {
      let action = actions[place]
      guard !seen.contains(action.person) else {
        holds[.samePerson, default: 0] += 1
        continue
      }
      let way = action.ways.firstIndex { left[$0.channel].map { $0 > 0 } ?? true }
      guard let way else {
        holds[.noCapacity, default: 0] += 1
        continue
      }
      let channel = action.ways[way].channel
      if let count = left[channel] { left[channel] = count - 1 }
      used[channel, default: 0] += 1
      seen.insert(action.person)
      rows.append(Row(action: action, way: way))
    }
    sortCare()
    if rules.texts != nil { self.reminders = Self.onePerPerson(reminders, but: seen) }
  }

  /// One message a person: whoever something else is proposed for gets none that day, and of several
  /// reminders the first goes out. Who is in the specialists' queue for hardship is still told of what she
  /// promised.
  private static func onePerPerson(
    _ reminders: [Reminder], but seen: Set<Int>
  ) -> [Reminder] {
    var seen = seen
    return reminders.map { reminder in
      var reminder = reminder
      if reminder.hold == nil || reminder.hold == .sent {
        if !seen.insert(reminder.person).inserted { reminder.hold = .samePerson }
      }
      return reminder
    }
  }

  private mutating func sortCare() {
    func urgency(_ row: Row) -> Int {
      (row.action.careReasons.contains(.specialist) ? 0 : 2)
        + (row.action.careReasons.contains(.reviewDue) ? 0 : 1)
    }
    let order = care.indices.sorted { first, second in
      let (one, two) = (urgency(care[first]), urgency(care[second]))
      return one == two ? first < second : one < two
    }
    care = order.map { care[$0] }
  }

  /// The next action of every account open on the day, and what is told unasked of it, in the order of their
  /// ids.
  private static func actions(
    _ model: ReadModel, _ rules: ActionRules, _ capacity: [ContactChannel: Int], jobs: Int
  ) -> ([NextAction], [Reminder]) {
    let numbers = model.accounts.accounts.sorted()
    let parts = max(1, min(jobs, numbers.count))
    var reader = ActionReader(model, rules)
    reader.bounded = ChannelSet(capacity.keys)
    let shared = reader
    let made = Mutex([([NextAction], [Reminder])](repeating: ([], []), count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      var reader = shared
      var (actions, reminders): ([NextAction], [Reminder]) = ([], [])
      let range = numbers.count * part / parts..<numbers.count * (part + 1) / parts
      actions.reserveCapacity(range.count)
      for number in numbers[range] {
        guard var action = reader.action(of: number) else { continue }
        if action.hold != .uncomputable {
          do throws(RuleError) {
            if let reminder = try reader.reminder(of: number, isRead: true) {
              reminders.append(reminder)
            }
          } catch {
            action = NextAction(account: number)
            action.hold = .uncomputable
          }
        }
        actions.append(action)
      }
      made.withLock { $0[part] = (actions, reminders) }
    }
    return made.withLock { parts in (parts.flatMap(\.0), parts.flatMap(\.1)) }
  }
}

extension ChannelSet {
  /// The set of some channels.
  init(_ channels: some Sequence<ContactChannel>) {
    self = []
    for channel in channels { insert(ChannelSet(channel)) }
  }
}
