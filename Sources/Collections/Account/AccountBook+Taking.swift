internal import CanonicalJSON

// What one book knows of a stream, taken over into another: reading the stream's events again gives the same.
//
//     the book of a service, whole ──► what a draft bears on ──► the book it is judged by
extension AccountBook {
  /// Takes over what another book knows of a stream of an account or of a person, where this one knows
  /// at most payments that were identified for the account. O(its events).
  ///
  /// - Parameters:
  ///   - stream: its name, such as `account/A-1`.
  ///   - other: a book of the same ledger in the order of its log, its voids those of this one.
  package mutating func take(_ stream: String, from other: AccountBook) {
    let bytes = Array(stream.utf8)
    guard let name = StreamName(recorded: bytes.span, 0..<bytes.count) else { return }
    switch name.kind {
    case .account:
      guard let number = other.accounts.find(bytes.span, name.id) else { return }
      let account = account(bytes.span, name.id)
      var known: Set<Int64> = []
      for entry in chain(of: account) { known.insert(entry.seq) }
      for place in other.places(from: other.heads[number]).reversed() {
        let entry = other.entries[Int(place)]
        if known.isEmpty || !known.contains(entry.seq) {
          append(translated(entry, from: other), to: account)
        }
      }
      volumes[account] = other.volumes[number]
      if !known.isEmpty { restoreOrder(of: account) }
    case .subject:
      guard let number = other.debtors.find(bytes.span, name.id) else { return }
      let debtor = debtors.number(bytes.span, name.id)
      if debtor == debtorHeads.count { debtorHeads.append(-1) }
      for place in other.places(from: other.debtorHeads[number]).reversed() {
        var entry = translated(other.entries[Int(place)], from: other)
        entry.previous = debtorHeads[debtor]
        debtorHeads[debtor] = Int32(entries.count)
        entries.append(entry)
      }
    default: return
    }
  }

  /// Takes over which event voids which.
  package mutating func takeVoids(from other: AccountBook) {
    voids = other.voids
    voidDays = other.voidDays
  }

  /// An entry of another book as it is in this one: what it refers to is copied.
  private mutating func translated(
    _ stated: AccountEntry, from other: AccountBook
  ) -> AccountEntry {
    var entry = stated
    switch entry.kind {
    case .opened:
      entry.reference = Int64(openings.count)
      openings.append(translated(other.openings[Int(stated.reference)], from: other))
    case .termsChanged:
      entry.reference = Int64(terms.count)
      terms.append(other.terms[Int(stated.reference)])
    case .scheduleSet:
      let first = Int(stated.reference)
      entry.reference = Int64(take(items: first..<first + Int(stated.extent), from: other))
    case .debtForgiven:
      let place = Int(stated.reference)
      entry.reference = Int64(take(items: place..<place + 1, from: other))
    case .payment:
      entry.reference = text(stated.reference, from: other)
      if stated.extent > 0 {
        let name = other.promiseNames[Int(stated.extent) - 1]
        promiseNames.append(TextReference(packed: text(name.packed, from: other)))
        entry.extent = Int32(promiseNames.count)
      }
    case .planAgreed:
      var plan = other.plans[Int(stated.reference)]
      plan.id = TextReference(packed: text(plan.id.packed, from: other))
      plan.firstItem = Int64(take(items: plan.items, from: other))
      entry.reference = Int64(plans.count)
      plans.append(plan)
    case .promiseMade, .promiseRescheduled:
      var promise = other.promises[Int(stated.reference)]
      promise.id = TextReference(packed: text(promise.id.packed, from: other))
      entry.reference = Int64(promises.count)
      promises.append(promise)
    case .disputeOpened, .holdPlaced, .assignmentNotified, .suitFiled, .limitationInterrupted:
      let fact = other.facts[Int(stated.reference)]
      entry.reference = Int64(facts.count)
      facts.append(
        StatedFact(
          name: TextReference(packed: text(fact.name.packed, from: other)),
          kind: TextReference(packed: text(fact.kind.packed, from: other)),
          reason: TextReference(packed: text(fact.reason.packed, from: other))))
    case .reversed, .chargedBack, .closed, .reopened, .sold, .agencyPlaced, .planCancelled,
      .promiseCancelled, .disputeResolved, .holdLifted:
      entry.reference = text(stated.reference, from: other)
    case .chargeAssessed, .chargeWaived, .gracePeriod, .delinquencyPaused, .moratoriumStarted,
      .moratoriumEnded, .refund, .writtenOff, .writeOffReversed, .agencyRecalled, .judgmentEntered:
      break
    }
    return entry
  }

  private mutating func translated(
    _ stated: Opening, from other: AccountBook
  ) -> Opening {
    var opening = stated
    opening.creditor = TextReference(packed: text(stated.creditor.packed, from: other))
    opening.subject = TextReference(packed: text(stated.subject.packed, from: other))
    opening.portfolio = TextReference(packed: text(stated.portfolio.packed, from: other))
    let first = take(items: stated.items, from: other)
    opening.items = first..<first + stated.items.count
    return opening
  }

  /// Copies items; where the first of them is now.
  private mutating func take(items range: Range<Int>, from other: AccountBook) -> Int {
    let first = items.count
    items.append(contentsOf: other.items[range])
    return first
  }

  /// Copies a text; its packed reference.
  private mutating func text(_ packed: Int64, from other: AccountBook) -> Int64 {
    let reference = TextReference(packed: packed)
    guard reference.count > 0 else { return TextReference.empty.packed }
    return texts.append(
      other.texts.bytes.span, reference.start..<reference.start + reference.count
    ).packed
  }
}
