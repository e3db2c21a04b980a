internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Foundation
internal import Ledger
internal import Projections
internal import Testing

@Suite("End to end: replay")
struct EndToEndReplayTests {
  /// The bytes of all tables of a model, and their digest as `replay` prints it.
  private func state(_ model: ReadModel, on day: CivilDate) -> (digest: String, bytes: [[UInt8]]) {
    let accounts = AccountTable.make(model.accounts, on: day, knownAt: model.size, jobs: 1)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: day, knownAt: model.size, jobs: 1)
    let scores = ScoreTable(model, on: day, knownAt: model.size)
    let tables = DerivedTable.all(accounts, contacts, scores)
    var digest = RunningDigest()
    for table in tables { digest.update(table.csv.span) }
    return (digest.finish().hex, tables.map(\.csv))
  }

  @Test("going on event by event gives at every prefix what beginning again gives, to the byte")
  func incremental() throws {
    let ledger = try GeneratedPortfolio.make(accounts: 8, months: 6, seed: 4)
    let view = try LedgerView(opening: ledger.path)
    let day = try #require(CivilDate(GeneratedPortfolio.day))
    var going = ReadModel()
    var digests: [String] = []
    for size in 0...view.size {
      try view.advance(&going, to: size)
      var scratch = ReadModel()
      try view.advance(&scratch, to: size)
      let (one, other) = (state(going, on: day), state(scratch, on: day))
      #expect(one.bytes == other.bytes, "at \(size) events")
      digests.append(one.digest)
    }
    #expect(view.size > 80)
    #expect(Set(digests).count > 40)

    // The program says the same, told to begin again or not.
    for size in stride(from: 1, through: view.size, by: 23) {
      for options in ["", "--from-scratch --jobs 3"] {
        let result = try GeneratedPortfolio.replay(
          ledger, to: "at", "--known-at \(size) \(options)")
        #expect(result["digest"]?.stringValue == digests[Int(size)])
      }
    }
  }

  @Test("a model that knows more answers for an earlier size as one that stopped there")
  func laterKnowledge() throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    let view = try LedgerView(opening: ledger.path)
    var whole = ReadModel()
    try view.advance(&whole, to: view.size)
    for (size, date) in [(view.size / 3, "2024-07-15"), (view.size / 2, "2024-12-31")] {
      let day = try #require(CivilDate(date))
      var prefix = ReadModel()
      try view.advance(&prefix, to: size)
      let known = AccountTable.make(whole.accounts, on: day, knownAt: size, jobs: 2)
      let stopped = AccountTable.make(prefix.accounts, on: day, knownAt: size, jobs: 2)
      #expect(known.csv.bytes == stopped.csv.bytes)
      #expect(known.paymentsCSV.bytes == stopped.paymentsCSV.bytes)
    }
  }

  @Test("any number of jobs, from scratch or not, writes the same bytes and the same digest")
  func jobs() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    var seen: [[String]] = []
    for options in ["", "--jobs 1", "--jobs 2", "--jobs 7 --from-scratch", "--jobs 256"] {
      let result = try GeneratedPortfolio.replay(ledger, to: "out", options)
      let files = try ["accounts", "contacts", "payments", "plans", "promises", "scores"].map {
        try ledger.text(of: "out/\($0).csv")
      }
      seen.append([try #require(result["digest"]?.stringValue)] + files)
    }
    #expect(seen.allSatisfy { $0 == seen[0] })
    // The digest is what sha256sum makes of the files, in the order of their names.
    let sum = try ledger.bash(
      "cat out/{accounts,contacts,payments,plans,promises,scores}.csv | sha256sum")
    #expect(sum.output.hasPrefix(seen[0][0] + " "))
  }

  @Test("accounts.csv has the interface's columns, is sorted, and its sums are those replay prints")
  func accounts() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    let result = try GeneratedPortfolio.replay(ledger, to: "out")
    let accounts = try PlainTable(try ledger.text(of: "out/accounts.csv"))
    #expect(
      accounts.columns.joined(separator: ",")
        == "account,currency,product,status,principal,interest,penalty,cost,outstanding,overdue,"
        + "credit,daysPastDue,bucket,classification,provision,paid,lastPaymentOn,nextDueOn")
    #expect(accounts.rows.count == 60)
    #expect(accounts["account"] == accounts["account"].sorted())
    #expect(result["accounts"]?.integerValue == 60)
    let parts = try ["principal", "interest", "penalty", "cost"].map(accounts.numbers)
    let outstanding = try accounts.numbers("outstanding")
    for row in outstanding.indices {
      #expect(parts.reduce(0) { $0 + $1[row] } == outstanding[row])
      #expect(try accounts.numbers("overdue")[row] <= outstanding[row])
    }
    let totals = try #require(result["totals"]?.arrayValue?.first)
    for name in ["outstanding", "overdue", "credit", "provision", "paid"] {
      let sum = try accounts.numbers(name).reduce(0, +)
      #expect(totals[name]?.integerValue == sum, "\(name)")
      if name != "credit" { #expect(sum > 0) }
    }
    let payments = try PlainTable(try ledger.text(of: "out/payments.csv"))
    #expect(
      payments.columns.joined(separator: ",")
        == "account,payment,effective,amount,principal,interest,penalty,cost,credit,state")
    let keys = payments.rows.map { $0[0] + "\u{0}" + $0[1] }
    #expect(keys == keys.sorted())
    #expect(
      payments.rows.count == (result["events"]?["PaymentReceived"]?.integerValue).map(Int.init))
  }

  @Test("portfolio sums the same accounts as replay, by days past due and by product")
  func portfolio() throws {
    let ledger = try GeneratedPortfolio.ledger.get().copy()
    _ = try GeneratedPortfolio.replay(ledger, to: "out")
    let accounts = try PlainTable(try ledger.text(of: "out/accounts.csv"))
    let report = try ledger.run("portfolio --json --by product --on \(GeneratedPortfolio.day)").json
    var found: [String: [Int64]] = [:]
    for group in report["groups"]?.arrayValue ?? [] {
      for bucket in group["buckets"]?.arrayValue ?? [] {
        let name = "\(group["name"]?.stringValue ?? "") \(bucket["bucket"]?.stringValue ?? "")"
        let figures = ["accounts", "outstanding", "overdue", "credit", "provision"]
        found[name] = figures.map { bucket[$0]?.integerValue ?? -1 }
      }
    }
    var expected: [String: [Int64]] = [:]
    let figures = try ["outstanding", "overdue", "credit", "provision"].map(accounts.numbers)
    for row in accounts.rows.indices {
      let name = "\(accounts["product"][row]) \(accounts["bucket"][row])"
      let sums = expected[name] ?? [0, 0, 0, 0, 0]
      expected[name] = zip(sums, [1] + figures.map { $0[row] }).map { $0 + $1 }
    }
    #expect(found.filter { $0.value[0] > 0 } == expected)
    #expect(expected.count > 5)
  }

  @Test("a day before all accounts, and an empty ledger, give tables without rows")
  func nothing() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    for options in ["--on 2025-01-30", "--on 2025-01-31 --known-at 1", "--known-at 0"] {
      let run = try ledger.run("replay \(options) --out \(ledger.folder)/out")
      #expect(run.exit == 0, "\(run.errors)")
      for name in ["accounts", "contacts", "payments", "plans", "promises", "scores"] {
        #expect(try ledger.text(of: "out/\(name).csv").filter { $0 == "\n" }.count == 1)
      }
    }
    #expect(try ledger.run("portfolio --on 2025-01-30").output.contains("no account is open"))
  }
}
