internal import CanonicalJSON
internal import EventStore
internal import Glibc

/// Appends events to a new ledger in batches, by the clock: what `tools/bench/run` compares with a raw
/// loop over the same bytes. Usage: `AppendBench LEDGER EVENTS BATCH`; prints one line of JSON.
@main enum Bench {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 4, let events = Int(words[2]), let batch = Int(words[3]), batch > 0 else {
      print("usage: AppendBench LEDGER EVENTS BATCH")
      exit(2)
    }
    let actor = Array(#"{"id":"bench","kind":"system","role":"recorder"}"#.utf8)
    let identity = LedgerIdentity(
      ledger: try LedgerIdentity.newLedgerID(), origin: "bench", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    let log = try EventLog.create(
      directory: words[1], identity: identity, at: "2026-01-02T03:04:05.000Z",
      effective: "2026-01-02", actor: actor)
    var pending: [[PendingEvent]] = []
    for first in stride(from: 0, to: events, by: batch) {
      pending.append((first..<min(first + batch, events)).map { event($0, actor) })
    }
    var latencies: [Int64] = []
    latencies.reserveCapacity(pending.count)
    let start = nanoseconds()
    for group in pending {
      let before = nanoseconds()
      try log.append(group, at: "2026-01-02T03:04:05.678Z")
      latencies.append(nanoseconds() - before)
    }
    let spent = nanoseconds() - start
    latencies.sort()
    let result = JSONValue.object([
      "events": .integer(Int64(events)), "batch": .integer(Int64(batch)),
      "nanoseconds": .integer(spent),
      "medianBatchNanoseconds": .integer(latencies[latencies.count / 2]),
    ])
    print(result.canonicalText)
  }

  /// A payment as a bank's file brings them: some 330 bytes a line.
  private static func event(_ number: Int, _ actor: [UInt8]) -> PendingEvent {
    PendingEvent(
      type: "PaymentReceived", stream: "account/A-\(number % 10_000)", key: "bank:\(number)",
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
