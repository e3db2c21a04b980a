import CanonicalJSON
import Collections
import Testing

@testable import quipu

@Suite("what the routes answer", .serialized)
struct RouteAnswerTests {
  /// The generated portfolio, served.
  private static let served = Result { try ServedLedger(try GeneratedPortfolio.ledger.get()) }
  private var served: ServedLedger { get throws { try Self.served.get() } }
  private var ledger: TemporaryLedger { get throws { try GeneratedPortfolio.ledger.get() } }

  /// The answer's members but those that only pages have.
  private func told(_ value: JSONValue) -> JSONValue {
    JSONValue(
      members: (value.objectValue ?? []).filter { $0.key != "next" && $0.key != "failures" })
  }

  @Test(
    "as the command says it with --json",
    arguments: [
      // route                                     command
      ("/v1/accounts/PE-0000007", "show PE-0000007"),
      (
        "/v1/accounts/PE-0000007?on=2024-08-01&knownAt=900",
        "show PE-0000007 --on 2024-08-01 --known-at 900"
      ),
      ("/v1/accounts/PE-0000007/history", "history PE-0000007"),
      ("/v1/promises?limit=1000", "promises"),
      (
        "/v1/promises?limit=1000&outcome=broken&knownAt=900",
        "promises --outcome broken --known-at 900"
      ),
      ("/v1/plans?limit=1000", "plans"), ("/v1/plans?limit=1000&late=true", "plans --late"),
      ("/v1/portfolio", "portfolio"), ("/v1/portfolio?by=product", "portfolio --by product"),
      ("/v1/portfolio?from=2024-10-31&by=status", "portfolio --from 2024-10-31 --by status"),
      ("/v1/portfolio?by=arm", "portfolio --by arm"),
      (
        "/v1/portfolio?from=2024-10-31&by=arm&knownAt=900",
        "portfolio --from 2024-10-31 --by arm --known-at 900"
      ),
      ("/v1/conduct?limit=1000", "conduct"),
      (
        "/v1/conduct?limit=1000&from=2024-06-01&to=2024-06-30",
        "conduct --from 2024-06-01 --to 2024-06-30"
      ),
      ("/v1/requests?limit=1000", "requests"),
    ])
  func sameAsCommand(route: String, command: String) throws {
    let day = command.contains("--on") ? "" : " --on \(GeneratedPortfolio.day)"
    let run = try ledger.run("\(command)\(day) --json")
    try #require(run.exit < 2, "\(run.errors)")
    #expect(told(try served.json(route)) == (try run.json))
  }

  @Test("each as its schema says", arguments: ["en", "es"])
  func schemas(language: String) throws {
    let served = try served
    let checker = SchemaChecker()
    let paths = [
      ("getAccount", "/v1/accounts/PE-0000007"),
      ("getAccountHistory", "/v1/accounts/PE-0000007/history"),
      ("listAccounts", "/v1/accounts?limit=1000"), ("getPortfolio", "/v1/portfolio"),
      ("getPortfolio", "/v1/portfolio?from=2024-10-31&by=product"),
      ("listPromises", "/v1/promises?limit=1000"),
      ("listPromises", "/v1/promises?limit=1000&knownAt=900"),
      ("listPlans", "/v1/plans?limit=1000"), ("getConduct", "/v1/conduct?limit=1000"),
      ("listRequests", "/v1/requests"), ("listScores", "/v1/scores/PE-0000007"),
      ("getEvent", "/v1/events/0"), ("getEvent", "/v1/events/200"), ("getIdentity", "/v1/identity"),
    ]
    for (name, path) in paths {
      let route = try #require(Route.api.first { $0.name == name })
      let schema = try #require(route.answers.first?.content?.types.first?.schema)
      let value = try served.json(path, in: language == "es" ? .spanish : .english)
      #expect(checker.faults(value, schema).prefix(5) == [], "\(path)")
    }
    // Every account and its history, for whatever shapes there are.
    for row in try served.json("/v1/accounts?limit=1000")["accounts"]?.arrayValue ?? [] {
      let id = row["account"]?.stringValue ?? ""
      let account = try served.json("/v1/accounts/\(id)")
      #expect(checker.faults(account, Schema.reference("Account")).prefix(5) == [], "\(id)")
      let history = try served.json("/v1/accounts/\(id)/history")
      #expect(checker.faults(history, Schema.reference("History")).prefix(5) == [], "\(id)")
    }
  }

