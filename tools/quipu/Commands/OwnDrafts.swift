internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger

/// One event a command itself records, before it is checked like any other draft.
struct OwnDraft {
  var type: EventType
  var stream: String
  var data: JSONValue
  /// What makes repeating the command record nothing twice.
  var key: String
  var effective: CivilDate?
  var cause: Int64?
  var subject: String?
  /// The position in its stream it is expected to take; nil for any.
  var position: Int64?

  init(
    _ type: EventType, _ stream: String, key: String, on effective: CivilDate? = nil,
    cause: Int64? = nil, subject: String? = nil, data: JSONValue
  ) {
    (self.type, self.stream, self.key, self.data) = (type, stream, key, data)
    (self.effective, self.cause, self.subject) = (effective, cause, subject)
  }

  /// With fields of which those that are nil are left out.
  init(
    _ type: EventType, _ stream: String, key: String, on effective: CivilDate? = nil,
    cause: Int64? = nil, subject: String? = nil, _ data: KeyValuePairs<String, JSONValue?>
  ) {
    let fields = data.compactMap { key, value in value.map { JSONMember(key: key, value: $0) } }
    self.init(
      type, stream, key: key, on: effective, cause: cause, subject: subject,
      data: JSONValue(members: fields))
  }

  /// The draft as `record` reads it.
  var json: JSONValue {
    var members = [
      JSONMember(key: "type", value: .string(type.name)),
      JSONMember(key: "stream", value: .string(stream)),
      JSONMember(key: "key", value: .string(key)),
      JSONMember(key: "data", value: data),
    ]
    if let effective {
      members.append(JSONMember(key: "effective", value: .string(effective.text)))
    }
    if let cause { members.append(JSONMember(key: "cause", value: .integer(cause))) }
    if let subject { members.append(JSONMember(key: "subject", value: .string(subject))) }
    if let position { members.append(JSONMember(key: "n", value: .integer(position))) }
    return JSONValue(members: members)
  }
}

extension Invocation {
  /// Who records a command's own events: whoever `--as` shows, if his role may; else as for drafts.
  private func ownActor(_ drafts: [OwnDraft]) throws -> Actor {
    guard declares(.actingAs), value(.actingAs) != nil else { return try recordingActor() }
    let grant = try grant()
    do {
      for draft in drafts { try grant.require(recording: draft.type) }
    } catch {
      throw Failure(access: error)
    }
    if let actor = grant.actor { return actor }
    return try recordingActor()
  }

  /// Records a command's own events in one batch, all or none. Throws ``Failure``: refused, in use, I/O.
  func append(_ drafts: [OwnDraft]) throws -> [Receipt] {
    let actor = try ownActor(drafts)
    let (intake, today) = try openIntake(by: actor)
    var decisions: [Intake.Decision] = []
    do throws(Refusal) {
      for (place, draft) in drafts.enumerated() {
        let draft = try Draft(draft.json, line: place + 1) { _ in draft.key }
        decisions.append(try intake.accept(draft, by: actor, today: today))
      }
    } catch {
      report(intake.close())
      if let unread = error.unread { throw Failure(unread, damage: .refused) }
      throw Failure(error)
    }
    var receipts: [Receipt] = []
    do {
      try intake.commit(at: WallClock.now) { batch in
        receipts += batch
        return true
      }
    } catch {
      report(intake.close())
      throw Failure(error, damage: .refused)
    }
    report(intake.close())
    return decisions.map { decision in
      switch decision {
      case .recorded(let receipt): receipt
      case .new(let place): receipts[place]
      }
    }
  }
}
