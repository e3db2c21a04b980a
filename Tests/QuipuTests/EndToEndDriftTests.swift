internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: drift")
struct EndToEndDriftTests {
  private static let days = ["2024-09-30", "2024-10-31", "2024-11-30"]

  /// A portfolio scored at the ends of three months.
  private static let base = Result {
    let ledger = try GeneratedPortfolio.make(accounts: 60, months: 9, seed: 12)
    try ledger.addIdentities()
    try ledger.write(Array(EndToEndScoreTests.scorecard().utf8), to: "pays.json")
    let register = try ledger.run(
      "model register \(ledger.folder)/pays.json --as eva --approve-as ana")
    try #require(register.exit == 0, "\(register.errors)")
    for day in days {
      let run = try ledger.run("score --model pays --on \(day) --record")
      try #require(run.exit == 0, "\(run.errors)")
    }
    return ledger
  }

  private func drift(_ options: String) throws -> JSONValue {
    let run = try Self.base.get().run("drift --model pays --json \(options)")
    try #require(run.exit < 2, "\(run.errors)")
    return try run.json
  }

  private func numbers(_ value: JSONValue?) -> [Double] {
    (value?.arrayValue ?? []).map { Double($0.integerValue ?? 0) }
  }

  @Test("the stability index is what its definition says, against the first month")
  func stability() throws {
    let json = try drift("--from 2024-09-01 --on 2024-12-31")
    let months = json["months"]?.arrayValue ?? []
    #expect(months.map { $0["month"]?.stringValue } == ["2024-09", "2024-10", "2024-11"])
    #expect(json["referenceIs"]?.stringValue == "firstMonth")
    #expect(months.first?["psiBp"]?.integerValue == 0)
    let reference = numbers(json["reference"])
    for month in months {
      let spans = numbers(month["spans"])
      #expect(spans.reduce(0, +) == Double(month["scores"]?.integerValue ?? -1))
      let count = Double(spans.count)
      let (all, expected) = (spans.reduce(0, +) + count / 2, reference.reduce(0, +) + count / 2)
      let index = zip(spans, reference).reduce(0) { sum, pair in
        let (own, its) = ((pair.0 + 0.5) / all, (pair.1 + 0.5) / expected)
        return sum + (own - its) * log(own / its)
      }
      #expect(abs(index * 10_000 - Double(month["psiBp"]?.integerValue ?? -1)) <= 0.51)
    }
  }

  @Test("what came true is what the tables say was paid in the window, of what was overdue")
  func cameTrue() throws {
    let ledger = try Self.base.get()
    let json = try drift("--from 2024-09-01 --on 2024-12-31")
    for (day, month) in zip(Self.days, json["months"]?.arrayValue ?? []) {
      let start = try table("accounts", on: day, ledger)
      let payments = try table("payments", on: "2024-12-31", ledger)
      let last = try lastDay(after: day)
      var paid: [String: Int64] = [:]
      for row in payments.rows.indices {
        let (on, state) = (payments["effective"][row], payments["state"][row])
        guard on > day, on <= last, state == "applied" else { continue }
        paid[payments["account"][row], default: 0] += try payments.numbers("amount")[row]
      }
      var (count, cameTrue) = (Int64(0), Int64(0))
      let overdue = try start.numbers("overdue")
      for row in start.rows.indices where overdue[row] > 0 {
        guard ["open", "writtenOff"].contains(start["status"][row]) else { continue }
        count += 1
        if paid[start["account"][row], default: 0] * 10_000 >= overdue[row] * 5_000 {
          cameTrue += 1
        }
      }
      #expect(count > 0)
      #expect(month["closed"]?.integerValue == count, "\(day)")
      #expect(month["cameTrue"]?.integerValue == cameTrue, "\(day)")
    }
    let early = try drift("--from 2024-09-01 --on 2024-11-29")
    let closed = (early["months"]?.arrayValue ?? []).map { $0["closed"]?.integerValue ?? -1 }
    #expect(closed.count == 2 && closed[0] > 0 && closed[1] == 0)
  }

  @Test("nothing recorded, and days the wrong way round, are said as such")
  func refused() throws {
    let ledger = try Self.base.get()
    let none = try ledger.run("drift --model pays --from 2020-01-01 --to 2020-12-31 --json")
    #expect(try none.failure.code == "no_scores" && none.exit == 3)
    #expect(try ledger.run("drift --model pays --from 2024-12-01 --to 2024-11-01").exit == 2)
    #expect(try ledger.run("drift").exit == 2)
    let spanish = try ledger.run("drift --model pays --on 2024-12-31 --lang es")
    #expect(spanish.output.contains("índice de estabilidad"))
  }

  private func table(
    _ name: String, on day: String, _ ledger: TemporaryLedger
  ) throws -> PlainTable {
    let folder = "\(ledger.folder)/at-\(day)"
    let run = try ledger.run("replay --on \(day) --out \(folder)")
    try #require(run.exit == 0, "\(run.errors)")
    return try PlainTable(try ledger.text(of: "at-\(day)/\(name).csv"))
  }

  /// The thirtieth day after one.
  private func lastDay(after day: String) throws -> String {
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withFullDate]
    return format.string(from: try #require(format.date(from: day)).addingTimeInterval(30 * 86_400))
  }
}
