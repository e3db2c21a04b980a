import CanonicalJSON
import Collections
import Testing

@Suite("Scoring models")
struct ScoringModelTests {
  static let scorecard = """
    {"format":"quipu-model/1","kind":"scorecard","model":"pays30","version":2,
     "title":{"en":"pays in 30 days","es":"paga en 30 días"},
     "target":{"kind":"paysWithin","days":30,"minShareBp":5000},"favourable":true,
     "knowledge":"recorded",
     "scaling":{"basePoints":600,"baseOddsBp":10000,"pointsToDouble":20},"base":500,
     "features":[
      {"feature":"daysPastDue","reason":{"en":"late","es":"atraso"},"missing":-5,
       "bins":[{"below":1,"points":40},{"below":31,"points":10},{"points":-25}]},
      {"feature":"product","reason":{"en":"product","es":"producto"},"missing":0,
       "groups":[{"values":["micro","small"],"points":8},{"values":["card"],"points":-3}],"other":1},
      {"feature":"payments90d","reason":{"en":"few payments","es":"pocos pagos"},"missing":0,
       "bins":[{"below":1,"points":-12},{"points":12}]}],
     "calibration":[{"from":450,"bp":1000},{"from":520,"bp":4000},{"from":560,"bp":9000}],
     "distribution":[{"from":400,"rows":10},{"from":520,"rows":30}],
     "training":{"rows":40,"note":"by hand"}}
    """

  static let trees = """
    {"format":"quipu-model/1","kind":"trees","model":"boost","version":1,
     "title":{"en":"boosted","es":"potenciado"},"target":{"kind":"keepsPromise"},
     "favourable":false,"knowledge":"effective","scale":1000,"base":-100,
     "inputs":[{"feature":"daysPastDue","reason":{"en":"late","es":"atraso"}},
               {"feature":"daysSincePayment","reason":{"en":"no payment","es":"sin pagos"}}],
     "trees":[
      [{"feature":0,"below":31,"yes":1,"no":2,"missing":"yes","value":100},
       {"leaf":-700},
       {"feature":1,"below":10,"yes":3,"no":4,"missing":"no","value":600},
       {"leaf":200},{"leaf":900}],
      [{"leaf":50}]],
     "points":{"offset":600,"numerator":1,"denominator":10},
     "calibration":[{"from":0,"bp":2000},{"from":600,"bp":7000}],"training":{}}
    """

  static func model(_ text: String) throws -> ScoringModel {
    let bytes = Array(text.utf8)
    return try ScoringModel(parsing: bytes.span)
  }

  static func row(_ values: KeyValuePairs<String, Int64>) throws -> FeatureRow {
    var row = FeatureRow()
    for (name, value) in values { row[try #require(Feature(named: name))] = value }
    return row
  }

  @Test("a document written and read again is the same", arguments: [scorecard, trees])
  func roundTrip(_ text: String) throws {
    let model = try Self.model(text)
    let written = model.json.canonicalBytes
    #expect(try ScoringModel(parsing: written.span) == model)
    #expect(try JSONValue(parsing: text, as: .json).canonicalBytes == written)
  }

  @Test(
    "points are those of the bins, and reasons the widest gaps to the best",
    arguments: [
      //  dpd   product  payments  points   bp   reasons
      (0, 2, 3, 500 + 40 + 8 + 12, 9000, []),
      (1, 1, 0, 500 + 10 - 3 - 12, 1000, ["daysPastDue", "payments90d", "product"]),
      (30, 0, 1, 500 + 10 + 1 + 12, 4000, ["daysPastDue", "product"]),
      (31, 3, 0, 500 - 25 + 8 - 12, 1000, ["daysPastDue", "payments90d"]),
      (-7, 8, 1, 500 + 40 + 1 + 12, 4000, ["product"]),
    ] as [(Int64, Int64, Int64, Int64, Int64, [String])])
  func points(
    _ days: Int64, _ product: Int64, _ payments: Int64, _ points: Int64, _ bp: Int64,
    _ reasons: [String]
  ) throws {
    let names = try #require(Feature(named: "product")).definition.categories
    #expect(names[1] == "micro" || names.count > 4)
    let order = ["consumer", "card", "micro", "small"]
    let place = product < 4 ? names.firstIndex(of: order[Int(product)]).map(Int64.init) : 8
    let row = try Self.row([
      "daysPastDue": days, "product": try #require(place), "payments90d": payments,
    ])
    let score = try Self.model(Self.scorecard).score(row)
    #expect(score.points == points)
    #expect(score.probabilityBp == bp)
    #expect(score.reasons.features.map(\.name) == reasons)
  }

  @Test("a missing value gives points of its own, and its gap is a reason like any other")
  func missing() throws {
    let score = try Self.model(Self.scorecard).score(FeatureRow())
    #expect(score.points == 495)
    #expect(score.reasons.features.map(\.name) == ["daysPastDue", "payments90d", "product"])
  }

  @Test(
    "where the target is bad for the person, reasons are what makes it likely")
  func unfavourable() throws {
    var model = try Self.model(Self.scorecard)
    model.isFavourable = false
    let row = try Self.row(["daysPastDue": 0, "payments90d": 0])
    #expect(model.score(row).reasons.features.map(\.name) == ["daysPastDue", "product"])
  }

  @Test(
    "trees are walked to their leaves",
    arguments: [
      // dpd  days since payment   sum    points  reasons
      (10, 5, -750, 525, []), (31, 9, 150, 615, ["daysPastDue"]),
      (31, 10, 850, 685, ["daysPastDue", "daysSincePayment"]),
      (40, Feature.missing, 850, 685, ["daysPastDue", "daysSincePayment"]),
      (Feature.missing, 50, -750, 525, []),
    ] as [(Int64, Int64, Int64, Int64, [String])])
  func walks(
    _ days: Int64, _ since: Int64, _ sum: Int64, _ points: Int64, _ reasons: [String]
  ) throws {
    let model = try Self.model(Self.trees)
    let row = try Self.row(["daysPastDue": days, "daysSincePayment": since])
    let score = model.score(row)
    #expect(score.points == points)
    #expect(score.reasons.features.map(\.name) == reasons)
    guard case .trees(let trees) = model.body else { return }
    #expect(trees.sum(row.values.span) == sum)
    #expect(trees.contributions(row.values.span).reduce(trees.expected, +) == sum)
  }

  @Test("points of a sum are rounded down, on both sides of nought, and cut to the range")
  func scaling() {
    let scale = TreeEnsemble.Scaling(offset: 5, numerator: 3, denominator: 10)
    #expect([-1, 0, 1, 3, 4].map { scale.points(of: $0) } == [4, 5, 5, 5, 6])
    let steep = TreeEnsemble.Scaling(offset: 0, numerator: 1 << 50, denominator: 1)
    #expect(steep.points(of: 1 << 53) == 1_000_000)
    #expect(steep.points(of: -(1 << 53)) == -1_000_000)
  }

  @Test("the text whose digest a score carries is canonical JSON, null for missing")
  func featuresText() throws {
    let model = try Self.model(Self.scorecard)
    let row = try Self.row(["daysPastDue": -3, "payments90d": 0])
    var text: [UInt8] = []
    FeaturesText(model).append(row.values.span, to: &text)
    #expect(
      String(decoding: text, as: UTF8.self)
        == #"{"daysPastDue":-3,"payments90d":0,"product":null}"#)
    #expect(
      try JSONValue(parsing: String(decoding: text, as: UTF8.self), as: .json).canonicalBytes
        == text)
  }
}