  @Test("the pages of a listing are the whole of it, at the moment of the first")
  func pages() throws {
    let ledger = try GeneratedPortfolio.make(accounts: 12, months: 6, seed: 9)
    let served = try ServedLedger(ledger)
    for (listing, rows, limit) in [
      ("/v1/accounts", "accounts", 5), ("/v1/promises", "promises", 2), ("/v1/plans", "plans", 1),
      ("/v1/accounts?product=consumer", "accounts", 1), ("/v1/conduct", "violations", 3),
      ("/v1/accounts?sort=overdue", "accounts", 5),
      ("/v1/accounts?bucket=0,1-30&minDaysPastDue=1", "accounts", 1),
    ] {
      let join = listing.contains("?") ? "&" : "?"
      let whole = try served.json("\(listing)\(join)limit=1000")[rows]?.arrayValue ?? []
      var found: [JSONValue] = []
      var target: String? = "\(listing)\(join)limit=\(limit)"
      var pages = 0
      while let next = target {
        let page = try served.ask("GET", next)
        let json = try served.json(next)
        found += json[rows]?.arrayValue ?? []
        #expect(json[rows]?.arrayValue?.count ?? 0 <= limit)
        let link = page.header("Link")
        #expect((link == nil) == (json["next"] == .null))
        target = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
        pages += 1
        try #require(pages < 500)
      }
      #expect(found == whole, "\(listing)")
      #expect(pages >= whole.count / limit)
    }
  }

  @Test("accounts by days past due, several ranges of them, and the largest first")
  func accountLists() throws {
    let served = try served
    func accounts(_ query: String) throws -> [JSONValue] {
      try served.json("/v1/accounts?limit=1000\(query)")["accounts"]?.arrayValue ?? []
    }
    func days(_ row: JSONValue) -> Int64 { row["daysPastDue"]?.integerValue ?? -1 }
    let all = try accounts("")
    let late = Set(all.map(days)).sorted()
    try #require(late.count > 5, "the portfolio has accounts of many ages")
    let (low, high) = (late[late.count / 3], late[late.count * 2 / 3])
    let between = try accounts("&minDaysPastDue=\(low)&maxDaysPastDue=\(high)")
    #expect(between == all.filter { (low...high).contains(days($0)) })
    #expect(!between.isEmpty && between.count < all.count)
    let names = ["0", "31-60", "61-90"]
    let buckets = try accounts("&bucket=\(names.joined(separator: ","))")
    #expect(buckets == all.filter { names.contains($0["bucket"]?.stringValue ?? "") })
    #expect(!buckets.isEmpty && buckets.count < all.count)
    for (sort, figure) in [
      ("daysPastDue", days),
      ("overdue", { $0["overdue"]?["total"]?.integerValue ?? -1 }),
      ("outstanding", { $0["outstanding"]?["total"]?.integerValue ?? -1 }),
    ] as [(String, (JSONValue) -> Int64)] {
      // Sorting keeps the ids' order between equals.
      let expected = all.enumerated().sorted {
        (-figure($0.element), $0.offset) < (-figure($1.element), $1.offset)
      }.map(\.element)
      #expect(try accounts("&sort=\(sort)") == expected, "\(sort)")
      #expect(expected != all, "\(sort)")
    }
    #expect(try accounts("&sort=account") == all)
    let page = try served.json("/v1/accounts?sort=overdue&limit=2")
    let cursor = try #require(page["next"]?.stringValue)
    #expect(try served.problem("/v1/accounts?sort=outstanding&cursor=\(cursor)").status == 422)
  }

