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
  /// The contacts among the events, judged by the policies of their day.
  let conduct: ConductReport
  /// The requests about personal data of the persons, and what is known of their terms.
  let requests: [DataRequest]
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

  /// The events, and what proves them.
  private var proven: ProvenEvents {
    ProvenEvents(
      events: selection.events.map { ($0.envelope.seq, $0.line) }, checkpoint: checkpoint,
      key: key, completeStreams: selection.completeStreams,
      completeRange: selection.completeRange)
  }

  /// The package's contents for a program, besides what proves them.
  private var report: [JSONMember] {
    [
      JSONMember(key: "about", value: about),
      JSONMember(key: "accounts", value: .array(accounts.map(\.json))),
      JSONMember(
        key: "contacts",
        value: .array(
          conduct.verdicts.sorted { $0.seq < $1.seq }.map {
            .object(["seq": .integer($0.seq), "verdict": .string("\($0.verdict)")])
          })),
      JSONMember(key: "histories", value: .array(histories.map(\.json))),
      JSONMember(key: "jurisdiction", value: .string(identity.jurisdiction)),
      JSONMember(key: "ledger", value: .string(identity.ledger)),
      JSONMember(key: "madeAt", value: .string(madeAt.text)),
      JSONMember(key: "on", value: .string(on.text)),
      JSONMember(key: "openedEvents", value: .integer(Int64(opened.count))),
      JSONMember(
        key: "recipient",
        value: .object([
          "kind": .string(recipient.rawValue),
          "name": recipientName.map { .string($0) } ?? .null,
        ])),
      JSONMember(key: "requests", value: .array(requests.map(\.json))),
      JSONMember(key: "timeZone", value: .string(identity.timeZone)),
      JSONMember(key: "violations", value: .array(conduct.violations.map(\.json))),
    ]
  }

  /// Writes the package as a folder; the digest of its sums.
  ///
  /// Nothing is at `path` before all of it is. Throws ``Failure`` and ``LogError``.
  func write(
    to path: String, _ language: Language, signedBy sign: @escaping (String) throws -> [UInt8]
  ) throws -> String {
    try ProofFolder.make(at: path, signedBy: sign) { folder in
      try proven.write(to: &folder, from: view, report: report)
      for document in try documents() {
        try folder.write(document.bytes, as: "documents/\(document.name)")
      }
      for receipt in receipts {
        try folder.write(receipt.bytes, as: "receipts/\(receipt.name)")
      }
      if !opened.isEmpty {
        let lines = opened.sorted { $0.key < $1.key }.map { seq, fields in
          JSONValue.object(["fields": fields, "seq": .integer(seq)]).canonicalText + "\n"
        }
        try folder.write(Array(lines.joined().utf8), as: "opened.jsonl")
      }
      try folder.write(Array(EvidencePage(self, language).html.utf8), as: "index.html")
    }
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
