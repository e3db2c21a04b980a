package import Collections

/// What a strategy proposes, and for when: a pure function of *(account, day, size of the log, this)*.
package struct ActionRules: Sendable {
  /// The strategy, and the event that adopted it; −1 for one that is only tried out.
  package var strategy: Strategy
  package var adoption: Int64
  /// The contact policies that every contact has to be let through by.
  package var policies: [ContactPolicy]
  /// The day.
  package var date: CivilDate
  /// Only events before this position count.
  package var knownAt: Int64
  /// The local minute of the day before which nothing is proposed.
  package var notBefore: Int
  /// The texts that reminders are sent by; nil for no reminders.
  package var texts: MessageTemplates?
  /// The zone of people of whom none is known.
  package var zone: String
  /// What local time is ahead of UTC by on the day, in minutes, in a zone; nil for one that is not known.
  package var offset: @Sendable (String) -> Int?

  /// Rules for a day.
  package init(
    _ strategy: Strategy, adoption: Int64, policies: [ContactPolicy], on date: CivilDate,
    knownAt: Int64, notBefore: Int = 0, zone: String, offset: @escaping @Sendable (String) -> Int?
  ) {
    (self.strategy, self.adoption, self.policies) = (strategy, adoption, policies)
    (self.date, self.knownAt, self.notBefore) = (date, knownAt, notBefore)
    (self.zone, self.offset) = (zone, offset)
  }

  /// The policies in force on the day, as known then; each once.
  package static func policies(
    in model: ReadModel, on date: CivilDate, knownAt: Int64
  ) -> [ContactPolicy] {
    let adopted = AdoptedPolicies(model, knownAt: knownAt)
    return adopted.inForce(on: date, before: knownAt).map { adopted.adoptions[$0].policy }
  }
}

