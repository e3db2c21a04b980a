import EventStore
import Foundation
import SQLite
import Testing
import Vault

@Suite struct ErasureTests {
  private static let text = Array(#"{"value":"+51 987 654 321"}"#.utf8)

  /// A vault of some people, each found by his number; what was sealed of each.
  private func filled(_ folder: VaultFolder, _ count: Int, capacity: Int) throws -> [[UInt8]] {
    let vault = try folder.create(capacity: capacity)
    var sealed: [[UInt8]] = []
    for number in 0..<count {
      sealed.append(try vault.seal(Self.text, in: context("S-\(number)")))
      try vault.note(try lookup(number), of: "S-\(number)")
    }
    try vault.flush()
    return sealed
  }

  private func lookup(_ number: Int) throws -> LookupText {
    try #require(LookupText(.document, "4567890\(number)", jurisdiction: "PE"))
  }

  @Test func theErasedOneIsGoneAndEverybodyElseIsThere() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 3_000, capacity: 1_200)
    let vault = try #require(try folder.open(capacity: 1_200))
    try vault.prepareErasure(of: ["S-7"])
    try vault.erase([.init(subject: "S-7", seq: 99)], erasures: 1)
    for opened in [vault, try #require(try folder.open(capacity: 1_200))] {
      #expect(throws: LogError(.erased, "")) { try opened.open(sealed[7], in: context("S-7")) }
      #expect(throws: LogError(.erased, "")) { try opened.seal(Self.text, in: context("S-7")) }
      #expect(try opened.erasure(of: "S-7") == 99 && opened.erasures == 1)
      #expect(try opened.subjects(of: try lookup(7)) == [])
      for number in stride(from: 0, to: 3_000, by: 13) where number != 7 {
        #expect(try opened.open(sealed[number], in: context("S-\(number)")) == Self.text)
        #expect(try opened.subjects(of: try lookup(number)) == ["S-\(number)"])
      }
    }
  }

  /// Every 8 bytes of what is forbidden, sought in a file.
  private func runs(_ bytes: Data, in file: Data) -> Bool {
    var seen: Set<Data> = []
    for place in 0...max(0, bytes.count - 8) { seen.insert(bytes.dropFirst(place).prefix(8)) }
    return seen.contains { file.range(of: $0) != nil }
  }

  @Test func noTraceOfTheKeyIsLeftInAnyFile() throws {
    let folder = try VaultFolder()
    _ = try filled(folder, 500, capacity: 10_000)
    // Her row as it was, and her key through the outer keys as they were.
    let row = try wrapped("S-250", in: folder.path + "/ledger/vault/keys.db")
    let tag = try tag(of: "S-250", in: folder.path + "/ledger/vault/keys.db")
    let before = try folder.files()["keys/epochs"]
    let vault = try #require(try folder.open())
    try vault.prepareErasure(of: ["S-250"])
    try vault.erase([.init(subject: "S-250", seq: 1)], erasures: 1)
    let files = try folder.files()
    #expect(files.keys.sorted() == ["keys/epochs", "keys/master.key", "ledger/vault/keys.db"])
    let old = String(decoding: try #require(before), as: UTF8.self).split(separator: "\n")
    let epoch = try #require(old.first { $0.hasPrefix("epoch 0 ") }?.dropFirst(8))
    let forbidden = [
      row, Data(row.base64EncodedString().utf8),
      Data(row.map { String(format: "%02x", $0) }.joined().utf8),
      tag, Data(epoch.utf8), try #require(Data(base64Encoded: String(epoch))),
    ]
    for (name, file) in files {
      for bytes in forbidden { #expect(!runs(bytes, in: file), "\(name)") }
    }
    // The search finds what is there.
    let other = try wrapped("S-251", in: folder.path + "/ledger/vault/keys.db")
    #expect(runs(other, in: try #require(files["ledger/vault/keys.db"])))
  }

  private func wrapped(_ subject: String, in path: String) throws -> Data {
    let database = try Database(.existing, path)
    let epochs = try database.prepare("SELECT epoch FROM epochs")
    _ = try epochs.step()
    let row = try database.prepare(
      "SELECT wrapped FROM keys_\(epochs.integer(0)) WHERE subject = ?")
    try row.bind(1, subject)
    try #require(try row.step())
    return Data(row.bytes(0))
  }

  private func tag(of subject: String, in path: String) throws -> Data {
    let database = try Database(.existing, path)
    let row = try database.prepare("SELECT tag FROM lookups_0 WHERE subject = ?")
    try row.bind(1, subject)
    try #require(try row.step())
    return Data(row.bytes(0))
  }

  @Test func anOlderCopyOfTheVaultDoesNotOpenHer() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 20, capacity: 10)
    let copy = folder.path + "/copy.db"
    _ = try SubjectVault.copy(of: folder.path + "/ledger", ledger: VaultFolder.ledger, to: copy)
    let vault = try #require(try folder.open(capacity: 10))
    try vault.prepareErasure(of: ["S-3"])
    try vault.erase([.init(subject: "S-3", seq: 1)], erasures: 1)
    let live = folder.path + "/ledger/vault/keys.db"
    try FileManager.default.removeItem(atPath: live)
    try FileManager.default.copyItem(atPath: copy, toPath: live)
    let old = try #require(try folder.open(capacity: 10))
    #expect(throws: LogError(.noVaultKeys, "")) { try old.open(sealed[3], in: context("S-3")) }
    #expect(throws: LogError(.noVaultKeys, "")) { try old.open(sealed[4], in: context("S-4")) }
    #expect(try old.open(sealed[14], in: context("S-14")) == Self.text)
    #expect(try old.status().lost == [0])
    #expect(try old.hasLostKeys(of: [.init(subject: "S-3", seq: 1)]))
    // The log's erasure is done again: her row goes, those that share her epoch stay as they are.
    try old.erase([.init(subject: "S-3", seq: 1)], erasures: 1)
    #expect(throws: LogError(.erased, "")) { try old.open(sealed[3], in: context("S-3")) }
    #expect(try old.hasKey("S-4") && old.erasures == 1)
    #expect(try old.open(sealed[14], in: context("S-14")) == Self.text)
  }

  /// A key that was prepared wraps nothing; it is left, for it may be one that a copy of the ledger made.
  @Test func whatWasPreparedAndNeverDoneHarmsNothing() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 5, capacity: 10)
    do {
      let vault = try #require(try folder.open(capacity: 10))
      try vault.prepareErasure(of: ["S-3"])
    }
    let prepared = try folder.files()["keys/epochs"]
    let vault = try #require(try folder.open(capacity: 10))
    try vault.settle()
    #expect(try folder.files()["keys/epochs"] == prepared)
    #expect(try vault.open(sealed[3], in: context("S-3")) == Self.text)
    _ = try vault.seal(Self.text, in: context("S-9"))
    try vault.flush()
  }

  /// Two vaults that share their outer keys and were opened at one time: neither loses the other's epochs,
  /// and a destroyed one does not come back.
  @Test func twoWritersOfTheOuterKeysLoseNothing() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 10, capacity: 10)
    let first = try #require(try folder.open(capacity: 10))
    let copy = folder.path + "/staging"
    try FileManager.default.copyItem(atPath: folder.path + "/ledger", toPath: copy)
    let settings = SubjectVault.Settings(places: folder.places, epochCapacity: 10)
    let second = try #require(
      try SubjectVault.open(copy, ledger: VaultFolder.ledger, settings))
    try first.requireKeys()
    try second.requireKeys()
    let old = try folder.files()["keys/epochs"]
    try first.prepareErasure(of: ["S-3"])
    try first.erase([.init(subject: "S-3", seq: 1)], erasures: 1)
    _ = try second.seal(Self.text, in: context("S-77"))
    #expect(throws: LogError(.inUse, "")) { try second.flush() }
    let lines = String(decoding: try #require(try folder.files()["keys/epochs"]), as: UTF8.self)
    let gone = String(decoding: try #require(old), as: UTF8.self).split(separator: "\n").last
    #expect(!lines.contains(try #require(gone)), "the destroyed epoch is back")
    let again = try #require(try folder.open(capacity: 10))
    #expect(try again.open(sealed[4], in: context("S-4")) == Self.text)
  }

  /// An older copy of the ledger knows fewer epochs than the live one: opening it destroys none of theirs.
  @Test func anOlderCopyDestroysNoKeyOfTheLiveVault() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 20, capacity: 10)
    let copy = folder.path + "/copy.db"
    _ = try SubjectVault.copy(of: folder.path + "/ledger", ledger: VaultFolder.ledger, to: copy)
    let vault = try #require(try folder.open(capacity: 10))
    try vault.prepareErasure(of: ["S-3"])
    try vault.erase([.init(subject: "S-3", seq: 1)], erasures: 1)
    let (live, kept) = (folder.path + "/ledger/vault/keys.db", folder.path + "/live.db")
    try FileManager.default.moveItem(atPath: live, toPath: kept)
    try FileManager.default.copyItem(atPath: copy, toPath: live)
    let old = try #require(try folder.open(capacity: 10))
    try old.settle()
    _ = try old.seal(Self.text, in: context("S-99"))
    try old.flush()
    try FileManager.default.removeItem(atPath: live)
    try FileManager.default.moveItem(atPath: kept, toPath: live)
    let again = try #require(try folder.open(capacity: 10))
    for place in [4, 14] {
      #expect(try again.open(sealed[place], in: context("S-\(place)")) == Self.text)
    }
  }

  @Test func anotherMasterKeyOpensAllAndTheOldOneNothing() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 25, capacity: 10)
    let old = try Data(contentsOf: URL(filePath: folder.places.master))
    let vault = try #require(try folder.open(capacity: 10))
    try vault.rotateMaster()
    #expect(try Data(contentsOf: URL(filePath: folder.places.master)) != old)
    for opened in [vault, try #require(try folder.open(capacity: 10))] {
      for number in 0..<25 {
        #expect(try opened.open(sealed[number], in: context("S-\(number)")) == Self.text)
      }
    }
    // Cut off between the epochs and the master key's place.
    let now = try Data(contentsOf: URL(filePath: folder.places.master))
    try now.write(to: URL(filePath: folder.places.master + ".next"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.places.master + ".next")
    try old.write(to: URL(filePath: folder.places.master))
    let cut = try #require(try folder.open(capacity: 10))
    #expect(try cut.open(sealed[3], in: context("S-3")) == Self.text)
    #expect(try Data(contentsOf: URL(filePath: folder.places.master)) == now)
    #expect(!FileManager.default.fileExists(atPath: folder.places.master + ".next"))
    let given = folder.path + "/given"
    try Data((Data(repeating: 5, count: 32).base64EncodedString() + "\n").utf8).write(
      to: URL(filePath: given))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: given)
    try cut.rotateMaster(to: given)
    folder.places.master = given
    let last = try #require(try folder.open(capacity: 10))
    #expect(try last.open(sealed[3], in: context("S-3")) == Self.text)
  }

  @Test func keysAreCopiedAndPutBack() throws {
    let folder = try VaultFolder()
    let sealed = try filled(folder, 3, capacity: 10)
    let ledger = folder.path + "/ledger"
    #expect(try SubjectVault.faults(of: ledger, folder.places) == [.notBackedUp])
    let copy = folder.path + "/safe/copy"
    try SubjectVault.exportKeys(folder.places, to: copy)
    #expect(try SubjectVault.faults(of: ledger, folder.places) == [])
    #expect(throws: LogError(.exists, "")) { try SubjectVault.exportKeys(folder.places, to: copy) }
    #expect(throws: LogError(.exists, "")) {
      try SubjectVault.importKeys(folder.places, from: copy, ledger: VaultFolder.ledger)
    }
    try FileManager.default.removeItem(atPath: folder.path + "/keys")
    #expect(
      try SubjectVault.faults(of: ledger, folder.places)
        == [.missing(folder.places.master), .missing(folder.places.epochs)])
    #expect(throws: LogError(.noVaultKeys, "")) {
      try SubjectVault.importKeys(
        folder.places, from: copy, ledger: String(repeating: "0c", count: 16))
    }
    try SubjectVault.importKeys(folder.places, from: copy, ledger: VaultFolder.ledger)
    let vault = try #require(try folder.open())
    #expect(try vault.open(sealed[1], in: context("S-1")) == Self.text)
    var beside = folder.places
    beside.master = ledger + "/master.key"
    beside.epochs = folder.path + "/epochs"
    let faults = try SubjectVault.faults(of: ledger, beside)
    #expect(faults.contains(.beside(beside.master)) && faults.contains(.beside(beside.epochs)))
  }
}
