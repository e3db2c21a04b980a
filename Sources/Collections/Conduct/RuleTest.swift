/// What a rule looks at, with the figures of its document.
///
/// Most are about contacts. ``RuleTest/isAboutContacts`` tells them from the last four, duties about
/// other events, which are judged over the events of a ledger and not by ``ContactPolicy``.
package enum RuleTest: Equatable, Sendable {
  /// Local time lies in one of the windows.
  case hours([LocalWindow])
  /// The local day of the week is one of them: a bit a day, Monday the lowest.
  case days(UInt8)
  /// The local day is no holiday of the policy's jurisdiction.
  case holidays
  /// At most `n` attempts in any `perDays` consecutive local days, this one among them.
  case frequencyCap(n: Int, perDays: Int, per: CapScope)
  /// No attempt within `days` local days of a conversation, whose own day is day 1.
  case afterConversation(days: Int)
  /// The person has not opted out of the channel or the contact point.
  case optOut
  /// The person has not asked to be left alone.
  case ceaseContact
  /// The person has agreed to the purpose, for the channel or for all.
  case consentRequired(purpose: String)
  /// Local time suits the person, where he said when it does.
  case preferenceWindows
  /// Who is reached owes, guarantees or represents; outcomes with a third party tell nothing.
  case thirdParty(neutral: [String], disclosing: [String])
  /// The contact point is agreed or named by the person, and still valid.
  case pointNotAgreed
  /// No moratorium runs, of these kinds or of any where none is named.
  case moratorium(kinds: [String])
  /// No dispute is open and collection is not held.
  case disputeHold
  /// No legal hold is in force.
  case legalHold
  /// Nobody else speaks for the person.
  case representative
  /// The person is alive.
  case deceased
  /// A vulnerability that is known was looked at, and not too long ago.
  case vulnerabilityReview
  /// The person's data may be used.
  case processingBlocked
  /// The debt is not older than the years of limitation since it fell due or the period began anew.
  case limitationExpired(years: Int)
  /// The channel is not used.
  case channelBanned
  /// The text named was looked at.
  case templateReviewed
  /// Who makes the contact holds a certificate, of that course or of any.
  case certifiedAgent(course: String?)
  /// No charge but default interest, by these products.
  case lateFees(products: [Product])
  /// Complaints are answered in so many business days.
  case complaintDeadline(businessDays: Int)
  /// A significant decision made by a machine alone has a reviewer.
  case automatedDecision
  /// A score names a model that is registered.
  case modelRegister

  /// The names of the kinds as documents write them, in the order of the cases.
  package enum Kind: String, CaseIterable, Sendable {
    case hours, days, holidays, frequencyCap, afterConversation, optOut, ceaseContact
    case consentRequired, preferenceWindows, thirdParty, pointNotAgreed, moratorium, disputeHold
    case legalHold, representative, deceased, vulnerabilityReview, processingBlocked
    case limitationExpired, channelBanned, templateReviewed, certifiedAgent
    case lateFees, complaintDeadline, automatedDecision, modelRegister
  }

  /// Over what attempts are counted.
  package enum CapScope: String, CaseIterable, Sendable {
    /// All with the person; those about the account; those by the channel asked about.
    case subject, account, channel
  }

  /// The name of its kind.
  package var kind: Kind {
    switch self {
    case .hours: .hours
    case .days: .days
    case .holidays: .holidays
    case .frequencyCap: .frequencyCap
    case .afterConversation: .afterConversation
    case .optOut: .optOut
    case .ceaseContact: .ceaseContact
    case .consentRequired: .consentRequired
    case .preferenceWindows: .preferenceWindows
    case .thirdParty: .thirdParty
    case .pointNotAgreed: .pointNotAgreed
    case .moratorium: .moratorium
    case .disputeHold: .disputeHold
    case .legalHold: .legalHold
    case .representative: .representative
    case .deceased: .deceased
    case .vulnerabilityReview: .vulnerabilityReview
    case .processingBlocked: .processingBlocked
    case .limitationExpired: .limitationExpired
    case .channelBanned: .channelBanned
    case .templateReviewed: .templateReviewed
    case .certifiedAgent: .certifiedAgent
    case .lateFees: .lateFees
    case .complaintDeadline: .complaintDeadline
    case .automatedDecision: .automatedDecision
    case .modelRegister: .modelRegister
    }
  }

  /// Whether a contact is judged by it; the others are duties about other events.
  package var isAboutContacts: Bool {
    switch self {
    case .lateFees, .complaintDeadline, .automatedDecision, .modelRegister: false
    default: true
    }
  }
}
