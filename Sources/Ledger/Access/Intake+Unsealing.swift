package import CanonicalJSON
package import Collections
package import EventStore
internal import Vault

/// An event whose personal fields were opened for somebody.
package struct UnsealedEvent: Sendable {
  /// Its position in the ledger.
  package var seq: Int64
  /// What happened.
  package var type: EventType
  /// Its stream.
  package var stream: String
  /// The day on which it takes effect.
  package var effective: String
  /// Whose personal data it holds.
  package var subject: String
  /// The fields; nil where the person's keys were destroyed.
  package var fields: JSONValue?
}

// The one way to personal data: it is recorded who looks, at what and what for, that is made durable,
// and only then is anything opened.
extension Intake {
  /// The events of some types with personal data of a person, in the log's order. One pass: O(events).
  package func sealedEvents(
    of subject: String, types: Set<EventType> = Set(EventType.allCases)
  ) throws(Refusal) -> [Int64] {
    let name = Array(subject.utf8)
    var found: [Int64] = []
    do {
      try LogReader.open(directory: directory, disk: disk).forEach { event, line in
        guard !event.sealed.isEmpty, event.subject.count == name.count else { return }
        for (place, byte) in zip(event.subject, name) where line[place] != byte { return }
        guard let type = EventType(named: line, event.type), types.contains(type) else { return }
        found.append(event.seq)
      }
    } catch {
      throw Refusal(unread: error)
    }
    return found
  }

  /// Opens the personal fields of events, after recording a `PersonalDataAccessed` a person.
  ///
  /// Events without personal data are left out; those of a person whose keys were destroyed come without
  /// fields, and no access is recorded for them.
  ///
  /// - Parameters:
  ///   - seqs: the events, any order.
  ///   - purpose: what for, an id such as `access-request`.
  ///   - grant: who asks.
  ///   - now: when.
  ///   - today: the civil date in the ledger's zone.
  /// - Returns: what was opened, in the log's order.
  /// - Throws: ``Refusal``: `not_permitted`, `no_purpose`, `unknown_event`, `subject_erased` where
  ///   everything asked for is gone, and what kept the log or the vault from being read or written.
  package func unseal(
    _ seqs: [Int64], for purpose: String, by grant: Grant, at now: Instant, today: CivilDate
  ) throws(Refusal) -> [UnsealedEvent] {
    guard isIdentifier(purpose) else {
      throw Refusal(
        "no_purpose", field: "purpose",
        expected: "what the data is needed for, as an id such as access-request")
    }
    var events: [(seq: Int64, event: StatedEvent)] = []
    for seq in Set(seqs).sorted() {
      let event = try stated(seq)
      if event.sealed != nil { events.append((seq, event)) }
    }
    let subjects = Set(events.compactMap(\.event.subject)).sorted()
    if subjects.isEmpty { try grant.require(.unseal, of: grant.subjects.first) }
    for subject in subjects { try grant.require(.unseal, of: subject) }
    guard let actor = grant.actor else { return [] }
    let erased = try erasedAmong(subjects)
    let readable = events.filter { $0.event.subject.map { !erased.contains($0) } ?? false }
    if !events.isEmpty, readable.isEmpty {
      throw Refusal(
        "subject_erased", field: "subject", value: subjects.first ?? "",
        expected: "a person whose keys are there: these were destroyed on request")
    }
    try recordAccess(to: readable.map(\.event), for: purpose, by: actor, at: now, today)
    var opened: [UnsealedEvent] = []
    for (seq, event) in events {
      guard let type = EventType(named: event.type), let subject = event.subject else { continue }
      let bytes = erased.contains(subject) ? nil : try self.opened(event)
      let fields = bytes.flatMap { try? JSONValue(parsing: $0.span, as: .event) }
      opened.append(
        UnsealedEvent(
          seq: seq, type: type, stream: event.stream, effective: event.effective,
          subject: subject, fields: fields))
    }
    return opened
  }