/// Derives the next action of accounts, one after another.
///
///     account ─► fold, features ─► owes? ─► person: may she be asked at all? ─► care? ─► segment, arm
///         ─► ladder: the step whose turn it is ─► worth it? ─► channels: point, hours, contact rules
///
/// Copies share what they read and work side by side.
package struct ActionReader: Sendable {
  /// What it goes by.
  package let rules: ActionRules
  let model: ReadModel
  let history: ContactHistory
  var judge: ContactJudge
  var features: FeatureReader
  /// The places of features that it looks at itself.
  let places: Places
  /// The day that ways are looked for: the rules' own, or a later one.
  var day: CivilDate {
    didSet { if day != oldValue { policyHours = Self.noHours } }
  }
  /// Minutes of the day that the policies' hours allow, by channel; looked up once.
  var policyHours = Self.noHours
  private static let noHours = [[Range<Int>]?](
    repeating: nil, count: ContactChannel.allCases.count)
  /// The fold of another account of the same person.
  var other = AccountFold()
  var offsets: [(zone: String, minutes: Int?)] = []
  var findings: [RuleFinding] = []
  /// The versions of the strategy's model in use, and since which event.
  private(set) var usable: [(version: Int64, seq: Int64)] = []
  /// The channels whose capacity is bounded: only after a way by one of them are others looked for.
  var bounded = ChannelSet.all

  /// The features that stops and choices look at, whatever the strategy's conditions.
  struct Places: Sendable {
    let daysPastDue = Feature(named: "daysPastDue")
    let sinceInbound = Feature(named: "daysSinceInbound")
    let sincePayment = Feature(named: "daysSincePayment")
    let promiseOpen = Feature(named: "promiseOpen")
    let hourBand = Feature(named: "bestHourBand")
    /// By channel: what came back by it in 90 days.
    let answers: [[Feature]] = ContactChannel.allCases.map { channel in
      ["answers", "rightParty"].compactMap { Feature(named: "\($0).\(channel).90d") }
    }

    var wanted: FeatureSet {
      FeatureSet(
        [daysPastDue, sinceInbound, sincePayment, promiseOpen, hourBand].compactMap { $0 }
          + answers.flatMap { $0 })
    }
  }

  /// A reader of a model's accounts by rules. O(contacts log contacts).
  ///
  /// One that is asked about a single account alone is made sooner: O(contacts), a comparison each.
  package init(_ model: ReadModel, _ rules: ActionRules, only account: Int? = nil) {
    self.model = model
    self.rules = rules
    day = rules.date
    let debtor = account.flatMap { number in
      model.accounts.opening(of: number, knownAt: rules.knownAt).map {
        model.accounts.texts.text($0.1.subject)
      }
    }
    let history = ContactHistory(model, on: rules.date, knownAt: rules.knownAt, only: debtor)
    self.history = history
    let accounts = account.map { Self.accounts(beside: $0, history, model) }
    judge = ContactJudge(model, history, for: rules.policies, knownAt: rules.knownAt)
    places = Places()
    var wanted = rules.strategy.features
    wanted.formUnion(places.wanted)
    features = FeatureReader(
      model: model, wanted: wanted, knownAt: rules.knownAt, only: accounts)
    guard !rules.strategy.chance.model.isEmpty else { return }
    let models = RegisteredModels(model, knownAt: rules.knownAt).entries
    usable = models.filter { entry in
      entry.name == rules.strategy.chance.model && entry.model != nil && entry.retired == nil
        && entry.effective <= rules.date
    }.map { ($0.version, $0.seq) }
  }

  /// The next action of the account of that number; nil where it was not open by the day, as known.
  /// O(its events and contacts).
  package mutating func action(of account: Int) -> NextAction? {
    var action = NextAction(account: account)
    do throws(RuleError) {
      guard let row = try features.row(of: account, on: rules.date) else { return nil }
      let fold = features.fold
      guard let opening = fold.openingStated else { return nil }
      let outstanding = try fold.outstanding()
      action.overdue = try fold.overdue().total
      action.daysPastDue = fold.daysPastDue
      let subject = model.accounts.texts.text(opening.subject)
      if fold.status(outstanding: outstanding) == .closed {
        action.hold = .closed
      } else if action.overdue <= 0, outstanding.total <= 0 || !needsCare(subject) {
        action.hold = .notOverdue
      } else if opening.currency != rules.strategy.currency {
        action.hold = .otherCurrency
      } else {
        derive(&action, row, subject)
      }
    } catch {
      action.hold = .uncomputable
    }
    return action
  }

  private mutating func derive(_ action: inout NextAction, _ row: FeatureRow, _ subject: String) {
    let account = model.accounts.accounts.text(action.account)
    let facts = judge.facts(of: subject, account: account, agent: nil, on: rules.date)
    guard let person = facts.person else {
      action.hold = .unknownPerson
      return
    }
    action.person = model.people.subjects.find(subject) ?? -1
    action.segment = rules.strategy.segment(of: row)
    let arm = arm(of: account)
    (action.arm, action.isAssigned) = (arm.place, arm.isAssigned)
    action.proposedBy =
      model.proposals.proposal(
        of: account, in: rules.strategy.id, for: rules.date, knownAt: rules.knownAt,
        voids: model.accounts)?.channel
    action.careReasons = careReasons(person)
    if !action.careReasons.isEmpty, person.deceased == nil, person.erased == nil {
      action.isCare = true
      let care = rules.strategy.care
      // She stays with the trained person, who is not to reach out while that lasts.
      if let hold = hold(person, account) {
        action.blocked.append(BlockedWay(channel: care.channel, rules: [hold.rawValue]))
        return
      }
      let target = Target(
        channels: [care.channel], hours: care.hours, tone: care.tone, template: "",
        isPerson: true)
      addWays(target, row, facts, account, &action)
      return
    }
    if let hold = hold(person, account) ?? (action.proposedBy == nil ? nil : .proposed) {
      action.hold = hold
      return
    }
    action.isTreated = true
    climb(&action, row, facts, account)
  }

  /// Whether a person needs care: she is seen to before anything she owes is overdue.
  private func needsCare(_ subject: String) -> Bool {
    guard
      let person = model.people.facts(
        of: subject, on: rules.date, knownAt: rules.knownAt)
    else { return false }
    return person.deceased == nil && person.erased == nil && !careReasons(person).isEmpty
  }

  /// Why a trained person sees to her.
  func careReasons(_ person: PersonFacts) -> [CareReason] {
    var reasons: [CareReason] = []
    if let vulnerability = person.vulnerability, !vulnerability.isCleared {
      reasons.append(vulnerability.level == .specialist ? .specialist : .support)
      if vulnerability.isReviewDue(on: rules.date) { reasons.append(.reviewDue) }
    }
    if person.hardship != nil { reasons.append(.hardship) }
    return reasons
  }

  /// What forbids any step of any strategy, whatever the policies say of it.
  func hold(_ person: PersonFacts, _ account: String) -> ActionHold? {
    func concerns(_ stated: String?) -> Bool { stated == nil || stated == account }
    if person.deceased != nil { return .deceased }
    if person.erased != nil { return .erased }
    if person.processingBlocked != nil { return .processingBlocked }
    if person.representative != nil { return .representative }
    if person.ceaseContact.contains(where: { $0.channel == nil && $0.point == nil }) {
      return .ceaseContact
    }
    if person.disputes.contains(where: { concerns($0.account) }) { return .dispute }
    if person.collectionHolds.contains(where: { concerns($0.account) }) { return .held }
    if person.legalHolds.contains(where: { concerns($0.account) }) { return .legalHold }
    if person.moratoriums.contains(where: { concerns($0.account) }) { return .moratorium }
    return nil
  }

  /// The arm that stands in the log for the account, else that of its bucket.
  func arm(of account: String) -> (place: Int, isAssigned: Bool) {
    let strategy = rules.strategy
    let standing = model.proposals.arm(
      of: account, in: strategy.id, on: rules.date, knownAt: rules.knownAt,
      voids: model.accounts)
    if let standing, let place = strategy.arms.firstIndex(where: { $0.id == standing }) {
      return (place, true)
    }
    return (strategy.arm(ofBucket: Self.bucket(of: account, in: strategy.id)), false)
  }
}
