internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: what record refuses")
struct EndToEndRefusalTests {
  private static let base = Result { try TemporaryLedger(recording: RefusedLine.ledger) }

  @Test("exit 3, a code, the line and the field; nothing is recorded", arguments: RefusedLine.all)
  func refused(_ bad: RefusedLine) throws {
    let ledger = try Self.base.get().copy()
    let before = try ledger.files()
    let drafts = Array(DraftLine.opened("B-1").utf8) + [10] + bad.line + [10]
    let run = try ledger.record(bytes: drafts, "--json --actor u-1")

    #expect(run.exit == 3)
    #expect(run.output.isEmpty)
    let failure = try run.failure
    #expect(failure.code == bad.code)
    #expect(failure.exit == 3)
    #expect(failure.number("line") == 2)
    #expect(failure["field"] == bad.field, "\(failure.json.canonicalText)")
    #expect(!failure["expected"].isEmpty)
    #expect(try ledger.files() == before)
  }
}
