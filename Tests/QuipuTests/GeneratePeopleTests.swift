import CanonicalJSON
import Collections
import Foundation
import Testing

@testable import quipu

/// People of the synthetic portfolio: drafts in the form the catalogue asks, and the same money.
@Suite struct GeneratePeopleTests {
  private func drafts(_ people: Bool, seed: UInt64 = 3, accounts: Int = 300) throws -> [JSONValue] {
    let start = try #require(CivilDate("2024-03-01"))
    var all: [UInt8] = []
    generate(
      GenerateOptions(seed: seed, accounts: accounts, months: 12, people: people, start: start)
    ) { piece in
      for position in piece.indices { all.append(piece[position]) }
    }
    return try all.split(separator: UInt8(ascii: "\n")).map { line in
      try JSONValue(parsing: Array(line).span, as: .event)
    }
  }

  private func text(_ draft: JSONValue, _ name: String) -> String { draft[name]?.stringValue ?? "" }

  @Test("every draft has the form the catalogue asks; all that names people is in sealed fields")
  func forms() throws {
    var counts: [String: Int] = [:]
    for draft in try drafts(true) {
      let type = try EventType.named(text(draft, "type"))
      counts[type.name, default: 0] += 1
      try type.check(
        data: draft["data"] ?? .null, stream: text(draft, "stream"),
        subject: draft["subject"]?.stringValue, effective: CivilDate(text(draft, "effective")),
        sealed: .accepted)
    }
    let told = [
      "SubjectRegistered", "SubjectUpdated", "ContactPointAdded", "ContactPointInvalidated",
      "ConsentRevoked", "DataDisclosed", "RequestReceived", "RequestAnswered", "MessageReceived",
      "HardshipDeclared", "VulnerabilityDisclosed", "VulnerabilityReviewed",
      "RepresentativeAppointed", "ConsentGranted",
    ]
    for type in told { #expect(counts[type, default: 0] > 0, "\(type)") }
  }

  @Test("the accounts and their money are the same with people and without")
  func sameMoney() throws {
    func money(_ people: Bool) throws -> [JSONValue] {
      try drafts(people).filter { text($0, "key").hasPrefix("PE-") }.map { draft in
        let sealed = ["notes", "payer", "point"]
        let fields = draft["data"]?.objectValue?.filter { !sealed.contains($0.key) } ?? []
        let others = draft.objectValue?.filter { $0.key != "data" } ?? []
        return JSONValue(
          members: others + [JSONMember(key: "data", value: JSONValue(members: fields))])
      }
    }
    #expect(try money(true) == money(false))
  }

  @Test("people are registered once, before anything is told of them, and documents are no ids")
  func registration() throws {
    var known: Set<String> = []
    var documents: Set<String> = []
    for draft in try drafts(true, seed: 8) {
      let stream = text(draft, "stream")
      if text(draft, "type") == "SubjectRegistered" {
        #expect(known.insert(stream).inserted)
        let document = draft["data"]?["identity"]?["document"]?.stringValue ?? ""
        #expect(document.count == 8 && documents.insert(document).inserted)
      } else if stream.hasPrefix("subject/") {
        #expect(known.contains(stream), "\(draft.canonicalText)")
      } else if text(draft, "type") == "AccountOpened" {
        #expect(known.contains("subject/" + (draft["data"]?["subject"]?.stringValue ?? "")))
      }
      #expect(!documents.contains(text(draft, "subject")))
    }
    #expect(known.count > 200)
  }

  @Test("the same seed gives the same bytes, another one other people")
  func seeds() throws {
    #expect(try drafts(true, accounts: 40) == drafts(true, accounts: 40))
    #expect(try drafts(true, accounts: 40) != drafts(true, seed: 4, accounts: 40))
  }
}
