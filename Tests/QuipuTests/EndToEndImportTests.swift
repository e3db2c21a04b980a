internal import CanonicalJSON
internal import Foundation
internal import Testing

@Suite("End to end: import")
struct EndToEndImportTests {
  /// Accounts, and payments on them, of a till.
  private static let mapping = """
    {
      "format": "quipu-mapping/1", "name": "till", "description": "for tests",
      "ledger": {"currency": "PEN", "timeZone": "America/Lima", "jurisdiction": "PE"},
      "input": {"kind": "csv", "columns": ["id", "what", "on", "sum", "currency"]},
      "rules": [
        {
          "name": "an account", "when": {"column": "what", "equals": "open"},
          "events": [{
            "type": "AccountOpened", "stream": "account/{id}", "key": "open:{id}",
            "effective": "on",
            "data": {
              "account": "{id}", "subject": "s-{id}", "creditor": "bank", "product": "consumer",
              "currency": "{currency}",
              "items": [{"n": 1, "dueOn": {"$date": "on"}, "principal": {"$amount": "sum"}}]
            }
          }]
        },
        {
          "name": "a payment", "when": {"column": "what", "equals": "pay"},
          "events": [{
            "type": "PaymentReceived", "stream": "account/{id}", "key": "pay:{id}:{on}",
            "effective": "on",
            "data": {
              "payment": "p:{on}", "amount": {"$amount": "sum"}, "currency": "{currency}",
              "method": "cash"
            }
          }]
        }
      ]
    }
    """

  /// Rows of so many accounts with a payment each, a header above them.
  private static func rows(_ count: Int) -> String {
    let rows = (0..<count).map { number in
      "A-\(number),open,2025-01-31,\(100 + number % 7).50,PEN\n"
        + "A-\(number),pay,2025-02-\(10 + number % 18),1\(number % 10).0\(number % 10),PEN\n"
    }
    return "id,what,on,sum,currency\n" + rows.joined()
  }

  private func ledger(_ rows: String) throws -> TemporaryLedger {
    let ledger = try TemporaryLedger()
    try ledger.write(Array(Self.mapping.utf8), to: "till.json")
    try ledger.write(Array(rows.utf8), to: "rows.csv")
    return ledger
  }

