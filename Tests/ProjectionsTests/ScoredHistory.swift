import CanonicalJSON
import Collections
import EventStore
import Projections
import Testing

/// A log of accounts, payments, a model and the scores it gave, in three rounds; made again with one thing
/// altered and the scores left as they were recorded, as a forger would.
struct ScoredHistory {
  static let accounts = ["A-1", "A-2", "A-3", "A-4", "A-5"]
  static let days = ["2025-03-31", "2025-04-30", "2025-05-31"]

  private(set) var log = EventLines()
  /// The scores recorded, by their positions.
  private(set) var scores: [Int64: JSONValue] = [:]
  /// The position of the payment that may be altered.
  private(set) var payment: Int64 = -1

  /// A history by a model's text (`document`), whose digest is the truth unless said otherwise, with what A-2
  /// paid on 2025-04-10 (`amount`) and the scores the model gives unless others are `recorded`.
  init(
    document: String = model(), digest: String? = nil, amount: Int64 = 30_000,
    isRegistered: Bool = true, recorded: [Int64: JSONValue]? = nil
  ) throws {
    for account in Self.accounts { log.open(account, principal: 100_000) }
    if isRegistered { register(document, digest) }
    for (round, on) in Self.days.enumerated() {
      pay("A-1", 10_000, "2025-0\(round + 3)-05")
      if round == 1 { payment = pay("A-2", amount, "2025-04-10") }
      pay("A-3", 1_000, "2025-0\(round + 3)-20")
      try score(on, document, recorded)
    }
  }

  private mutating func register(_ document: String, _ digest: String?) {
    let text = JSONValue.string(document).canonicalText
    let bytes = Array(document.utf8)
    let sha256 = digest ?? Digest(hashing: bytes.span).hex
    log.add(
      "DocumentPart", "model/m", "2025-03-01",
      #"{"part":1,"parts":1,"sha256":"\#(sha256)","text":\#(text)}"#)
    log.add(
      "ModelRegistered", "model/m", "2025-03-01",
      #"{"document":"\#(sha256)","metrics":{},"model":"m","trainedOn":{"root":"\#(Digest.empty.base64)","size":0},"version":1}"#
    )
  }

  @discardableResult
  private mutating func pay(_ account: String, _ amount: Int64, _ on: String) -> Int64 {
    log.add(
      "PaymentReceived", "account/\(account)", on,
      #"{"amount":\#(amount),"currency":"PEN","method":"cash","payment":"p-\#(log.size)"}"#)
  }

  private mutating func score(
    _ on: String, _ document: String, _ recorded: [Int64: JSONValue]?
  ) throws {
    let bytes = Array(document.utf8)
    let basis = log.size
    var given: [JSONValue] = []
    if recorded == nil {
      let projections = try log.model()
      let model = try ScoringModel(parsing: bytes.span)
      var reader = ScoreReader(model, of: projections, knownAt: basis)
      let numbers = try Self.accounts.map {
        try #require(projections.accounts.accounts.find($0))
      }
      let rows = reader.rows(of: numbers, on: try day(on), jobs: 1)
      try #require(rows.failures.isEmpty && rows.result.count == numbers.count)
      given = rows.result.map { row in
        .object([
          "asOf": .string(on), "basis": .integer(basis),
          "featuresSha256": .string(row.features.hex), "model": .string("m"),
          "points": .integer(row.score.points),
          "probabilityBp": .integer(row.score.probabilityBp),
          "reasons": .array(row.score.reasons.features.map { .string($0.name) }),
          "version": .integer(1),
        ])
      }
    }
    for (place, account) in Self.accounts.enumerated() {
      let data = try recorded.map { try #require($0[log.size]) } ?? given[place]
      scores[log.size] = data
      log.add("ScoreRecorded", "account/\(account)", on, data.canonicalText)
    }
  }

  /// The model's text, with the points of those who paid nothing in 30 days.
  static func model(worst: Int64 = -20) -> String {
    #"{"base":500,"calibration":[{"bp":1000,"from":400},{"bp":6000,"from":510}],"favourable":true,"#
      + #""features":[{"bins":[{"below":1,"points":\#(worst)},{"points":20}],"feature":"payments30d","#
      + #""missing":0,"reason":{"en":"no payment","es":"sin pagos"}},"#
      + #"{"bins":[{"below":80000,"points":15},{"points":-5}],"feature":"outstanding","missing":0,"#
      + #""reason":{"en":"much owed","es":"mucha deuda"}}],"format":"quipu-model/1","#
      + #""kind":"scorecard","knowledge":"recorded","model":"m","#
      + #""scaling":{"baseOddsBp":10000,"basePoints":600,"pointsToDouble":20},"#
      + #""target":{"days":30,"kind":"paysWithin","minShareBp":5000},"title":{"en":"m","es":"m"},"#
      + #""training":{},"version":1}"#
  }
}
