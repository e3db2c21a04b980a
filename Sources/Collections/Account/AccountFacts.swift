/// Something that happened to an account and that no rule of its debt computes with (section 9).
package struct AccountFact: Equatable, Sendable {
  /// What happened.
  package enum Kind: String, CaseIterable, Sendable {
    /// The debt is disputed; collection is to stop.
    case dispute, hold
    /// An agency collects; the debtor was told of another owner.
    case placement, assignment
    /// The creditor went to court; a court ruled; the period of limitation began anew.
    case suit, judgment, limitation
  }

  /// What happened.
  package var kind: Kind
  /// The event.
  package var seq: Int64
  /// The day, in days since 1970-01-01.
  package var on: Int32
  /// The sum disputed or adjudged, in minor units; 0 where none is.
  package var amount: Int64
  /// Its texts: the id of a dispute or hold with its scope or kind and reason, the court and case of a
  /// suit, an agency, a new owner, what interrupted a limitation.
  package var texts: StatedFact
  /// By when an agency destroys what it was given, in days since 1970-01-01; 0 where none is said.
  package var purgeBy: Int32 = 0
  /// The day it ended, and the event that ended it, where one did.
  package var endedOn: Int32?
  package var endedBy: Int64 = -1
  /// Whether it stands on the debtor's stream, for all accounts she owes.
  package var isOfDebtor = false
}

extension AccountBook {
  /// The facts of an account and of whoever owes it through a day, as known before a position, in time
  /// order. O(their events).
  package func facts(of account: Int, on date: CivilDate, knownAt: Int64) -> [AccountFact] {
    var entries: [AccountEntry] = []
    var chain = chain(of: account)
    while let entry = chain.next() {
      guard entry.seq < knownAt, entry.effective <= date.days,
        !isVoided(entry.seq, knownAt: knownAt)
      else { continue }
      entries.append(entry)
    }
    for entry in debtorChain(of: account, knownAt: knownAt)
    where entry.seq < knownAt && entry.effective <= date.days
      && !isVoided(entry.seq, knownAt: knownAt)
    {
      entries.append(entry)
    }
    entries.sort(by: AccountEntry.precedes)
    var found: [AccountFact] = []
    for entry in entries {
      switch entry.kind {
      case .disputeResolved: end(&found, .dispute, entry) { texts.equal($0, name(of: entry)) }
      case .holdLifted: end(&found, .hold, entry) { texts.equal($0, name(of: entry)) }
      case .agencyRecalled: end(&found, .placement, entry) { _ in true }
      default: if let fact = fact(entry) { found.append(fact) }
      }
    }
    return found
  }

  private func fact(_ entry: AccountEntry) -> AccountFact? {
    let kind: AccountFact.Kind
    switch entry.kind {
    case .disputeOpened: kind = .dispute
    case .holdPlaced: kind = .hold
    case .agencyPlaced: kind = .placement
    case .assignmentNotified: kind = .assignment
    case .suitFiled: kind = .suit
    case .judgmentEntered: kind = .judgment
    case .limitationInterrupted: kind = .limitation
    default: return nil
    }
    var texts = StatedFact()
    switch kind {
    case .placement: texts.name = TextReference(packed: entry.reference)
    case .judgment: break
    default: texts = facts[Int(entry.reference)]
    }
    var fact = AccountFact(
      kind: kind, seq: entry.seq, on: entry.effective, amount: entry.amount, texts: texts)
    fact.isOfDebtor = entry.isOfDebtor
    if kind == .placement { fact.purgeBy = entry.extent }
    return fact
  }

  private func end(
    _ found: inout [AccountFact], _ kind: AccountFact.Kind, _ entry: AccountEntry,
    _ isNamed: (TextReference) -> Bool
  ) {
    for index in found.indices
    where found[index].kind == kind && found[index].endedOn == nil
      && found[index].isOfDebtor == entry.isOfDebtor && isNamed(found[index].texts.name)
    {
      found[index].endedOn = entry.effective
      found[index].endedBy = entry.seq
    }
  }
}
