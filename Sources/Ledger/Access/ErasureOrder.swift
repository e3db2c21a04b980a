package import Collections
package import EventStore

/// What is asked of ``Intake/erase(_:at:today:)``: whose data, by whom, on which request.
package struct ErasureOrder: Sendable {
  /// The person.
  package var subject: String
  /// The request it answers, if one.
  package var request: String?
  /// Who erases.
  package var grant: Grant
  /// The second person.
  package var approver: Grant?
  /// Tells why the data of a person must be kept on a day: the rule and its last day, in words that name
  /// nobody; nil where nothing binds.
  package var retention: @Sendable (_ facts: PersonFacts, _ on: CivilDate) -> String?

  /// An order; without `retention` no rule binds.
  package init(
    of subject: String, request: String? = nil, by grant: Grant, approvedBy approver: Grant?,
    retention: @escaping @Sendable (PersonFacts, CivilDate) -> String? = { _, _ in nil }
  ) {
    self.subject = subject
    self.request = request
    self.grant = grant
    self.approver = approver
    self.retention = retention
  }
}

/// What an erasure did.
package struct Erasure: Equatable, Sendable {
  /// The pseudonyms erased: the person's, and those of unknown payers whose payments were hers.
  package var subjects: [String]
  /// How many keys were destroyed.
  package var keys: Int
  /// The event that says so.
  package var seq: Int64
  /// The receipt's file, relative to the ledger, and its SHA-256, which the event names.
  package var receipt: String
  /// SHA-256 of the receipt.
  package var digest: Digest
}
