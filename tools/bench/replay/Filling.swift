internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc

/// Appends drafts to a new ledger as they are.
struct Filling {
  private static let batch = 4096
  private let log: EventLog

  /// Makes the ledger, which is Peru's as `quipu init` makes one.
  init(of directory: String) throws {
    let identity = LedgerIdentity(
      ledger: try LedgerIdentity.newLedgerID(), origin: "bench", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    log = try EventLog.create(
      directory: directory, identity: identity, at: Self.now(), effective: "2024-12-31",
      actor: Array(#"{"id":"bench","kind":"system","role":"recorder"}"#.utf8))
  }

  /// Appends the drafts of a file, else of standard input, one a line. Throws what the log does, and ``JSONError``.
  func take(_ path: String?) throws {
    if let path { try Bench.readStandardInput(from: path) }
    var failure: (any Error)?
    let next: () -> [PendingEvent]? = {
      do {
        var events: [PendingEvent] = []
        while events.count < Self.batch, let line = readLine() {
          events.append(try Self.event(line))
        }
        return events.isEmpty ? nil : events
      } catch {
        failure = error
        return nil
      }
    }
    try log.append(batches: next, at: Self.now) { _ in true }
    if let failure { throw failure }
    _ = log.close()
  }

  private static func event(_ line: String) throws -> PendingEvent {
    let draft = try JSONValue(parsing: line, as: .event)
    guard let type = draft["type"]?.stringValue, let stream = draft["stream"]?.stringValue,
      let key = draft["key"]?.stringValue, let effective = draft["effective"]?.stringValue,
      let actor = draft["actor"], let data = draft["data"]
    else { throw LogError(.invalid, "it is no draft of `quipu generate`: \(line)") }
    return PendingEvent(
      type: type, stream: stream, key: key, effective: effective, actor: actor.canonicalBytes,
      data: data.canonicalBytes, cause: draft["cause"]?.integerValue,
      subject: draft["subject"]?.stringValue)
  }

  /// This moment, as the log writes it.
  private static func now() -> String {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Instant(
      milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    ).text
  }
}