  @Test("more money than a sum can say is refused, and nothing is said wrong")
  func tooMuchMoney() throws {
    let most = 9_007_199_254_740_991
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A-1", principal: most), DraftLine.opened("A-2", principal: 1),
    ])
    let served = try ServedLedger(ledger, today: "2025-03-01")
    let problem = try served.problem("/v1/portfolio")
    #expect(problem.status == 422 && problem.code == "amount_overflow")
    let run = try ledger.run("portfolio --on 2025-03-01 --json")
    #expect(run.exit == 1)
    #expect(try run.failure.code == "amount_overflow")
    // Each account by itself is said as it is.
    let account = try served.json("/v1/accounts/A-1")
    #expect(account["outstanding"]?["total"]?.integerValue == Int64(most))
  }

  @Test("an account that no path can name is not opened", arguments: [".", ".."])
  func unnameable(id: String) throws {
    let ledger = try TemporaryLedger()
    let run = try ledger.record(bytes: Array((DraftLine.opened(id) + "\n").utf8), "--json")
    #expect(run.exit == 3)
    #expect(run.errors.contains("not_an_id"), "\(run.errors)")
  }

  @Test(
    "what does not read is refused, and what would be right is said",
    arguments: [
      ("/v1/accounts/PE-0000007?onn=2024-01-01", 400, "unknown_parameter", "on"),
      ("/v1/accounts/PE-0000007?on=2024-02-30", 400, "bad_parameter", ""),
      ("/v1/accounts/PE-0000007?on=2024-02-01&on=2024-02-01", 400, "repeated_parameter", ""),
      ("/v1/accounts/PE-0000007?knownAt=yesterday", 400, "bad_parameter", ""),
      ("/v1/accounts/PE-0000007?knownAt=99999999", 404, "no_such_size", ""),
      ("/v1/accounts/nobody", 404, "unknown_account", ""),
      ("/v1/accounts/no%20body", 404, "not_found", ""),
      ("/v1/accounts/nobody/history", 404, "unknown_account", ""),
      ("/v1/accounts?limit=0", 400, "bad_parameter", ""),
      ("/v1/accounts?limit=1001", 400, "bad_parameter", ""),
      ("/v1/accounts?cursor=x", 422, "bad_cursor", ""),
      ("/v1/accounts?status=opened", 400, "bad_parameter", ""),
      ("/v1/accounts?bucket=31-60,99", 400, "bad_parameter", ""),
      ("/v1/accounts?bucket=31-60,", 400, "bad_parameter", ""),
      ("/v1/accounts?sort=name", 400, "bad_parameter", ""),
      ("/v1/accounts?minDaysPastDue=-1", 400, "bad_parameter", ""),
      ("/v1/accounts?minDaysPastDue=9&maxDaysPastDue=8", 422, "senseless_parameter", ""),
      ("/v1/accounts/PE-0000007?knownAt=2024-06-30", 400, "bad_parameter", ""),
      ("/v1/promises?account=nobody", 404, "unknown_account", ""),
      ("/v1/portfolio?from=2024-12-31", 422, "senseless_parameter", ""),
      ("/v1/conduct?from=2025-01-01", 422, "senseless_parameter", ""),
      ("/v1/conduct?rule=PE-HRZ", 422, "unknown_rule", ""),
      ("/v1/scores/nobody", 404, "unknown_account", ""),
      ("/v1/scores/PE-0000007/none", 404, "unknown_model", ""),
      ("/v1/events/99999999", 404, "no_such_event", ""),
      ("/v1/events/+1", 404, "no_such_event", ""),
      ("/v1/events/01", 404, "no_such_event", ""), ("/v1/events/x", 404, "not_found", ""),
      ("/v1/events?type=PaymentRecieved", 400, "bad_parameter", ""),
      ("/v1/events?stream=A-1", 400, "bad_parameter", ""),
      ("/v1/events?from=9&to=8", 422, "senseless_parameter", ""),
      ("/v1/feed?from=99999999", 422, "senseless_parameter", ""),
      ("/tile/0/0", 404, "no_such_tile", ""), ("/tile/00/000", 404, "no_such_tile", ""),
      ("/tile/0/-1234", 404, "no_such_tile", ""), ("/tile/0/-001", 404, "no_such_tile", ""),
      ("/tile/0/x-123/456", 404, "no_such_tile", ""),
      ("/tile/0/9223372036854775807", 404, "no_such_tile", ""),
      ("/tile/0/x001/000", 404, "no_such_tile", ""), ("/tile/64/000", 404, "not_found", ""),
      ("/tile/entries/999", 404, "no_such_tile", ""), ("/v1/nothing", 404, "no_such_path", ""),
    ])
  func refusals(target: String, status: Int, code: String, nearest: String) throws {
    let problem = try served.problem(target)
    #expect(problem.status == status)
    #expect(problem.code == code)
    let near = problem.members.first { $0.name == "nearest" }?.value.stringValue ?? ""
    #expect(near == nearest)
    let json = try JSONValue(
      parsing: String(decoding: problem.response(in: .english).wholeBody, as: UTF8.self), as: .json)
    #expect(SchemaChecker().faults(json, SchemaCatalog.problem) == [])
  }
}
