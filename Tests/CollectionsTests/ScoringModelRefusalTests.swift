import CanonicalJSON
import Collections
import Testing

@Suite("Scoring models refused")
struct ScoringModelRefusalTests {
  /// Replaces a text that must be there once, reads the document, and gives what is refused.
  private func refusal(
    _ document: String, _ old: String, _ new: String
  ) throws -> DocumentError? {
    let pieces = document.split(separator: old, omittingEmptySubsequences: false)
    try #require(pieces.count >= 2, "\(old) is not in the document")
    let text = pieces[0] + new + pieces.dropFirst().joined(separator: old)
    do {
      _ = try ScoringModelTests.model(String(text))
      return nil
    } catch {
      return error as? DocumentError
    }
  }

  @Test(
    "a scorecard: what is wrong, where, and what was meant",
    arguments: [
      // in the document         becomes                   code                 path
      ("\"base\":500", "\"base\":NaN", "invalid_json", "$"),
      ("\"base\":500", "\"base\":1.5", "invalid_json", "$"),
      ("\"base\":500", "\"base\":1e400", "invalid_json", "$"),
      ("\"base\":500", "\"base\":\"500\"", "wrong_type", "$.base"),
      ("\"base\":500", "\"base\":1000001", "invalid_value", "$.base"),
      ("\"base\":500", "\"bass\":500", "unknown_key", "$.bass"),
      ("\"base\":500,", "", "missing_key", "$"),
      ("quipu-model/1", "quipu-model/2", "unsupported_format", "$.format"),
      ("\"kind\":\"scorecard\"", "\"kind\":\"scorecart\"", "invalid_value", "$.kind"),
      ("\"daysPastDue\"", "\"dayPastDue\"", "unknown_feature", "$.features[0].feature"),
      ("\"daysPastDue\"", "\"birthDecade\"", "forbidden_feature", "$.features[0].feature"),
      ("\"daysPastDue\"", "\"Birth_Decade\"", "forbidden_feature", "$.features[0].feature"),
      ("\"daysPastDue\"", "\"payments90d\"", "duplicate", "$.features[2].feature"),
      ("\"below\":31", "\"below\":1", "overlapping_bins", "$.features[0].bins[1].below"),
      ("\"below\":31", "\"below\":0", "overlapping_bins", "$.features[0].bins[1].below"),
      ("\"below\":31,", "", "incomplete_bins", "$.features[0].bins[1]"),
      (
        "{\"points\":-25}", "{\"below\":90,\"points\":-25}", "incomplete_bins",
        "$.features[0].bins[2]"
      ),
      ("\"card\"", "\"small\"", "overlapping_bins", "$.features[1].groups[1].values[0]"),
      ("\"card\"", "\"cart\"", "invalid_value", "$.features[1].groups[1].values[0]"),
      ("\"other\":1", "\"bins\":[]", "unknown_key", "$.features[1].bins"),
      ("\"from\":520", "\"from\":450", "unsorted", "$.calibration[1].from"),
      ("\"bp\":9000", "\"bp\":3999", "unsorted", "$.calibration[2].bp"),
      ("\"bp\":9000", "\"bp\":10001", "invalid_value", "$.calibration[2].bp"),
      ("\"from\":520,\"rows\"", "\"from\":400,\"rows\"", "unsorted", "$.distribution[1].from"),
      ("\"paysWithin\"", "\"paysWithn\"", "invalid_value", "$.target.kind"),
      ("\"recorded\"", "\"guessed\"", "invalid_value", "$.knowledge"),
      ("\"favourable\":true", "\"favourable\":1", "wrong_type", "$.favourable"),
      (
        "\"pointsToDouble\":20", "\"pointsToDouble\":0", "invalid_value", "$.scaling.pointsToDouble"
      ),
    ] as [(String, String, String, String)])
  func scorecard(_ old: String, _ new: String, _ code: String, _ path: String) throws {
    let found = try #require(try refusal(ScoringModelTests.scorecard, old, new))
    #expect(found.code.rawValue == code)
    #expect(found.path == path)
  }

  @Test(
    "trees: what is wrong and where",
    arguments: [
      ("\"yes\":1", "\"yes\":5", "node_out_of_range", "$.trees[0][0].yes"),
      ("\"yes\":1", "\"yes\":-1", "node_out_of_range", "$.trees[0][0].yes"),
      ("\"feature\":1,", "\"feature\":2,", "node_out_of_range", "$.trees[0][2].feature"),
      ("\"yes\":3", "\"yes\":0", "node_reached_twice", "$.trees[0][2].yes"),
      ("\"yes\":3", "\"yes\":4", "node_reached_twice", "$.trees[0][2].no"),
      ("{\"leaf\":900}]", "{\"leaf\":900},{\"leaf\":1}]", "unreachable_node", "$.trees[0][5]"),
      ("[{\"leaf\":50}]", "[]", "invalid_value", "$.trees[1]"),
      ("{\"leaf\":50}", "{\"leaf\":10000000000001}", "invalid_value", "$.trees[1][0].leaf"),
      ("\"missing\":\"no\"", "\"missing\":\"maybe\"", "invalid_value", "$.trees[0][2].missing"),
      ("\"denominator\":10", "\"denominator\":0", "invalid_value", "$.points.denominator"),
      ("\"daysSincePayment\"", "\"region\"", "forbidden_feature", "$.inputs[1].feature"),
      ("\"daysSincePayment\"", "\"daysPastDue\"", "duplicate", "$.inputs[1].feature"),
    ] as [(String, String, String, String)])
  func trees(_ old: String, _ new: String, _ code: String, _ path: String) throws {
    let found = try #require(try refusal(ScoringModelTests.trees, old, new))
    #expect(found.code.rawValue == code)
    #expect(found.path == path)
  }

  @Test("the nearest name is offered for a feature that is not there")
  func nearestFeature() throws {
    let found = try refusal(ScoringModelTests.scorecard, "\"daysPastDue\"", "\"dayPastDue\"")
    #expect(found?.nearest == "daysPastDue")
  }

  @Test("no forbidden name is a feature")
  func forbidden() {
    #expect(Feature.all.allSatisfy { !Feature.forbidden.contains($0.name) })
  }

  @Test("a document beyond 4 MiB is refused by its length")
  func length() throws {
    let bytes = Array(repeating: UInt8(ascii: " "), count: ScoringModel.longestDocument + 1)
    let found = #expect(throws: DocumentError.self) { try ScoringModel(parsing: bytes.span) }
    #expect(found?.code.rawValue == "model_too_long")
  }
}
