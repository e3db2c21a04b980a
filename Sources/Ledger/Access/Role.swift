/// What somebody may do to a ledger, one role a person.
package enum Role: String, CaseIterable, Sendable {
  case recorder, reader, agent, auditor, dpo, admin

  /// The one table of who may do what; ``Permission`` says what each is.
  ///
  /// An `agent` records what happens with any debtor, and opens the data of the persons he serves alone.
  /// Nobody without a role may do more than record and read projections, see ``Grant/nobody``.
  package var permissions: Set<Permission> {
    switch self {
    case .recorder: [.record, .keepBooks, .void]
    case .reader: [.readProjections, .askContact]
    case .agent: [.record, .askContact, .unseal, .invite]
    case .auditor: [.readProjections, .readEvents, .askContact, .exportEvidence]
    case .dpo:
      [
        .record, .keepBooks, .readProjections, .readEvents, .askContact, .unseal, .find, .erase,
        .exportEvidence, .adoptPolicy, .approve, .invite,
      ]
    case .admin: [.manageIdentities, .manageKeys, .adoptPolicy, .approve]
    }
  }

  /// Whether it reaches only the persons its holder serves.
  package var isScoped: Bool { self == .agent }
}

/// Something that not everybody may do.
package enum Permission: String, CaseIterable, Sendable {
  /// Append what happens with debtors: contacts, promises, what they say, wish and dispute.
  case record
  /// Append everything else: what changes debts, documents and duties.
  case keepBooks
  /// Void events, with a second person.
  case void
  /// See balances, contacts, scores under pseudonyms.
  case readProjections
  /// See the events as they lie in the log, personal fields sealed.
  case readEvents
  /// Ask whether a person may be contacted.
  case askContact
  /// Open personal fields, which is recorded first.
  case unseal
  /// Find a person by document, phone or e-mail.
  case find
  /// Make a link by which a person enters the portal.
  case invite
  /// Destroy a person's keys, with a second person.
  case erase
  /// Make packages of evidence.
  case exportEvidence
  /// Adopt a policy, with a second person.
  case adoptPolicy
  /// Be the second person.
  case approve
  /// Add and revoke identities.
  case manageIdentities
  /// Rotate the vault's master key.
  case manageKeys

  /// The roles that have it, for messages.
  package var roles: String {
    Role.allCases.filter { $0.permissions.contains(self) }.map(\.rawValue).joined(separator: ", ")
  }
}
