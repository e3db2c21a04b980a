internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Whom a package of evidence is for.
enum EvidenceRecipient: String, CaseIterable {
  case regulator, subject, court

  var title: Text {
    switch self {
    case .regulator: Text("the regulator", "la autoridad supervisora")
    case .subject: Text("the person herself", "la propia persona")
    case .court: Text("the court", "el juzgado")
    }
  }
}

/// Everything a package says, before it is written down.
struct EvidencePackage {
  /// The ledger as it was when the events were chosen.
  let view: LedgerView
  let selection: EvidenceSelection
  /// What the proofs lead to, and the key that checks it.
  let checkpoint: Checkpoint
  let key: String
  let recipient: EvidenceRecipient
  /// The office or person by name, if given.
  let recipientName: String?
  let madeAt: Instant
  /// The day the figures hold for.
  let on: CivilDate
  /// The accounts as they stand, as known now, with what each event did.
  let histories: [AccountHistory]
  /// The receipts of erasures among the events, by file name.
  let receipts: [(name: String, bytes: [UInt8])]
  /// Sealed fields in clear, by `seq`; empty unless the recipient may read them.
  let opened: [Int64: JSONValue]

  var identity: LedgerIdentity { view.identity }

  var accounts: [AccountReport] { histories.map(\.report) }

  /// Documents the events carry in parts, by digest, each checked against it.
  ///
  /// Throws `damaged` for parts that do not make the document they name.
  func documents() throws(LogError) -> [(name: String, bytes: [UInt8])] {
    var parts: [String: [(part: Int64, text: String)]] = [:]
    for event in selection.events where event.type == .documentPart {
      let data = event.data
      guard let digest = data["sha256"]?.stringValue, let part = data["part"]?.integerValue,
        let text = data["text"]?.stringValue
      else { continue }
      // Adopted twice, it was recorded twice.
      if parts[digest]?.contains(where: { $0.part == part }) ?? false { continue }
      parts[digest, default: []].append((part, text))
    }
    var documents: [(name: String, bytes: [UInt8])] = []
    for (digest, texts) in parts.sorted(by: { $0.key < $1.key }) {
      let bytes = Array(texts.sorted { $0.part < $1.part }.map(\.text).joined().utf8)
      guard Digest(hashing: bytes.span).hex == digest else {
        throw LogError(.damaged, "the parts of document \(digest) do not make it")
      }
      documents.append((bytes.first == UInt8(ascii: "{") ? "\(digest).json" : digest, bytes))
    }
    return documents
  }

  /// The package's contents for a program; `verify.py` reads `completeStreams` and `completeRange`.
  var json: JSONValue {
    .object([
      "accounts": .array(accounts.map(\.json)), "about": about,
      "histories": .array(histories.map(\.json)),
      "checkpoint": .object([
        "origin": .string(checkpoint.origin), "root": .string(checkpoint.root.base64),
        "size": .integer(checkpoint.size), "vkey": .string(key),
      ]),
      "completeRange": selection.completeRange.isEmpty
        ? .null
        : .array([
          .integer(selection.completeRange.lowerBound),
          .integer(selection.completeRange.upperBound),
        ]),
      "completeStreams": .object(
        selection.completeStreams.sorted { $0.key < $1.key }.map {
          JSONMember(key: $0.key, value: .integer($0.value))
        }),
      "events": .integer(Int64(selection.events.count)), "format": .integer(1),
      "jurisdiction": .string(identity.jurisdiction), "ledger": .string(identity.ledger),
      "madeAt": .string(madeAt.text), "on": .string(on.text),
      "openedEvents": .integer(Int64(opened.count)),
      "recipient": .object([
        "kind": .string(recipient.rawValue),
        "name": recipientName.map { .string($0) } ?? .null,
      ]),
      "timeZone": .string(identity.timeZone),
    ])
  }

  private var about: JSONValue {
    switch selection.scope {
    case .subject(let id): .object(["subject": .string(id)])
    case .account(let id): .object(["account": .string(id)])
    case .request(let id):
      .object(["request": .string(id), "subject": .string(selection.subjects.first ?? "")])
    case .period(let days):
      .object(["from": .string(days.lowerBound.text), "to": .string(days.upperBound.text)])
    }
  }

  /// What it is about, as a heading.
  var title: Text {
    switch selection.scope {
    case .subject(let id): Text("Evidence about person \(id)", "Evidencia sobre la persona \(id)")
    case .account(let id): Text("Evidence about account \(id)", "Evidencia sobre la cuenta \(id)")
    case .request(let id):
      Text("Evidence about request \(id)", "Evidencia sobre la solicitud \(id)")
    case .period(let days):
      Text(
        "Evidence of \(days.lowerBound.text) to \(days.upperBound.text)",
        "Evidencia del \(days.lowerBound.text) al \(days.upperBound.text)")
    }
  }
}
