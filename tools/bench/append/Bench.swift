internal import CanonicalJSON
internal import EventStore
internal import Glibc

/// Appends events to a new ledger in batches, by the clock: what `tools/bench/run` compares with a raw
/// loop over the same bytes. Usage: `AppendBench LEDGER EVENTS BATCH [ACCOUNTS]`; prints a line of JSON
/// when 1, 2, 4 … parts of 1,024 are there: how long they took, and the most memory of its own that the
/// process had after a batch; pages of mapped files, which the system takes back, are not counted.
@main enum Bench {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 4 || words.count == 5, let events = Int(words[2]),
      let batch = Int(words[3]), batch > 0,
      let accounts = Int(words.count == 5 ? words[4] : "10000"),
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
    var memory: Int64 = 0
    var told = events / 1024
    for first in stride(from: 0, to: events, by: batch) {
      let end = min(first + batch, events)
      let group = (first..<end).map { event($0, of: accounts, actor) }
      let before = nanoseconds()
      try log.append(group, at: "2026-01-02T03:04:05.678Z")
      spent += nanoseconds() - before
      memory = max(memory, try ownMemory())
      guard end >= told else { continue }
      told = min(2 * max(told, 1), events)
      let result = JSONValue.object([
        "events": .integer(Int64(end)), "batch": .integer(Int64(batch)),
        "nanoseconds": .integer(spent), "memoryKiB": .integer(memory),
      ])
      print(result.canonicalText)
    }
  }

  /// Resident pages that are no file's, in KiB: the second and third number of `/proc/self/statm`.
  private static func ownMemory() throws -> Int64 {
    let disk = SystemDisk()
    let file = try disk.open("/proc/self/statm", .read, mode: 0)
    defer { disk.close(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = try disk.read(file, into: &bytes, 0..<bytes.count, from: 0)
    let pages = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
    guard pages.count > 2, let resident = Int64(pages[1]), let shared = Int64(pages[2]) else {
      return 0
    }
    return (resident - shared) * Int64(sysconf(Int32(_SC_PAGESIZE))) / 1024
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
