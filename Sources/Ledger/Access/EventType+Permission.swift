package import Collections

extension EventType {
  /// What whoever records such an event must be permitted.
  ///
  /// An agent records what happens between a debtor and the house, of any account: she cannot know
  /// beforehand who calls. What changes a debt, a rule or a duty is recorded by others, so that nobody
  /// forgives whom she has just spoken to.
  package var permission: Permission {
    switch self {
    case .contactPlanned, .contactAuthorized, .contactBlocked, .contactAttempted, .contactDelivered,
      .contactFailed, .contactConnected, .contactOutcome, .messageReceived, .callRecorded,
      .visitPerformed, .letterReturned, .portalVisited, .botHandedOff,
      .promiseMade, .promiseRescheduled, .promiseCancelled, .offerMade, .offerAnswered,
      .paymentReported,
      .contactPointAdded, .contactPointInvalidated, .consentGranted, .consentRevoked,
      .channelOptedOut, .preferenceSet, .ceaseContactRequested, .representativeAppointed,
      .subjectDeceased, .hardshipDeclared, .vulnerabilityDisclosed, .vulnerabilitySignalled,
      .vulnerabilityReviewed, .disputeOpened, .complaintFiled, .decisionContested,
      .requestReceived, .requestInfoReceived:
      .record
    case .eventVoided: .void
    case .policyAdopted, .strategyAdopted, .modelRegistered: .adoptPolicy
    default: .keepBooks
    }
  }
}

extension Grant {
  /// Refuses an event of a type that may not be recorded under the grant: `not_permitted`, naming the
  /// roles that may. Whoever showed no role is held by nothing but the files' own access.
  package func require(recording type: EventType, line: Int = 0) throws(Refusal) {
    guard let role, !allows(type.permission) else { return }
    throw Refusal(
      "not_permitted", field: "type", value: type.name,
      expected: "what role \(role.rawValue) records; this is for \(type.permission.roles) "
        + "(\(type.permission.rawValue))", line: line)
  }
}
