import CanonicalJSON
import EventStore
import Foundation
import Testing
import Vault

@Suite struct SealingTests {
  private static let text = Array(#"{"value":"+51 987 654 321"}"#.utf8)

  @Test func whatIsSealedOpensAfterTheVaultWasClosed() throws {
    let folder = try VaultFolder()
    var sealed: [UInt8] = []
    do {
      let vault = try folder.create()
      sealed = try vault.seal(Self.text, in: context("S-1"))
      #expect(try vault.open(sealed, in: context("S-1")) == Self.text)
      try vault.flush()
    }
    let object = try JSONValue(parsing: sealed.span, as: .event)
    #expect(object.objectValue?.map(\.key) == ["alg", "ct", "kid", "nonce"])
    #expect(object["alg"]?.stringValue == "A256GCM")
    let vault = try #require(try folder.open())
    #expect(try vault.open(sealed, in: context("S-1")) == Self.text)
    #expect(try vault.hasKey("S-1"))
    #expect(try !vault.hasKey("S-2"))
  }

  @Test func whatWasSealedForOneEventOpensForNoOther() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    let sealed = try vault.seal(Self.text, in: context("S-1"))
    _ = try vault.seal(Self.text, in: context("S-2"))
    for other in [
      context("S-2"), context("S-1", key: "k-2"),
      SealingContext(subject: "S-1", type: "SubjectUpdated", version: 1, key: "k-1"),
      SealingContext(subject: "S-1", type: "SubjectRegistered", version: 2, key: "k-1"),
    ] {
      #expect(throws: LogError(.damaged, "")) { try vault.open(sealed, in: other) }
    }
    #expect(throws: LogError(.noVaultKeys, "")) { try vault.open(sealed, in: context("S-3")) }
    #expect(throws: LogError(.damaged, "")) {
      try vault.open(Array(#"{"alg":"none"}"#.utf8), in: context("S-1"))
    }
  }

  @Test func whatIsDiscardedLeavesNoKey() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    _ = try vault.seal(Self.text, in: context("S-1"))
    vault.discard()
    #expect(try !vault.hasKey("S-1"))
    let sealed = try vault.seal(Self.text, in: context("S-2"))
    try vault.flush()
    vault.discard()
    #expect(try vault.open(sealed, in: context("S-2")) == Self.text)
  }

  @Test func anEpochHoldsSoManySubjectsAndNoMore() throws {
    let folder = try VaultFolder()
    let vault = try folder.create(capacity: 3)
    var sealed: [[UInt8]] = []
    for number in 0..<8 {
      sealed.append(try vault.seal(Self.text, in: context("S-\(number)")))
      if number == 4 { try vault.flush() }
    }
    try vault.flush()
    let lines = String(
      decoding: try Data(contentsOf: URL(filePath: folder.places.epochs)), as: UTF8.self)
    #expect(lines.split(separator: "\n").filter { $0.hasPrefix("epoch ") }.count == 3)
    let again = try #require(try folder.open(capacity: 3))
    for number in 0..<8 {
      #expect(try again.open(sealed[number], in: context("S-\(number)")) == Self.text)
    }
  }