  /// The subjects that a text of either kind leads to: a document, a phone, an e-mail address.
  ///
  /// That somebody was looked for and found is recorded, for each one found.
  ///
  /// - Throws: ``Refusal``: `not_permitted`; `missing_value` for a text too short to look for.
  package func subjects(
    foundBy text: String, for purpose: String, by grant: Grant, at now: Instant, today: CivilDate
  ) throws(Refusal) -> [String] {
    try grant.require(.find)
    let lookups = LookupText.all(text, jurisdiction: identity.jurisdiction)
    guard !lookups.isEmpty else {
      throw Refusal(
        "missing_value", field: "find", expected: "a document, a phone or an e-mail address")
    }
    guard let vault else { return [] }
    var found: Set<String> = []
    do {
      for lookup in lookups { found.formUnion(try vault.subjects(of: lookup)) }
    } catch {
      throw Refusal(unread: error)
    }
    guard let actor = grant.actor, isIdentifier(purpose) else { return [] }
    var accesses: [PendingEvent] = []
    for subject in found.sorted() {
      accesses.append(try access(to: subject, ["find"], 0, for: purpose, by: actor, today))
    }
    if !accesses.isEmpty { try recordOwn(accesses, at: now) }
    return found.sorted()
  }

  /// The subjects a document leads to, for whoever says that it is his own: nothing is opened or recorded.
  ///
  /// A text that is no document leads to nobody, after the same work.
  package func subjects(ofDocument text: String) throws(LogError) -> [String] {
    guard let vault,
      let none = LookupText(.document, "000", jurisdiction: identity.jurisdiction)
    else { return [] }
    let lookup = LookupText(.document, text, jurisdiction: identity.jurisdiction)
    let found = try vault.subjects(of: lookup ?? none)
    return lookup == nil ? [] : found
  }

  /// Wraps the vault's keys under another master key: the one in a file, or a new one.
  ///
  /// Throws `noVaultKeys`; `invalidKey` where the master key is given from outside and no file is named.
  package func rotateMasterKey(to file: String? = nil) throws(LogError) {
    guard let vault else { throw LogError(.noVaultKeys, "the ledger has no vault yet") }
    try vault.rotateMaster(to: file)
  }

  private func stated(_ seq: Int64) throws(Refusal) -> StatedEvent {
    guard (0..<log.size).contains(seq) else {
      throw Refusal(
        "unknown_event", field: "seq", value: String(seq),
        expected: "the seq of an event, below \(log.size)")
    }
    do { return try StatedEvent.read(seq, from: log).event } catch { throw Refusal(unread: error) }
  }

  private func erasedAmong(_ subjects: [String]) throws(Refusal) -> Set<String> {
    guard let vault else { return [] }
    var erased: Set<String> = []
    do {
      for subject in subjects where try vault.erasure(of: subject) != nil { erased.insert(subject) }
      // Nothing is said to have been looked at by whoever has not the keys to look.
      if erased.count < subjects.count { try vault.requireKeys() }
    } catch {
      throw Refusal(unread: error)
    }
    return erased
  }

  private func recordAccess(
    to events: [StatedEvent], for purpose: String, by actor: Actor, at now: Instant,
    _ today: CivilDate
  ) throws(Refusal) {
    var accesses: [PendingEvent] = []
    for subject in Set(events.compactMap(\.subject)).sorted() {
      let hers = events.filter { $0.subject == subject }
      let types = Set(hers.map(\.type)).compactMap { EventType(named: $0) }
      let fields = Set(types.flatMap(\.sealedFields).map(\.text)).sorted()
      accesses.append(
        try access(to: subject, fields, hers.count, for: purpose, by: actor, today))
    }
    guard !accesses.isEmpty else { return }
    try recordOwn(accesses, at: now)
  }

  private func access(
    to subject: String, _ fields: [String], _ events: Int, for purpose: String, by actor: Actor,
    _ today: CivilDate
  ) throws(Refusal) -> PendingEvent {
    PendingEvent(
      type: EventType.personalDataAccessed.name,
      version: EventType.personalDataAccessed.declaration.version,
      stream: "subject/\(subject)", key: "access:" + (try randomName()), effective: today.text,
      actor: actor.canonical,
      data: JSONValue.object([
        "events": .integer(Int64(events)), "fields": .array(fields.map { .string($0) }),
        "purpose": .string(purpose), "reader": .string(actor.id),
      ]).canonicalBytes)
  }

  /// Appends events that the program records of itself, as one batch; durable when it returns.
  @discardableResult
  func recordOwn(_ events: [PendingEvent], at now: Instant) throws(Refusal) -> [Receipt] {
    precondition(waiting.isEmpty, "nothing else waits to be recorded")
    do { return try log.append(events, at: now.text) } catch { throw Refusal(unread: error) }
  }

  func randomName() throws(Refusal) -> String {
    do { return Hexadecimal.text(try disk.randomBytes(16)) } catch { throw Refusal(unread: error) }
  }
}