  /// The numbers a run of import prints beside words.
  private func counts(_ output: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      let name = words.dropLast().joined(separator: " ")
      counts[name] = words.last.flatMap { Int($0.replacing(",", with: "")) }
    }
    return counts
  }

  @Test("the same file a second time records nothing, and says so")
  func twice() throws {
    let ledger = try ledger(Self.rows(300))
    let first = try ledger.bash("\"$quipu\" import till.json rows.csv")
    #expect(first.exit == 0, "\(first.errors)")
    #expect(counts(first.output)["events recorded"] == 600)
    let before = try ledger.files()
    for command in ["import till.json rows.csv", "import till.json - < rows.csv"] {
      let again = try ledger.bash("\"$quipu\" \(command)")
      #expect(again.exit == 0)
      #expect(counts(again.output)["rows read"] == 600)
      #expect(counts(again.output)["events recorded"] == 0)
      #expect(counts(again.output)["recorded before"] == 600)
    }
    let json = try ledger.bash("\"$quipu\" import till.json rows.csv --json").json
    #expect(json["recorded"]?.integerValue == 0)
    #expect(json["repeated"]?.integerValue == 600)
    #expect(try ledger.files() == before)
    // A longer file of the same source adds what is new.
    try ledger.write(Array(Self.rows(310).utf8), to: "rows.csv")
    let more = try ledger.bash("\"$quipu\" import till.json rows.csv --json").json
    #expect(more["recorded"]?.integerValue == 20)
    #expect(more["repeated"]?.integerValue == 600)
  }

  @Test(
    "killed in the middle of writing, and run again, it ends as if it had never been killed",
    arguments: [true, false])
  func killed(_ bySignal: Bool) throws {
    // Events are committed 4,096 at a time: the limit cuts the second batch.
    let ledger = try ledger(Self.rows(2_200))
    let whole = try ledger.copy()
    for name in ["till.json", "rows.csv"] { try whole.write(try ledger.bytes(of: name), to: name) }
    #expect(try whole.bash("\"$quipu\" import till.json rows.csv").exit == 0)

    // The signal kills as SIGKILL would, at one known byte; ignored, it lets the write fail.
    let signal = bySignal ? "--default-signal=XFSZ" : "--ignore-signal=XFSZ"
    let limit = try whole.bytes(of: "ledger/log/000000000000.jsonl").count * 96 / 100 / 1024
    let run = try ledger.bash(
      "ulimit -c 0 -f \(limit); env \(signal) \"$quipu\" import till.json rows.csv; exit $?")
    #expect(run.exit == (bySignal ? 128 + SIGXFSZ : 4))
    #expect(run.output.isEmpty)
    let verified = try ledger.run("verify --json")
    #expect(verified.exit == 0)
    #expect(try verified.json["events"]?.integerValue == 4_097)
    let notices = try verified.json["notices"]?.arrayValue?.map { $0["notice"]?.stringValue }
    // A killed program leaves a torn tail, and signs nothing; one whose write fails signs what it has.
    #expect(notices == (bySignal ? ["torn_tail", "not_covered"] : []))

    let again = try ledger.bash("\"$quipu\" import till.json rows.csv --json")
    #expect(again.exit == 0)
    #expect(try again.json["recorded"]?.integerValue == 4_400 - 4_096)
    #expect(try again.json["repeated"]?.integerValue == 4_096)
    let day = "--on 2025-03-01 --json"
    let digest = try #require(try whole.run("replay \(day)").json["digest"]?.stringValue)
    #expect(try ledger.run("replay \(day)").json["digest"]?.stringValue == digest)
    #expect(try ledger.run("verify --json").json["notices"] == .array([]))
  }

  @Test(
    "a row that cannot be read, or whose event is refused, records nothing: exit 3 and its line",
    arguments: table(
      """
      instead of the fifth row        code               field            line
      A-2,open,2025-01-31,100.505,PEN  too_many_decimals  sum              5
      A-2,open,2025-01-31,many,PEN     invalid_amount     sum              5
      A-2,open,31/01/2025,100.50,PEN   invalid_date       on               5
      A-2,open,2025-01-31,100.50       field_count        -                5
      A-1,pay,2025-01-30,100.50,PEN    before_opening     effective        5
      A-1,pay,2025-02-20,100.50,USD    wrong_currency     data.currency    5
      A-1,pay,2025-02-20,0.00,PEN      amount_not_positive  data.amount    5
      A-9,pay,2025-02-20,1.00,PEN      unknown_account    stream           5
      """))
  func refused(_ row: [String]) throws {
    var lines = Self.rows(3).split(separator: "\n").map(String.init)
    lines[4] = row[0]
    let ledger = try ledger(lines.prefix(5).joined(separator: "\n") + "\n")
    let before = try ledger.files()
    let run = try ledger.bash("\"$quipu\" import till.json rows.csv --json")
    #expect(run.exit == 3)
    let failure = try run.failure
    #expect(failure.code == row[1])
    #expect(failure["field"] == (row[2] == "-" ? "" : row[2]))
    #expect(failure.number("line") == Int64(row[3]))
    #expect(try ledger.files() == before)
  }

  @Test("--skip-invalid imports the rest; what is left out is in a file, as drafts")
  func skipInvalid() throws {
    var lines = Self.rows(3).split(separator: "\n").map(String.init)
    lines[2] = "A-0,pay,2025-01-30,5.00,PEN"
    let ledger = try ledger(lines.joined(separator: "\n") + "\n")
    let run = try ledger.bash("\"$quipu\" import till.json rows.csv --skip-invalid --json")
    #expect(run.exit == 0)
    #expect(try run.json["recorded"]?.integerValue == 5)
    #expect(try run.json["refused"]?.integerValue == 1)
    let rejects = try ledger.text(of: "till.rejected").split(separator: "\n").map(String.init)
    #expect(rejects.count == 2)
    #expect(rejects[0].hasPrefix("# line 3: before_opening effective = 2025-01-30"))
    // Mended, they are recorded as drafts.
    try ledger.record([rejects[1].replacing("2025-01-30", with: "2025-02-01")])
  }

  @Test("a ledger that is not there is named with the command that makes it")
  func noLedger() throws {
    let ledger = try ledger(Self.rows(1))
    let run = try ledger.bash("\"$quipu\" import till.json rows.csv --ledger other")
    #expect(run.exit == 4)
    #expect(
      run.errors.contains(
        "quipu init --ledger other --currency PEN --time-zone America/Lima --jurisdiction PE"))
  }
}
