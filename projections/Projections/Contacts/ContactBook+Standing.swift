package import Collections

extension ContactBook {
  /// How far a contact has come.
  package struct Standing: Equatable, Sendable {
    /// Whether the rules allowed it, it was tried, it arrived, it failed.
    package var isAuthorized = false
    package var isAttempted = false
    package var isDelivered = false
    package var isFailed = false

    /// Whether anything more is to be sent.
    package var isOver: Bool { isAttempted || isDelivered || isFailed }
  }

  /// How far a contact of an account has come, as known before a position; nil for one nothing tells of.
  /// O(its events).
  package func standing(
    of contact: String, about account: String, _ accounts: AccountBook, knownAt: Int64
  ) -> Standing? {
    guard let number = contacts.find("\(account)\u{0}\(contact)") else { return nil }
    var (standing, isTold, index) = (Standing(), false, heads[number])
    while index >= 0 {
      let entry = entries[Int(index)]
      index = entry.previous
      guard entry.seq < knownAt, !accounts.isVoided(entry.seq, knownAt: knownAt) else { continue }
      isTold = true
      switch entry.type {
      case .contactAuthorized: standing.isAuthorized = true
      case .contactAttempted: standing.isAttempted = true
      case .contactDelivered: standing.isDelivered = true
      case .contactFailed: standing.isFailed = true
      default: break
      }
    }
    return isTold ? standing : nil
  }
}
