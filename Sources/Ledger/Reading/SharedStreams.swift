/// What bears on accounts and stands on no account's stream.
enum SharedStreams {
  /// Their kinds: what the ledger says of itself and voids anywhere, calendars, payments without an
  /// account and what became of them. A debtor's own stream bears on her accounts alone, and is read with them.
  static let kinds = ["ledger", "policy", "portfolio", "model"]

  /// Whether a stream is one of them.
  static func contain(_ stream: String) -> Bool {
    kinds.contains { stream.hasPrefix($0 + "/") }
  }
}
