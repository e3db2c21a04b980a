internal import CanonicalJSON
internal import EventStore
internal import Glibc

/// Appends events to a new ledger in batches, by the clock: what `tools/bench/run` compares with a raw
/// loop over the same bytes. Usage: `AppendBench LEDGER EVENTS BATCH [ACCOUNTS]`; prints a line of JSON
/// when 1, 2, 4 … parts of 1,024 are there: how long they took, and the process's memory at its largest.
@main enum Bench {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 4 || words.count == 5, let events = Int(words[2]),
      let batch = Int(words[3]), batch > 0, let accounts = Int(words.count == 5 ? words[4] : "10000"),
      accounts > 0
    else {
      print("usage: AppendBench LEDGER EVENTS BATCH [ACCOUNTS]")
      exit(2)
    }
    let actor = Array(#"{"id":"bench","kind":"system","role":"recorder"}"#.utf8)
    let identity = LedgerIdentity(
      ledger: try LedgerIdentity.newLedgerID(), origin: "bench", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    let log = try EventLog.create(
      directory: words[1], identity: identity, at: "2026-01-02T03:04:05.000Z",
      effective: "2026-01-02", actor: actor)
    var spent: Int64 = 0
    var told = events / 1024
    for first in stride(from: 0, to: events, by: batch) {
      let end = min(first + batch, events)
      let group = (first..<end).map { event($0, of: accounts, actor) }
      let before = nanoseconds()
      try log.append(group, at: "2026-01-02T03:04:05.678Z")
      spent += nanoseconds() - before
      guard end >= told else { continue }
      told = min(2 * max(told, 1), events)
      let result = JSONValue.object([
        "events": .integer(Int64(end)), "batch": .integer(Int64(batch)),
        "nanoseconds": .integer(spent), "residentKiB": .integer(largestResident()),
      ])
      print(result.canonicalText)
    }
  }

  /// The most memory this process has had, in KiB.
  private static func largestResident() -> Int64 {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return Int64(usage.ru_maxrss)
  }

  /// A payment as a bank's file brings them: some 330 bytes a line.
  private static func event(
    _ number: Int, of accounts: Int, _ actor: [UInt8]
  ) -> PendingEvent {
    PendingEvent(
      type: "PaymentReceived", stream: "account/A-\(number % accounts)", key: "bank:\(number)",
      effective: "2026-01-02", actor: actor,
      data: Array(
        #"{"amount":\#(number % 90_000 + 1),"currency":"PEN","method":"transfer","payment":"p-\#(number)"}"#
          .utf8))
  }

  private static func nanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
