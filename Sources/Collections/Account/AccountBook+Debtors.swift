internal import CanonicalJSON

/// What is recorded on a person's stream and reaches every account she owes: moratoriums, which stop
/// ageing and maybe accrual (section 8), holds and disputes (section 9).
///
///     debtors   id ⇄ number    debtorHeads[number] ─► her last entry ─► previous ─► … −1
///     an account's opening ─► its subject ─► that chain, merged into the account's when it is read
///
/// An entry stands once, whatever accounts she opens before or after it. Whose events reach an account
/// is told by the opening that stands as known: one voided takes them away with it. People who are
/// merely linked to an account (`SubjectLinked`) do not owe it: nothing of theirs stops its clock.
extension AccountBook {
  /// Whether anything was recorded of any debtor: most ledgers' accounts need not look.
  var knowsDebtors: Bool { !debtorHeads.isEmpty }

  /// Takes an event on a person's stream, its fields just read.
  mutating func apply(
    _ stated: AccountEntry, ofDebtor stream: Span<UInt8>, _ id: Range<Int>,
    _ bytes: Span<UInt8>, _ reader: inout FieldReader, _ mark: inout Undo
  ) throws(RuleError) {
    mark.columns = columns
    var entry = stated
    entry.isOfDebtor = true
    do {
      _ = try fill(&entry, bytes, &reader)
    } catch {
      truncate(to: mark.columns)
      throw RuleError(error.code, "seq \(entry.seq)")
    }
    let debtor = debtors.number(stream, id)
    if debtor == debtorHeads.count { debtorHeads.append(-1) }
    mark.debtor = debtor
    entry.previous = debtorHeads[debtor]
    debtorHeads[debtor] = Int32(entries.count)
    entries.append(entry)
  }

  /// The last entry of whoever owes an account by an opening, or −1. O(length of her id).
  func debtorHead(by opening: AccountEntry) -> Int32 {
    guard knowsDebtors else { return -1 }
    let subject = openings[Int(opening.reference)].subject
    let range = subject.start..<subject.start + subject.count
    return debtors.find(texts.bytes.span, range).map { debtorHeads[$0] } ?? -1
  }

  /// The entries of whoever owes an account by an opening, last recorded first.
  func debtorChain(by opening: AccountEntry) -> Chain {
    Chain(entries: entries, index: debtorHead(by: opening))
  }

  /// The entries of whoever owes an account as known before a position, last recorded first; voided
  /// ones too. O(the account's events, until its opening, and hers).
  func debtorChain(of account: Int, knownAt: Int64) -> Chain {
    guard knowsDebtors, let (entry, _) = opening(of: account, knownAt: knownAt) else {
      return Chain(entries: entries, index: -1)
    }
    return debtorChain(by: entry)
  }

  /// The ids of whoever owes an account by any opening it ever had, last recorded first.
  package func subjects(of account: Int) -> [String] {
    var found: [String] = []
    var chain = chain(of: account)
    while let entry = chain.next() {
      guard entry.kind == .opened else { continue }
      let subject = texts.text(openings[Int(entry.reference)].subject)
      if !found.contains(subject) { found.append(subject) }
    }
    return found
  }
}

extension AccountEntry.Kind {
  /// Whether an event of the kind, recorded on a person's stream, reaches the accounts she owes.
  package var reachesFromDebtor: Bool {
    switch self {
    case .moratoriumStarted, .moratoriumEnded, .disputeOpened, .disputeResolved, .holdPlaced,
      .holdLifted:
      true
    default: false
    }
  }
}
