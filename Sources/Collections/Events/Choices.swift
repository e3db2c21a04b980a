// The closed vocabularies of the events. The spelling of a case is the word on disk, so renaming one
// changes the format; the raw value is the index `FieldReader.choice` gives, and is never recorded.

/// What secures a debt.
package enum SecurityKind: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  case none, personal, real
}

/// What becomes of a due date that is no business day.
package enum RollRule: UInt8, CaseIterable, Hashable, Sendable {
  case none, following
}

/// How money was paid.
package enum PaymentMethod: UInt8, CaseIterable, Hashable, Sendable {
  case cash, transfer, card, wallet, directDebit, cheque, other
}

/// What a payer means the excess over what is due to do.
package enum PaymentIntent: UInt8, CaseIterable, Hashable, Sendable {
  case instalments, prepayment
}

/// Why a payment counts as never received.
package enum ReversalKind: UInt8, CaseIterable, Hashable, Sendable {
  case error, bounced, fraud
}

/// What kind of restructuring a plan is.
package enum PlanKind: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  case paymentPlan, refinancing, reprogramming, restructuring, settlement, consolidation
}

/// What a debtor said to an offer.
package enum OfferAnswerKind: UInt8, CaseIterable, Hashable, Sendable {
  case accepted, declined, countered
}

/// A way of reaching a person.
package enum ContactChannel: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  case call, whatsapp, sms, email, letter, visit, portal, chatbot, push
}

/// Who began a contact: the creditor's side (outbound) or the person (inbound).
package enum ContactDirection: UInt8, CaseIterable, Hashable, Sendable {
  case outbound, inbound
}

/// Who answered a contact.
package enum ContactParty: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  case right, wrong, third
}

/// What a contact rule said.
package enum RuleVerdict: UInt8, BitwiseCopyable, CaseIterable, Hashable, Sendable {
  case pass, block, warn
}

/// What a subject is to an account.
package enum SubjectRole: UInt8, CaseIterable, Hashable, Sendable {
  case debtor, guarantor, representative
}

/// What a contact point is.
package enum ContactPointKind: UInt8, CaseIterable, Hashable, Sendable {
  case phone, mobile, whatsapp, email, address, push, other
}

/// How much help a vulnerable person is to have.
package enum VulnerabilityLevel: UInt8, CaseIterable, Hashable, Sendable {
  case support, specialist
}

/// Why a breach has to be made known (DS 016-2024-JUS, art. 34).
package enum BreachGround: UInt8, CaseIterable, Hashable, Sendable {
  case largeScale, sensitive, harm
}

/// The right a person invokes about his data (Peru: Ley 29733, arts. 18–24).
package enum DataRight: UInt8, CaseIterable, Hashable, Sendable {
  case information, access, rectification, cancellation, opposition, portability
  case objectiveTreatment
}
