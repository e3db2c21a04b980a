import CanonicalJSON
import EventStore
import Foundation
import Ledger
import Testing
import Vault

@Suite("Intake: personal data")
struct SealingTests {
  @Test("personal fields stand in no file of the ledger, and open again")
  func sealedEverywhere() throws {
    let ledger = try RealLedger()
    let lines = [
      PersonDraft.registered("S-1"), PersonDraft.point("S-1", "p-1", "mobile", "+51 987 654 321"),
      PersonDraft.point("S-1", "p-2", "email", "juana@example.pe"),
      PersonDraft.opened("A-1", of: "S-1"),
      PersonDraft.paid("A-1", "p-7", payer: "Rosa Mamani Condori"),
      PersonDraft.unidentified("u-1", payer: "Pedro Huanca Flores"),
    ]
    try ledger.record(lines)
    let planted = [
      "Juana Quispe", "45678901", "987 654", "juana@example", "Rosa Mamani", "Pedro Huanca",
    ]
    for (name, bytes) in try ledger.files() {
      for text in planted {
        #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) in \(name)")
      }
    }
    let intake = try ledger.open()
    // The same drafts again get their first receipts: what is sealed was opened and compared.
    for (place, line) in lines.enumerated() {
      guard case .recorded(let receipt) = try ledger.accept(line, intake) else {
        Issue.record("\(line) is recorded twice")
        continue
      }
      #expect(receipt.seq == Int64(place + 1))
    }
    let others = [
      PersonDraft.registered("S-1", name: "Juana Quispe Mamanx"),
      PersonDraft.paid("A-1", "p-7", payer: "Rosa Mamani Condorx"),
      PersonDraft.paid("A-1", "p-7", payer: "x").replacingOccurrences(
        of: #","payer":"x""#, with: ""),
    ]
    for line in others {
      #expect(throws: Refusal("key_conflict")) { try ledger.accept(line, intake) }
    }
  }

  @Test("what is sealed names whose it is")
  func subjects() throws {
    let ledger = try RealLedger()
    try ledger.record([
      PersonDraft.registered("S-1"), PersonDraft.opened("A-1", of: "S-1"),
      PersonDraft.paid("A-1", "p-7", payer: "Rosa"),
      PersonDraft.paid("A-1", "p-8", payer: "Rosa").replacingOccurrences(
        of: #""effective""#, with: #""subject":"S-9","effective""#),
      PersonDraft.unidentified("u-1", payer: "Pedro"),
    ])
    let log = try String(
      contentsOfFile: ledger.path + "/log/000000000000.jsonl", encoding: .utf8)
    let named = try log.split(separator: "\n").compactMap { line -> String? in
      let event = try JSONValue(parsing: String(line), as: .event)
      return event["sealed"] == nil ? nil : event["subject"]?.stringValue
    }
    #expect(named == ["S-1", "S-1", "S-9", "payer:u-1"])
  }

  @Test("what is refused leaves no key, and the refusal no personal data")
  func refusedLeavesNothing() throws {
    let ledger = try RealLedger()
    let intake = try ledger.open()
    let bad = PersonDraft.point("S-1", "p-1", "mobil", "+51 987 654 321")
    let wrong = PersonDraft.registered("S-1").replacingOccurrences(
      of: #""documentType":"DNI""#, with: #""documentType":"D N I""#)
    let loose = #"{"type":"SubjectRegistered","stream":"subject/S-1","data":"Juana 45678901"}"#
    let long = PersonDraft.point("S-1", "p-1", "mobile", String(repeating: "Juana ", count: 90))
    for line in [bad, wrong, loose, long] {
      do {
        try ledger.accept(line, intake)
        Issue.record("\(line) is taken")
      } catch {
        let said = "\(error.field) \(error.value) \(error.expected)"
        for text in ["Juana", "45678901", "987", "D N I"] {
          #expect(!said.contains(text), "\(said)")
        }
      }
    }
    try ledger.accept(PersonDraft.registered("S-1"), intake)
    intake.discard()
    try intake.commit(at: { SimulatedLedger.start }, { _ in true })
    let vault = try #require(
      try SubjectVault.open(
        ledger.path, ledger: RealLedger.number, SubjectVault.Settings(places: ledger.places)))
    #expect(try !vault.hasKey("S-1"))
  }

  @Test("without a place for keys personal data is refused")
  func noVault() throws {
    let ledger = try SimulatedLedger(seed: 3)
    let intake = try ledger.open()
    let judged = ledger.judge(PersonDraft.registered("S-1"), 4, intake)
    #expect(judged == .refused("sealed_not_available", "data.identity", line: 4))
  }

  @Test("a person may be found by what is known of her")
  func found() throws {
    let ledger = try RealLedger()
    try ledger.record([
      PersonDraft.registered("S-1"), PersonDraft.registered("S-2", document: "10203040"),
      PersonDraft.point("S-1", "p-1", "mobile", "987 654 321"),
      PersonDraft.point("S-2", "p-1", "phone", "+51 987654321"),
      PersonDraft.point("S-2", "p-2", "address", "Av. Brasil 987654321"),
    ])
    let vault = try #require(
      try SubjectVault.open(
        ledger.path, ledger: RealLedger.number, SubjectVault.Settings(places: ledger.places)))
    func subjects(_ kind: LookupText.Kind, _ text: String) throws -> [String] {
      try vault.subjects(of: try #require(LookupText(kind, text, jurisdiction: "PE")))
    }
    #expect(try subjects(.document, "45.678.901") == ["S-1"])
    #expect(try subjects(.phone, "0051 987654321") == ["S-1", "S-2"])
    #expect(try subjects(.email, "nobody@example.pe") == [])
  }

  @Test(
    "an id that is a document's number is refused",
    arguments: [
      ("45678901", "DNI"), ("DNI-45678901", "DNI"), ("dni:45678901", "DNI"),
      ("20100070970", "RUC"), ("RUC20100070970", "RUC"), ("001234567", "carné de extranjería"),
      ("20100070971", nil), ("4567890", nil), ("A-45678901", nil), ("S-1", nil),
      ("1234567890", nil),
    ])
  func documents(id: String, document: String?) throws {
    let ledger = try SimulatedLedger(seed: 4)
    let intake = try ledger.open()
    for line in [PersonDraft.opened("A-1", of: id), PersonDraft.opened(id, of: "S-1")] {
      let judged = ledger.judge(line, 1, intake)
      if let document {
        guard case .refused(let code, _, _) = judged else {
          Issue.record("\(document) is taken as an id")
          continue
        }
        #expect(code == "looks_like_document")
      } else if case .refused(let code, _, _) = judged {
        #expect(code == "account_exists")
      }
      intake.discard()
    }
  }

  @Test("a default key says nothing of personal data")
  func defaultKeys() throws {
    func key(_ line: String) throws -> String {
      let bare = line.replacingOccurrences(of: #""key":"reg:S-1","#, with: "")
      return try Draft(line: Array(bare.utf8), number: 1, of: "f").key
    }
    let one = try key(PersonDraft.registered("S-1"))
    #expect(try key(PersonDraft.registered("S-1", name: "Another", document: "1")) == one)
    #expect(try key(PersonDraft.registered("S-2")) != one)
  }

  @Test(
    "what the program records of itself is no draft",
    arguments: [
      #"{"type":"SubjectErased","stream":"subject/S-1","data":{"keys":1,"receipt":"\#(String(repeating: "0", count: 64))"}}"#,
      #"{"type":"PersonalDataAccessed","stream":"subject/S-1","data":{"reader":"x","purpose":"p","fields":[],"events":1}}"#,
      #"{"type":"EvidenceExported","stream":"subject/S-1","data":{"recipient":"x","sha256":"\#(String(repeating: "0", count: 64))"}}"#,
    ])
  func ownEvents(line: String) throws {
    let ledger = try SimulatedLedger(seed: 5)
    #expect(
      ledger.judge(line, 2, try ledger.open()) == .refused("not_recordable", "type", line: 2))
  }
}
