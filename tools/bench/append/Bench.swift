internal import CanonicalJSON
internal import EventStore
internal import Glibc

/// Appends events to a new ledger in batches, by the clock: what `tools/bench/run` compares with a raw
/// loop over the same bytes. Making the events is not counted.
@main enum Bench {
  private static let help = """
    usage: AppendBench LEDGER EVENTS BATCH [ACCOUNTS] [--apart] [--random-keys]

      LEDGER    a directory that is not there yet
      EVENTS    how many payments to append
      BATCH     how many of them a batch, which is one write and one sync
      ACCOUNTS  how many accounts they are spread over; 10000
      --apart   ask for each batch only when the one before is on the disk; else they come in a row,
                each put together while the one before is written

      --random-keys  keys of 32 hexadecimal digits in no order, as a bank's references or UUIDs are;
                else they are counted through

    Prints a line of JSON when 1, 2, 4 ... parts of 1,024 are there: the nanoseconds they took,
    half and 99 of 100 batches' (with --apart), and the most memory of its own (KiB) that the
    process had, looked at every 512 events; pages of mapped files, which the system takes back,
    are not counted.
    """

  /// What the command line says.
  private struct Order {
    var ledger: String
    var events: Int
    var batch: Int
    var accounts = 10_000
    var isApart = false
    var hasRandomKeys = false

    init?(_ arguments: [String]) {
      let words = arguments.filter { $0 != "--apart" && $0 != "--random-keys" }
      guard words.count == 3 || words.count == 4, let events = Int(words[1]), events > 0,
        let batch = Int(words[2]), batch > 0
      else { return nil }
      (ledger, self.events, self.batch) = (words[0], events, batch)
      isApart = arguments.contains("--apart")
      hasRandomKeys = arguments.contains("--random-keys")
      if words.count == 4 {
        guard let accounts = Int(words[3]), accounts > 0 else { return nil }
        self.accounts = accounts
      }
    }
  }

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let order = Order(arguments) else {
      print(help)
      exit(arguments.contains("--help") ? 0 : 2)
    }
    let identity = LedgerIdentity(
      ledger: try LedgerIdentity.newLedgerID(), origin: "bench", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    let log = try EventLog.create(
      directory: order.ledger, identity: identity, at: "2026-01-02T03:04:05.000Z",
      effective: "2026-01-02", actor: actor)
    var tally = Tally(order)
    let now = "2026-01-02T03:04:05.678Z"
    if order.isApart {
      for first in stride(from: 0, to: order.events, by: order.batch) {
        let events = group(from: first, order)
        tally.resume()
        try log.append(events, at: now)
        tally.note(events.count)
      }
      return
    }
    var first = 0
    tally.resume()
    let next: () -> [PendingEvent]? = {
      guard first < order.events else { return nil }
      tally.pause()
      defer { tally.resume() }
      let events = group(from: first, order)
      first += events.count
      return events
    }
    let durable = { (receipts: [Receipt]) in
      tally.note(receipts.count)
      tally.resume()
      return true
    }
    try log.append(batches: next, at: { now }, durable)
  }

  /// The batch that begins with an event.
  private static func group(from first: Int, _ order: Order) -> [PendingEvent] {
    (first..<min(first + order.batch, order.events)).map { event($0, order) }
  }

  /// Time and memory taken so far.
  private struct Tally {
    let order: Order
    var events = 0
    var spent: Int64 = 0
    var memory: Int64 = 0
    /// How many events there were when the memory was looked at: doing so takes longer than an event.
    var measured = 0
    var told: Int
    var began: Int64 = 0
    /// How long each batch took.
    var batches: [Int64] = []

    init(_ order: Order) {
      self.order = order
      told = order.events / 1024
    }

    mutating func resume() { began = Bench.nanoseconds() }

    mutating func pause() { spent += Bench.nanoseconds() - began }

    /// Counts a batch, and stops the clock.
    mutating func note(_ count: Int) {
      pause()
      if order.isApart { batches.append(Bench.nanoseconds() - began) }
      events += count
      if events >= min(told, measured + 512) {
        memory = max(memory, (try? Bench.ownMemory()) ?? 0)
        measured = events
      }
      guard events >= told else { return }
      told = min(2 * max(told, 1), order.events)
      let sorted = batches.sorted()
      let of = { (share: Int) in
        sorted.isEmpty ? JSONValue.null : .integer(sorted[(sorted.count - 1) * share / 100])
      }
      let result = JSONValue.object([
        "events": .integer(Int64(events)), "batch": .integer(Int64(order.batch)),
        "nanoseconds": .integer(spent), "memoryKiB": .integer(memory), "batch50": of(50),
        "batch99": of(99),
      ])
      print(result.canonicalText)
    }
  }

  private static let actor = Array(#"{"id":"bench","kind":"system","role":"recorder"}"#.utf8)

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
  private static func event(_ number: Int, _ order: Order) -> PendingEvent {
    PendingEvent(
      type: "PaymentReceived", stream: "account/A-\(number % order.accounts)",
      key: order.hasRandomKeys ? randomKey(number) : "bank:\(number)",
      effective: "2026-01-02", actor: actor,
      data: Array(
        #"{"amount":\#(number % 90_000 + 1),"currency":"PEN","method":"transfer","payment":"p-\#(number)"}"#
          .utf8))
  }

  /// 32 hexadecimal digits that follow from a number and stand in no order: SplitMix64 twice.
  private static func randomKey(_ number: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var key: [UInt8] = []
    key.reserveCapacity(32)
    for half in 0..<2 {
      var bits = UInt64(2 * number + half) &* 0x9E37_79B9_7F4A_7C15
      bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      for _ in 0..<16 {
        key.append(digits[Int(bits & 15)])
        bits >>= 4
      }
    }
    return String(decoding: key, as: UTF8.self)
  }

  private static func nanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
