internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Vault

// Personal data: whose it is, and how it leaves a draft for the event's `sealed` object.
//
//     data {point, kind, value §} ──► data {point, kind}   sealed {"value":…} under the person's key
extension Intake {
  /// Refuses ids that are a document's number, for pseudonyms stand in the log in clear; and new ones that
  /// no path of HTTP can name.
  func checkPseudonyms(_ draft: Draft) throws(Refusal) {
    let stream = draft.stream.split(separator: "/", maxSplits: 1).map(String.init)
    var named: [(field: String, id: String)] = []
    if stream.count == 2, stream[0] == "account" || stream[0] == "subject" {
      named.append(("stream", stream[1]))
    }
    if let subject = draft.subject { named.append(("subject", subject)) }
    for field in ["subject", "account", "representative"] {
      if let id = draft.fields[field]?.stringValue { named.append(("data.\(field)", id)) }
    }
    for (field, id) in named {
      let isNew = draft.type == .accountOpened || draft.type == .subjectRegistered
      guard !isNew || id != "." && id != ".." else {
        throw Refusal(
          "not_an_id", field: field, value: id, expected: "an id with a letter or a digit in it")
      }
      guard let document = DocumentPattern.document(id, in: identity.jurisdiction) else { continue }
      throw Refusal(
        "looks_like_document", field: field,
        expected: "a pseudonym, for ids are never encrypted; this one has the form of a "
          + "\(document) of \(identity.jurisdiction). A number that is none is told apart by a letter "
          + "before it, as in A-…")
    }
  }

  /// The event with its personal fields sealed under the key of the person they are about.
  func sealed(_ event: PendingEvent, of draft: Draft) throws(Refusal) -> PendingEvent {
    guard let personal = draft.personal, let first = personal.objectValue?.first else {
      return event
    }
    let field = "data.\(first.key)"
    guard let settings = vaultSettings else {
      throw Refusal(
        "sealed_not_available", field: field,
        expected: "the event without it, or a place for the keys of a vault: $HOME, or "
          + "QUIPU_MASTER_KEY_FILE and QUIPU_EPOCH_KEYS_FILE")
    }
    let subject = try subject(of: draft, field)
    var event = event
    event.subject = subject
    do throws(LogError) {
      let vault = try openVault(settings)
      event.sealed = try vault.seal(personal.canonicalBytes, in: event.context(of: subject))
      try note(draft, personal, of: subject, in: vault)
    } catch {
      guard error.code == .erased else { throw Refusal(unread: error, field: field) }
      throw Refusal(
        "subject_erased", field: "subject", value: subject,
        expected:
          "the event without its personal fields, or another pseudonym: the keys of this one "
          + "were destroyed on request")
    }
    try requireFits(event)
    return event
  }

  /// The vault, made where there is none yet.
  func openVault(_ settings: SubjectVault.Settings) throws(LogError) -> SubjectVault {
    if let vault { return vault }
    let made = try SubjectVault.create(
      directory, ledger: identity.ledger, settings, disk: disk)
    vault = made
    return made
  }

  /// Whose data a draft's personal fields are: the person of the stream, the one the envelope names, the
  /// account's debtor, or the unknown payer of a payment.
  private func subject(of draft: Draft, _ field: String) throws(Refusal) -> String {
    if draft.stream.hasPrefix("subject/") { return String(draft.stream.dropFirst(8)) }
    if let stated = draft.subject { return stated }
    if draft.stream.hasPrefix("account/"),
      let account = book.accounts.find(String(draft.stream.dropFirst(8))),
      let (_, opening) = book.opening(of: account)
    {
      return book.texts.text(opening.subject)
    }
    if draft.type == .unidentifiedPaymentReceived,
      let payment = draft.fields["payment"]?.stringValue
    {
      return Self.payer(ofPayment: payment)
    }
    throw Refusal(
      "missing_subject", field: "subject",
      expected: "the pseudonym of the person whose data \(field) is")
  }

  /// The pseudonym of whoever made a payment that belongs to no known account yet.
  package static func payer(ofPayment payment: String) -> String {
    let name = "payer:\(payment)"
    if name.utf8.count <= 64 { return name }
    return "payer:" + Digest(hashing: payment).hex.prefix(58)
  }

  /// Has what a person may be found by lead to him.
  private func note(
    _ draft: Draft, _ personal: JSONValue, of subject: String, in vault: SubjectVault
  ) throws(LogError) {
    func lookup(_ kind: LookupText.Kind, _ text: String?) -> LookupText? {
      text.flatMap { LookupText(kind, $0, jurisdiction: identity.jurisdiction) }
    }
    switch draft.type {
    case .subjectRegistered, .subjectUpdated:
      guard let text = lookup(.document, personal["identity"]?["document"]?.stringValue) else {
        return
      }
      try vault.note(text, of: subject, replacing: true)
    case .contactPointAdded:
      let kind: LookupText.Kind
      switch draft.fields["kind"]?.stringValue {
      case "email": kind = .email
      case "phone", "mobile", "whatsapp": kind = .phone
      default: return
      }
      guard let text = lookup(kind, personal["value"]?.stringValue) else { return }
      try vault.note(text, of: subject)
    default: break
    }
  }

  /// What an event recorded or waiting has sealed; nil where it cannot be compared any more.
  func opened(_ event: StatedEvent) throws(Refusal) -> [UInt8]? {
    guard let sealed = event.sealed, let subject = event.subject else { return nil }
    guard let settings = vaultSettings else {
      throw Refusal(
        unread: LogError(.noVaultKeys, "the ledger was opened without the keys of its vault"))
    }
    do throws(LogError) {
      let context = SealingContext(
        subject: subject, type: event.type, version: event.version, key: event.key)
      return try openVault(settings).open(sealed, in: context)
    } catch {
      if error.code == .erased { return nil }
      throw Refusal(unread: error)
    }
  }
}

extension PendingEvent {
  /// What binds its sealed fields to it.
  func context(of subject: String) -> SealingContext {
    SealingContext(subject: subject, type: type, version: version, key: key)
  }
}
