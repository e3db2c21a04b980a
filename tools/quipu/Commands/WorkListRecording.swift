internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

/// Puts a work list into the log: what is proposed and why, the arms assigned, and what was decided.
struct WorkListRecording {
  private let invocation: Invocation
  private let words: WorkListWords
  private var rules: ActionRules { words.rules }
  private var strategy: Strategy { words.rules.strategy }

  init(_ invocation: Invocation, _ words: WorkListWords) {
    self.invocation = invocation
    self.words = words
  }

  /// Records a list in one go: all of it or nothing. A plan offer is a significant decision made by a
  /// machine (Ley 29733 art. 23; DS 016-2024-JUS art. 87): it names who reviewed it, if anybody did.
  func record(_ list: WorkList, reviewer: String?) throws -> ProposalReceipts {
    var drafts = list.newcomers.map { assignment($0.account, $0.arm) }
    var proposals: [(account: Int, draft: Int)] = []
    for row in list.rows + list.care where row.action.hold == nil && row.action.proposedBy == nil {
      proposals.append((row.action.account, drafts.count))
      drafts.append(proposal(row))
      if words.step(row.action)?.kind == .planOffer {
        drafts.append(decision(row.action, reviewer))
      }
    }
    let plans = (list.reminders ?? []).filter { $0.hold == nil }.compactMap {
      OwnDraft($0, in: words.model, by: rules)
    }
    drafts += plans
    guard !drafts.isEmpty else { return ProposalReceipts() }
    let receipts = try invocation.append(drafts)
    var found = ProposalReceipts()
    for (account, draft) in proposals { found.seqs[account] = receipts[draft].seq }
    invocation.console.notice(
      "recorded",
      Text(
        "\(proposals.count) proposals recorded, seq \(receipts[0].seq) to \(receipts[receipts.count - 1].seq)",
        "\(proposals.count) propuestas registradas, seq \(receipts[0].seq) a \(receipts[receipts.count - 1].seq)"
      ), [Failure.Detail("recorded", Int64(proposals.count))])
    if !plans.isEmpty {
      invocation.console.notice(
        "planned",
        counted(
          Int64(plans.count), Text("reminder planned", "recordatorio planificado"),
          Text("reminders planned", "recordatorios planificados")),
        [Failure.Detail("planned", Int64(plans.count))])
    }
    return found
  }

  private func assignment(_ number: Int, _ arm: Int) -> OwnDraft {
    let account = words.model.accounts.accounts.text(number)
    return OwnDraft(
      .armAssigned, "account/\(account)", key: key("arm", account), on: rules.date,
      cause: rules.adoption,
      [
        "arm": .string(strategy.arms[arm].id),
        "bucket": .integer(ActionReader.bucket(of: account, in: strategy.id)),
        "strategy": .string(strategy.id),
      ])
  }

  private func proposal(_ row: WorkList.Row) -> OwnDraft {
    let (action, way) = (row.action, words.way(row))
    let account = words.account(action)
    let care = strategy.care
    let step = words.step(action)
    // A trained person who is not to call that day sees to it all the same, within the hours for it.
    let window =
      way.map(words.window)
      ?? .object([
        "from": .string(timeText(Int(care.hours.from))), "on": .string(rules.date.text),
        "to": .string(timeText(Int(care.hours.to))),
      ])
    return OwnDraft(
      .actionProposed, "account/\(account)", key: key("action", account), on: rules.date,
      cause: rules.adoption,
      [
        "action": .string(words.name(action)), "arm": .string(strategy.arms[action.arm].id),
        "asOf": .string(rules.date.text),
        "at": rules.notBefore == 0 ? nil : .string(timeText(rules.notBefore)),
        "basis": .integer(rules.knownAt),
        "channel": .string("\(way?.channel ?? care.channel)"),
        "expected": step == nil ? nil : .integer(action.expected),
        "point": way.flatMap { $0.point.isEmpty ? nil : .string($0.point) },
        "reasons": .array(action.reasons(strategy, by: way).map { .string($0) }),
        "score": action.score < 0 ? nil : .integer(action.score),
        "segment": .string(strategy.segments[action.segment].id),
        "strategy": .string(strategy.id),
        "template": step.flatMap { $0.template.isEmpty ? nil : .string($0.template) },
        "tone": .string(way?.tone ?? care.tone), "version": .integer(strategy.version),
        "window": window,
      ])
  }

  private func decision(_ action: NextAction, _ reviewer: String?) -> OwnDraft {
    let account = words.account(action)
    let basis = [rules.adoption, action.score].filter { $0 >= 0 }
    return OwnDraft(
      .decisionMade, "account/\(account)", key: key("decision", account), on: rules.date,
      cause: rules.adoption,
      [
        "automated": .bool(true), "basis": .array(basis.map { .integer($0) }),
        "decision": .string(
          ProposalReplay.decision(for: rules.date, version: strategy.version)),
        "reviewer": reviewer.map { .string($0) }, "significant": .bool(true),
      ])
  }

  /// One a strategy, version, day, size and account: repeated, it records nothing twice.
  private func key(_ what: String, _ account: String) -> String {
    let text = "\(strategy.id):\(strategy.version):\(rules.date.text):\(rules.knownAt):\(account)"
    let bytes = Array(text.utf8)
    return "worklist:\(what):\(Digest(hashing: bytes.span).hex.prefix(40))"
  }
}
