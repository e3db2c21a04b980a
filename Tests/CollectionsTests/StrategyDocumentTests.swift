import CanonicalJSON
import Collections
import Foundation
import Support
import Testing

@Suite("Strategy documents")
struct StrategyDocumentTests {
  private static func text() throws -> String {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/strategies/pe-empathetic.json")
    return try String(contentsOf: path, encoding: .utf8)
  }

  private static func read(_ text: String) throws(DocumentError) -> Strategy {
    let bytes = Array(text.utf8)
    return try Strategy(parsing: bytes.span)
  }

  @Test(
    "the Peruvian example has arms that make a whole, and no ladder that begins with a person early"
  )
  func example() throws {
    let strategy = try Self.read(try Self.text())
    #expect(strategy.id == "pe-empathetic")
    #expect(strategy.arms.map(\.buckets).reduce(0, +) == Strategy.buckets)
    #expect(strategy.segments.last?.when.isEmpty == true)
    let early = try #require(strategy.segments.first { $0.id == "early" })
    for steps in early.ladders { #expect(steps.first?.kind != .person) }
    #expect(strategy.care.offers.first == "grace-60")
    #expect(strategy.reminders == ReminderTerms())
    #expect(strategy.arm(ofBucket: 0) == 0)
    #expect(strategy.arm(ofBucket: 7_999) == 0)
    #expect(strategy.arm(ofBucket: 8_000) == 1)
    #expect(strategy.arm(ofBucket: 9_999) == 1)
  }

  @Test("plans are made anew until two of a year were not kept, unless it says otherwise")
  func selfService() throws {
    let stated = #"  "selfService": {"brokenPlans": 2, "days": 365},"#
    let text = try Self.text()
    try #require(text.contains(stated))
    let standard = try Self.read(text.replacing(stated, with: "")).selfService
    #expect(standard.brokenPlans == 2 && standard.days == 365)
    let long = #""selfService": {"brokenPlans": 5, "days": 30},"#
    let other = try Self.read(text.replacing(stated, with: long)).selfService
    #expect(other.brokenPlans == 5 && other.days == 30)
  }

  @Test("a bucket is what sha256sum gives")
  func bucket() {
    // printf pe-empathetic:A-1 | sha256sum
    let digest: [UInt8] = [0x3C, 0x44, 0xBE, 0x40, 0xED, 0xA9, 0x78, 0xD8, 0x6C]
    #expect(Strategy.bucket(digest: digest) == 1_864)
  }

  @Test(
    "a mistake is refused, with its code and its path",
    arguments: [
      (
        #""feature": "outstanding", "below": 5000"#, #""feature": "outstandin", "below": 5000"#,
        .unknownFeature, "$.segments[2].when[0].feature"
      ),
      (
        #""feature": "outstanding", "below": 5000"#, #""feature": "birthDecade", "below": 5000"#,
        .forbiddenFeature, "$.segments[2].when[0].feature"
      ),
      (
        #""feature": "outstanding", "below": 5000"#, #""feature": "Region", "below": 5000"#,
        .forbiddenFeature, "$.segments[2].when[0].feature"
      ),
      (
        #""daysPastDue", "from": 121}]"#,
        #""daysPastDue", "from": 31, "below": 121}]"#,
        .unreachableStep, "$.segments[5].when"
      ),
      (
        #""from": 31, "below": 121}]"#, #""from": 31, "below": 31}]"#,
        .invalidValue, "$.segments[4].when[0].below"
      ),
      (
        #""role": "challenger", "buckets": 2000"#, #""role": "challenger", "buckets": 0"#,
        .unreachableStep, "$.arms[1].buckets"
      ),
      (
        #""role": "challenger", "buckets": 2000"#, #""role": "challenger", "buckets": 1999"#,
        .invalidValue, "$.arms"
      ),
      (
        #""role": "challenger", "buckets": 2000"#, #""role": "champion", "buckets": 2000"#,
        .invalidValue, "$.arms"
      ),
      (
        #""everyDays": 7, "restDays": 2, "cost": 40, "effectBp": 1500"#,
        #""everyDays": 24, "restDays": 2, "cost": 40, "effectBp": 1500"#,
        .unreachableStep, "$.segments[3].ladders[1].steps[1]"
      ),
      (
        #""stops": ["paid", "answered", "planActive", "agency", "suit"]"#,
        #""stops": ["promiseOpen"]"#, .unreachableStep, "$.segments[1].ladders[0].steps[0].stops"
      ),
      (
        #"{"bp": 600}"#, #"{"when": [{"feature": "daysPastDue", "from": 181}], "bp": 600}"#,
        .invalidValue, "$.chance.table"
      ),
      (
        #""channels": ["call"], "tone": "helpful", "template": "pe-talk","#,
        #""channels": ["sms"], "tone": "helpful", "template": "pe-talk","#,
        .invalidValue, "$.segments[3].ladders[0].steps[3].channels"
      ),
      (
        #""principal": 5000"#, #""principal": 10001"#, .invalidValue,
        "$.offers[4].forgiveBp.principal"
      ),
      (
        #"{"penalty": 10000, "cost": 10000, "interest": 10000, "principal": 5000}"#,
        #"{"penalty": 9999}"#, .invalidValue, "$.offers[4].forgiveBp.penalty"
      ),
      (
        #""cost": 600, "effectBp": 1000, "offers": ["plan-24", "relief-30"]"#,
        #""cost": 600, "effectBp": 1000, "offers": ["plan-25"]"#, .invalidValue,
        "$.segments[4].ladders[0].steps[2].offers[0]"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"dueDays": 31}"#, .invalidValue,
        "$.reminders.dueDays"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"tones": ["warm", "harsh"], "usual": "warm"}"#,
        .invalidValue, "$.reminders.tones[1]"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"tones": ["warm", "warm"], "usual": "warm"}"#,
        .duplicate, "$.reminders.tones[1]"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"tones": []}"#, .invalidValue, "$.reminders.tones"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"tones": ["warm"]}"#, .missingKey, "$.reminders"
      ),
      (
        #""pauseDays": 5"#, #""reminders": {"usual": "formal"}"#, .invalidValue,
        "$.reminders.usual"
      ),
      (#""pauseDays": 5"#, #""reminders": {"days": 3}"#, .unknownKey, "$.reminders.days"),
      (#""quipu-strategy/1""#, #""quipu-strategy/2""#, .unsupportedFormat, "$.format"),
      (#""pauseDays": 5"#, #""pauseDays": NaN"#, .invalidJSON, "$"),
      (#""pauseDays": 5"#, #""pauseDay": 5"#, .unknownKey, "$.pauseDay"),
      (#""brokenPlans": 2"#, #""brokenPlans": 0"#, .invalidValue, "$.selfService.brokenPlans"),
      (#""brokenPlans": 2, "#, "", .missingKey, "$.selfService"),
      (
        #""hours": {"from": "08:00", "to": "19:00"}"#,
        #""hours": {"from": "19:00", "to": "08:00"}"#,
        .invalidValue, "$.hours.to"
      ),
    ] as [(String, String, DocumentError.Code, String)])
  func refused(_ right: String, _ wrong: String, _ code: DocumentError.Code, _ path: String) throws
  {
    let text = try Self.text()
    let range = try #require(text.range(of: right), "the example has \(right)")
    let error = try #require(throws: DocumentError.self) {
      try Self.read(text.replacingCharacters(in: range, with: wrong))
    }
    #expect(error.code == code, "\(error)")
    #expect(error.path == path, "\(error)")
    #expect(!error.expected.isEmpty)
  }

  @Test("a document of 100 MB is refused before it is read")
  func long() {
    let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 100_000_000)
    #expect(throws: DocumentError(.strategyTooLong, "$", expected: "")) {
      try Strategy(parsing: bytes.span)
    }
  }

  @Test("no segment is refused that some account can come to, and none taken that none can")
  func reach() throws {
    var random = SeededGenerator(seed: seed())
    for _ in 0..<300 {
      let conditions = (0..<4).map { _ in
        (
          Int.random(in: 0..<4, using: &random), Int.random(in: 0..<4, using: &random),
          Int.random(in: 1..<4, using: &random)
        )
      }
      let segments = conditions.enumerated().map { place, condition in
        let (from, promise, width) = condition
        let flag = promise < 2 ? #",{"feature":"promiseOpen","is":[\#(promise)]}"# : ""
        return
          #"{"segment":"s\#(place)","title":{"en":"t","es":"t"},"when":[{"feature":"daysPastDue","#
          + #""from":\#(from),"below":\#(from + width)}\#(flag)],"ladders":[{"arms":["a"],"steps":[]}]}"#
      }
      let last =
        #"{"segment":"rest","title":{"en":"t","es":"t"},"ladders":[{"arms":["a"],"steps":[]}]}"#
      let text =
        #"{"format":"quipu-strategy/1","strategy":"x","version":1,"currency":"PEN","title":{"en":"t","es":"t"},"#
        + #""hours":{"from":"08:00","to":"19:00"},"chance":{"table":[{"bp":1}]},"arms":[{"arm":"a","#
        + #""role":"champion","buckets":10000}],"care":{"channel":"call","tone":"c","hours":{"from":"#
        + #""08:00","to":"19:00"}},"segments":[\#((segments + [last]).joined(separator: ","))]}"#
      // Every account there can be, one by one: days 0 to 8, no promise open, one, or none known.
      func takes(_ place: Int, _ days: Int, _ promise: Int) -> Bool {
        let (from, flag, width) = conditions[place]
        return (from..<from + width).contains(days) && (flag >= 2 || flag == promise)
      }
      let isReached = conditions.indices.allSatisfy { place in
        (0..<9).contains { days in
          (0..<3).contains { promise in
            takes(place, days, promise) && !(0..<place).contains { takes($0, days, promise) }
          }
        }
      }
      var code: DocumentError.Code?
      do {
        _ = try Self.read(text)
      } catch {
        code = error.code
      }
      #expect(code == (isReached ? nil : .unreachableStep), "\(text)")
    }
  }
}
