import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing
import Vault

@Suite("Erasure: from the order to the last byte")
struct LedgerErasureTests {
  private static let now = SimulatedLedger.start
  private static let today = SimulatedLedger.today

  /// Two people who may erase together, and a ledger of two persons.
  private struct Books {
    let ledger: RealLedger
    let dpo: Grant
    let admin: Grant

    init(_ drafts: [String] = []) throws {
      ledger = try RealLedger()
      var list = try IdentityList(of: ledger.path)
      let root = try list.add("root", .admin, by: .nobody)
      admin = try list.grant(to: "root", token: root, at: LedgerErasureTests.now)
      let ana = try list.add("ana", .dpo, by: admin)
      dpo = try list.grant(to: "ana", token: ana, at: LedgerErasureTests.now)
      try ledger.record(
        [
          PersonDraft.registered("S-1"),
          PersonDraft.registered("S-2", name: "Pedro Huanca", document: "10203040"),
          PersonDraft.point("S-1", "p-1", "mobile", "+51 987 654 321"),
          PersonDraft.opened("A-1", of: "S-1"),
          PersonDraft.unidentified("u-1", payer: "Juana Q. Mamani"),
          PersonDraft.identified("u-1", "A-1"),
          PersonDraft.unidentified("u-2", payer: "Otro Pagador"),
        ] + drafts + ["S-1", "S-2"].map { PersonDraft.asksForErasure($0, "R-7") })
    }

    func order(_ subject: String = "S-1") -> ErasureOrder {
      ErasureOrder(of: subject, request: "R-7", by: dpo, approvedBy: admin)
    }

    @discardableResult
    func erase(_ order: ErasureOrder) throws(Refusal) -> Erasure {
      let intake: Intake
      do { intake = try ledger.open() } catch { throw Refusal(error.code.rawValue) }
      return try intake.erase(
        order, at: LedgerErasureTests.now, today: LedgerErasureTests.today)
    }

    func unseal(_ seqs: [Int64]) throws -> [UnsealedEvent] {
      try ledger.open().unseal(
        seqs, for: "test", by: dpo, at: LedgerErasureTests.now, today: LedgerErasureTests.today)
    }

    /// The events of a type, their data.
    func events(_ type: String) throws -> [JSONValue] {
      var found: [JSONValue] = []
      try LogReader.open(directory: ledger.path).forEach { event, line in
        let name = String(decoding: event.type.map { line[$0] }, as: UTF8.self)
        let data = try? JSONValue(parsing: line.extracting(event.data), as: .event)
        if name == type, let data { found.append(data) }
      }
      return found
    }
  }

