internal import CanonicalJSON
internal import Collections
internal import EventStore

// What one person alone may not record: voids and policies (erasure has its own order).
extension Intake {
  /// Checks that a second person approved: named, not the one who records, and, once the ledger knows
  /// identities, shown by ``approval``.
  ///
  /// - Throws: ``Refusal``: `missing_field`, `same_person`, `second_person_needed`.
  func checkApproval(_ draft: Draft, _ event: PendingEvent) throws(Refusal) {
    guard let approver = draft.fields["approver"]?.stringValue else {
      throw Refusal(
        "missing_field", field: "data.approver",
        expected: "the id of a second person, who approved it")
    }
    let actor = try? JSONValue(parsing: event.actor.span, as: .event)
    if actor?["id"]?.stringValue == approver {
      throw Refusal(
        "same_person", field: "data.approver", value: approver,
        expected: "a second person, not the one who records it")
    }
    guard hasIdentities else { return }
    guard let approval, approval.name == approver, approval.approves else {
      throw Refusal(
        "second_person_needed", field: "data.approver", value: approver,
        expected: "\(approver) to show it by --approve-as, with role \(Permission.approve.roles)")
    }
  }
}
