internal import CanonicalJSON
package import Collections
internal import EventStore
internal import Projections
internal import Vault

// Erasing a person. Steps, and what a power cut after each leaves:
//
//     checks                two people, no hold, no rule      nothing
//     new epoch keys        outside the ledger                not begun: dropped at the next opening
//     receipt               vault/receipts/                   not begun: removed at the next opening
//     SubjectErased         the log, one batch                done: finished by the next opening
//     her keys gone         vault/keys.db, one transaction    done: the old epoch keys go at the next opening
//     old epoch keys gone   outside the ledger                done
//     checkpoint            signed, anchors moved             done
extension Intake {
  /// Destroys the keys to a person's data and everything that leads to it, for good.
  ///
  /// Where a hold or a retention rule binds, `ErasureRefused` is recorded with its ground and processing
  /// is blocked instead. One pass over the log, and one over each epoch concerned.
  ///
  /// - Throws: ``Refusal``: `not_permitted`, `second_person_needed`, `same_person`, `unknown_subject`,
  ///   `subject_erased`, `erasure_refused`, and what kept the log or the vault from being written.
  package func erase(
    _ order: ErasureOrder, at now: Instant, today: CivilDate
  ) throws(Refusal) -> Erasure {
    try order.grant.require(.erase)
    try order.grant.requireApproval(by: order.approver)
    guard let actor = order.grant.actor, let approver = order.approver?.name,
      let settings = vaultSettings
    else {
      throw Refusal(
        unread: LogError(.noVaultKeys, "the ledger was opened without the keys of its vault"))
    }
    var elsewhere: String?
    var earlier: Int64?
    let people = try PeopleOfLog(reading: directory, on: disk)
    guard let facts = people.book.facts(of: order.subject, on: today) else {
      throw Refusal(
        "unknown_subject", field: "subject",
        value: isIdentifier(order.subject) ? order.subject : "",
        expected: "the pseudonym of a person of this ledger")
    }
    let ground = obstacle(to: order, facts, today)
    do throws(LogError) {
      let vault = try openVault(settings)
      elsewhere = try vault.otherHome()
      if let seq = try vault.erasure(of: order.subject) { earlier = seq }
    } catch {
      throw Refusal(unread: error)
    }
    if let earlier {
      throw Refusal(
        "subject_erased", field: "subject", value: order.subject,
        expected: "a person whose keys are there; these were destroyed by event \(earlier)")
    }
    try checkRequests(of: order, in: people.book, today)
    if let elsewhere {
      throw Refusal(
        "vault_elsewhere", field: "ledger", value: elsewhere,
        expected: "the ledger at that place, for an erasure in a copy would destroy keys it needs; "
          + "`quipu vault adopt` if it was moved here or restored for good")
    }
    do throws(LogError) {
      let vault = try openVault(settings)
      var subjects = [order.subject]
      for payer in people.payers(of: facts) where try vault.hasKey(payer) { subjects.append(payer) }
      if let ground {
        try record(refusal: ground, of: order, facts, by: actor, at: now, today)
      } else {
        return try destroy(
          subjects,
          Occasion(order: order, actor: actor, approver: approver, now: now, today: today),
          in: vault)
      }
    } catch {
      throw Refusal(unread: error)
    }
    throw Refusal(
      "erasure_refused", field: "subject", value: order.subject,
      expected: "no ground to keep the data: \(ground ?? ""); processing is blocked instead")
  }

  /// Refuses a request that is not hers for erasure and open, and one of hers that could not be answered
  /// any more.
  private func checkRequests(
    of order: ErasureOrder, in people: PeopleBook, _ today: CivilDate
  ) throws(Refusal) {
    let pending = RequestList(
      people, BusinessCalendar(jurisdiction: identity.jurisdiction),
      jurisdiction: identity.jurisdiction, subject: order.subject, on: today, knownAt: log.size
    ).rows.filter(\.isPending)
    if let id = order.request,
      !pending.contains(where: { $0.id == id && $0.right == .cancellation })
    {
      throw Refusal(
        "unknown_request", field: "request", value: isIdentifier(id) ? id : "",
        expected: "an open request of hers for erasure, as `quipu requests` lists them; or none")
    }
    if let open = pending.first(where: { $0.id != order.request }) {
      let isErasure = open.right == .cancellation
      throw Refusal(
        "open_request", field: "request", value: open.id,
        expected: isErasure
          ? "--request \(open.id), which asks for it"
          : "request \(open.id) to be answered first: afterwards there is nothing to answer it with"
      )
    }
  }

