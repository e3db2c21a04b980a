import Collections
import EventStore
import Ledger
import Projections
import Testing

@testable import quipu

/// Answers about accounts that are kept: the same bytes as those made anew, and bounded.
@Suite struct AccountAnswersTests {
  /// What is answered without keeping anything.
  private static func fresh(
    _ id: String, _ book: AccountBook, _ on: CivilDate, _ size: Int64
  ) throws -> [UInt8]? {
    try AccountReport(id, of: book, on: on, knownAt: size).map { $0.canonicalBytes + [10] }
  }

  @Test("whatever is recorded and asked in between, what is kept is what would be made")
  func sameAsFresh() throws {
    var random = SeededNumbers.printed(for: "account answers")
    let ledger = try GeneratedPortfolio.ledger.get()
    let view = try LedgerView(opening: ledger.path)
    let answers = AccountAnswers(bytes: 1 << 20)
    var model = ReadModel()
    let last = try #require(CivilDate(GeneratedPortfolio.day))
    try view.advance(&model, to: view.size / 3)
    for _ in 0..<60 {
      let grown = min(view.size, model.size + Int64.random(in: 1...40, using: &random))
      try view.advance(&model, to: grown)
      for _ in 0..<40 {
        let number = Int.random(in: 0..<model.accounts.accounts.count, using: &random)
        let id = model.accounts.accounts.text(number)
        let on = Bool.random(using: &random) ? last : last - Int.random(in: 0...2, using: &random)
        let size =
          Bool.random(using: &random)
          ? model.size : Int64.random(in: 1...model.size, using: &random)
        let kept = try answers.answer(id, of: model.accounts, on: on, knownAt: size)
        let made = try Self.fresh(id, model.accounts, on, size)
        try #require(kept == made, "\(id) on \(on.text) at \(size) of \(model.size)")
      }
    }
    #expect(answers.counts.hits > 100 && answers.counts.misses > 100, "\(answers.counts)")
  }

  @Test("the memory is bounded, and what is asked for is kept longest")
  func bounded() throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    let on = try #require(CivilDate(GeneratedPortfolio.day))
    let most = 128 << 10
    let answers = AccountAnswers(bytes: most)
    let ids = (0..<model.accounts.accounts.count).map { model.accounts.accounts.text($0) }
    // A shelf has two halves, and what is longer than one is not kept at all.
    let half = most / 16 - 128
    let lengths = try ids.map { try Self.fresh($0, model.accounts, on, view.size)?.count ?? 0 }
    let (short, long) = (lengths.filter { $0 <= half }, lengths.filter { $0 > half })
    // One that shares its shelf with others, asked for between each of them.
    let favourite = try #require(zip(ids, lengths).first { $0.1 <= half / 2 }?.0)
    _ = try answers.answer(favourite, of: model.accounts, on: on, knownAt: view.size)
    for round in 0..<6 {
      for id in ids {
        _ = try answers.answer(id, of: model.accounts, on: on, knownAt: view.size)
        let before = answers.counts.hits
        _ = try answers.answer(favourite, of: model.accounts, on: on, knownAt: view.size)
        #expect(answers.counts.hits == before + 1, "round \(round), \(id)")
        // The last one that came to the half that is full may stand out of it.
        #expect(answers.counts.bytes <= most + 8 * half)
      }
    }
    #expect(short.count > 20)
    let made = answers.counts.misses - Int64(6 * long.count)
    #expect(made > short.count, "nothing was ever let go of")
    let none = AccountAnswers(bytes: 0)
    for _ in 0..<2 {
      _ = try none.answer(favourite, of: model.accounts, on: on, knownAt: view.size)
    }
    #expect(none.counts.hits == 0 && none.counts.bytes == 0)
  }
}
