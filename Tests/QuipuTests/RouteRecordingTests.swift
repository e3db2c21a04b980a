import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing

@testable import quipu

/// What is recorded over HTTP, and by whom: requests go through the whole dispatch.
@Suite struct RouteRecordingTests {
  private let ledger: TemporaryLedger
  private let service: Service
  private var tokens: [String: String] = [:]

  init() throws {
    ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A-1"), DraftLine.opened("A-2"),
    ])
    try ledger.addIdentities()
    let adopted = try ledger.run("policy adopt pe --as ana --approve-as eva --effective 2020-01-01")
    try #require(adopted.exit == 0, "\(adopted.errors)")
    for (name, role) in [
      ("maria", "agent --subject S-9"), ("desk", "reader"), ("gate", "recorder"),
    ] {
      let added = try ledger.run("token add \(name) --role \(role) --as eva")
      try #require(added.exit == 0, "\(added.errors)")
      tokens[name] = added.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let actor = try #require(Actor(id: "service", kind: .system, role: "recorder"))
    let today = try #require(CivilDate("2025-03-05"))
    let intake = try Intake(opening: ledger.path, by: actor, at: WallClock.now(), today: today)
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    let books = try LiveBooks(model, of: view, at: ledger.path, today: today)
    intake.onDurable = { books.grow($0) }
    service = Service(
      ledger: ledger.path, books: books,
      writer: EventWriter(intake, metrics: Metrics(), today: { today }))
  }

  private func post(
    _ target: String, _ body: String, as name: String
  ) async throws -> (response: HTTPResponse, json: JSONValue) {
    var request = PendingRequest(target, from: Connection("192.0.2.7", socket: -1, seconds: 10))
      .request
    request.method = "POST"
    request.headers = HTTPHeaders([
      "authorization": "Bearer \(tokens[name] ?? "")", "content-type": "application/json",
    ])
    request.body = Array(body.utf8)
    let admission = service.admit(request)
    let response: HTTPResponse
    if let now = service.answerNow(request, admission) {
      response = now
    } else {
      response = await withCheckedContinuation { continuation in
        service.answerLater(request, admission) { continuation.resume(returning: $0()) }
      }
    }
    let text = String(decoding: response.wholeBody, as: UTF8.self)
    return (response, try JSONValue(parsing: text, as: .json))
  }

  /// The last event of the log.
  private func lastEvent() throws -> JSONValue {
    let view = try LedgerView(opening: ledger.path)
    let line = String(decoding: try view.line(view.size - 1), as: UTF8.self)
    return try JSONValue(parsing: line, as: .json)
  }

  @Test(
    "an agent asks before she calls, and the answer is kept as the command keeps it",
    arguments: [("10:15", true), ("22:15", false)])
  func answerIsKept(time: String, isAllowed: Bool) async throws {
    // 5 March 2025 is a Wednesday.
    let question =
      #"{"subject":"S-1","account":"A-1","channel":"call","at":"2025-03-05T\#(time)"}"#
    let before = service.books.size
    let plain = try await post("/v1/may-contact", question, as: "maria")
    #expect(plain.response.status == 200 && service.books.size == before)
    let kept = try await post("/v1/may-contact?contact=c-1", question, as: "maria")
    #expect(kept.response.status == 201)
    #expect(kept.json == plain.json && kept.json["allowed"] == .bool(isAllowed))
    #expect(service.books.size == before + 1)
    #expect(kept.response.header("Location") == "/v1/events/\(before)")
    let event = try lastEvent()
    #expect(
      event["type"]?.stringValue == (isAllowed ? "ContactAuthorized" : "ContactBlocked"))
    #expect(event["actor"]?["id"] == .string("maria"))
    #expect(event["subject"] == .string("S-1") && event["stream"] == .string("account/A-1"))
    #expect(event["data"]?["contact"] == .string("c-1"))
    // Sent again after a broken connection it is the same event.
    let again = try await post("/v1/may-contact?contact=c-1", question, as: "maria")
    #expect(again.response.status == 201 && service.books.size == before + 1)
    #expect(again.response.header("Location") == "/v1/events/\(before)")
    // The command makes the very same event.
    let other = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    try other.addIdentities()
    let run = try other.bash(
      """
      set -e
      export XDG_CONFIG_HOME="$folder/config"
      "$quipu" policy adopt pe --as ana --approve-as eva --effective 2020-01-01 > said
      "$quipu" may-contact S-1 --account A-1 --channel call --at 2025-03-05T\(time) --record \
        --contact c-1 > said || test $? = 1
      """)
    try #require(run.exit == 0, "\(run.errors)")
    let view = try LedgerView(opening: other.path)
    let line = String(decoding: try view.line(view.size - 1), as: UTF8.self)
    let byCommand = try JSONValue(parsing: line, as: .json)
    for name in ["data", "type", "key", "subject", "stream", "effective"] {
      #expect(event[name] == byCommand[name], "\(name)")
    }
  }

  @Test(
    "what is not kept, and why",
    arguments: [
      ("desk", "?contact=c-1", true, 403, "not_permitted"),
      ("gate", "", true, 403, "not_permitted"),
      ("maria", "?contact=c-1", false, 422, "missing_field"),
      ("maria", "?contact=c-1&knownAt=4", true, 422, "senseless_parameter"),
      ("maria", "?contact=c%201", true, 400, "bad_parameter"),
    ])
  func notKept(
    name: String, query: String, hasAccount: Bool, status: Int, code: String
  ) async throws {
    let account = hasAccount ? #""account":"A-1","# : ""
    let before = service.books.size
    let answer = try await post(
      "/v1/may-contact" + query, #"{"subject":"S-1",\#(account)"channel":"call"}"#, as: name)
    #expect(answer.response.status == status && answer.json["code"] == .string(code))
    #expect(service.books.size == before)
  }

  @Test(
    "an agent records what happens with debtors, whoever they are, and nothing that moves a debt")
  func agents() async throws {
    let promise = #""promise":"pr-1","amount":5000,"dueOn":"2025-04-30","channel":"call""#
    let taken = DraftLine.event("PromiseMade", "A-2", "pr", on: "2025-03-05", promise)
    let promised = try await post("/v1/events", taken, as: "maria")
    #expect(promised.response.status == 201)
    let reason = #""principal":1,"reason":"she asked""#
    for (type, data) in [
      ("DebtForgiven", reason), ("WrittenOff", ""),
      ("PaymentReceived", #""payment":"p","amount":5,"currency":"PEN","method":"cash""#),
    ] {
      let draft = DraftLine.event(type, "A-2", "k-\(type)", on: "2025-03-05", data)
      let refused = try await post("/v1/events", draft, as: "maria")
      #expect(refused.response.status == 403, "\(type)")
      #expect(refused.json["code"] == .string("not_permitted"))
      #expect(refused.json["field"] == .string("type"))
      let byGate = try await post("/v1/events", draft, as: "gate")
      #expect(byGate.response.status == 201, "\(type) \(byGate.json)")
    }
  }

  @Test("a recorder and an agent are held to the same by the command line")
  func commandLine() throws {
    let draft = DraftLine.event("WrittenOff", "A-1", "w", on: "2025-03-05", "")
    // The service has the ledger open; the command has one of the same bytes and tokens.
    let run = try ledger.copy().bash(
      """
      set -e
      printf '%s\\n' '\(draft)' > draft
      QUIPU_TOKEN=\(tokens["maria"] ?? "") "$quipu" record draft --as maria --json 2> refused \
        && exit 9 || test $? = 3
      cat refused
      """)
    #expect(run.exit == 0 && run.output.contains("not_permitted"), "\(run.errors)")
  }
}