  @Test("her events and those of the payer she turned out to be open no more; others do")
  func erased() throws {
    let books = try Books()
    let done = try books.erase(books.order())
    #expect(done.subjects == ["S-1", "payer:u-1"] && done.keys == 2)
    let opened = try books.unseal([1, 2, 3, 5, 7])
    #expect(opened.map { $0.fields == nil } == [true, false, true, true, false])
    #expect(throws: Refusal("subject_erased")) { try books.unseal([1, 3]) }
    let events = try books.events("SubjectErased")
    #expect(events.count == 2)
    #expect(
      events[0]["approver"]?.stringValue == "root" && events[0]["request"]?.stringValue == "R-7")
    #expect(events[0]["receipt"]?.stringValue == done.digest.hex)
    let verified = try LogVerifier.verify(directory: books.ledger.path)
    #expect(verified.findings.isEmpty)
    #expect(throws: Refusal("subject_erased")) { try books.erase(books.order()) }
    // What is recorded again is not compared; nothing new is sealed under her.
    let intake = try books.ledger.open()
    guard
      case .recorded(let receipt) = try books.ledger.accept(PersonDraft.registered("S-1"), intake)
    else {
      Issue.record("a retry is recorded twice")
      return
    }
    #expect(receipt.seq == 1)
    #expect(throws: Refusal("subject_erased")) {
      try books.ledger.accept(PersonDraft.point("S-1", "p-9", "mobile", "987654321"), intake)
    }
  }

  @Test("the receipt is a note signed by the ledger")
  func receipt() throws {
    let books = try Books()
    let done = try books.erase(books.order())
    let bytes = try Data(contentsOf: URL(filePath: books.ledger.path + "/" + done.receipt))
    let note = try #require(SignedNote(parsing: Array(bytes)))
    let keys = try LogReader.open(directory: books.ledger.path).keyHistory().all
    #expect(note.signers(among: keys)?.count == 1)
    #expect(Digest(hashing: Array(bytes).span) == done.digest)
    let body = try JSONValue(parsing: String(note.text.split(separator: "\n")[1]), as: .json)
    #expect(body["subjects"]?.arrayValue?.map(\.stringValue) == ["S-1", "payer:u-1"])
    #expect(body["approver"]?.stringValue == "root" && body["actor"]?.stringValue == "ana")
  }

  @Test("under a legal hold or a rule it is refused, on record, and processing is blocked")
  func refused() throws {
    let hold =
      #"{"type":"LegalHoldPlaced","stream":"account/A-1","key":"h","effective":"2025-04-11","#
      + #""data":{"hold":"H-3"}}"#
    let books = try Books([hold])
    #expect(throws: Refusal("erasure_refused")) { try books.erase(books.order()) }
    #expect(
      try books.events("ErasureRefused").map { $0["ground"]?.stringValue } == ["legal hold H-3"])
    #expect(try books.events("ProcessingBlocked").count == 1)
    #expect(try books.unseal([1]).first?.fields != nil)
    // Blocked already: only the refusal is told again.
    #expect(throws: Refusal("erasure_refused")) { try books.erase(books.order()) }
    #expect(try books.events("ProcessingBlocked").count == 1)
    let bound = ErasureOrder(
      of: "S-2", request: "R-7", by: books.dpo, approvedBy: books.admin
    ) { _, _ in
      "kept until 2035-01-01"
    }
    #expect(throws: Refusal("erasure_refused")) { try books.erase(bound) }
    #expect(try books.events("SubjectErased").isEmpty)
  }

  @Test("who may not erase does not")
  func notPermitted() throws {
    let books = try Books()
    func order(_ grant: Grant, _ approver: Grant?) -> ErasureOrder {
      ErasureOrder(of: "S-1", by: grant, approvedBy: approver)
    }
    #expect(throws: Refusal("not_permitted")) { try books.erase(order(books.admin, books.dpo)) }
    #expect(throws: Refusal("not_permitted")) { try books.erase(order(.nobody, books.dpo)) }
    #expect(throws: Refusal("second_person_needed")) { try books.erase(order(books.dpo, nil)) }
    #expect(throws: Refusal("same_person")) { try books.erase(order(books.dpo, books.dpo)) }
    for subject in ["S-9", "../S-1", ""] {
      #expect(throws: Refusal("unknown_subject")) { try books.erase(books.order(subject)) }
    }
    #expect(try books.events("SubjectErased").isEmpty && books.events("ErasureRefused").isEmpty)
  }

  @Test("her name, numbers and key are in no file; a proof made before still checks")
  func bytesAndProofs() throws {
    let books = try Books()
    _ = try books.ledger.open().close()
    let reader = try LogReader.open(directory: books.ledger.path)
    let checkpoint = try #require(try reader.latestCheckpoint())
    let proof = try reader.inclusionProof(of: 1, under: checkpoint).bytes
    let epochs = try String(contentsOfFile: books.ledger.places.epochs, encoding: .utf8)
    let lines = epochs.split(separator: "\n").filter { $0.hasPrefix("epoch ") }
    try books.erase(books.order())
    let keys = try LogReader.open(directory: books.ledger.path).keyHistory().all
    try InclusionProof(parsing: proof).check(against: keys)
    var forbidden = ["Juana Quispe", "45678901", "987 654 321", "Juana Q. Mamani"].map {
      Data($0.utf8)
    }
    for line in lines {
      let base64 = String(line.split(separator: " ")[2])
      let raw = try #require(Data(base64Encoded: base64))
      for place in 0..<raw.count - 8 { forbidden.append(raw.dropFirst(place).prefix(8)) }
    }
    for (name, bytes) in try books.ledger.files() {
      for text in forbidden { #expect(bytes.range(of: text) == nil, "\(name)") }
    }
    #expect(
      !(try String(contentsOfFile: books.ledger.places.epochs, encoding: .utf8)).contains(lines[0]))
  }

  @Test("an older vault is refused without an anchor; with one the erasures are done again")
  func olderVault() throws {
    let books = try Books()
    let database = books.ledger.path + "/vault/keys.db"
    let old = try Data(contentsOf: URL(filePath: database))
    try books.erase(books.order())
    try old.write(to: URL(filePath: database))
    #expect(throws: LogError(.behindAnchor, "")) { try books.ledger.open() }
    let anchor = books.ledger.folder + "/anchor"
    let latest = try Data(
      contentsOf: URL(filePath: books.ledger.path + "/checkpoints/latest"))
    try latest.write(to: URL(filePath: anchor))
    try Data((anchor + "\n").utf8).write(to: URL(filePath: books.ledger.path + "/anchors"))
    #expect(throws: Refusal("subject_erased")) { try books.unseal([1]) }
  }

  @Test("a vault that knows more erasures than the log is refused")
  func cutLog() throws {
    let books = try Books()
    let log = books.ledger.path + "/log/000000000000.jsonl"
    let before = try Data(contentsOf: URL(filePath: log))
    let checkpoints = books.ledger.path + "/checkpoints"
    let kept = books.ledger.folder + "/checkpoints"
    try FileManager.default.copyItem(atPath: checkpoints, toPath: kept)
    try books.erase(books.order())
    try before.write(to: URL(filePath: log))
    try FileManager.default.removeItem(atPath: checkpoints)
    try FileManager.default.copyItem(atPath: kept, toPath: checkpoints)
    #expect(throws: LogError(.behindAnchor, "")) { try books.ledger.open() }
  }
}
