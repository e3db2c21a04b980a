internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Foundation
internal import Ledger
internal import Projections
internal import Testing

/// A replay shared among workers: the parts put together are what one replay gives, to the byte.
@Suite("End to end: work")
struct EndToEndWorkTests {
  private static let day = CivilDate(GeneratedPortfolio.day)

  /// A portfolio with, beside it, everything that stands on one stream and bears on accounts of others.
  private static let ledger = Result {
    let ledger = try GeneratedPortfolio.make(accounts: 40, months: 6, seed: 9)
    func draft(_ type: String, _ stream: String, _ key: String, _ data: String) -> String {
      #"{"type":"\#(type)","stream":"\#(stream)","effective":"2024-09-02","#
        + #""key":"\#(key)","data":{\#(data)}}"#
    }
    var drafts: [String] = []
    for number in 0..<12 {
      drafts.append(
        DraftLine.opened("W-\(number)", on: "2024-06-30").replacing("S-1", with: "S-\(number % 5)"))
      drafts.append(DraftLine.paid("W-\(number)", "p-\(number)", 1_000 + number, on: "2024-09-01"))
      drafts.append(
        draft(
          "UnidentifiedPaymentReceived", "portfolio/unidentified", "in:\(number)",
          #""payment":"u-\#(number)","amount":700,"currency":"PEN","method":"transfer""#))
      if number % 2 == 0 {
        drafts.append(
          draft(
            "PaymentIdentified", "portfolio/unidentified", "id:\(number)",
            #""payment":"u-\#(number)","account":"W-\#(number)""#))
      }
    }
    for number in 0..<5 {
      drafts.append(
        draft(
          "MoratoriumStarted", "subject/S-\(number)", "m:\(number)",
          #""kind":"flood","from":"2024-09-02","to":"2024-11-30""#))
    }
    drafts.append(
      draft(
        "CalendarAdopted", "policy/calendar", "calendar",
        #""jurisdiction":"PE","year":2024,"holidays":["2024-09-30","2024-12-26"]"#))
    let receipts = try ledger.record(drafts)
    for (place, receipt) in receipts.enumerated() {
      let seq = try #require(receipt["seq"]?.integerValue)
      let recorded = try JSONValue(parsing: drafts[place], as: .json)
      let stream = try #require(recorded["stream"]?.stringValue)
      guard ["PaymentReceived", "MoratoriumStarted"].contains(recorded["type"]?.stringValue),
        seq % 3 == 0
      else { continue }
      try ledger.record([
        draft(
          "EventVoided", stream, "v:\(seq)", #""target":\#(seq),"reason":"wrong","approver":"u-2""#)
      ])
    }
    return ledger
  }

  /// The parts of a ledger as they go from workers to whoever merges them.
  private func makeParts(
    _ count: Int, of view: LedgerView, at size: Int64
  ) throws -> [PartialResult] {
    let day = try #require(Self.day)
    return try (1...count).map { number in
      var part = PartitionModel(try #require(Partition(number, of: count)))
      var reader = FieldReader()
      try view.forEachEvent(upTo: size) { (event, line) throws(RuleError) in
        try part.apply(event, line, &reader)
      }
      let made = PartialResult(
        ReplayResult(part, on: day, jobs: 1), part.partition, ledger: view.identity.ledger,
        root: try view.root(at: size)?.base64 ?? "", program: "p")
      return try PartialResult(parsing: made.bytes)
    }
  }

  @Test("1, 2, 3 or 7 parts, put together in any order, are the whole, at any size of the log")
  func merged() throws {
    let view = try LedgerView(opening: try Self.ledger.get().path)
    let day = try #require(Self.day)
    let sizes: [Int64] = [1, view.size / 3, view.size - 30, view.size]
    for size in sizes {
      var model = ReadModel()
      try view.advance(&model, to: size)
      let whole = ReplayResult(model, on: day, jobs: 2)
      for count in [1, 2, 3, 7] {
        let parts = try makeParts(count, of: view, at: size)
        let merged = try ReplayResult(merging: parts.reversed())
        for (one, other) in zip(merged.tables, whole.tables) {
          #expect(one.csv == other.csv, "\(one.name) of \(count) parts at \(size)")
        }
        #expect(merged.digest == whole.digest)
        #expect(merged.counts == whole.counts)
        #expect(merged.accounts == whole.accounts && merged.contacts == whole.contacts)
        #expect(merged.totals.map(\.currency) == whole.totals.map(\.currency))
        for (one, other) in zip(merged.totals, whole.totals) {
          for name in PortfolioTotals.names { #expect(one[name] == other[name], "\(name)") }
        }
        if count == 7, size == view.size {
          // Every part has work, none has most of it.
          #expect(parts.allSatisfy { $0.result.accounts > 0 && $0.result.accounts < 20 })
        }
      }
    }
  }

  @Test("parts that are no whole are refused, and bytes that are not as they were written")
  func refused() throws {
    let view = try LedgerView(opening: try Self.ledger.get().path)
    let size = view.size
    let parts = try makeParts(3, of: view, at: size)
    func code(_ parts: [PartialResult]) -> PartialResultError.Code? {
      do {
        _ = try ReplayResult(merging: parts)
        return nil
      } catch { return error.code }
    }
    #expect(code([]) == .missing)
    #expect(code(Array(parts[..<2])) == .missing)
    #expect(code(Array(parts[1...])) == .missing)
    #expect(code([parts[0], parts[0], parts[2]]) == .doubled)
    #expect(code(parts + [parts[1]]) == .doubled)
    #expect(code([parts[0], parts[1], try makeParts(2, of: view, at: size)[0]]) == .mixed)
    #expect(
      code([parts[0], parts[1], try makeParts(3, of: view, at: size - 1)[2]]) == .mixed)
    let changes: [(inout PartialResult) -> Void] = [
      { $0.ledger = "another" }, { $0.root = "another" }, { $0.program = "another" },
    ]
    for change in changes {
      var other = parts[2]
      change(&other)
      #expect(code([parts[0], parts[1], other]) == .mixed)
    }
    // A part under another's number: its accounts are there twice, and events of none are missing.
    var twice = parts[1]
    twice.partition = parts[2].partition
    #expect([.doubled, .missing].contains(code([parts[0], parts[1], twice])))

    let bytes = parts[0].bytes
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var changed = bytes
      changed[place] ^= 1
      #expect(throws: PartialResultError.self) { try PartialResult(parsing: changed) }
    }
    for count in [0, 1, 70, bytes.count / 2, bytes.count - 1] {
      #expect(throws: PartialResultError.self) {
        try PartialResult(parsing: Array(bytes[..<count]))
      }
    }
  }

  @Test("the program's workers and their merge leave the files that replay leaves")
  func program() throws {
    let ledger = try Self.ledger.get()
    let day = GeneratedPortfolio.day
    let run = try ledger.bash(
      """
      set -e
      "$quipu" replay --on \(day) --out whole --from-scratch --json > whole.json
      for i in 1 2 3; do "$quipu" work --partition $i/3 --on \(day) --out part-$i; done > told
      "$quipu" work --merge part-3 part-1 part-2 --out merged --json > merged.json
      diff -r whole merged
      "$quipu" work --partition 1/1 --on \(day) --known-at 40 --from "$QUIPU_LEDGER" > /dev/null
      "$quipu" work --merge part-1-of-1 --json > early.json
      "$quipu" replay --on \(day) --known-at 40 --json > replayed.json
      """)
    #expect(run.exit == 0, "\(run.output) \(run.errors)")
    func json(_ name: String) throws -> JSONValue {
      try JSONValue(parsing: ledger.text(of: name), as: .json)
    }
    for name in ["accounts", "contacts", "digest", "events", "knownAt", "on", "totals"] {
      #expect(try json("whole.json")[name] == json("merged.json")[name], "\(name)")
      #expect(try json("early.json")[name] == json("replayed.json")[name], "\(name)")
    }
    #expect(try ledger.text(of: "told").contains("part 2/3: "))
  }

  @Test("wrong usage is told, and names what is missing")
  func usage() throws {
    let ledger = try TemporaryLedger()
    for (words, code, exit) in [
      ("work", "wrong_usage", 2), ("work --partition 3/2", "bad_value", 2),
      ("work --partition 0/2", "bad_value", 2), ("work --partition 1/2 file", "wrong_usage", 2),
      ("work --merge --partition 1/2", "wrong_usage", 2),
      ("work --merge", "missing_part", 3),
      ("work --merge \(ledger.path)/LEDGER.json", "damaged_part", 1),
      ("work --merge \(ledger.path)/nothing", "io", 4),
      ("replay --stream books", "wrong_usage", 2),
      ("replay --from nats://127.0.0.1:1", "wrong_usage", 2),
      ("replay --from nats://127.0.0.1:1 --stream b/d", "wrong_stream", 3),
      ("replay --from nats://127.0.0.1:1 --stream b --patience 1", "nats_unreachable", 4),
      ("mirror http://127.0.0.1:1 --stream b", "wrong_usage", 2),
      ("mirror nats://127.0.0.1:1 --stream b --cert \(ledger.path)/LEDGER.json", "wrong_usage", 2),
      ("mirror nats://127.0.0.1:1 --stream b --patience 1", "nats_unreachable", 4),
      ("mirror nats://127.0.0.1:1 --stream b --creds \(ledger.path)/nothing", "io", 4),
      ("replay --known-at 2", "no_such_size", 3),
    ] {
      let run = try ledger.run(words + " --json")
      #expect(try run.failure.code == code, "\(words): \(run.errors)")
      #expect(run.exit == exit, "\(words)")
    }
  }
}
