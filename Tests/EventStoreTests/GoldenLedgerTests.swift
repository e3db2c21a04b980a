import EventStore
import Foundation
import Testing

/// Ledgers of earlier releases open for ever (see `Golden/README.md`).
@Suite struct GoldenLedgerTests {
  /// A copy of a golden ledger, which may be written to.
  private func copy(_ name: String) throws -> TemporaryPlace {
    let place = try TemporaryPlace()
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    try FileManager.default.copyItem(atPath: golden.path, toPath: place.ledger)
    return place
  }

  static let root = "nr45Cm3FNQH/+crGYjXiqB0L/K0hi7PL/2ZIl6Mp22M="

  @Test func format1IsRead() throws {
    let place = try copy("format-1")
    let reader = try LogReader.open(directory: place.ledger)
    #expect(reader.notices == [])
    #expect(reader.identity.ledger == "5f0c3a9e2b7d41868acf90e1d2b3c4a5")
    #expect(reader.identity.origin == "golden.example/format-1")
    #expect(reader.identity.keys.count == 1)
    var rows: [String] = []
    try reader.forEach(checking: .every) { event, line in
      let (type, stream) = (text(of: event.type, in: line), text(of: event.stream, in: line))
      rows.append("\(event.seq) \(event.n) \(event.cause) \(event.version) \(type) \(stream)")
    }
    let ledger = "ledger/5f0c3a9e2b7d41868acf90e1d2b3c4a5"
    // seq, n, cause, version, type, stream
    #expect(
      rows == [
        "0 0 -1 1 LedgerOpened \(ledger)",
        "1 0 -1 1 AccountOpened account/A-1",
        "2 1 1 1 PaymentReceived account/A-1",
        "3 0 -1 2 SubjectRegistered subject/S-1",
        "4 1 -1 1 LogRecovered \(ledger)",
        "5 2 -1 1 PaymentReceived account/A-1",
        "6 3 -1 1 PaymentReceived account/A-1",
        "7 4 -1 1 PaymentReceived account/A-1",
      ])
    let line = String(decoding: try reader.line(1), as: UTF8.self)
    #expect(line.contains(#""note":"Señora Ñahui: «€ 1» 😀\n\t\u0001""#))
  }

  @Test func format1IsSound() throws {
    let place = try copy("format-1")
    let verification = try LogVerifier.verify(directory: place.ledger)
    #expect(verification.findings == [])
    #expect(verification.notices == [])
    #expect(verification.root?.base64 == Self.root)
    #expect(verification.events == 8)
    #expect(verification.commits == 5)
    #expect(verification.segments == 2)
    #expect(verification.bytes == 3529)
  }

  @Test func format1IsGoneOnWith() throws {
    let place = try copy("format-1")
    let log = try place.open()
    // It was written before there were an index and a ballast.
    #expect(log.notices.map(\.kind) == [.stale, .ballast])
    #expect(log.notices.map(\.file) == ["index", "ballast"])
    #expect(log.root.base64 == Self.root)
    #expect(log.lastRecordedAt == "2026-01-02T03:00:04.000Z")
    #expect(try log.find(key: "bank:77") == 2)
    let receipts = try log.append(
      [Sample.event("new", on: "account/A-1", expecting: 5)], at: Sample.instant(5000))
    #expect(receipts.map(\.seq) == [8])
    #expect(try LogVerifier.verify(directory: place.ledger).findings == [])
  }

  static let signedRoot = "g2sBdmxksZWihJc55VJTpyZMJLjoDedsfV4bSzLqGL4="
  static let signedKeys = [
    "golden.example/format-1-signed+ac437665+AQsvmjKQ8sNj3sOsld/QQ3gfY/JBdGTV1qaDA4qzKBL8",
    "golden.example/format-1-signed+32be511b+AUekjqWs8ULk1tuWY4AmZE/dxEXY5HXtP/pQqey94k/Y",
  ]

  /// Each of its two keys vouches for the other, as the checkpoint signed by both says.
  @Test(arguments: signedKeys) func format1SignedIsSound(key: String) throws {
    let place = try copy("format-1-signed")
    var options = VerifyOptions()
    options.trusted = [try #require(VerifierKey(key))]
    let verification = try LogVerifier.verify(directory: place.ledger, options: options)
    #expect(verification.findings == [])
    #expect(verification.notices == [])
    #expect(verification.root?.base64 == Self.signedRoot)
    #expect(verification.events == 272)
    #expect(verification.covered == 272)
    #expect(verification.commits == 10)
    #expect(verification.segments == 2)
    #expect(verification.bytes == 85_133)
    #expect(verification.checkpoints == 5)
    #expect(verification.tiles == 4)
    #expect(Set(verification.keys.map(\.text)) == Set(Self.signedKeys))
    #expect(verification.keysAreTrusted)
  }

  /// Without the key it was signed with nothing more is signed, and that is told.
  @Test func format1SignedIsGoneOnWith() throws {
    let place = try copy("format-1-signed")
    let log = try place.open()
    #expect(log.notices.map(\.file) == ["index", "ballast"])
    #expect(log.root.base64 == Self.signedRoot)
    #expect(try log.find(key: "bank:42") == 43)
    let line = String(decoding: try log.line(43), as: UTF8.self)
    #expect(line.contains(#""payment":"p-42""#))
    let receipts = try log.append(
      [Sample.event("new", on: "account/A-1", expecting: 270)], at: Sample.instant(5000))
    #expect(receipts.map(\.seq) == [272])
    #expect(log.close().map(\.kind) == [.clockBackwards, .unsigned])
    let verification = try LogVerifier.verify(directory: place.ledger)
    #expect(verification.findings == [])
    #expect(verification.notices.map(\.kind) == [.notCovered])
    #expect(verification.events == 273)
    #expect(verification.covered == 272)
  }

  /// A log of the time before, and a proof made then, are of the same tree.
  @Test func format1SignedProofHolds() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden")
    let bytes = Array(
      try Data(contentsOf: golden.appendingPathComponent("format-1-signed.tlog-proof")))
    let proof = try InclusionProof(parsing: bytes)
    try proof.check(against: Self.signedKeys.compactMap { VerifierKey($0) })
    #expect(proof.index == 3)
    #expect(proof.checkpoint.root.base64 == Self.signedRoot)
    let reader = try LogReader.open(directory: golden.path + "/format-1-signed")
    #expect(try reader.line(3) == proof.line)
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var wrong = bytes
      wrong[place] ^= 1 << UInt8(place % 8)
      let keys = Self.signedKeys.compactMap { VerifierKey($0) }
      #expect(throws: LogError.self, "byte \(place)") {
        try InclusionProof(parsing: wrong).check(against: keys)
      }
    }
  }
}
