import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// The one writer of a service, many clients at a time.
@Suite struct ServeWriterTests {
  private let ledger: TemporaryLedger
  private let books: LiveBooks
  private let writer: EventWriter
  private let actor: Actor

  init() throws {
    ledger = try TemporaryLedger(recording: (0..<4).map { DraftLine.opened("A-\($0)") })
    let actor = try #require(Actor(id: "gate", kind: .system, role: "recorder"))
    self.actor = actor
    let today = try #require(CivilDate("2025-03-01"))
    let intake = try Intake(opening: ledger.path, by: actor, at: WallClock.now(), today: today)
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    let books = try LiveBooks(model, of: view, at: ledger.path, today: today)
    self.books = books
    intake.onDurable = { books.grow($0) }
    intake.bring = { books.bring($0, at: $1, into: &$2) }
    writer = EventWriter(intake, metrics: Metrics(), today: { today })
  }

  private func submission(_ lines: [String]) throws -> EventWriter.Submission {
    let drafts = try lines.enumerated().map { place, line in
      try Draft(line: Array(line.utf8), number: place + 1, of: "-")
    }
    return EventWriter.Submission(drafts: drafts, actor: actor, approval: nil)
  }

  private func record(_ lines: String...) async throws -> EventWriter.Outcome {
    await outcome(of: try submission(lines))
  }

  private func outcome(of submission: EventWriter.Submission) async -> EventWriter.Outcome {
    await withCheckedContinuation { continuation in
      writer.record(submission) { continuation.resume(returning: $0) }
    }
  }

  private func paid(_ account: String) throws -> Int64 {
    let today = books.today
    let report = try books.read { model in
      try AccountReport(account, of: model.accounts, on: today, knownAt: model.size)
    }
    return try #require(report).row.paid
  }

  @Test(
    "many at a time are all recorded, each read once it is answered, and a refused one spoils none")
  func many() async throws {
    let before = books.size
    let outcomes = try await withThrowingTaskGroup(of: (Int, EventWriter.Outcome).self) { group in
      for number in 0..<200 {
        // Every tenth is on an account that nobody opened.
        let account = number % 10 == 9 ? "A-none" : "A-\(number % 4)"
        let handed = try submission([DraftLine.paid(account, "p-\(number)", 1)])
        group.addTask {
          let outcome = await outcome(of: handed)
          if case .recorded(let receipts, _) = outcome {
            #expect(receipts.count == 1 && receipts[0].seq < books.size)
          }
          return (number, outcome)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (number, outcome) in outcomes {
      switch outcome {
      case .recorded(let receipts, let isNew):
        #expect(number % 10 != 9 && isNew && receipts[0].key == "pay:p-\(number)")
      case .refused(let refusal):
        #expect(number % 10 == 9 && refusal.code == "unknown_account")
      case .failed(let error): Issue.record("\(error)")
      }
    }
    #expect(books.size == before + 180)
    #expect(try (0..<4).map { try paid("A-\($0)") }.reduce(0, +) == 180)
    _ = writer.end()
    #expect(try ledger.run("verify").exit == 0)
    #expect(try LedgerView(opening: ledger.path).size == books.size)
  }

  @Test("several together are all or nothing, whatever is handed in beside them")
  func allOrNothing() async throws {
    async let single = record(DraftLine.paid("A-0", "s", 5))
    async let refused = record(
      DraftLine.paid("A-1", "b-1"), DraftLine.paid("A-none", "b-2"), DraftLine.paid("A-1", "b-3"))
    async let taken = record(DraftLine.paid("A-2", "c-1", 1), DraftLine.paid("A-3", "c-2", 1))
    guard case .recorded = try await single, case .refused(let refusal) = try await refused,
      case .recorded(let receipts, true) = try await taken
    else {
      Issue.record("not as handed in")
      return
    }
    #expect(refusal.line == 2 && receipts.count == 2)
    #expect(receipts[1].seq == receipts[0].seq + 1)
    #expect(try (0..<4).map { try paid("A-\($0)") } == [5, 0, 1, 1])
    _ = writer.end()
  }

  @Test("the same key again gives the first receipt, and with other words is refused")
  func again() async throws {
    guard case .recorded(let first, true) = try await record(DraftLine.paid("A-0", "p", 5)),
      case .recorded(let second, false) = try await record(DraftLine.paid("A-0", "p", 5)),
      case .refused(let refusal) = try await record(DraftLine.paid("A-0", "p", 6))
    else {
      Issue.record("not as handed in")
      return
    }
    #expect(first == second && refusal.code == "key_conflict")
    _ = writer.end()
    guard case .failed = try await record(DraftLine.paid("A-0", "q", 5)) else {
      Issue.record("taken after the end")
      return
    }
  }

  @Test("a size by the moment of recording is that of the log")
  func sizes() async throws {
    let start = books.size
    for number in 0..<5 {
      _ = try await record(DraftLine.paid("A-0", "p-\(number)", 1))
      try await Task.sleep(for: .milliseconds(3))
    }
    _ = writer.end()
    let view = try LedgerView(opening: ledger.path)
    for seq in (start - 2)..<view.size {
      let line = try view.line(seq)
      let envelope = try EventEnvelope(parsing: line.span)
      let recorded = Instant(parsing: line.span, envelope.at)
      let at = try #require(recorded)
      let just = Instant(milliseconds: at.milliseconds - 1)
      for moment in [just, at] {
        let expected = try view.size(knownAt: moment)
        #expect(books.size(knownAt: moment) == expected)
      }
    }
    #expect(books.size(knownAt: Instant(milliseconds: 0)) == 0)
  }
}
