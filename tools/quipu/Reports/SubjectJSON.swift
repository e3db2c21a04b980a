internal import CanonicalJSON
internal import Collections
internal import Projections

extension SubjectReport {
  /// The report as programs read it; what is not there is null or an empty list.
  func json(on day: CivilDate, knownAt size: Int64) -> JSONValue {
    let death = facts.deceased.map { death in
      JSONValue.object(["on": .string(death.on.text), "seq": .integer(death.seq)])
    }
    let person: KeyValuePairs<String, JSONValue> = [
      "subject": .string(facts.subject), "on": .string(day.text),
      "knownAt": .object(["size": .integer(size)]),
      "registered": facts.registered.map { .integer($0) } ?? .null,
      "birthDecade": facts.birthDecade.map { .integer(Int64($0)) } ?? .null,
      "region": text(facts.region), "language": text(facts.language),
      "representative": json(facts.representative), "erased": json(facts.erased),
      "processingBlocked": json(facts.processingBlocked), "deceased": death ?? .null,
      "hardship": facts.hardship.map(json) ?? .null,
      "vulnerability": facts.vulnerability.map(json) ?? .null, "retention": retention.json,
    ]
    let lists: KeyValuePairs<String, [JSONValue]> = [
      "accounts": facts.accounts.map(json), "points": facts.points.map(json),
      "consents": facts.consents.map(json), "optOuts": facts.optOuts.map(json),
      "ceaseContact": facts.ceaseContact.map(json),
      "preferences": facts.preferences.map(json), "legalHolds": facts.legalHolds.map(json),
      "holds": facts.collectionHolds.map(json), "disputes": facts.disputes.map(json),
      "complaints": facts.complaints.map(json), "moratoriums": facts.moratoriums.map(json),
      "requests": requests.map(\.json),
    ]
    return JSONValue(
      members: person.map { JSONMember(key: $0.key, value: $0.value) }
        + lists.map { JSONMember(key: $0.key, value: .array($0.value)) })
  }

  private func json(_ link: PersonFacts.LinkedAccount) -> JSONValue {
    .object([
      "account": .string(link.account), "role": .string("\(link.role)"),
      "seq": .integer(link.seq),
    ])
  }

  private func json(_ hardship: PersonFacts.Hardship) -> JSONValue {
    .object([
      "from": .string(hardship.from.text), "to": text(hardship.to?.text ?? ""),
      "seq": .integer(hardship.seq),
    ])
  }

  private func text(_ value: String) -> JSONValue { value.isEmpty ? .null : .string(value) }

  private func channel(_ channel: ContactChannel?) -> JSONValue {
    channel.map { .string("\($0)") } ?? .null
  }

  private func json(_ point: PersonFacts.ContactPoint) -> JSONValue {
    .object([
      "point": .string(point.id), "kind": .string("\(point.kind)"),
      "isAgreed": .bool(point.isAgreed), "isValid": .bool(point.isValid),
      "localZone": .string(point.localZone), "source": .string(point.source),
      "seq": .integer(point.seq),
    ])
  }

  private func json(_ consent: PersonFacts.Consent) -> JSONValue {
    .object([
      "purpose": .string(consent.purpose), "channel": channel(consent.channel),
      "isGiven": .bool(consent.isGiven), "on": .string(consent.on.text),
      "evidence": .string(consent.evidence), "informedText": .string(consent.informedText),
      "revokedOn": text(consent.revokedOn?.text ?? ""),
      "honouredBy": text(honouredBy(consent)?.text ?? ""), "seq": .integer(consent.seq),
    ])
  }

  private func json(_ wish: PersonFacts.OptOut) -> JSONValue {
    .object([
      "channel": channel(wish.channel), "point": text(wish.point ?? ""),
      "on": .string(wish.on.text), "seq": .integer(wish.seq),
    ])
  }

  private func json(_ preference: PersonFacts.Preference) -> JSONValue {
    .object([
      "channel": channel(preference.channel), "seq": .integer(preference.seq),
      "windows": .array(preference.windows.map { .string($0.text) }),
    ])
  }

  private func json(_ named: PersonFacts.Named?) -> JSONValue {
    guard let named else { return .null }
    return .object([
      "name": text(named.name), "on": .string(named.on.text), "seq": .integer(named.seq),
    ])
  }

  private func json(_ hold: PersonFacts.Hold) -> JSONValue {
    .object([
      "id": .string(hold.id), "kind": text(hold.kind), "account": text(hold.account ?? ""),
      "on": .string(hold.on.text), "seq": .integer(hold.seq),
    ])
  }

  private func json(_ moratorium: PersonFacts.Moratorium) -> JSONValue {
    .object([
      "kind": .string(moratorium.kind), "from": .string(moratorium.from.text),
      "to": .string(moratorium.to.text), "stopsAccrual": .bool(moratorium.stopsAccrual),
      "account": text(moratorium.account ?? ""), "seq": .integer(moratorium.seq),
    ])
  }

  private func json(_ found: PersonFacts.Vulnerability) -> JSONValue {
    .object([
      "level": .string("\(found.level)"), "isDisclosed": .bool(found.isDisclosed),
      "hasConsent": .bool(found.hasConsent), "outcome": text(found.outcome ?? ""),
      "nextReview": text(found.nextReview?.text ?? ""), "seq": .integer(found.seq),
    ])
  }
}

extension ContactWindow {
  /// `1,2,5 09:00-12:00`, or `2026-03-02 09:00-12:00`; the days left out where it is all of them.
  var text: String {
    func clock(_ minute: Int16) -> String {
      let (hour, rest) = (minute / 60, minute % 60)
      return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
    }
    let days = (1...7).filter { weekdays & 1 << UInt8($0 - 1) != 0 }.map(String.init)
    let when =
      on != 0 ? CivilDate(days: on).text : days.count == 7 ? "" : days.joined(separator: ",")
    return (when.isEmpty ? "" : when + " ") + "\(clock(from))-\(clock(to))"
  }
}
