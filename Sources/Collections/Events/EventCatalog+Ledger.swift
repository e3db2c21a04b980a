extension EventCatalog {
  /// Facts about the ledger itself, its documents and its corrections.
  static let ledger: [EventDeclaration] = [
    EventDeclaration(
      .ledgerOpened, on: .ledger, "The ledger began.",
      [
        field(.ledger, .id, "the ledger's id"),
        field(.origin, .text(200), "its name in signed checkpoints"),
        field(.currency, .currency, "the currency of accounts that state none"),
        field(.timeZone, .text(64), "the IANA time zone in which its days begin"),
        field(.jurisdiction, .id, "whose holidays count, such as PE"),
        field(.keys, .list(of: .vkey, 0...8), "the keys that check its signatures"),
      ]),
    EventDeclaration(
      .signingKeyChanged, on: .ledger, "Another key signs from now on.",
      [
        field(.vkey, .vkey, "the key that checks new signatures"),
        field(.retires, .vkey, "the key that signs no more"),
      ]),
    EventDeclaration(
      .logRecovered, on: .ledger, "A torn tail was cut from the log and kept in quarantine.",
      [
        field(.bytes, .count, "how many bytes were cut"),
        .reason,
        field(.sha256, .sha256, "digest of the bytes"),
      ]),
    EventDeclaration(
      .documentPart, on: [.policy, .model, .portfolio, .ledger],
      "A part of a document too long for one line.",
      [
        field(.sha256, .sha256, "digest of the whole document"),
        field(.part, .positive, "which part this is, from 1"),
        field(.parts, .positive, "how many there are"),
        field(.text, .text(60_000), "the part's text"),
      ],
      rules: [.notAbove(.part, .parts)]),
    EventDeclaration(
      .policyAdopted, on: .policy, "A policy of contact rules holds from its effective date.",
      [
        field(.policy, .id, "the policy's id"),
        field(.version, .positive, "its version"),
        field(.document, .sha256, "digest of its document"),
        .secondPerson.optional,
      ]),
    EventDeclaration(
      .calendarAdopted, on: [.policy, .ledger],
      "The holidays of a year in a jurisdiction are these.",
      [
        field(.jurisdiction, .id, "whose holidays they are, such as PE"),
        field(.year, .integer(1_900...2_200), "the year"),
        field(
          .holidays, .list(of: .date, count: 0...366, distinct: .values),
          "the holidays, weekends apart"),
      ]),
    EventDeclaration(
      .eventVoided, on: .any, "An event counts as never recorded, approved by a second person.",
      [
        field(.target, .seq, "the event voided"),
        .reason,
        .secondPerson,
      ]),
  ]
}
