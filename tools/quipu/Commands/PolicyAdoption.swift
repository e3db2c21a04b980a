internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// Puts a policy into the log: the parts of its document and `PolicyAdopted`, in one batch.
struct PolicyAdoption {
  let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// Adopts the policy of a name. Throws ``Failure``, exit 3: for who may not, or has no second person;
  /// for a version that is there with another text.
  func adopt(_ name: String) throws -> ExitCode {
    let policy = try PolicyDocuments.policy(named: name)
    let recording = try DocumentRecording(invocation)
    let effective = invocation.date(.effective) ?? recording.today
    try requireNewVersion(policy)
    let recorded = try recording.record(policy.json.canonicalText) { digest in
      OwnDraft(
        .policyAdopted, "policy/\(policy.id)",
        key: "policy:\(policy.version):\(effective.text):\(digest.prefix(32))", on: effective,
        [
          "approver": .string(recording.approver), "document": .string(digest),
          "policy": .string(policy.id), "version": .integer(policy.version),
        ])
    }
    try report(policy, recorded, effective)
    return .done
  }

  private func requireNewVersion(_ policy: ContactPolicy) throws {
    let view = try invocation.openView()
    let model = try invocation.readModel(of: view, at: view.size).model
    let own = AdoptedPolicies(model, knownAt: view.size).adoptions.filter {
      $0.policy.id == policy.id
    }
    guard own.contains(where: { $0.policy.version == policy.version && $0.policy != policy })
    else { return }
    let next = (own.map(\.policy.version).max() ?? 0) + 1
    throw Failure.versionTaken(policy.id, policy.version, next: next)
  }

  private func report(
    _ policy: ContactPolicy, _ recorded: DocumentRecording.Recorded, _ effective: CivilDate
  ) throws {
    guard !invocation.console.json else {
      return try invocation.console.print(
        .object([
          "document": .string(recorded.document), "effective": .string(effective.text),
          "policy": .string(policy.id), "rules": .integer(Int64(policy.rules.count)),
          "seq": .integer(recorded.seq), "version": .integer(policy.version),
        ]))
    }
    try invocation.console.print(
      Text(
        "policy \(policy.id) \(policy.version), \(policy.rules.count) rules, holds from "
          + "\(effective.text): seq \(recorded.seq)",
        "la política \(policy.id) \(policy.version), con \(policy.rules.count) reglas, rige desde el "
          + "\(effective.text): seq \(recorded.seq)"))
  }
}
