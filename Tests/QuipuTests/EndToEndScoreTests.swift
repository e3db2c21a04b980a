internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: models, scores and explanations")
struct EndToEndScoreTests {
  /// A portfolio, two who may register models, and one model registered.
  private static let base = Result {
    let ledger = try GeneratedPortfolio.make(accounts: 40, months: 9, seed: 11)
    try ledger.addIdentities()
    try ledger.write(Array(scorecard().utf8), to: "pays.json")
    let run = try ledger.run(
      "model register \(ledger.folder)/pays.json --as eva --approve-as ana --json")
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  static func scorecard(version: Int = 1, base: Int = 500, feature: String = "daysPastDue")
    -> String
  {
    """
    {"format":"quipu-model/1","kind":"scorecard","model":"pays","version":\(version),
     "title":{"en":"pays","es":"paga"},
     "target":{"kind":"paysWithin","days":30,"minShareBp":5000},"favourable":true,
     "knowledge":"recorded","scaling":{"basePoints":600,"baseOddsBp":10000,"pointsToDouble":20},
     "base":\(base),"features":[
      {"feature":"\(feature)","reason":{"en":"days past due","es":"días de atraso"},"missing":0,
       "bins":[{"below":1,"points":30},{"below":31,"points":5},{"points":-30}]},
      {"feature":"payments90d","reason":{"en":"few payments","es":"pocos pagos"},"missing":0,
       "bins":[{"below":2,"points":-10},{"points":10}]},
      {"feature":"attempts.any.30d","reason":{"en":"many calls","es":"muchas llamadas"},"missing":0,
       "bins":[{"below":3,"points":4},{"points":-4}]}],
     "calibration":[{"from":460,"bp":1500},{"from":500,"bp":4500},{"from":530,"bp":8000}],
     "training":{"note":"by hand"}}
    """
  }

  @Test("a model goes into the log under two names, and says so for ever")
  func register() throws {
    let ledger = try sharedCopy()
    let again = try ledger.run(
      "model register \(ledger.folder)/pays.json --as eva --approve-as ana --json")
    #expect(again.exit == 0, "\(again.errors)")
    let list = try ledger.run("model list --json").json["models"]?.arrayValue ?? []
    #expect(list.count == 1)
    #expect(list.first?["model"]?.stringValue == "pays")
    #expect(list.first?["retired"] == .null)
    #expect(try list.first?["seq"] == again.json["seq"])
    let shown = try ledger.run("model show pays --json")
    #expect(try shown.json == JSONValue(parsing: Self.scorecard(), as: .json))
    let spanish = try ledger.run("model show pays --lang es")
    #expect(spanish.output.contains("favorable a la persona"))
    #expect(spanish.output.contains("días de atraso"))
  }

  @Test("who may not, and what is not to be registered")
  func refused() throws {
    let ledger = try sharedCopy()
    func register(_ text: String, _ options: String) throws -> ReportedFailure {
      try ledger.write(Array(text.utf8), to: "m.json")
      return try ledger.run("model register \(ledger.folder)/m.json \(options) --json").failure
    }
    let two = "--as eva --approve-as ana"
    #expect(try register(Self.scorecard(), "").code == "not_permitted")
    #expect(try register(Self.scorecard(), "--as eva").code == "second_person_needed")
    #expect(try register(Self.scorecard(), "--as eva --approve-as eva").code == "same_person")
    #expect(try register(Self.scorecard(base: 501), two).code == "version_taken")
    #expect(try register(Self.scorecard(base: 501), two).number("expected") == 2)
    let forbidden = try register(Self.scorecard(version: 2, feature: "birthDecade"), two)
    #expect(forbidden.code == "forbidden_feature" && forbidden.exit == 3)
    #expect(forbidden["field"] == "$.features[0].feature")
    let unknown = try register(Self.scorecard(version: 2, feature: "dayPastDue"), two)
    #expect(unknown.code == "unknown_feature" && unknown["nearest"] == "daysPastDue")
    #expect(try register("{\"base\":NaN}", two).code == "invalid_json")
    let long = String(repeating: " ", count: 4_194_305)
    #expect(try register(long, two).code == "model_too_long")
    #expect(try ledger.run("model check /nowhere --json").failure.exit == 4)
    #expect(try ledger.run("model show").exit == 2)
  }

  @Test("a retired model scores no more, and what it scored is computed again all the same")
  func retire() throws {
    let ledger = try sharedCopy()
    let day = GeneratedPortfolio.day
    #expect(try ledger.run("score --model pays --on \(day) --record").exit == 0)
    #expect(try ledger.run("model retire pays --json").failure.code == "not_permitted")
    #expect(try ledger.run("model retire pays --as eva --reason drift").exit == 0)
    #expect(try ledger.run("model list").output.contains("retired at"))
    let none = try ledger.run("score --model pays --on \(day) --json")
    #expect(try none.failure.code == "model_retired")
    let record = try ledger.run("score --model pays --version 1 --on \(day) --record --json")
    #expect(try record.failure.code == "model_retired")
    #expect(try ledger.run("replay --scores --json").exit == 0)
    let again = try ledger.run(
      "model register \(ledger.folder)/pays.json --as eva --approve-as ana --json")
    #expect(try again.failure.code == "model_retired")
  }

  @Test("scores recorded are those said, replayed they are the same, and none is recorded twice")
  func record() throws {
    let ledger = try sharedCopy()
    let day = GeneratedPortfolio.day
    let size = try #require(try ledger.run("replay --json").json["knownAt"]?["size"]?.integerValue)
    let recorded = try ledger.run(
      "score --model pays --on \(day) --record --out \(ledger.folder)/said.csv --json")
    #expect(recorded.exit == 0, "\(recorded.errors)")
    let count = try #require(try recorded.json["recorded"]?.integerValue)
    let closed = try #require(try recorded.json["closed"]?.integerValue)
    #expect(count > 20 && count + closed == 40)
    let again = try ledger.run(
      "score --model pays --on \(day) --record --known-at \(size) --json")
    #expect(try again.json["repeated"]?.integerValue == count)
    #expect(try again.json["recorded"]?.integerValue == 0)

    let replayed = try ledger.run("replay --scores --json --on \(day) --out \(ledger.folder)/out")
    #expect(replayed.exit == 0, "\(replayed.errors)")
    #expect(try replayed.json["scores"]?["equal"]?.integerValue == count)
    let said = try PlainTable(try ledger.text(of: "said.csv"))
    let kept = try PlainTable(try ledger.text(of: "out/scores.csv"))
    #expect(said.rows.count == 40 && kept.rows.count == Int(count))
    let byAccount = Dictionary(uniqueKeysWithValues: zip(said["account"], said["points"]))
    for (account, points) in zip(kept["account"], kept["points"]) {
      #expect(byAccount[account] == points)
    }

    // One that is recorded by hand with other points is named, and nothing else.
    let account = try #require(kept["account"].first)
    try ledger.record([
      #"{"type":"ScoreRecorded","stream":"account/\#(account)","effective":"\#(day)","key":"f","#
        + #""data":{"asOf":"\#(day)","basis":\#(size),"model":"pays","points":1,"#
        + #""probabilityBp":1500,"reasons":[],"version":1,"featuresSha256":""#
        + String(repeating: "0", count: 64) + "\"}}"
    ])
    let found = try ledger.run("replay --scores --json")
    #expect(found.exit == 1)
    let differences = try found.json["scores"]?["differences"]?.arrayValue ?? []
    #expect(differences.count == 1)
    #expect(differences.first?["account"]?.stringValue == account)
    #expect(differences.first?["cause"]?.stringValue == "features_differ")
    let seq = try #require(differences.first?["seq"]?.integerValue)
    let explained = try ledger.run("explain --score \(seq)")
    #expect(explained.exit == 1 && explained.errors.contains("differs"))
    #expect(try ledger.run("replay --scores").output.contains("features_differ"))
  }

  @Test("the parts of an explanation add up, in words, in a table and in a picture")
  func explain() throws {
    let ledger = try Self.base.get()
    let day = GeneratedPortfolio.day
    let said = try ledger.run("score --model pays --on \(day)")
    let table = try PlainTable(said.output)
    for (account, points) in zip(table["account"], try table.numbers("points")).prefix(8) {
      let json = try ledger.run("explain \(account) --model pays --on \(day) --json").json
      let parts = json["parts"]?.arrayValue ?? []
      let sum = parts.reduce(json["base"]?.integerValue ?? 0) {
        $0 + ($1["points"]?.integerValue ?? 0)
      }
      #expect(sum == points && json["points"]?.integerValue == points)
      for part in parts {
        let (got, best) = (part["points"]?.integerValue, part["best"]?.integerValue)
        #expect((got ?? 1) <= (best ?? 0))
      }
    }
    let account = try #require(table["account"].first)
    let picture = "\(ledger.folder)/why.svg"
    let spanish = try ledger.run(
      "explain \(account) --model pays --on \(day) --svg \(picture) --lang es")
    #expect(spanish.output.contains("puntos según pays 1"))
    #expect(spanish.output.contains("al empezar"))
    let svg = try ledger.text(of: "why.svg")
    #expect(svg.hasPrefix("<svg xmlns=") && svg.contains("lang=\"es\"") && svg.contains("</svg>"))
    #expect(try ledger.run("explain \(account)").exit == 2)
    #expect(try ledger.run("explain --score 0 --json").failure.code == "no_such_score")
    #expect(try ledger.run("explain Z --model pays --json").failure.code == "unknown_account")
    let unknown = try ledger.run("explain \(account) --model pas --json").failure
    #expect(unknown.code == "unknown_model" && unknown["nearest"] == "pays")
  }

  @Test("another locale, time zone, number of jobs or way of reading: the same bytes")
  func sameBytes() throws {
    let ledger = try Self.base.get()
    let day = GeneratedPortfolio.day
    let run = try ledger.bash(
      """
      set -e
      command="$quipu score --model pays --on \(day)"
      $command --out one.csv
      TZ=Asia/Tokyo LC_ALL=es_PE.UTF-8 $command --jobs 7 --from-scratch > two.csv
      TZ=America/Lima LC_ALL=C $command --jobs 1 --out three.csv
      cmp one.csv two.csv && cmp one.csv three.csv
      TZ=Asia/Tokyo "$quipu" explain \(try firstAccount(ledger)) --model pays --on \(day) --json > a
      LC_ALL=es_PE.UTF-8 "$quipu" explain \(try firstAccount(ledger)) --model pays --on \(day) --json > b
      cmp a b
      """)
    #expect(run.exit == 0, "\(run.errors)")
  }

  private func firstAccount(_ ledger: TemporaryLedger) throws -> String {
    try #require(
      try PlainTable(
        try ledger.run("score --model pays --on \(GeneratedPortfolio.day)").output)["account"].first
    )
  }

  /// A copy of the shared ledger, the model's file beside it.
  private func sharedCopy() throws -> TemporaryLedger {
    let copy = try Self.base.get().copy()
    try copy.write(Array(Self.scorecard().utf8), to: "pays.json")
    return copy
  }
}
