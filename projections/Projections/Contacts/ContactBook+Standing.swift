package import Collections

extension ContactBook {
  /// How far a contact has come.
  package struct Standing: Equatable, Sendable {
    /// Whether the rules allowed it, it was tried, it arrived, it failed.
    package var isAuthorized = false
    package var isAttempted = false
    package var isDelivered = false
    package var isFailed = false
    /// The last day on which it was tried, arrived or failed; nil for none.
    package var overOn: CivilDate?

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
      if Self.ends(entry.type) {
        let day = CivilDate(days: entry.effective)
        standing.overOn = standing.overOn.map { max($0, day) } ?? day
      }
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

  private static func ends(_ type: EventType) -> Bool {
    type == .contactAttempted || type == .contactDelivered || type == .contactFailed
  }
}
