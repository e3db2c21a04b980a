internal import CanonicalJSON

/// Who records, as `--actor` writes it: `ID`, `ID/ROLE` or `ID/ROLE/KIND`.
struct ActorText: Equatable, Sendable {
  let id: String
  let role: String
  let kind: String

  /// The kinds an actor of an event may be of.
  static let kinds = ["person", "system", "bot"]

  /// Reads the text; a role left out is `agent`, a kind left out `person`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3, parts.allSatisfy(Self.isIdentifier) else { return nil }
    id = parts[0]
    role = parts.count > 1 ? parts[1] : "agent"
    kind = parts.count > 2 ? parts[2] : "person"
    guard Self.kinds.contains(kind) else { return nil }
  }

  /// The canonical object that an event's `actor` holds.
  var canonicalBytes: [UInt8] {
    JSONValue.object(["id": .string(id), "kind": .string(kind), "role": .string(role)])
      .canonicalBytes
  }

  /// 1 to 64 of `A–Z a–z 0–9 . _ : -`, as identifiers are in events.
  private static func isIdentifier(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
