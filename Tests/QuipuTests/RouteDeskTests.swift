import CanonicalJSON
import Collections
import Foundation
import Testing

@testable import quipu

@Suite("what diallers, back offices and collectors of figures ask the routes", .serialized)
struct RouteDeskTests {
  /// A year of a portfolio under the Peruvian policy and strategy, with a model and its scores.
  private static let base = Result {
    let ledger = try TemporaryLedger()
    try ledger.addIdentities()
    try ledger.write(Array(EndToEndScoreTests.scorecard().utf8), to: "pays.json")
    let run = try ledger.bash(
      """
      set -e
      export XDG_CONFIG_HOME="$folder/config"
      "$quipu" generate --accounts 120 --months 12 --seed 5 --start 2025-01-01 > drafts.jsonl
      "$quipu" record drafts.jsonl --as ana > /dev/null
      "$quipu" policy adopt pe --as ana --approve-as eva --effective 2020-01-01
      "$quipu" strategy adopt pe-empathetic --as ana --approve-as eva --effective 2025-01-01
      "$quipu" model register pays.json --as eva --approve-as ana
      "$quipu" score --model pays --on 2025-12-17 --record --as ana
      """)
    try #require(run.exit == 0, "\(run.errors)")
    return ledger
  }

  /// A Wednesday that is no holiday, within the generated year.
  private static let day = "2025-12-17"
  private var ledger: TemporaryLedger { get throws { try Self.base.get() } }
  private var served: ServedLedger { get throws { try ServedLedger(ledger, today: Self.day) } }

  private func body(_ response: HTTPResponse) -> String {
    String(decoding: response.wholeBody, as: UTF8.self)
  }

  @Test(
    "may-contact answers as the command does, one by one",
    arguments: [
      #"{"subject":"S-0000021","channel":"call","at":"2025-12-17T10:15"}"#,
      #"{"subject":"S-0000021","channel":"call","at":"2025-12-17T22:15"}"#,
      #"{"subject":"S-0000003","channel":"whatsapp","at":"2025-12-20T10:15:00-05:00","account":"PE-0000003"}"#,
      #"{"subject":"S-0000009","channel":"email","at":"2025-12-25T12:00","agent":"ag-lima-1"}"#,
    ])
  func mayContact(question: String) async throws {
    try ledger.write(Array((question + "\n").utf8), to: "question.jsonl")
    let run = try ledger.run("may-contact --batch \(ledger.folder)/question.jsonl")
    try #require(run.exit == 0, "\(run.errors)")
    let served = try served
    let answered = body(try await served.post("/v1/may-contact", question))
    #expect(answered == run.output)
    let several = body(try await served.post("/v1/may-contact", "[\(question),{}]"))
    #expect(several.hasPrefix("[" + run.output.dropLast() + ",{\"error\":"))
    let schema = Schema.reference("ContactAnswer")
    #expect(SchemaChecker().faults(try run.json, schema) == [])
    let asked = try JSONValue(parsing: question, as: .json)
    #expect(SchemaChecker().faults(asked, Schema.reference("ContactQuestion")) == [])
  }

  @Test(
    "a question that cannot be answered is refused",
    arguments: [
      ("{", 400, "truncated"), ("", 400, "truncated"), ("7", 422, "wrong_type"),
      ("[]", 422, "wrong_count"), (#"{"subject":"S-0000021"}"#, 422, "not_a_choice"),
      (#"{"subject":"S-0000021","channel":"call","when":"now"}"#, 422, "unknown_field"),
      (#"{"subject":"nobody","channel":"call"}"#, 422, "unknown_subject"),
      (#"{"subject":"S-0000021","channel":"call","account":"none"}"#, 422, "unknown_account"),
      (#"{"subject":"S-0000021","channel":"call","at":"noon"}"#, 422, "not_an_instant"),
    ])
  func refusedQuestion(question: String, status: Int, code: String) async throws {
    let problem = try await served.problem(posting: question, to: "/v1/may-contact")
    #expect(problem.status == status)
    #expect(problem.code == code)
  }

  @Test("scores as they were recorded, and why")
  func scores() throws {
    let served = try served
    let account = "PE-0000021"
    let scores = try served.json("/v1/scores/\(account)")
    let recorded = try #require(scores["scores"]?.arrayValue)
    #expect(recorded.count == 1)
    #expect(SchemaChecker().faults(scores, Schema.reference("Scores")) == [])
    #expect(try served.json("/v1/scores/\(account)?model=other")["scores"] == .array([]))
    let run = try ledger.run("explain \(account) --model pays --on \(Self.day) --json")
    let explained = try served.json("/v1/scores/\(account)/pays")
    #expect(explained == (try run.json))
    #expect(SchemaChecker().faults(explained, Schema.reference("ScoreExplanation")) == [])
    // From the size it was made from it comes out as it was recorded.
    let basis = try #require(recorded[0]["basis"]?.integerValue)
    let then = try served.json("/v1/scores/\(account)/pays?knownAt=\(basis)")
    for name in ["points", "probabilityBp", "featuresSha256", "reasons"] {
      #expect(then[name] == recorded[0][name])
    }
    #expect(try served.problem("/v1/scores/\(account)/pays?version=9").code == "unknown_model")
  }

  @Test("the work list is the command's, in pages")
  func workList() throws {
    let served = try served
    let run = try ledger.run("worklist --on \(Self.day) --json")
    let whole = try served.json("/v1/worklist?limit=1000")
    #expect(
      JSONValue(members: (whole.objectValue ?? []).filter { $0.key != "next" }) == (try run.json))
    #expect(SchemaChecker().faults(whole, Schema.reference("WorkList")).prefix(5) == [])
    var (target, actions, care): (String?, [JSONValue], [JSONValue]) = (
      "/v1/worklist?limit=7", [], []
    )
    while let next = target {
      let page = try served.json(next)
      actions += page["actions"]?.arrayValue ?? []
      care += page["care"]?.arrayValue ?? []
      target = page["next"]?.stringValue.map { "/v1/worklist?limit=7&cursor=\($0)" }
    }
    #expect(.array(actions) == whole["actions"])
    #expect(.array(care) == whole["care"])
    #expect(!actions.isEmpty && !care.isEmpty)
    #expect(try served.json("/v1/worklist?queue=specialist")["actions"] == nil)
    #expect(try served.problem("/v1/worklist?strategy=none").status == 422)
  }

  @Test("health says what is wrong, metrics end as OpenMetrics does")
  func health() throws {
    let served = try served
    let health = try served.json("/healthz")
    #expect(health["status"] == .string("ok"))
    #expect(SchemaChecker().faults(health, Schema.reference("Health")) == [])
    served.service.metrics.note(Problem(507, "disk_full", ""))
    let text = body(try served.ask("GET", "/metrics"))
    #expect(text.hasSuffix("\n# EOF\n"))
    #expect(text.contains("quipu_problems_total{code=\"disk_full\"} 1\n"))
    let families = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
    #expect(Set(families).count == families.count)
    let sample = try Regex(#"[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+"#)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: sample) != nil, "\(line)")
    }
  }

  @Test("the README's table of routes is the table")
  func readme() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/README.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let shown = text.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("| `GET /") || line.hasPrefix("| `POST /") else { return nil }
      return line.dropFirst(3).prefix { $0 != "`" && $0 != "?" }.description
    }
    let declared = RouteTable.all.routes.filter { !$0.isPage }.map { "\($0.method) \($0.path)" }
    #expect(Set(shown) == Set(declared.map { $0.split(separator: "+").joined() }))
    #expect(shown.count == declared.count)
  }
}
