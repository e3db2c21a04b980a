internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// Appends the answer to a question as `ContactAuthorized` or `ContactBlocked`.
///
/// The ledger is taken for writing before the question is asked, so that nothing comes between.
struct ContactRecording {
  private let invocation: Invocation
  private let request: ContactRequest
  private let account: String
  private let contact: String
  private let actor: Actor
  private let intake: Intake
  private let today: CivilDate

  init(_ invocation: Invocation, _ request: ContactRequest) throws {
    guard let account = request.account, let contact = invocation.value(.contactID) else {
      throw invocation.wrongUsage(
        Text(
          "--record needs --account and --contact", "--record requiere --account y --contact"))
    }
    guard invocation.value(.knownAt) == nil else {
      throw invocation.wrongUsage(
        Text(
          "--record answers by all that is known, not --known-at",
          "--record responde según todo lo que se sabe, no con --known-at"))
    }
    self.invocation = invocation
    self.request = request
    self.account = account
    self.contact = contact
    actor = try invocation.recordingActor()
    (intake, today) = try invocation.openIntake(by: actor)
  }

  /// Appends the event.
  func record(
    _ answer: ContactDesk.Answer, _ policies: [ContactPolicy]
  ) throws -> Receipt {
    do {
      let draft = try answer.draft(
        of: request, account: account, contact: contact, under: policies)
      var receipts: [Receipt] = []
      let decision = try intake.accept(draft, by: actor, today: today)
      if case .recorded(let receipt) = decision { receipts.append(receipt) }
      try intake.commit(batchesOf: 1, at: WallClock.now) { batch in
        receipts.append(contentsOf: batch)
        return true
      }
      invocation.report(intake.close())
      guard let receipt = receipts.last else { preconditionFailure("an event has a receipt") }
      return receipt
    } catch let refusal as Refusal {
      throw Failure(refusal)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }
}

extension ContactDesk.Answer {
  /// The answer as `ContactAuthorized` or `ContactBlocked`, of a contact with that id. The same answer has
  /// the same key, and is recorded once.
  func draft(
    of request: ContactRequest, account: String, contact: String, under policies: [ContactPolicy]
  ) throws(Refusal) -> Draft {
    let own = ownDraft(of: request, account: account, contact: contact, under: policies)
    return try Draft(own.json, line: 0) { _ in own.key }
  }

  /// The same, before it is checked.
  func ownDraft(
    of request: ContactRequest, account: String, contact: String, under policies: [ContactPolicy]
  ) -> OwnDraft {
    let names = self.policies.map { policies[$0.place].id }.joined(separator: ":")
    var data: [JSONMember] = [
      JSONMember(key: "channel", value: .string("\(request.channel)")),
      JSONMember(key: "contact", value: .string(contact)),
      JSONMember(key: "localAt", value: .string(localAt)),
      JSONMember(key: "policy", value: .string(names)),
    ]
    let checks = checks(of: policies)
    if isAllowed {
      data.append(
        JSONMember(
          key: "checks",
          value: .array(
            checks.map { policy, rule, finding in
              .object([
                "citation": .string(rule.citation),
                "inputs": .string(policy.inputs(of: finding, question)),
                "rule": .string(rule.id), "verdict": .string("\(finding.verdict)"),
              ])
            })))
    } else {
      var rules: [String] = []
      for check in checks where check.finding.verdict == .block && !rules.contains(check.rule.id) {
        rules.append(check.rule.id)
      }
      data.append(JSONMember(key: "rules", value: .array(rules.map { .string($0) })))
    }
    let type: EventType = isAllowed ? .contactAuthorized : .contactBlocked
    let fields = JSONValue(members: data)
    // Another account may have a contact of the same id at the same moment.
    let told = Array("\(account)\u{0}".utf8) + fields.canonicalBytes
    let key = "may-contact:\(Digest(hashing: told.span).hex)"
    return OwnDraft(
      type, "account/\(account)", key: key, on: question.localDate, subject: request.subject,
      data: fields)
  }
}
