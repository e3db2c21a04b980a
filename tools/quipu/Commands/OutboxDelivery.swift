internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Projections

/// Hands the messages of today to a gateway, one after the other.
///
///     what is known now ─► sent already? over
///          ▲               somebody recorded something? planned anew: no longer right?
///          │               rules at this moment ─► blocked: ContactBlocked
///          │                    ContactPlanned, once; ContactAuthorized
///     pause, longer each   POST, signed ─► 2xx: ContactAttempted
///     time, with jitter ◄─ 5xx, nobody there     else: ContactFailed
///
/// Killed between POST and ContactAttempted, the next run sends the same key again, which the gateway knows.
struct OutboxDelivery {
  /// What became of a message.
  enum Outcome: String, CaseIterable {
    case sent, already, blocked, waiting, lapsed, refused, unsent
  }

  let invocation: Invocation
  let url: String
  let key: GatewayKey
  let tries: Int
  /// What the messages were planned by.
  let rules: ActionRules
  /// The size through which nobody else recorded anything since they were planned.
  var known: Int64
  var jitter: SplitMix64
  var model: ReadModel
  var view: LedgerView
  /// Records where a service has the ledger open; nil where this command does it itself.
  let service: RecordingService?

  /// The pauses between tries begin with this one, and none is longer than that, in milliseconds.
  private static let firstPause = 100
  private static let longestPause = 30_000
  /// How long a ledger that somebody else writes to is waited for.
  private static let patience = 200

  /// Sends a message, if that is still right. Throws ``Failure`` where the ledger does not take what
  /// happened.
  mutating func send(_ planned: OutboxMessage) throws -> Outcome {
    var authorization: Int64?
    for round in 0..<tries {
      if round > 0 { pause(before: round) }
      try lookAgain()
      let standing = model.contacts.standing(
        of: planned.contact, about: planned.account, model.accounts, knownAt: model.size)
      // The receipt was quicker than the answer, or than a sender that was killed.
      if let standing, standing.isDelivered, !standing.isAttempted {
        try attempt(planned, try judged(planned).answer, authorization)
        return .sent
      }
      if standing?.isOver == true { return .already }
      guard let (message, rules) = try current(planned), message.contact == planned.contact
      else { return .lapsed }
      let (answer, policies) = try judged(message)
      guard message.window.contains(answer.question.localSecond / 60) else { return .waiting }
      let judgement = answer.ownDraft(
        of: message.request, account: message.account, contact: message.contact, under: policies)
      guard answer.isAllowed else {
        _ = try append([judgement])
        return .blocked
      }
      if authorization == nil {
        let plan = message.reminder.flatMap { OwnDraft($0, in: model, by: rules) }
        authorization = try append([plan, judgement].compactMap { $0 }).last?.seq
      }
      switch post(message) {
      case 200...299:
        try attempt(message, answer, authorization)
        return .sent
      case 0, 408, 425, 429, 500...599: continue
      case let status:
        _ = try append([
          OwnDraft(
            .contactFailed, "account/\(message.account)",
            key: GatewayReceipt.key("failed", message.account, message.contact),
            subject: message.subject,
            ["code": .string("http-\(status)"), "contact": .string(message.contact)])
        ])
        return .refused
      }
    }
    return .unsent
  }

  /// Takes in what was recorded meanwhile: an opt-out of a moment ago counts.
  private mutating func lookAgain() throws {
    view = try invocation.openView()
    if view.size > model.size { try view.advance(&model, to: view.size) }
  }

  /// The message as it is right now, and what it was planned by: anew where anybody recorded anything since, or
  /// the day is another; nil where there is none any more.
  private func current(
    _ planned: OutboxMessage
  ) throws -> (message: OutboxMessage, rules: ActionRules)? {
    let day = try invocation.today(of: view)
    guard model.size != known || day != rules.date else { return (planned, rules) }
    let now = try OutboxDay(model, zone: view.identity.timeZone, on: day, knownAt: model.size)
    guard let message = try now.message(about: planned.account) else { return nil }
    // What comes out the same rests on what it was first planned from.
    if day == rules.date, message.isSame(as: planned) { return (planned, rules) }
    return (message, now.rules)
  }

  private func judged(
    _ message: OutboxMessage
  ) throws -> (answer: ContactDesk.Answer, policies: [ContactPolicy]) {
    var desk = ContactDesk(
      model, knownAt: model.size, zone: view.identity.timeZone, now: WallClock.now(),
      proposed: nil, only: message.subject)
    return (try desk.answerOrFail(message.request), desk.policies)
  }

  /// The status of the gateway's answer; 0 where nobody answered.
  private func post(_ message: OutboxMessage) -> Int {
    let ledger = view.identity.ledger
    let body = message.json(in: ledger).canonicalBytes
    do {
      return try HTTPExchange.post(
        body, to: url,
        headers: [
          "Content-Type: application/json", "Idempotency-Key: \(message.key(in: ledger))",
          "\(GatewayKey.header): \(key.signature(of: body, at: WallClock.now()))",
        ], seconds: 10
      ).status
    } catch {
      return 0
    }
  }

  private mutating func attempt(
    _ message: OutboxMessage, _ answer: ContactDesk.Answer, _ authorization: Int64?
  ) throws {
    let draft = OwnDraft(
      .contactAttempted, "account/\(message.account)",
      key: GatewayReceipt.key("sent", message.account, message.contact), subject: message.subject,
      [
        "authorization": authorization.map { .integer($0) },
        "channel": .string("\(message.channel)"), "contact": .string(message.contact),
        "direction": .string("outbound"), "localAt": .string(answer.localAt),
        "point": message.point.map { .string($0) }, "template": .string(message.template),
        "tone": .string(message.tone),
      ])
    do {
      _ = try append([draft])
    } catch let failure as Failure {
      // A receipt was quicker: it is on record.
      guard failure.code == "key_conflict" else { throw failure }
    }
  }

  /// Appends events, waiting a while for whoever else is writing.
  private mutating func append(_ drafts: [OwnDraft]) throws -> [Receipt] {
    let receipts = try appended(drafts)
    known += Int64(receipts.count)
    return receipts
  }

  private func appended(_ drafts: [OwnDraft]) throws -> [Receipt] {
    if let service { return try service.append(drafts) }
    for _ in 0..<Self.patience {
      do {
        return try invocation.append(drafts)
      } catch let failure as Failure where failure.exit == .inUse {
        usleep(50_000)
      }
    }
    return try invocation.append(drafts)
  }

  /// Waits before a round: between a half and the whole of a time that doubles.
  private mutating func pause(before round: Int) {
    let whole = min(Self.longestPause, Self.firstPause << min(round - 1, 20))
    usleep(UInt32(jitter.within(whole / 2...whole)) * 1_000)
  }
}
