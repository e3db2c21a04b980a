/// A kind of event the ledger knows: one case a type.
///
/// A case is spelled as its name on disk but for the first letter (`paymentReceived` is recorded as
/// `PaymentReceived`), so renaming a case changes the format. The raw value is an index into tables
/// in memory and is never recorded: cases may be reordered.
package enum EventType: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  // Ledger
  case ledgerOpened, signingKeyChanged, logRecovered, documentPart, policyAdopted
  case calendarAdopted, eventVoided

  // Accounts
  case accountOpened, termsChanged, scheduleSet, chargeAssessed, chargeWaived, debtForgiven
  case delinquencyPaused, writtenOff, writeOffReversed, accountClosed, accountReopened
  case portfolioSold, agencyPlaced, agencyRecalled, assignmentNotified, suitFiled
  case judgmentEntered, limitationInterrupted, bureauReported, bureauRectified

  // Payments
  case paymentReceived, paymentReversed, paymentChargedBack, refundIssued
  case debtorPaymentReceived, unidentifiedPaymentReceived, paymentIdentified, paymentReported

  // Promises
  case promiseMade, promiseRescheduled, promiseCancelled

  // Restructurings
  case offerMade, offerAnswered, planAgreed, gracePeriodGranted, planCancelled

  // Contacts
  case contactPlanned, contactAuthorized, contactBlocked, contactAttempted, contactDelivered
  case contactFailed, contactConnected, contactOutcome, messageReceived, callRecorded
  case visitPerformed, letterReturned, portalVisited, botHandedOff, answerGiven

  // People
  case subjectRegistered, subjectUpdated, subjectLinked, contactPointAdded
  case contactPointInvalidated, consentGranted, consentRevoked, channelOptedOut, preferenceSet
  case ceaseContactRequested, representativeAppointed, subjectDeceased

  // Hardship, disputes
  case hardshipDeclared, vulnerabilityDisclosed, vulnerabilitySignalled, vulnerabilityReviewed
  case supportApplied, moratoriumStarted, moratoriumEnded, disputeOpened, disputeResolved
  case holdPlaced, holdLifted, complaintFiled, complaintAnswered

  // Scores and decisions
  case modelRegistered, modelRetired, scoreRecorded, strategyAdopted, armAssigned
  case actionProposed, decisionMade, decisionContested, decisionOverridden

  // Data protection
  case requestReceived, requestInfoAsked, requestInfoReceived, requestExtended, requestAnswered
  case processingBlocked, processingUnblocked, subjectErased, erasureRefused, legalHoldPlaced,
    legalHoldLifted
  case personalDataAccessed, evidenceExported, breachDetected, breachNotified
  case retentionApplied, dataDisclosed

  // Operations
  case costIncurred, agentCertified, clearanceIssued

  /// The name in an event's `type`, such as `PaymentReceived`.
  package var name: String { EventCatalog.names[Int(rawValue)] }

  /// What is declared of this type: where it may stand, its fields, its rules.
  package var declaration: EventDeclaration { EventCatalog.declarations[Int(rawValue)] }

  /// The names of the fields that hold personal data, in declared order.
  package var sealedFields: [FieldName] {
    declaration.fields.filter(\.isSealed).map(\.name)
  }
}
