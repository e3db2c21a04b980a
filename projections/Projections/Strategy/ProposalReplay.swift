internal import CanonicalJSON
package import Collections
internal import Dispatch
internal import Synchronization

/// Every proposal and every planned reminder that names its basis, derived again from the prefix of the log and the
/// strategy it names, and every decision from its proposal; and where they differ, in what.
package struct ProposalReplay: Sendable {
  /// Something recorded that is not what is derived.
  package struct Difference: Equatable, Sendable {
    /// The event, and the account it stands on.
    package var seq: Int64
    package var account: String
    /// What differs: a field of the event, or what it rests on.
    package var field: String
    /// What was recorded, and what is derived.
    package var recorded: String
    package var derived: String
  }

  /// Proposals and decisions checked.
  package private(set) var proposals = 0
  package private(set) var decisions = 0
  /// Reminders planned that were derived again.
  package private(set) var reminders = 0
  /// Arms assigned that were checked: the bucket is that of the account's hash.
  package private(set) var arms = 0
  /// Proposals that name no strategy or no size of the log, as other systems make them: not derived.
  package private(set) var foreign = 0
  /// The differences, in the order of the log.
  package private(set) var differences: [Difference] = []

  /// Proposals made from the same.
  private struct Occasion: Hashable {
    var type: EventType
    var strategy: String
    var version: Int64
    var asOf: Int32
    var basis: Int64
    var notBefore: Int16
  }

  /// Replays those recorded before a position.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - knownAt: only events before it are checked.
  ///   - zone: the ledger's time zone.
  ///   - jobs: how many threads.
  ///   - offset: what local time is ahead of UTC by at noon of a day in a zone, in minutes.
  /// - Complexity: O(proposals × their accounts' events + work lists × contacts).
  package init(
    _ model: ReadModel, knownAt: Int64, zone: String, jobs: Int,
    offset: @escaping @Sendable (CivilDate, String) -> Int?
  ) {
    let book = model.proposals
    let adopted = AdoptedStrategies(model, knownAt: knownAt)
    var occasions: [Occasion: [Int]] = [:]
    var order: [Occasion] = []
    for place in book.entries.indices {
      let entry = book.entries[place]
      guard entry.seq < knownAt, !model.accounts.isVoided(entry.seq, knownAt: knownAt) else {
        continue
      }
      if entry.type == .decisionMade { check(decision: entry, book) }
      if entry.type == .armAssigned { check(arm: entry, book, adopted) }
      if entry.type == .contactPlanned {
        guard entry.basis >= 0 else { continue }
        reminders += 1
      } else {
        guard entry.type == .actionProposed else { continue }
        guard entry.strategy != .empty, entry.basis >= 0 else {
          foreign += 1
          continue
        }
        proposals += 1
      }
      let occasion = Occasion(
        type: entry.type, strategy: book.text(entry.strategy), version: entry.version,
        asOf: entry.asOf, basis: entry.basis, notBefore: entry.notBefore)
      if occasions[occasion] == nil { order.append(occasion) }
      occasions[occasion, default: []].append(place)
    }
    for occasion in order {
      differences += Self.differences(
        of: occasions[occasion] ?? [], occasion, model, zone, jobs, offset)
    }
    differences.sort { $0.seq < $1.seq }
  }

  private static func differences(
    of places: [Int], _ occasion: Occasion, _ model: ReadModel, _ zone: String, _ jobs: Int,
    _ offset: @escaping @Sendable (CivilDate, String) -> Int?
  ) -> [Difference] {
    let (book, date) = (model.proposals, CivilDate(days: occasion.asOf))
    let adopted = AdoptedStrategies(model, knownAt: occasion.basis)
      .inForce(occasion.strategy, on: date, before: occasion.basis)
    // A reminder needs no strategy.
    let isFree = occasion.type == .contactPlanned && occasion.strategy.isEmpty
    guard isFree || adopted.map({ $0.strategy.version == occasion.version }) ?? false else {
      return places.map { place in
        let entry = book.entries[place]
        return Difference(
          seq: entry.seq, account: book.accounts.text(Int(entry.account)), field: "strategy",
          recorded: "\(occasion.strategy) \(occasion.version)",
          derived: adopted.map { "\($0.strategy.id) \($0.strategy.version)" } ?? "none in force")
      }
    }
    let policies = ActionRules.policies(in: model, on: date, knownAt: occasion.basis)
    var rules = ActionRules(
      adopted?.strategy ?? .none, adoption: adopted?.seq ?? -1, policies: policies, on: date,
      knownAt: occasion.basis, notBefore: Int(occasion.notBefore), zone: zone
    ) { offset(date, $0) }
    if occasion.type == .contactPlanned {
      rules.texts = AdoptedAssistant(model, knownAt: occasion.basis, only: .templates)
        .templates(on: date, before: occasion.basis)
    }
    let reader = ActionReader(model, rules)
    let count = max(1, min(jobs, places.count))
    let made = Mutex([[Difference]](repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { part in
      var reader = reader
      var found: [Difference] = []
      for place in places[places.count * part / count..<places.count * (part + 1) / count] {
        let entry = book.entries[place]
        let difference =
          entry.type == .contactPlanned
          ? reminderDifference(entry, &reader) : difference(entry, &reader)
        if let difference { found.append(difference) }
      }
      made.withLock { $0[part] = found }
    }
    return made.withLock { $0.flatMap { $0 } }
  }

  /// In what a proposal differs from what is derived: the first thing that does.
  private static func difference(
    _ entry: ProposalBook.Entry, _ reader: inout ActionReader
  ) -> Difference? {
    let (book, strategy) = (reader.model.proposals, reader.rules.strategy)
    let account = book.accounts.text(Int(entry.account))
    func differs(_ field: String, _ recorded: String, _ derived: String) -> Difference? {
      recorded == derived
        ? nil
        : Difference(
          seq: entry.seq, account: account, field: field, recorded: recorded, derived: derived)
    }
    guard let number = reader.model.accounts.accounts.find(account),
      let action = reader.action(of: number)
    else { return differs("account", account, "not open") }
    if let hold = action.hold {
      return differs("action", book.text(entry.action), "none: \(hold.rawValue)")
    }
    let step =
      action.isCare
      ? nil : strategy.segments[action.segment].ladders[action.arm][action.step]
    if let found = differs(
      "segment", book.text(entry.segment), strategy.segments[action.segment].id)
      ?? differs("arm", book.text(entry.arm), strategy.arms[action.arm].id)
      ?? differs("action", book.text(entry.action), step?.id ?? "care")
      ?? differs("score", "\(entry.score)", "\(action.score)")
      ?? differs("expected", "\(entry.expected)", action.isCare ? "-1" : "\(action.expected)")
      ?? differs("template", book.text(entry.template), step?.template ?? "")
    {
      return found
    }
    let way = action.ways.first { Int8($0.channel.rawValue) == entry.channel }
    guard way != nil || action.isCare && action.ways.isEmpty else {
      let derived = action.ways.map { "\($0.channel)" }.joined(separator: " or ")
      return differs("channel", name(of: entry.channel), derived)
    }
    return differs("tone", book.text(entry.tone), way?.tone ?? strategy.care.tone)
      ?? differs("point", book.text(entry.point), way?.point ?? "")
      ?? differs(
        "window", "\(entry.from)-\(entry.to)",
        way.map { "\($0.from)-\(min($0.to, 1_439))" } ?? "\(entry.from)-\(entry.to)")
      ?? differs(
        "reasons", book.text(entry.reasons),
        JSONValue.array(action.reasons(strategy, by: way).map { .string($0) }).canonicalText)
  }

  private static func name(of channel: Int8) -> String {
    ContactChannel(rawValue: UInt8(clamping: Int(channel))).map { "\($0)" } ?? ""
  }

  /// What a decision about a plan offer is called: the day, and the strategy's version.
  package static func decision(for date: CivilDate, version: Int64) -> String {
    "\(decisionPrefix)\(date.text)-\(version)"
  }

  private static let decisionPrefix = "plan-offer-"

  /// The bucket of an arm of a strategy adopted here is that of the account's hash, whoever recorded it.
  private mutating func check(
    arm entry: ProposalBook.Entry, _ book: ProposalBook, _ adopted: AdoptedStrategies
  ) {
    let (account, strategy) = (book.accounts.text(Int(entry.account)), book.text(entry.strategy))
    let day = CivilDate(days: entry.effective)
    guard adopted.inForce(strategy, on: day, before: entry.seq) != nil else { return }
    arms += 1
    let bucket = ActionReader.bucket(of: account, in: strategy)
    guard entry.bucket != bucket else { return }
    differences.append(
      Difference(
        seq: entry.seq, account: account, field: "bucket", recorded: "\(entry.bucket)",
        derived: "\(bucket)"))
  }

  /// A decision of a work list rests on a proposal of its account for the day and version it names.
  private mutating func check(decision entry: ProposalBook.Entry, _ book: ProposalBook) {
    let name = book.text(entry.action)
    guard name.hasPrefix(Self.decisionPrefix) else { return }
    decisions += 1
    var index = book.heads[Int(entry.account)]
    while index >= 0 {
      let other = book.entries[Int(index)]
      index = other.previous
      if other.type == .actionProposed, other.seq < entry.seq, other.version >= 0,
        Self.decision(for: CivilDate(days: other.asOf), version: other.version) == name
      {
        return
      }
    }
    differences.append(
      Difference(
        seq: entry.seq, account: book.accounts.text(Int(entry.account)), field: "decision",
        recorded: name, derived: "no such proposal"))
  }
}
