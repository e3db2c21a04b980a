package import Collections

/// What the plans offered on an account are made from.
package struct OfferBasis: Sendable {
  /// What is owed at the end of the day, and in what.
  package var outstanding: Amounts
  package var currency: Currency
  /// What came in in the 180 days up to the day, in minor units.
  package var paid180Days: Int64
  /// The id of the account's segment.
  package var segment: String
  /// What forbids asking her for anything; a dispute about the debt, and a person who wants to be left
  /// alone, do not forbid an answer to her own question.
  package var hold: ActionHold?
  /// What the strategy allows it, from what gives up least.
  package var offers: [StrategyOffer]
}

extension ActionReader {
  /// What the plans offered on an account are made from: the offers of its ladder, or, for somebody who
  /// needs care, those that come first for her. Nil where nothing is owed, or it is closed.
  package mutating func offerBasis(of account: Int) -> OfferBasis? {
    guard let row = try? features.row(of: account, on: rules.date),
      let opening = features.fold.openingStated,
      let outstanding = try? features.fold.outstanding(), outstanding.total > 0,
      features.fold.status(outstanding: outstanding) != .closed
    else { return nil }
    let strategy = rules.strategy
    let segment = strategy.segments[strategy.segment(of: row)]
    let ladder = segment.ladders[arm(of: model.accounts.accounts.text(account)).place]
    var allowed = ladder.flatMap(\.offers)
    let person = model.people.facts(
      of: model.accounts.texts.text(opening.subject), on: rules.date, knownAt: rules.knownAt)
    if let person, !careReasons(person).isEmpty { allowed = strategy.care.offers }
    var paid: Int64 = 0
    for payment in features.fold.payments where payment.effective > rules.date.days - 180 {
      paid += payment.amount - payment.chargedBack
    }
    let held = person.flatMap { hold($0, model.accounts.accounts.text(account)) }
    let forbids: [ActionHold] = [.deceased, .erased, .processingBlocked, .representative]
    return OfferBasis(
      outstanding: outstanding, currency: opening.currency, paid180Days: paid,
      segment: segment.id, hold: held.flatMap { forbids.contains($0) ? $0 : nil },
      offers: strategy.offers.filter { allowed.contains($0.id) })
  }
}
