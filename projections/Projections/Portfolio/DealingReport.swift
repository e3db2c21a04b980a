internal import Collections

/// By what way people were dealt with between two days.
///
/// All of it took effect after the first day and by the last. Promises, plans and money have the same wholes
/// as ``WorkReport``'s.
package struct DealingReport: Equatable, Sendable {
  /// Contacts of one channel.
  package struct Channel: Equatable, Sendable {
    /// Contacts that went out; of them, those in which the person was reached or replied by the last day.
    package var attempts: Int64 = 0
    package var answered: Int64 = 0
    /// Contacts that she began: she wrote, called or looked in.
    package var begun: Int64 = 0

    /// Nothing.
    package init() {}
  }

  /// The reasons whose waits are measured. One for a payment also ends by its coming in, and a dispute's
  /// answer has a term of its own.
  package static let reasons: [WaitReason] = [.handOver, .hardship, .complaint]

  /// People who waited for a person.
  package struct Wait: Equatable, Sendable {
    /// How many waits began; in how many nobody came by the last day.
    package var begun: Int64 = 0
    package var open: Int64 = 0
    /// How long the others lasted, in whole minutes, ascending.
    package var minutes: [Int64] = []

    /// The least time within which a share of those that ended did, in hundredths of a percent; nil where none did.
    package func minutes(within share: Int64) -> Int64? {
      guard !minutes.isEmpty else { return nil }
      return minutes[Int((Int64(minutes.count) * share + 9_999) / 10_000) - 1]
    }
  }

  /// Promises made, plans agreed, and money that came in by what was agreed so, in minor units; in the order
  /// of ``DealingBook/Way``.
  package var promises = [Int64](repeating: 0, count: DealingBook.Way.allCases.count)
  package var plans = [Int64](repeating: 0, count: DealingBook.Way.allCases.count)
  package var money = [Int64](repeating: 0, count: DealingBook.Way.allCases.count)
  /// By channel, in the order of ``ContactChannel``.
  package var channels = [Channel](repeating: Channel(), count: ContactChannel.allCases.count)
  /// By reason, in the order of ``WaitReason``; those of ``reasons`` alone are told.
  package var waits = [Wait](repeating: Wait(), count: WaitReason.allCases.count)
  /// Complaints filed, and wishes for less contact or none.
  package var complaints: Int64 = 0
  package var optOuts: Int64 = 0
  /// Accounts of the group on the last day.
  package var accounts: Int64 = 0

  /// Complaints and wishes for less contact to the group's accounts.
  package var complaintRate: Share { Share(complaints, of: accounts) }
  package var optOutRate: Share { Share(optOuts, of: accounts) }

  /// Of the promises made, those of a way.
  package func promiseShare(_ way: DealingBook.Way) -> Share {
    Share(promises[Int(way.rawValue)], of: promises.reduce(0, +))
  }
  /// Of the plans agreed, those of a way.
  package func planShare(_ way: DealingBook.Way) -> Share {
    Share(plans[Int(way.rawValue)], of: plans.reduce(0, +))
  }
  /// Of the money that came in, what came by agreements of a way.
  package func moneyShare(_ way: DealingBook.Way, of collected: Int64) -> Share {
    Share(money[Int(way.rawValue)], of: collected)
  }
}

extension PortfolioReport {
  /// Promises, plans and money of an account by the way they were agreed.
  ///
  /// A payment's money belongs first to the promises it counts towards, in their window and up to their amount
  /// (``AccountFold/promises(of:taking:)``), then to the plan that stood on its day. Charge-backs are taken off
  /// what belongs to no promise first.
  mutating func measureAgreements(
    _ fold: AccountFold, _ book: AccountBook, _ dealings: DealingBook, in place: Int
  ) throws(RuleError) {
    var left = fold.payments.map { $0.amount - $0.chargedBack }
    var shares = [Int64](repeating: 0, count: DealingBook.Way.allCases.count)
    let promises = fold.promises(of: book) { payment, promise, amount in
      guard let index = fold.payments.firstIndex(where: { $0.seq == payment }) else { return }
      let counted = min(left[index], amount)
      left[index] -= counted
      guard days.contains(fold.payments[index].effective) else { return }
      shares[Int(dealings.way(of: promise).rawValue)] += counted
    }
    for promise in promises where days.contains(promise.madeOn) {
      groups[place].dealings.promises[Int(dealings.way(of: promise.seq).rawValue)] += 1
    }
    let plans = fold.plans
    for plan in plans where days.contains(plan.agreedOn) {
      groups[place].dealings.plans[Int(dealings.way(of: plan.seq).rawValue)] += 1
    }
    for (index, payment) in fold.payments.enumerated()
    where left[index] > 0 && days.contains(payment.effective) {
      let standing = plans.last { plan in
        (plan.agreedOn, plan.seq) < (payment.effective, payment.seq)
          && (plan.state == .active || plan.since >= payment.effective)
      }
      guard let standing else { continue }
      shares[Int(dealings.way(of: standing.seq).rawValue)] += left[index]
    }
    for way in shares.indices {
      groups[place].dealings.money[way] = try portfolioSum(
        groups[place].dealings.money[way], shares[way])
    }
  }

