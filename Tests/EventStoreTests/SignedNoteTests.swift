import CanonicalJSON
import Support
import Testing

@testable import EventStore

/// Keys, notes and checkpoints as C2SP writes them.
@Suite struct SignedNoteTests {
  private func signed(_ text: String, by key: borrowing SigningKey) throws -> SignedNote {
    var note = SignedNote(text: text)
    try note.sign(with: key)
    return note
  }

  @Test func aKeyIsReadBackFromItsText() throws {
    let key = try SigningKey.generated(name: "collections.example.pe/main").verifier
    #expect(VerifierKey(key.text) == key)
    for wrong in [
      "", "books", "books+12345678+AAAA", key.text + "A", key.text.replacing("main", with: "mail"),
      key.text.replacing("+A", with: "+B"),
    ] {
      #expect(VerifierKey(wrong) == nil, "\(wrong)")
    }
  }

  /// The key and note that the Go implementation's documentation signs its example with.
  @Test func theExampleOfTheSignedNotePackage() throws {
    let key = try #require(
      VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
    let text = """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

      """
    let note = try #require(SignedNote(parsing: Array(text.utf8)))
    #expect(note.signers(among: [key]) == [key])
    #expect(note.bytes == Array(text.utf8))
    let changed = text.replacing("answer", with: "anchor")
    let other = try #require(SignedNote(parsing: Array(changed.utf8)))
    #expect(other.signers(among: [key]) == nil)
  }

  @Test func whatIsNoNoteIsRefused() throws {
    let key = try SigningKey.generated(name: "books")
    let good = try signed("books\n0\n\(Digest.empty.base64)\n", by: key)
    #expect(SignedNote(parsing: good.bytes) == good)
    let text = String(decoding: good.bytes, as: UTF8.self)
    for wrong in [
      String(text.dropLast()), text + "\n", text + "x\n", text.replacing("\u{2014} ", with: "- "),
      text.replacing("books", with: "bo\u{7}oks"),
      good.text, good.text + "\n", "",
    ] {
      #expect(SignedNote(parsing: Array(wrong.utf8)) == nil, "\(wrong)")
    }
    #expect(SignedNote(parsing: good.bytes + [0xFF]) == nil)
  }

  @Test func aWrongSignatureOfAKnownKeyRejectsTheWholeNote() throws {
    let key = try SigningKey.generated(name: "books")
    let other = try SigningKey.generated(name: "other")
    var note = try signed("books\n0\n\(Digest.empty.base64)\n", by: key)
    #expect(note.signers(among: [other.verifier]) == [])
    let forged = SignedNote.Signature(by: other.verifier, [UInt8](repeating: 1, count: 64))
    let isNew = note.add(forged)
    #expect(isNew)
    #expect(note.signers(among: [key.verifier]) == [key.verifier])
    #expect(note.signers(among: [key.verifier, other.verifier]) == nil)
  }

  @Test func aCosignatureSignsTimeAndText() throws {
    let log = try SigningKey.generated(name: "books")
    let witness = try SigningKey.generated(name: "witness.example/w1", kind: .cosignature)
    var note = try signed("books\n0\n\(Digest.empty.base64)\n", by: log)
    let line = try Cosignature.line(over: note.text, at: 1_679_315_147, with: witness)
    let isNew = note.add(line)
    let isNewAgain = note.add(line)
    #expect(isNew && !isNewAgain)
    let known = [log.verifier, witness.verifier]
    #expect(note.signers(among: known) == known)
    let later = SignedNote.Signature(
      by: witness.verifier, [0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCC] + line.bytes.dropFirst(8))
    var moved = try signed(note.text, by: log)
    let isMoved = moved.add(later)
    #expect(isMoved)
    #expect(moved.signers(among: known) == nil)
  }

  @Test func aCheckpointIsReadBack() throws {
    let key = try SigningKey.generated(name: "books")
    var checkpoint = Checkpoint(origin: "books", size: 3, root: .empty)
    try checkpoint.note.sign(with: key)
    #expect(Checkpoint(parsing: checkpoint.note.bytes) == checkpoint)
    #expect(checkpoint.isSigned(byOneOf: [key.verifier]))
    let text = String(decoding: checkpoint.note.bytes, as: UTF8.self)
    for wrong in [
      text.replacing("\n3\n", with: "\n03\n"), text.replacing("\n3\n", with: "\n-3\n"),
      text.replacing("\n3\n", with: "\n\n3\n"), text.replacing("\(Digest.empty.base64)", with: "A"),
    ] {
      #expect(Checkpoint(parsing: Array(wrong.utf8)) == nil, "\(wrong)")
    }
    let forged = try #require(
      Checkpoint(parsing: Array(text.replacing("\n3\n", with: "\n4\n").utf8)))
    #expect(!forged.isSigned(byOneOf: [key.verifier]))
  }

  @Test(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
  func wycheproof() throws {
    let file = try #require(
      try SharedVectors.files(in: "wycheproof", prefix: "ed25519_test").first)
    let document = try JSONValue(parsing: file.bytes.span, as: .interoperable)
    var (valid, invalid) = (0, 0)
    for group in document["testGroups"]?.arrayValue ?? [] {
      let key = try bytes(group["publicKey"]?["pk"])
      for test in group["tests"]?.arrayValue ?? [] {
        let isValid = test["result"]?.stringValue == "valid"
        let accepted = Ed25519Key.isValid(
          try bytes(test["sig"]), of: try bytes(test["msg"]), by: key)
        #expect(accepted == isValid, "test \(test["tcId"]?.integerValue ?? 0)")
        if isValid { valid += 1 } else { invalid += 1 }
      }
    }
    print("Wycheproof Ed25519: \(valid) valid, \(invalid) invalid signatures")
    #expect(valid > 80 && invalid > 40)
  }

  private func bytes(_ value: JSONValue?) throws -> [UInt8] {
    let digits = Array(try #require(value?.stringValue))
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  /// Another program's log: its checkpoints verify under its key, and its tiles are ours.
  @Test(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
  func tesseraTestLog() throws {
    let log = "tessera_testlog/testdata/log"
    let key = try #require(
      VerifierKey(
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"))
    var count = 0
    for file in try SharedVectors.files(in: log, prefix: "checkpoint") {
      let checkpoint = try #require(Checkpoint(parsing: file.bytes))
      #expect(checkpoint.note.bytes == file.bytes)
      #expect(checkpoint.isSigned(byOneOf: [key]), "\(file.name)")
      count += 1
    }
    #expect(count == 17)
  }

  /// Tiles made of that log's entries are, byte for byte, those it published.
  @Test(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
  func tesseraTiles() throws {
    let log = "tessera_testlog/testdata/log/tile"
    let bundle = try #require(
      try SharedVectors.files(in: log + "/entries/000.p", prefix: "15").first)
    var published: [String: [UInt8]] = [:]
    for file in try SharedVectors.files(in: log + "/0/000.p") { published[file.name] = file.bytes }
    var rest = bundle.bytes[...]
    var builder = TileBuilder()
    while let high = rest.popFirst(), let low = rest.popFirst() {
      let entry = Array(rest.prefix(Int(high) << 8 | Int(low)))
      rest.removeFirst(entry.count)
      builder.append(Digest(leaf: entry.span))
      let tile = try #require(builder.partial.first)
      #expect(published["\(tile.tile.width)"] == tile.bytes, "\(tile.tile.name)")
    }
    #expect(published.count == 15)
    #expect(builder.frontier.size == 15)
  }
}
