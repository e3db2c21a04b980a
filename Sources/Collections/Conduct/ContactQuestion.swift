/// A contact that is to be made, or was: what a policy is asked about.
package struct ContactQuestion: Equatable, Sendable {
  /// By what.
  package var channel: ContactChannel
  /// The moment in UTC, for the order among contacts, in milliseconds since 1970.
  package var moment: Int64
  /// The day and the second of it where the person is.
  package var localDate: CivilDate
  package var localSecond: Int
  /// The account it is about; nil where none is named.
  package var account: String?
  /// The number that past contacts give the account; −1 for one they do not know.
  package var accountNumber: Int32 = -1
  /// The contact point; nil where none is named.
  package var point: String?
  /// The text; nil where none is named.
  package var template: String?
  /// Whether it is known who makes it; a machine needs no certificate.
  package var agent = Agent.unstated
  /// What came of it, for one that was made.
  package var result = Result()

  /// Who makes a contact.
  package enum Agent: UInt8, Sendable {
    /// Nobody was named.
    case unstated
    /// A person, who may need a certificate.
    case person
    /// A machine, which needs no certificate.
    case machine
  }

  /// What came of a contact.
  package struct Result: Equatable, Sendable {
    /// Whom it reached; nil for nobody.
    package var party: ContactParty?
    /// The code of its outcome; empty for none.
    package var code = ""

    /// Nothing.
    package init() {}
  }

  /// A contact by a channel at a moment, lived at a local time.
  package init(channel: ContactChannel, at moment: OffsetInstant) {
    self.init(
      channel: channel, moment: moment.instant.milliseconds, localDate: moment.localDate,
      localSecond: moment.localSecondOfDay)
  }

  /// A contact by a channel at a moment (UTC, milliseconds since 1970), on a local day at a second of it.
  package init(
    channel: ContactChannel, moment: Int64, localDate: CivilDate, localSecond: Int
  ) {
    self.channel = channel
    self.moment = moment
    self.localDate = localDate
    self.localSecond = localSecond
  }
}

/// A contact that was tried, as a cap counts it.
package struct PastContact: BitwiseCopyable, Equatable, Sendable {
  /// The moment in UTC, in milliseconds since 1970, and the local day of it.
  package var moment: Int64
  package var localDate: CivilDate
  /// The account's number.
  package var account: Int32
  package var channel: ContactChannel
  package var isOutbound: Bool
  /// Whether the right person was talked with.
  package var isConversation: Bool
  package var seq: Int64

  /// A contact that was tried.
  package init(
    moment: Int64, localDate: CivilDate, account: Int32, channel: ContactChannel,
    isOutbound: Bool, isConversation: Bool, seq: Int64
  ) {
    self.moment = moment
    self.localDate = localDate
    self.account = account
    self.channel = channel
    self.isOutbound = isOutbound
    self.isConversation = isConversation
    self.seq = seq
  }

  /// The order in which contacts were made: moment, then position.
  package static func precedes(_ first: PastContact, _ second: PastContact) -> Bool {
    first.moment == second.moment ? first.seq < second.seq : first.moment < second.moment
  }
}

/// What one rule said, by figures; ``ContactPolicy/inputs(of:_:)`` puts them into words.
package struct RuleFinding: BitwiseCopyable, Equatable, Sendable {
  /// The rule's place in the policy.
  package var rule: Int32
  package var verdict: RuleVerdict
  package var reason: Reason
  /// By reason: a position, a count, a day.
  package var first: Int64 = 0
  package var second: Int64 = 0

  /// What the figures are.
  package enum Reason: UInt8, BitwiseCopyable, Sendable {
    /// Nothing stands against it.
    case none
    /// The local time; the local day; whether it is a holiday (`first`).
    case time, day, holiday
    /// The holidays of the jurisdiction are not known.
    case unknownHolidays
    /// How many were counted (`first`); of the person's, for want of an account.
    case count, countOfPerson
    /// The day of the last conversation (`first`), and which day of it this is (`second`).
    case conversation
    /// The event (`first`) and the day since which it holds (`second`).
    case fact
    /// The event (`first`), of something that ends or is due on the day `second`.
    case until
    /// The event (`first`): of a wish, a point, the end of a point, a vulnerability.
    case wish, point, invalidPoint, unreviewed
    /// It was needed and not said: the point, the account, the outcome, the agent.
    case noPoint, noAccount, noOutcome, noAgent
    /// It is not known here: the point, the template, a certificate, a consent, a link to the account.
    case unknownPoint, unknownTemplate, noCertificate, noConsent, notLinked
    /// The template was looked at, and failed.
    case rejectedTemplate
    /// A third party was reached, and the outcome tells something, or does not.
    case disclosed, neutral
    /// The channel is banned.
    case banned

    /// Whether its words tell the local time of the question.
    package var isOfMoment: Bool {
      switch self {
      case .time, .day, .holiday, .wish: true
      default: false
      }
    }
  }

  /// A finding.
  package init(
    rule: Int, _ verdict: RuleVerdict, _ reason: Reason, _ first: Int64 = 0, _ second: Int64 = 0
  ) {
    self.rule = Int32(rule)
    self.verdict = verdict
    self.reason = reason
    self.first = first
    self.second = second
  }
}
