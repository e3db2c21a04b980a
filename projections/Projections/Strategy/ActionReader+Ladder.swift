internal import Collections
internal import EventStore

// Which step of a ladder it is the turn of. Its attempts are counted since the account last fell behind: by
// the text they name, or by the channels of a step without one.
extension ActionReader {
  /// The bucket of an account in a strategy.
  package static func bucket(of account: String, in strategy: String) -> Int64 {
    let text = Array("\(strategy):\(account)".utf8)
    return Strategy.bucket(digest: Digest(hashing: text.span).bytes)
  }

  /// Finds the step whose turn it is, what it may bring, and the ways of doing it.
  mutating func climb(
    _ action: inout NextAction, _ row: FeatureRow, _ facts: ContactFacts, _ account: String
  ) {
    let steps = rules.strategy.segments[action.segment].ladders[action.arm]
    let tried = attempts(of: account, facts.person?.subject ?? "", action.daysPastDue)
    var last: CivilDate?
    var hold = ActionHold.ladderDone
    for place in steps.indices {
      let step = steps[place]
      let own = tried.filter { $0.isOf(step) }
      let isOver = step.untilDays.map { action.daysPastDue >= $0 } ?? false
      if own.count >= step.attempts || isOver {
        last = [last, own.last?.on].compactMap { $0 }.max()
        continue
      }
      if let stop = stop(step, action, row, tried.last?.on) {
        hold = stop
        break
      }
      let date = rules.date
      let isEarly =
        own.last.map { date - $0.on < step.everyDays }
        ?? (last.map { date - $0 < step.afterDays } ?? false)
      if isEarly || tried.last.map({ date - $0.on < step.restDays }) ?? false {
        hold = .waiting
        break
      }
      (action.step, action.tries) = (place, own.count)
      value(step, row, &action)
      guard action.expected > 0 else {
        hold = .notWorthIt
        break
      }
      let target = Target(
        channels: step.channels, hours: step.hours ?? rules.strategy.hours, tone: step.tone,
        template: step.template, isPerson: step.kind == .person)
      addWays(target, row, facts, account, &action)
      guard action.ways.isEmpty else { return }
      // None of its channels reaches her: the next step may.
      hold = .noWay
    }
    action.hold = hold
    if hold != .notWorthIt { action.step = -1 }
  }

  /// An outbound contact about an account.
  struct Attempt {
    var on: CivilDate
    var channel: ContactChannel
    var template: String

    /// Whether it was an attempt of a step.
    func isOf(_ step: TreatmentStep) -> Bool {
      step.template.isEmpty ? step.channels.contains(channel) : template == step.template
    }
  }

  /// The outbound contacts about an account since it last fell behind, in time order.
  private func attempts(of account: String, _ subject: String, _ daysPastDue: Int) -> [Attempt] {
    guard let person = model.conduct.subjects.find(subject),
      let number = model.conduct.accounts.find(account)
    else { return [] }
    let since = rules.date - daysPastDue
    var found: [Attempt] = []
    for place in history.range(of: person) {
      let contact = history.past[place]
      guard contact.account == Int32(number), contact.isOutbound, contact.localDate > since,
        contact.localDate <= rules.date
      else { continue }
      let attempt = model.conduct.attempts[Int(history.outcomes[place].attempt)]
      found.append(
        Attempt(
          on: contact.localDate, channel: contact.channel,
          template: attempt.template == .empty ? "" : model.conduct.texts.text(attempt.template)))
    }
    return found
  }

  /// The stop of a step that holds, if one does.
  private func stop(
    _ step: TreatmentStep, _ action: NextAction, _ row: FeatureRow, _ last: CivilDate?
  ) -> ActionHold? {
    /// Whether something that happened so many days ago came after the last contact, and not long ago.
    func isFresh(_ feature: Feature?) -> Bool {
      guard let feature, row[feature] != Feature.missing else { return false }
      let days = Int(row[feature])
      return days < rules.strategy.pauseDays && last.map { days <= rules.date - $0 } ?? true
    }
    for stop in step.stops.stops {
      switch stop {
      case .paid: if isFresh(places.sincePayment) { return .paid }
      case .answered: if isFresh(places.sinceInbound) { return .answered }
      case .promiseOpen:
        if let feature = places.promiseOpen, row[feature] == 1 { return .promiseOpen }
      case .dispute: continue  // held up before any ladder
      case .planActive:
        if features.fold.plans.contains(where: { $0.state == .active }) { return .planActive }
      case .agency: if stands(.placement, on: action.account) { return .agency }
      case .suit:
        if stands(.suit, on: action.account) || stands(.judgment, on: action.account) {
          return .suit
        }
      }
    }
    return nil
  }

  /// Whether a fact stands on an account: looked up only where an event tells of one.
  private func stands(_ kind: AccountFact.Kind, on account: Int) -> Bool {
    var chain = model.accounts.chain(of: account)
    var isTold = false
    while let entry = chain.next(), !isTold {
      switch entry.kind {
      case .agencyPlaced: isTold = kind == .placement
      case .suitFiled: isTold = kind == .suit
      case .judgmentEntered: isTold = kind == .judgment
      default: break
      }
    }
    guard isTold else { return false }
    return model.accounts.facts(of: account, on: rules.date, knownAt: rules.knownAt).contains {
      $0.kind == kind && $0.endedOn == nil
    }
  }

  /// What a step may bring: what is overdue, times how likely payment is, times the part the step is
  /// thought to bring of it, half up; less what it costs.
  private func value(
    _ step: TreatmentStep, _ row: FeatureRow, _ action: inout NextAction
  ) {
    action.probabilityBp = rules.strategy.tableChance(row)
    let chance = rules.strategy.chance
    if !chance.model.isEmpty,
      let score = model.scores.latest(
        of: action.account, chance.model, on: rules.date, knownAt: rules.knownAt,
        voids: model.accounts,
        isUsable: { version, seq in
          usable.contains { $0.version == version && $0.seq < seq }
        }),
      Int(rules.date.days - score.asOf) <= chance.maxAgeDays
    {
      (action.probabilityBp, action.score) = (Int64(score.probabilityBp), score.seq)
    }
    let product = Int128(action.overdue) * Int128(action.probabilityBp) * Int128(step.effectBp)
    action.expected = Int64((product + 50_000_000) / 100_000_000) - step.cost
  }
}
