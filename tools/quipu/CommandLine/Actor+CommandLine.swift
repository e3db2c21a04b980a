internal import Ledger

extension Actor {
  /// Reads who records, as `--actor` writes it: `ID`, `ID/ROLE` or `ID/ROLE/KIND`.
  ///
  /// A role left out is `agent`, a kind left out `person`.
  init?(commandLine text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3, let kind = parts.count > 2 ? Kind(rawValue: parts[2]) : .person
    else { return nil }
    self.init(id: parts[0], kind: kind, role: parts.count > 1 ? parts[1] : "agent")
  }
}
