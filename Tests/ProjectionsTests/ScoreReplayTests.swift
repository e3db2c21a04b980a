import CanonicalJSON
import Collections
import EventStore
import Projections
import Testing

@Suite("Recorded scores computed again")
struct ScoreReplayTests {
  private func replay(_ history: ScoredHistory, jobs: Int = 2) throws -> ScoreReplay {
    ScoreReplay(try history.log.model(), knownAt: history.log.size, jobs: jobs)
  }

  /// Accounts and causes of what differs, by position.
  private func causes(_ replay: ScoreReplay) -> [String] {
    replay.differences.map { "\($0.seq) \($0.account) \($0.findings.map(\.cause.rawValue))" }
  }

  @Test("what was recorded is what is computed, at any size and with any number of jobs")
  func equal() throws {
    let history = try ScoredHistory()
    for jobs in [1, 2, 7] {
      let replay = try replay(history, jobs: jobs)
      #expect(replay.count == 15)
      #expect(replay.differences == [])
    }
    let early = ScoreReplay(try history.log.model(), knownAt: history.log.size - 6, jobs: 1)
    #expect(early.count == 10 && early.differences == [])
    #expect(Set(history.scores.values.map(\.canonicalText)).count > 5)
  }

  @Test("an altered payment: exactly the scores made after it of who paid it")
  func alteredPayment() throws {
    let history = try ScoredHistory()
    let forged = try ScoredHistory(amount: 10_000, recorded: history.scores)
    #expect(forged.payment == history.payment)
    let expected = history.scores.keys.sorted().filter { seq in
      seq > history.payment && (history.log.text(seq).contains("account/A-2"))
    }
    let found = try replay(forged)
    #expect(found.differences.map(\.seq) == expected)
    #expect(expected.count == 2)
    #expect(found.differences.allSatisfy { $0.account == "A-2" })
    // 70,000 owed became 90,000, which is another bin; the probability has a step between neither.
    #expect(
      found.differences.allSatisfy {
        $0.findings.map(\.cause) == [.featuresDiffer, .pointsDiffer, .reasonsDiffer]
      })
  }

  @Test("another text of the model, with a digest of its own: exactly the scores it changes")
  func alteredModel() throws {
    let history = try ScoredHistory()
    let forged = try ScoredHistory(
      document: ScoredHistory.model(worst: -19), recorded: history.scores)
    let found = try replay(forged)
    // Those without a payment in 30 days: all of A-4 and A-5, and A-2 but in April.
    let expected = history.scores.keys.sorted().filter { seq in
      let line = history.log.text(seq)
      return ["A-4", "A-5"].contains { line.contains("account/\($0)") }
        || (line.contains("account/A-2") && !line.contains("\"asOf\":\"2025-04-30\""))
    }
    #expect(found.differences.map(\.seq) == expected)
    #expect(found.differences.allSatisfy { $0.findings.map(\.cause) == [.pointsDiffer] })
    #expect(found.differences.first?.findings.first?.computed == "476")
  }

  @Test("a text that is not the one its digest says scores nothing")
  func otherText() throws {
    let history = try ScoredHistory()
    let truth = Array(ScoredHistory.model().utf8)
    let forged = try ScoredHistory(
      document: ScoredHistory.model(worst: -21), digest: Digest(hashing: truth.span).hex,
      recorded: history.scores)
    let found = try replay(forged)
    #expect(found.differences.count == 15)
    #expect(found.differences.allSatisfy { $0.findings.map(\.cause) == [.modelDiffers] })
  }

  @Test("a model that was never registered is named as missing")
  func unregistered() throws {
    let history = try ScoredHistory()
    // Two events fewer stand before the scores.
    let shifted = Dictionary(
      uniqueKeysWithValues: history.scores.map { ($0.key - 2, $0.value) })
    let found = try replay(try ScoredHistory(isRegistered: false, recorded: shifted))
    #expect(found.differences.count == 15)
    #expect(found.differences.allSatisfy { $0.findings.map(\.cause) == [.modelMissing] })
  }

  @Test(
    "each thing a score says is looked at",
    arguments: [
      ("points", JSONValue.integer(1), [ScoreReplay.Cause.pointsDiffer]),
      ("probabilityBp", .integer(1), [.probabilityDiffers]),
      ("reasons", .array([.string("daysPastDue")]), [.reasonsDiffer]),
      ("reasons", .array([.string("nonsense")]), [.reasonsDiffer]),
      ("featuresSha256", .string(String(repeating: "0", count: 64)), [.featuresDiffer]),
      ("basis", .integer(1_000), [.basisAfterScore]),
      ("basis", .integer(1), [.accountMissing]),
      ("version", .integer(2), [.modelMissing]),
    ] as [(String, JSONValue, [ScoreReplay.Cause])])
  func each(_ field: String, _ value: JSONValue, _ causes: [ScoreReplay.Cause]) throws {
    let history = try ScoredHistory()
    let seq = try #require(history.scores.keys.sorted().dropFirst(8).first)
    var recorded = history.scores
    let fields = try #require(recorded[seq]?.objectValue)
    recorded[seq] = JSONValue(
      members: fields.map { $0.key == field ? JSONMember(key: field, value: value) : $0 })
    let found = try replay(try ScoredHistory(recorded: recorded))
    #expect(found.differences.map(\.seq) == [seq])
    #expect(found.differences.first?.findings.map(\.cause) == causes)
  }

  @Test("a voided score is not looked at")
  func voided() throws {
    let history = try ScoredHistory()
    var log = history.log
    let seq = try #require(history.scores.keys.min())
    log.add(
      "EventVoided", "account/A-1", "2025-06-01",
      #"{"approver":"u-2","reason":"error","target":\#(seq)}"#)
    let found = ScoreReplay(try log.model(), knownAt: log.size, jobs: 1)
    #expect(found.count == 14)
  }

  @Test("the latest score is the one of the latest day, known and asked for")
  func latest() throws {
    let history = try ScoredHistory()
    let model = try history.log.model()
    let account = try #require(model.accounts.accounts.find("A-3"))
    func latest(_ on: String, _ knownAt: Int64 = .max) throws -> String? {
      let found = model.scores.latest(
        of: account, "m", on: try day(on), knownAt: knownAt, voids: model.accounts)
      return found.map { CivilDate(days: $0.asOf).text }
    }
    #expect(try latest("2025-03-30") == nil)
    #expect(try latest("2025-04-29") == "2025-03-31")
    #expect(try latest("2026-01-01") == "2025-05-31")
    #expect(try latest("2026-01-01", history.payment) == "2025-03-31")
    #expect(
      model.scores.latest(
        of: account, "other", on: try day("2026-01-01"), knownAt: .max, voids: model.accounts)
        == nil)
  }
}

extension EventLines {
  /// The line at a position.
  func text(_ seq: Int64) -> String { String(decoding: lines[Int(seq)], as: UTF8.self) }
}
