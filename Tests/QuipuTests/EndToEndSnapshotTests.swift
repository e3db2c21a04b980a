internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: snapshots")
struct EndToEndSnapshotTests {
  /// More events than make a snapshot worth keeping.
  private static let ledger = Result {
    try GeneratedPortfolio.make(accounts: 260, months: 12, seed: 8)
  }
  private static let replay = "replay --json --on 2025-02-28"

  /// The names of the snapshots a ledger holds.
  private func kept(_ ledger: TemporaryLedger) throws -> [String] {
    try ledger.files().keys.filter { $0.hasPrefix("snapshots/") }.sorted()
  }

  @Test("a long replay keeps one snapshot; the next begins there and says the same")
  func begins() throws {
    let ledger = try Self.ledger.get().copy()
    let first = try ledger.run(Self.replay).json
    let size = try #require(first["knownAt"]?["size"]?.integerValue)
    try #require(size > 10_000)
    #expect(first["snapshot"]?.integerValue == 0)
    #expect(
      try kept(ledger) == ["snapshots/\(String(size + 1_000_000_000_000).dropFirst()).snapshot"])

    for command in [Self.replay, "portfolio --json --on 2025-02-28"] {
      let again = try ledger.run(command)
      let scratch = try ledger.run("\(command) --from-scratch")
      #expect(again.exit == 0 && again.errors.isEmpty)
      var (one, other) = (try again.json, try scratch.json)
      if command == Self.replay {
        #expect(one["snapshot"]?.integerValue == size && other["snapshot"]?.integerValue == 0)
        #expect(one["digest"] == first["digest"] && other["digest"] == first["digest"])
        #expect(one["events"] == other["events"] && one["totals"] == other["totals"])
        (one, other) = (.null, .null)
      }
      #expect(one == other)
    }
    // What came since is read after it; an earlier size is read from the log.
    try ledger.record([
      #"{"type":"PaymentReceived","stream":"portfolio/unidentified","data":"#
        .replacing("PaymentReceived", with: "UnidentifiedPaymentReceived")
        + #"{"payment":"late","amount":100,"currency":"PEN","method":"cash"}}"#
    ])
    let later = try ledger.run(Self.replay).json
    #expect(later["snapshot"]?.integerValue == size)
    #expect(later["knownAt"]?["size"]?.integerValue == size + 1)
    #expect(later["events"]?["UnidentifiedPaymentReceived"]?.integerValue == 1)
    let earlier = try ledger.run("\(Self.replay) --known-at \(size - 1)").json
    #expect(earlier["snapshot"]?.integerValue == 0)
    #expect(try ledger.run("verify --strict").exit == 0)
  }

  @Test("a damaged snapshot is told and passed over, and the next replay makes it anew")
  func damaged() throws {
    let ledger = try Self.ledger.get().copy()
    let first = try ledger.run("\(Self.replay) --from-scratch").json
    let name = try #require(try kept(ledger).first)
    let spoil =
      "printf X | dd of=\"$QUIPU_LEDGER/\(name)\" bs=1 seek=70000 conv=notrunc status=none"
    #expect(try ledger.bash(spoil).exit == 0)
    let run = try ledger.run(Self.replay)
    #expect(run.exit == 0)
    #expect(run.errors.contains("\(name): it differs from its own SHA-256"))
    #expect(try run.json["digest"] == first["digest"])
    let again = try ledger.run(Self.replay)
    #expect(again.errors.isEmpty)
    #expect(try again.json["snapshot"]?.integerValue ?? 0 > 10_000)
  }

  @Test("where none can be written, the replay says so and is as good")
  func unwritable() throws {
    let ledger = try Self.ledger.get().copy()
    // A file stands where the folder would be.
    #expect(try ledger.bash("touch \"$QUIPU_LEDGER/snapshots\"").exit == 0)
    let run = try ledger.run(Self.replay)
    #expect(run.exit == 0)
    for told in ["snapshots cannot be read", "no snapshot was kept"] {
      #expect(run.errors.contains(told))
    }
    #expect(try run.json["snapshot"]?.integerValue == 0)
  }
}