  /// Who erases, and when.
  private struct Occasion {
    var order: ErasureOrder
    var actor: Actor
    var approver: String
    var now: Instant
    var today: CivilDate
  }

  /// Why the data must be kept; nil where nothing says so.
  private func obstacle(
    to order: ErasureOrder, _ facts: PersonFacts, _ today: CivilDate
  ) -> String? {
    if !facts.legalHolds.isEmpty {
      let names = facts.legalHolds.map(\.id).sorted().joined(separator: ", ")
      return String("legal hold \(names)".prefix(200))
    }
    return order.retention(facts, today).map { String($0.prefix(200)) }
  }

  private func record(
    refusal ground: String, of order: ErasureOrder, _ facts: PersonFacts, by actor: Actor,
    at now: Instant, _ today: CivilDate
  ) throws(LogError) {
    var request: [JSONMember] = []
    if let id = order.request { request = [JSONMember(key: "request", value: .string(id))] }
    var events = [
      try own(
        .erasureRefused, order.subject, actor, today,
        request + [JSONMember(key: "ground", value: .string(ground))])
    ]
    // An open request blocks until it is answered; a block of its own outlives the answer.
    let blocked = facts.processingBlocked?.seq
    let isRequest =
      try blocked.map { seq throws(LogError) in
        try StatedEvent.read(seq, from: log).event.type == EventType.requestReceived.name
      } ?? true
    if isRequest {
      events.append(try own(.processingBlocked, order.subject, actor, today, request))
    }
    try log.append(events, at: now.text)
  }

  /// An event of the program's own about a person.
  private func own(
    _ type: EventType, _ subject: String, _ actor: Actor, _ today: CivilDate,
    _ members: [JSONMember], key: String? = nil
  ) throws(LogError) -> PendingEvent {
    let random = try disk.randomBytes(16)
    return PendingEvent(
      type: type.name, version: type.declaration.version, stream: "subject/\(subject)",
      key: key ?? "own:" + Hexadecimal.text(random), effective: today.text,
      actor: actor.canonical, data: JSONValue(members: members).canonicalBytes)
  }

  private func destroy(
    _ subjects: [String], _ occasion: Occasion, in vault: SubjectVault
  ) throws(LogError) -> Erasure {
    let first = try vault.erasures
    let names = try vault.keyNames(of: subjects)
    try vault.prepareErasure(of: subjects)
    let receipt = try ErasureReceipts(directory, on: disk).write(
      body(of: subjects, names, occasion), number: first, signedBy: log)
    var members = [
      JSONMember(key: "keys", value: .integer(Int64(names.count))),
      JSONMember(key: "receipt", value: .string(receipt.digest.hex)),
      JSONMember(key: "approver", value: .string(occasion.approver)),
    ]
    if let request = occasion.order.request {
      members.append(JSONMember(key: "request", value: .string(request)))
    }
    var events: [PendingEvent] = []
    for (place, subject) in subjects.enumerated() {
      // Each says of itself how many keys it was; the receipt names all.
      members[0].value = .integer(Int64(try vault.keyNames(of: [subject]).count))
      events.append(
        try own(
          .subjectErased, subject, occasion.actor, occasion.today, members,
          key: ErasureReceipts.key(first + Int64(place))))
    }
    let receipts = try log.append(events, at: occasion.now.text)
    let erased = zip(subjects, receipts).map { SubjectVault.Erased(subject: $0, seq: $1.seq) }
    try vault.erase(erased, erasures: first + Int64(subjects.count))
    // Anchors move past the erasure, so that no older ledger takes this one's place unseen.
    try log.checkpoint()
    return Erasure(
      subjects: subjects, keys: names.count, seq: receipts[0].seq, receipt: receipt.name,
      digest: receipt.digest)
  }

  /// What the receipt says.
  private func body(
    of subjects: [String], _ names: [String], _ occasion: Occasion
  ) -> JSONValue {
    var members = [
      JSONMember(key: "actor", value: .string(occasion.actor.id)),
      JSONMember(key: "approver", value: .string(occasion.approver)),
      JSONMember(key: "at", value: .string(occasion.now.text)),
      JSONMember(key: "keys", value: .array(names.map { .string($0) })),
      JSONMember(key: "ledger", value: .string(identity.ledger)),
      JSONMember(
        key: "log",
        value: .object(["root": .string(log.root.base64), "size": .integer(log.size)])),
      JSONMember(key: "subjects", value: .array(subjects.map { .string($0) })),
    ]
    if let request = occasion.order.request {
      members.append(JSONMember(key: "request", value: .string(request)))
    }
    return JSONValue(members: members)
  }
}