  /// Contacts by channel, and in which of them the person answered. O(contacts + their events).
  mutating func measureChannels(_ model: ReadModel) {
    let marks = ContactMarks(model)
    let view = FeaturesOfContacts.View(date: on, knownAt: knownAt, horizon: .max)
    for account in groupOf.indices where groupOf[account] >= 0 {
      var place = Int(marks.starts[account])
      let end = Int(marks.starts[account + 1])
      while place < end {
        var next = place + 1
        while next < end, !marks.marks[next].isFirst { next += 1 }
        let shown = marks.marks[place..<next].filter { view.shows($0, model.accounts) }
        take(contact: shown, in: groupOf[account])
        place = next
      }
    }
  }

  private mutating func take(contact marks: [ContactMarks.Mark], in place: Int) {
    if let attempt = marks.first(where: { $0.kind == .outbound }) {
      guard days.contains(attempt.effective) else { return }
      let channel = Int(attempt.channel.rawValue)
      groups[place].dealings.channels[channel].attempts += 1
      let isAnswered = marks.contains { $0.kind != .outbound && $0.kind != .delivered }
      if isAnswered { groups[place].dealings.channels[channel].answered += 1 }
    } else if let first = marks.first(where: {
      $0.kind == .inbound || $0.kind == .message || $0.kind == .visit
    }), days.contains(first.effective) {
      groups[place].dealings.channels[Int(first.channel.rawValue)].begun += 1
    }
  }

  /// Complaints, wishes, and how long people waited for a person. What stands on a person's own stream counts
  /// in the group of her first account, by its id. O(entries log entries).
  mutating func measureDealings(
    _ dealings: DealingBook, _ table: AccountTable, _ book: AccountBook
  ) {
    var (homes, owners): ([String: Int], [Int: String]) = ([:], [:])
    for row in table.rows {
      groups[groupOf[row.account]].dealings.accounts += 1
      guard let opening = book.opening(of: row.account, knownAt: knownAt)?.1 else { continue }
      let owner = book.texts.text(opening.subject)
      owners[row.account] = owner
      // Rows stand in the order of their ids.
      if homes[owner] == nil { homes[owner] = groupOf[row.account] }
    }
    let standing = dealings.standing(
      on: on, knownAt: knownAt, in: book, owner: { owners[$0] })
    for one in standing where days.contains(one.entry.effective) {
      let own = one.account.map { groupOf[$0] } ?? -1
      guard let group = own >= 0 ? own : homes[one.person] else { continue }
      switch one.entry.kind {
      case .optOut: groups[group].dealings.optOuts += 1
      case .complaint, .complaintTaken: groups[group].dealings.complaints += 1
      default: break
      }
      guard let reason = WaitReason(one.entry.kind), DealingReport.reasons.contains(reason) else {
        continue
      }
      groups[group].dealings.waits[reason.rawValue].take(from: one.entry.recorded, to: one.endedAt)
    }
    for group in groups.indices {
      for reason in groups[group].dealings.waits.indices {
        groups[group].dealings.waits[reason].minutes.sort()
      }
    }
  }
}

extension DealingReport.Wait {
  /// Takes a wait, from one moment to another in milliseconds; nil for one that nobody ended.
  fileprivate mutating func take(from start: Int64, to end: Int64?) {
    begun += 1
    guard let end else {
      open += 1
      return
    }
    minutes.append(max(0, end - start) / 60_000)
  }
}
