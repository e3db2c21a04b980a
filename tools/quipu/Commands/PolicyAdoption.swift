internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Puts a policy into the log: the parts of its document and `PolicyAdopted`, in one batch.
struct PolicyAdoption {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// The most bytes a part's text takes in a line, escapes counted.
  private static let longestPart = 56_000

  /// Adopts the policy of a name. Throws ``Refusal`` for who may not, or has no second person;
  /// ``Failure``, exit 3, for a version that is there with another text.
  func adopt(_ name: String) throws -> ExitCode {
    let policy = try PolicyDocuments.policy(named: name)
    let (grant, second) = (try invocation.grant(), try invocation.approver())
    try grant.require(.adoptPolicy)
    try grant.requireApproval(by: second)
    guard let actor = grant.actor, let approver = second?.name else { return .refused }
    let (intake, today) = try invocation.openIntake(by: actor)
    intake.approval = second
    let effective = invocation.date(.effective) ?? today
    try requireNewVersion(policy)
    let text = policy.json.canonicalText
    let bytes = Array(text.utf8)
    let digest = Digest(hashing: bytes.span).hex
    let stream = JSONValue.string("policy/\(policy.id)")
    var drafts: [JSONValue] = []
    let parts = Self.parts(of: text)
    for (place, part) in parts.enumerated() {
      drafts.append(
        .object([
          "data": .object([
            "part": .integer(Int64(place + 1)), "parts": .integer(Int64(parts.count)),
            "sha256": .string(digest), "text": .string(part),
          ]),
          "key": .string("document:\(digest):\(place + 1)"), "stream": stream,
          "type": .string(EventType.documentPart.name),
        ]))
    }
    let data: [JSONMember] = [
      JSONMember(key: "approver", value: .string(approver)),
      JSONMember(key: "document", value: .string(digest)),
      JSONMember(key: "policy", value: .string(policy.id)),
      JSONMember(key: "version", value: .integer(policy.version)),
    ]
    drafts.append(
      .object([
        "data": JSONValue(members: data), "effective": .string(effective.text),
        "key": .string("policy:\(policy.version):\(effective.text):\(digest.prefix(32))"),
        "stream": stream, "type": .string(EventType.policyAdopted.name),
      ]))
    let receipt = try commit(drafts, to: intake, by: actor, today: today)
    try report(policy, digest, effective, receipt)
    return .done
  }

  /// Checks that the version is not there with another text: an auditor tells policies by it.
  private func requireNewVersion(_ policy: ContactPolicy) throws {
    let view = try invocation.openView()
    let model = try invocation.readModel(of: view, at: view.size).model
    let own = AdoptedPolicies(model, knownAt: view.size).adoptions.filter {
      $0.policy.id == policy.id
    }
    guard own.contains(where: { $0.policy.version == policy.version && $0.policy != policy })
    else { return }
    let next = (own.map(\.policy.version).max() ?? 0) + 1
    throw Failure(
      .refused, "version_taken",
      Text(
        "version \(policy.version) of \(policy.id) was adopted with another text",
        "la versión \(policy.version) de \(policy.id) se adoptó con otro texto"),
      [
        Failure.Detail("field", "$.version"), Failure.Detail("value", policy.version),
        Failure.Detail("expected", next),
      ])
  }

  private func commit(
    _ drafts: [JSONValue], to intake: Intake, by actor: Actor, today: CivilDate
  ) throws -> Receipt? {
    var receipts: [Receipt] = []
    do {
      var last: Receipt?
      for draft in drafts {
        let draft = try Draft(draft, line: 0) { Draft.defaultKey(of: $0, line: 0, in: "policy") }
        if case .recorded(let receipt) = try intake.accept(draft, by: actor, today: today) {
          last = receipt
        } else {
          last = nil
        }
      }
      try intake.commit(batchesOf: 4_096, at: WallClock.now) { batch in
        receipts.append(contentsOf: batch)
        return true
      }
      invocation.report(intake.close())
      return receipts.last ?? last
    } catch let refusal as Refusal {
      throw Failure(refusal)
    } catch let error as LogError {
      throw Failure(error, damage: .refused)
    }
  }

  private func report(
    _ policy: ContactPolicy, _ digest: String, _ effective: CivilDate, _ receipt: Receipt?
  ) throws {
    let seq = receipt?.seq ?? -1
    guard !invocation.console.json else {
      return try invocation.console.print(
        .object([
          "document": .string(digest), "effective": .string(effective.text),
          "policy": .string(policy.id), "rules": .integer(Int64(policy.rules.count)),
          "seq": .integer(seq), "version": .integer(policy.version),
        ]))
    }
    try invocation.console.print(
      Text(
        "policy \(policy.id) \(policy.version), \(policy.rules.count) rules, holds from "
          + "\(effective.text): seq \(seq)",
        "la política \(policy.id) \(policy.version), con \(policy.rules.count) reglas, rige desde el "
          + "\(effective.text): seq \(seq)"))
  }

  /// A text in parts, each short enough for a line, cut between characters.
  static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var length = 0
    for character in text.unicodeScalars {
      let width = character == "\"" || character == "\\" ? 2 : String(character).utf8.count
      if length + width > longestPart {
        parts.append(part)
        part = ""
        length = 0
      }
      part.unicodeScalars.append(character)
      length += width
    }
    parts.append(part)
    return parts
  }
}
