extension EventCatalog {
  /// Who people are, how they may be reached, what they agreed to.
  static let people: [EventDeclaration] = identity + wishes

  private static let demography: [FieldDeclaration] = [
    field(.birthDecade, .integer(1_880...2_100), "the first year of the decade of birth").optional,
    field(.region, .id, "where the person lives, no finer than a region").optional,
    field(.language, .id, "the language the person prefers, such as es").optional,
  ]

  private static let identity: [EventDeclaration] = [
    EventDeclaration(
      .subjectRegistered, on: .subject, "A person is known to the ledger under a pseudonym.",
      [
        field(.subject, .id, "the person's id, that of the stream"),
        field(.identity, .object(.identity), "who the person is").sealed,
      ] + demography),
    EventDeclaration(
      .subjectUpdated, on: .subject, "What is known of a person changed.",
      [field(.identity, .object(.identity), "who the person is").sealed.optional] + demography),
    EventDeclaration(
      .subjectLinked, on: .subject, "A person has to do with an account.",
      [
        field(.account, .id, "the account"),
        field(.role, .choice(SubjectRole.self), "what the person is to it"),
      ]),
    EventDeclaration(
      .contactPointAdded, on: .subject, "There is a way to reach the person.",
      [
        field(.point, .id, "the contact point's id"),
        field(.kind, .choice(ContactPointKind.self), "what it is"),
        field(.value, .text(400), "the number or address itself").sealed,
        field(.source, .id, "where it is known from"),
        field(.agreed, .bool, "whether the person agreed to its use or named it"),
        field(.localZone, .text(64), "the IANA time zone of the place"),
      ]),
    EventDeclaration(
      .contactPointInvalidated, on: .subject, "A contact point does not reach the person.",
      [
        field(.point, .id, "the contact point"),
        .reason,
      ]),
    EventDeclaration(
      .representativeAppointed, on: .subject, "Somebody else speaks for the person.",
      [
        field(.representative, .id, "the representative's id as a subject"),
        .evidence.optional,
      ]),
    EventDeclaration(
      .subjectDeceased, on: .subject, "The person died.",
      [
        field(.on, .date, "the day of death").optional,
        .evidence.optional,
      ]),
  ]

  private static let wishes: [EventDeclaration] = [
    EventDeclaration(
      .consentGranted, on: .subject, "The person agreed to a use of his data.",
      [
        field(.purpose, .id, "what for"),
        .channel.optional,
        .evidence,
        field(.informedText, .sha256, "digest of the text the person agreed to"),
      ]),
    EventDeclaration(
      .consentRevoked, on: .subject, "The person took an agreement back.",
      [
        field(.purpose, .id, "what for"),
        .channel.optional,
      ]),
    EventDeclaration(
      .channelOptedOut, on: .subject, "The person does not want to be reached this way.",
      [
        .channel,
        field(.point, .id, "the contact point; all of the channel when left out").optional,
      ]),
    EventDeclaration(
      .preferenceSet, on: .subject, "When the person wants to be reached this way.",
      [
        .channel,
        field(.windows, .list(of: .object(.window), 0...28), "the times that suit"),
      ]),
    EventDeclaration(
      .ceaseContactRequested, on: .subject, "The person does not want to be reached at all.",
      [.channel.optional, .reason.optional]),
  ]
}
