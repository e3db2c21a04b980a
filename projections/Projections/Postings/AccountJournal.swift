package import Collections

/// The entries of one account, in the time order of its fold.
///
/// Each step of the fold becomes one entry: what settlements and totals say moved is posted, and then
/// compared with what the account owes before and after. A step whose money is not all explained is an
/// error, so that a rule added to the fold cannot be forgotten here.
package struct AccountJournal: Sendable {
  /// The entries.
  package private(set) var entries: [JournalEntry] = []
  /// What stands on the contra accounts.
  private var writtenOff = Amounts()
  private var sold = Amounts()

  /// Reads the entries off a fold that kept its moments. O(moments + settlements).
  ///
  /// - Throws: ``RuleError`` `unbalanced_postings`.
  package init(
    _ fold: AccountFold, of book: AccountBook, _ money: PostingBook
  ) throws(RuleError) {
    var before = FoldMoment(on: 0)
    for after in fold.moments {
      var entry = JournalEntry(
        on: after.on, seq: after.entry?.seq ?? -1,
        after.entry.map { .event($0.kind) } ?? .days)
      let settled = fold.settlements[before.settlements..<after.settlements]
      for component in [Component.interest, .penalty] {
        entry.move(
          after.accrued[component] - before.accrued[component], from: .accrued(component),
          to: .receivable(component))
      }
      if let event = after.entry {
        post(event, before.totals, after.totals, fold, book, money, to: &entry)
      }
      let source = after.entry.map { money.source(of: $0.seq) } ?? .credit
      for line in settled {
        entry.move(
          line.amount, from: .receivable(line.component), to: Self.counterpart(of: line, source))
      }
      try check(entry, before, after)
      postContra(settled, before, after, to: &entry)
      if let entry = entry.settled() { entries.append(entry) }
      before = after
    }
  }

  /// What is debited when a component is settled: a line a cause.
  private static func counterpart(
    of line: Settlement, _ source: LedgerAccount
  ) -> LedgerAccount {
    switch line.cause {
    case .payment: source
    case .credit: .credit
    case .waiver: .waiver(line.component)
    case .forgiveness: .forgiveness(line.component)
    case .unearned: .unearned
    case .haircut: .haircut(line.component)
    case .plan: .restructured(line.component)
    case .schedule: .rescheduled(line.component)
    }
  }

  /// What an event does beside settling.
  private func post(
    _ event: AccountEntry, _ before: Totals, _ after: Totals, _ fold: AccountFold,
    _ book: AccountBook, _ money: PostingBook, to entry: inout JournalEntry
  ) {
    for component in Component.allCases {
      /// A line a sum: what raised the debt, and against what it stands.
      func raise(_ sum: (Totals) -> Amounts, against account: LedgerAccount) {
        entry.move(
          sum(after)[component] - sum(before)[component], from: account,
          to: .receivable(component))
      }
      raise({ $0.opened }, against: .opened(component))
      raise({ $0.charged }, against: .charged(component))
      raise({ $0.rescheduled }, against: .rescheduled(component))
      raise({ $0.planned }, against: .restructured(component))
    }
    // Interest a plan adds is what its items have more than what they replaced.
    entry.move(
      after.planInterest - before.planInterest, from: .planInterest,
      to: .restructured(.interest))
    switch event.kind {
    case .payment:
      entry.payment = TextReference(packed: event.reference)
      let payment = fold.payments.first { $0.seq == event.seq }
      entry.move(payment?.toCredit ?? 0, from: .credit, to: money.source(of: event.seq))
    case .refund:
      entry.move(after.refunded - before.refunded, from: money.source(of: event.seq), to: .credit)
    case .chargedBack:
      entry.payment = TextReference(packed: event.reference)
      let payment = fold.payments.last { book.texts.equal($0.id, entry.payment) }
      // The bank takes the money back from where it had put it, whatever it was booked as first.
      let source = payment.map { money.cash(of: $0.seq, entry.payment, book.texts) }
      for component in Component.allCases {
        entry.move(
          after.chargedBack[component] - before.chargedBack[component],
          from: source ?? .cash(.other), to: .receivable(component))
      }
      entry.move(
        after.creditChargedBack - before.creditChargedBack, from: source ?? .cash(.other),
        to: .credit)
    case .sold: entry.move(money.price(of: event.seq), from: .saleResult, to: .saleProceeds)
    default: break
    }
  }

  /// Compares what was posted with what the account owes, and is owed, before and after.
  private func check(
    _ entry: JournalEntry, _ before: FoldMoment, _ after: FoldMoment
  ) throws(RuleError) {
    for component in Component.allCases {
      let owed = after.outstanding[component] - before.outstanding[component]
      guard entry.amount(on: .receivable(component)) == owed else {
        throw RuleError(.unbalanced, "\(entry.origin.name), seq \(entry.seq), \(component.name)")
      }
    }
    guard entry.amount(on: .credit) == before.credit - after.credit, entry.sum == 0 else {
      throw RuleError(.unbalanced, "\(entry.origin.name), seq \(entry.seq), credit")
    }
  }

  /// Lets the contra accounts follow the receivable while the debt is off the books.
  private mutating func postContra(
    _ settled: ArraySlice<Settlement>, _ before: FoldMoment, _ after: FoldMoment,
    to entry: inout JournalEntry
  ) {
    guard before.isWrittenOff || after.isWrittenOff || before.isSold || after.isSold else { return }
    for component in Component.allCases {
      var recovered: Int64 = 0
      if before.isWrittenOff, after.isWrittenOff {
        for line in settled where line.component == component {
          if line.cause == .payment || line.cause == .credit { recovered += line.amount }
        }
      }
      let owed = after.outstanding[component]
      let off = after.isWrittenOff ? -owed : 0
      entry.move(recovered, from: .recovery, to: .writtenOff(component))
      entry.move(
        off - writtenOff[component] - recovered, from: .writeOff, to: .writtenOff(component))
      writtenOff[component] = off
      let gone = after.isSold ? -owed - off : 0
      entry.move(gone - sold[component], from: .saleResult, to: .sold(component))
      sold[component] = gone
    }
  }
}