  @Test func moreKeysThanAreKeptAtHand() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    var sealed: [[UInt8]] = []
    for number in 0..<9_000 {
      sealed.append(try vault.seal(Self.text, in: context("S-\(number)")))
    }
    for number in stride(from: 0, to: 9_000, by: 7) {
      #expect(try vault.open(sealed[number], in: context("S-\(number)")) == Self.text)
    }
    try vault.flush()
    for number in stride(from: 8_999, to: 0, by: -11) {
      #expect(try vault.open(sealed[number], in: context("S-\(number)")) == Self.text)
    }
  }

  @Test func nonceNeverRepeats() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    var seen: Set<[UInt8]> = []
    let count = 1_000_000
    seen.reserveCapacity(count)
    for _ in 0..<count {
      let sealed = try vault.seal(Self.text, in: context("S-1"))
      // `"nonce":"` and 16 digits stand at the end, before a quote and a brace.
      seen.insert(Array(sealed[(sealed.count - 18)..<(sealed.count - 2)]))
    }
    #expect(seen.count == count)
  }

  @Test func theKeysLieOutsideAndAreForTheirOwnerAlone() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    _ = try vault.seal(Self.text, in: context("S-1"))
    try vault.flush()
    for (path, mode) in [
      (folder.places.master, 0o600), (folder.places.epochs, 0o600), (folder.path + "/keys", 0o700),
      (folder.path + "/ledger/vault", 0o700), (folder.path + "/ledger/vault/keys.db", 0o600),
    ] {
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      #expect(facts[.posixPermissions] as? Int == mode, "\(path)")
    }
    #expect(try folder.files(in: "ledger").keys.sorted() == ["vault/keys.db"])
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.places.master)
    let again = try #require(try folder.open())
    #expect(throws: LogError(.noVaultKeys, "")) { try again.seal(Self.text, in: context("S-1")) }
  }

  @Test func anotherMasterKeyOpensNothing() throws {
    let folder = try VaultFolder()
    let sealed: [UInt8]
    do {
      let vault = try folder.create()
      sealed = try vault.seal(Self.text, in: context("S-1"))
      try vault.flush()
    }
    for text in [
      Data(repeating: 7, count: 32), Data(String(repeating: "0f", count: 32).utf8),
      Data((Data(repeating: 3, count: 32).base64EncodedString() + "\n").utf8),
    ] {
      try text.write(to: URL(filePath: folder.places.master))
      let vault = try #require(try folder.open())
      #expect(throws: LogError(.noVaultKeys, "")) { try vault.open(sealed, in: context("S-1")) }
    }
    try Data("no key".utf8).write(to: URL(filePath: folder.places.master))
    let vault = try #require(try folder.open())
    #expect(throws: LogError(.noVaultKeys, "")) { try vault.open(sealed, in: context("S-1")) }
  }

  @Test(arguments: [
    ("phone", "+51 987 654 321", "987654321"), ("phone", "0051987654321", "987-654-321"),
    ("document", "45.678.901", "45678901"), ("document", "ab-12345", "AB12345"),
    ("email", " Ana.Quispe@Example.PE", "ana.quispe@example.pe"),
  ])
  func aTextIsFoundHoweverItIsWritten(kind: String, one: String, other: String) throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    let kind = try #require(LookupText.Kind(rawValue: kind))
    _ = try vault.seal(Self.text, in: context("S-1"))
    try vault.note(try #require(LookupText(kind, one, jurisdiction: "PE")), of: "S-1")
    try vault.flush()
    let text = try #require(LookupText(kind, other, jurisdiction: "PE"))
    #expect(try vault.subjects(of: text) == ["S-1"])
    #expect(LookupText.all(other, jurisdiction: "PE").contains(text))
    let bytes = try #require(folder.files(in: "ledger")["vault/keys.db"])
    #expect(bytes.range(of: Data(one.utf8)) == nil && bytes.range(of: Data(other.utf8)) == nil)
  }

  @Test func aDocumentPutRightIsFoundAndTheWrongOneIsNot() throws {
    let folder = try VaultFolder()
    let vault = try folder.create()
    func document(_ number: String) throws -> LookupText {
      try #require(LookupText(.document, number, jurisdiction: "PE"))
    }
    let phone = try #require(LookupText(.phone, "987654321", jurisdiction: "PE"))
    _ = try vault.seal(Self.text, in: context("S-1"))
    try vault.note(phone, of: "S-1")
    // Twice before anything is on the disk, then once after.
    try vault.note(document("45678901"), of: "S-1", replacing: true)
    try vault.note(document("45678902"), of: "S-1", replacing: true)
    try vault.flush()
    #expect(try vault.subjects(of: document("45678901")) == [])
    #expect(try vault.subjects(of: document("45678902")) == ["S-1"])
    try vault.note(document("45678903"), of: "S-1", replacing: true)
    try vault.flush()
    #expect(try vault.subjects(of: document("45678902")) == [])
    #expect(try vault.subjects(of: document("45678903")) == ["S-1"])
    #expect(try vault.subjects(of: phone) == ["S-1"])
  }
}
