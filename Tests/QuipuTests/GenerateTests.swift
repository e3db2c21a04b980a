import CanonicalJSON
import Collections
import Foundation
import Testing

@testable import quipu

/// The synthetic portfolio: same bytes for the same seed, and drafts that a ledger would take.
@Suite struct GenerateTests {
  /// The seeds tried; `QUIPU_SEED` replays one.
  static let seeds: [UInt64] =
    ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap { UInt64($0) }.map { [$0] }
    ?? [1, 20_260_301]

  private func day(_ text: String) throws -> CivilDate {
    try #require(CivilDate(text))
  }

  private func bytes(_ options: GenerateOptions) -> [UInt8] {
    var all: [UInt8] = []
    generate(options) { piece in
      for position in piece.indices { all.append(piece[position]) }
    }
    return all
  }

  private func lines(_ options: GenerateOptions) -> [String] {
    String(decoding: bytes(options), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  // MARK: The same seed, the same bytes

  @Test(arguments: seeds) func sameSeedGivesSameBytes(seed: UInt64) throws {
    let start = try day("2024-03-01")
    let options = GenerateOptions(seed: seed, accounts: 60, months: 8, start: start)
    let other = GenerateOptions(seed: seed &+ 1, accounts: 60, months: 8, start: start)
    let told = bytes(options)
    #expect(told.count > 100_000)
    #expect(told == bytes(options))
    #expect(told != bytes(other))
  }

  @Test func anAccountsStoryDoesNotDependOnHowManyThereAre() throws {
    let start = try day("2024-03-01")
    let few = lines(GenerateOptions(seed: 5, accounts: 20, months: 6, start: start))
    let many = lines(GenerateOptions(seed: 5, accounts: 50, months: 6, start: start))
    let kept = many.filter { line in
      guard let key = line.range(of: "\"key\":\"PE-"),
        let number = Int(line[key.upperBound...].prefix(7))
      else { return false }
      return number <= 20
    }
    #expect(kept == few)
  }

  // MARK: Drafts that a ledger takes

  @Test(arguments: seeds) func everyDraftKeepsTheRules(seed: UInt64) throws {
    let start = try day("2024-07-01")
    let end = try day("2025-07-01")
    var checker = PortfolioChecker(first: start, end: end)
    for line in lines(GenerateOptions(seed: seed, accounts: 500, months: 12, start: start)) {
      checker.check(line)
    }
    #expect(checker.problems == [])

    // Every kind of event this generator is for, in a portfolio of this size.
    for type in DraftShape.all.keys.sorted() where !Self.rare.contains(type) {
      #expect(checker.counts[type, default: 0] > 0, "no \(type)")
    }
    #expect(checker.counts["AccountOpened"] == 500)
    #expect(checker.latePayments > 20)

    // Violations: planted ones alone, some hundredths of the calls, of both kinds.
    #expect(checker.unlawfulMessages == 0)
    #expect(checker.unlawfulCalls * 1000 > checker.calls * 5)
    #expect(checker.unlawfulCalls * 1000 < checker.calls * 50)
    #expect(checker.sundayCalls > 0)
    #expect(checker.eveningCalls > 0)
  }

  /// Types so rare that 500 accounts may go a year without one.
  private static let rare: Set = ["RefundIssued", "AccountReopened"]

  @Test func rareKindsAppearInALargerPortfolio() throws {
    let start = try day("2024-01-01")
    var generator = PortfolioGenerator(seed: 3, accounts: 700, months: 14, start: start)
    var seen: Set<String> = []
    while generator.next({ line in
      // The type ends the line: `…"type":"RefundIssued"}`.
      for type in Self.rare where ends(line, with: "\"\(type)\"}\n") { seen.insert(type) }
    }) {}
    #expect(seen == Self.rare)
  }

  private func ends(_ line: Span<UInt8>, with text: String) -> Bool {
    guard line.count > text.utf8.count else { return false }
    return text.utf8.enumerated().allSatisfy { offset, byte in
      line[line.count - text.utf8.count + offset] == byte
    }
  }

  @Test(arguments: [
    // accounts, months, start
    (0, 12, "2024-01-01"),
    (1, 1, "2024-01-01"),
    (40, 1, "2024-03-28"),  // begins on Maundy Thursday
    (40, 2, "2024-02-29"),
    (25, 36, "2021-10-31"),
  ]) func shortAndOddPeriods(accounts: Int, months: Int, start: String) throws {
    let first = try day(start)
    let count = first.year * 12 + first.month - 1 + months
    let end = try #require(
      CivilDate(
        year: count / 12, month: count % 12 + 1,
        day: min(first.day, CivilDate.length(ofMonth: count % 12 + 1, in: count / 12))))
    var checker = PortfolioChecker(first: first, end: end)
    let told = lines(GenerateOptions(seed: 9, accounts: accounts, months: months, start: first))
    for line in told { checker.check(line) }
    #expect(checker.problems == [])
    #expect(checker.counts["AccountOpened", default: 0] == accounts)
  }

  @Test func theLastStartLeavesTheWholeStoryInThePast() throws {
    let cases: [(today: String, months: Int, start: String)] = [
      ("2026-03-02", 12, "2025-03-01"),
      ("2026-01-01", 1, "2025-12-01"),
      ("2026-12-31", 24, "2024-12-01"),
    ]
    for each in cases {
      let start = GenerateOptions.lastStart(for: each.months, endingBefore: try day(each.today))
      #expect(start.text == each.start)
    }
  }

  // MARK: The sink

  private struct Full: Error {}

  @Test func piecesHoldWholeLinesAndAFullSinkStopsTheStory() throws {
    let start = try day("2024-03-01")
    let options = GenerateOptions(seed: 2, accounts: 80, months: 6, start: start)
    var pieces = 0
    var newlines = 0
    let count = generate(options) { piece in
      pieces += 1
      #expect(piece[piece.count - 1] == UInt8(ascii: "\n"))
      for position in piece.indices where piece[position] == UInt8(ascii: "\n") { newlines += 1 }
    }
    #expect(pieces > 3)
    #expect(newlines == count)

    var taken = 0
    #expect(throws: Full.self) {
      try generate(options) { (_: Span<UInt8>) throws(Full) in
        taken += 1
        if taken == 2 { throw Full() }
      }
    }
    #expect(taken == 2)
  }
}
