internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: features")
struct EndToEndFeatureTests {
  private static let day = "2024-09-30"

  @Test("the same bytes from a snapshot or without one, by any number of jobs, in any place")
  func sameBytes() throws {
    // Enough events for a replay to keep a snapshot of them.
    let ledger = try GeneratedPortfolio.make(accounts: 400, months: 9, seed: 4)
    func features(_ words: String, _ environment: String = "") throws -> String {
      let run = try ledger.bash(
        "\(environment) $quipu score features --on \(Self.day) --known-at 11000 \(words)")
      try #require(run.exit == 0, "\(run.errors)")
      return run.output
    }
    let once = try features("--from-scratch --jobs 1")
    #expect(once.split(separator: "\n").count > 200)
    #expect(try features("--from-scratch --jobs 2") == once)
    #expect(try features("--jobs 7", "TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8") == once)
    let kept = try ledger.run("replay --known-at 10500 --on \(Self.day)")
    try #require(kept.exit == 0, "\(kept.errors)")
    #expect(try ledger.bash("ls $QUIPU_LEDGER/snapshots").output.contains("10500"))
    #expect(try features("") == once)
    #expect(try features("--out features.csv").isEmpty)
    #expect(try ledger.text(of: "features.csv") == once)
  }

  @Test("one account's row is its line of all of them, and JSON has the same values")
  func oneAccount() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    let all = try ledger.run("score features --on \(Self.day)")
    try #require(all.exit == 0, "\(all.errors)")
    let table = try PlainTable(all.output)
    let row = try #require(table.rows.first)
    let one = try ledger.run("score features \(row[0]) --on \(Self.day) --json")
    let features = try #require(try JSONValue(parsing: one.output, as: .json)["features"])
    for (name, cell) in zip(table.columns, row).dropFirst() {
      let value = features[name]
      #expect(cell.isEmpty ? value == .null : value?.integerValue == Int64(cell), "\(name)")
    }
    let lines = try ledger.run("score features --on \(Self.day) --format json")
    let first = try #require(lines.output.split(separator: "\n").first.map(String.init))
    #expect(try JSONValue(parsing: first, as: .json)["features"] == features)
  }

  @Test(
    "what is wrong is refused by name",
    arguments: [
      ("--features daysPastDu", 2, "unknown_feature", "daysPastDue"),
      ("--features birthDecade", 3, "forbidden_feature", "birthDecade"),
      ("--knowledge all", 2, "bad_value", "recorded"),
      ("A-none", 3, "unknown_account", "A-none"),
      ("A-none --list", 2, "wrong_usage", "--list"),
    ])
  func refusals(_ words: String, _ exit: Int32, _ code: String, _ named: String) throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    let run = try ledger.run("score features \(words)")
    #expect(run.exit == exit)
    #expect(run.errors.contains(code) && run.errors.contains(named), "\(run.errors)")
  }

  @Test("the definitions come in both languages, and as JSON")
  func definitions() throws {
    let english = try Program.run(["score", "features", "--list", "--lang", "en"])
    let spanish = try Program.run(["score", "features", "--list", "--lang", "es"])
    #expect(english.output.contains("days past due on the day"))
    #expect(spanish.output.contains("días de atraso en la fecha"))
    let json = try Program.run(["score", "features", "--list", "--json"])
    let features = try JSONValue(parsing: json.output, as: .json)["features"]?.arrayValue ?? []
    #expect(features.count > 100)
    #expect(english.output.split(separator: "\n").count == features.count + 1)
    #expect(spanish.output.split(separator: "\n").count == features.count + 1)
  }
}
