extension EventCatalog {
  /// What was said, and what was tried. The envelope's `subject` names the person.
  static let contacts: [EventDeclaration] = attempts + answers

  private static let attempts: [EventDeclaration] = [
    EventDeclaration(
      .contactPlanned, on: .account, namesSubject: true, "A contact is to be made.",
      [
        .contact,
        .channel,
        field(.window, .object(.window), "when it is to be made"),
        field(.action, .id, "what it is for"),
        field(.point, .id, "the contact point").optional,
        field(.template, .id, "the text to be used").optional,
        field(.tone, .id, "in which tone").optional,
        field(.reasons, .list(of: .id, 0...20), "why, and why so").optional,
        field(.strategy, .id, "the strategy whose terms it goes by, if one was in force").optional,
        field(.version, .positive, "its version").optional,
        field(.asOf, .date, "the day it is planned for").optional,
        field(.at, .time, "the local time before which nothing was planned").optional,
        field(.basis, .seq, "the size of the log it was made from").optional,
      ]),
    EventDeclaration(
      .contactAuthorized, on: .account, namesSubject: true, "The contact rules allow a contact.",
      [
        .contact,
        .channel,
        .localAt,
        field(.policy, .id, "the policy asked"),
        field(.checks, .list(of: .object(.check)), "what each of its rules said"),
      ]),
    EventDeclaration(
      .contactBlocked, on: .account, namesSubject: true, "The contact rules forbid a contact.",
      [
        .contact,
        .channel,
        .localAt,
        field(.policy, .id, "the policy asked"),
        field(.rules, .list(of: .id, 1...200), "the rules that forbid it"),
      ]),
    EventDeclaration(
      .contactAttempted, on: .account, namesSubject: true, "A contact was tried, by either side.",
      [
        .contact,
        .channel,
        field(.direction, .choice(ContactDirection.self), "who began it"),
        .localAt,
        field(.point, .id, "the contact point used").optional,
        field(.template, .id, "the text used").optional,
        field(.tone, .id, "its tone").optional,
        field(.authorization, .seq, "the event that allowed it").optional,
      ]),
    EventDeclaration(
      .contactDelivered, on: .account, namesSubject: true, "A message reached its contact point.",
      [.contact]),
    EventDeclaration(
      .contactFailed, on: .account, namesSubject: true, "A contact reached nobody.",
      [
        .contact,
        field(.code, .id, "why, as the channel reports it"),
      ]),
    EventDeclaration(
      .contactConnected, on: .account, namesSubject: true, "Somebody answered.",
      [
        .contact,
        field(.party, .choice(ContactParty.self), "who it was"),
        field(.seconds, .count, "how long it lasted").optional,
      ]),
  ]

  private static let answers: [EventDeclaration] = [
    EventDeclaration(
      .contactOutcome, on: .account, namesSubject: true, "What came of a contact.",
      [
        .contact,
        field(.code, .id, "the outcome"),
        field(.notes, .text(4_000), "what was said").sealed.optional,
      ]),
    EventDeclaration(
      .messageReceived, on: .account, namesSubject: true, "The person wrote.",
      [
        .contact.optional,
        .channel,
        field(.text, .text(8_000), "what the person wrote").sealed,
      ]),
    EventDeclaration(
      .callRecorded, on: .account, namesSubject: true,
      "A call was recorded; the sound is elsewhere.",
      [
        .contact.optional,
        field(.recording, .sha256, "digest of the recording"),
      ]),
    EventDeclaration(
      .visitPerformed, on: .account, namesSubject: true, "Somebody went to see the person.",
      [
        .contact.optional,
        .localAt.optional,
        field(.point, .id, "the address visited").optional,
      ]),
    EventDeclaration(
      .letterReturned, on: .account, namesSubject: true, "A letter came back.",
      [
        .contact.optional,
        field(.point, .id, "the address it was sent to").optional,
        field(.code, .id, "why, as the post reports it").optional,
      ]),
    EventDeclaration(
      .portalVisited, on: .account, namesSubject: true, "The person looked at the debt by himself.",
      [
        field(.agent, .id, "who made the link by which the person came in").optional,
        .localAt.optional,
      ]),
    EventDeclaration(
      .botHandedOff, on: .account, namesSubject: true,
      "An automated contact was given to a person.",
      [
        .contact.optional,
        .reason,
      ]),
    EventDeclaration(
      .answerGiven, on: .account, namesSubject: true,
      "The assistant answered what the person wrote.",
      [
        .contact.optional,
        .channel,
        field(.evidence, .list(of: .seq, 1...8), "the messages answered"),
        field(.intent, .choice(Intent.allCases.map(\.rawValue)), "what they were read as"),
        field(.probabilityBp, .integer(0...10_000), "how often such a reading is right"),
        field(.reason, .choice(AnswerTopic.answers.map(\.rawValue)), "what was answered"),
        field(.action, .choice(AnswerStep.self), "what follows"),
        field(.template, .id, "the text used"),
        field(.tone, .id, "its tone"),
        field(.language, .choice(MessageLanguage.allCases.map(\.rawValue)), "its language"),
        field(.policy, .id, "the document it stands in"),
        field(.version, .positive, "that document's version"),
        field(.model, .id, "the classifier's document and version").optional,
        field(.asOf, .date, "the day it was answered for"),
        field(.basis, .seq, "the size of the log it was made from"),
        field(.events, .list(of: .seq, 0...500), "the events its facts rest on"),
        field(.text, .text(4_000), "what was said").sealed,
      ]),
  ]
}
