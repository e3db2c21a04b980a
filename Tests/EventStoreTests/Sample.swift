import CanonicalJSON
import EventStore
import Foundation

/// Events and names of no meaning, for tests of the store that never looks at one.
enum Sample {
  static let actor = Array(#"{"id":"u-1","kind":"person","role":"agent"}"#.utf8)

  static func identity(_ ledger: String = String(repeating: "0a", count: 16)) -> LedgerIdentity {
    LedgerIdentity(
      ledger: ledger, origin: "test.example/ledger", currency: "PEN", timeZone: "America/Lima",
      jurisdiction: "PE")
  }

  /// An instant `step` milliseconds after a fixed one.
  static func instant(_ step: Int) -> String {
    let seconds = step / 1000 % 60
    let pad = { (value: Int, width: Int) in
      String(repeating: "0", count: width - String(value).count) + String(value)
    }
    return "2026-01-02T03:\(pad(step / 60_000, 2)):\(pad(seconds, 2)).\(pad(step % 1000, 3))Z"
  }

  static func event(
    _ key: String, on stream: String, filler: Int = 0, expecting n: Int64? = nil
  ) -> PendingEvent {
    let data = JSONValue.object([
      "amount": .integer(20000), "note": .string(String(repeating: "x", count: filler)),
    ])
    return PendingEvent(
      type: "PaymentReceived", stream: stream, key: key, effective: "2026-01-02", actor: actor,
      data: data.canonicalBytes, expectedN: n)
  }
}

/// Whether there is time for thousands of seeds and every bit (`tools/test --long`).
let isLongRun = ProcessInfo.processInfo.environment["QUIPU_LONG"] == "1"

/// The text of a range of a line that holds a string.
func text(of range: Range<Int>, in line: Span<UInt8>) -> String {
  decodeCanonicalString(range, in: line)
}
