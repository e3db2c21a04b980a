/// A payment for no known account, kept on `portfolio/unidentified` until it is moved to one.
package struct UnidentifiedPayment: BitwiseCopyable, Sendable {
  /// The event that recorded it; −1 where there is none.
  package var seq: Int64 = -1
  /// Its value date, in days since 1970-01-01.
  package var effective: Int32 = 0
  /// Money received, in minor units.
  package var amount: Int64 = 0
  /// In which currency.
  package var currency: Currency?
  /// The event that moved it to an account; −1 where none did.
  package var identifiedBy: Int64 = -1
}

// A payment is never lost for want of an account (ledger-rules, section 9): what came in waits, and
// `PaymentIdentified` puts it into an account's chain with the value date it came in on.
extension AccountBook {
  /// The payment of that id that waits or was moved; nil where none is, or it was voided.
  package func unidentifiedPayment(named id: String) -> UnidentifiedPayment? {
    guard let number = unidentifiedIDs.find(id) else { return nil }
    let payment = unidentified[number]
    return payment.seq < 0 || isVoided(payment.seq, knownAt: .max) ? nil : payment
  }

  /// The event that moved the payment recorded at a position to an account, if one did and stands.
  package func identification(ofPaymentAt seq: Int64) -> Int64? {
    guard let payment = unidentified.first(where: { $0.seq == seq }), isIdentified(payment) else {
      return nil
    }
    return payment.identifiedBy
  }

  /// Whether a payment was moved to an account, by an event that stands.
  package func isIdentified(_ payment: UnidentifiedPayment) -> Bool {
    payment.identifiedBy >= 0 && !isVoided(payment.identifiedBy, knownAt: .max)
  }

  /// Takes an `UnidentifiedPaymentReceived` just read.
  mutating func receiveUnidentified(
    _ seq: Int64, _ effective: CivilDate, _ bytes: Span<UInt8>, _ reader: borrowing FieldReader,
    _ mark: inout Undo
  ) {
    guard let id = reader.range(.payment) else { return }
    let number = unidentifiedIDs.number(bytes, id)
    if number == unidentified.count { unidentified.append(UnidentifiedPayment()) }
    mark.unidentified = (number, unidentified[number])
    unidentified[number] = UnidentifiedPayment(
      seq: seq, effective: effective.days, amount: reader.integer(.amount) ?? 0,
      currency: reader.currency(.currency))
  }

  /// Takes a `PaymentIdentified` just read: the payment enters the account's chain.
  ///
  /// Throws ``RuleError`` `amount_overflow`; the book is then as it was.
  mutating func identify(
    _ seq: Int64, _ bytes: Span<UInt8>, _ reader: borrowing FieldReader, _ mark: inout Undo
  ) throws(RuleError) {
    guard let id = reader.range(.payment), let name = reader.range(.account),
      let number = unidentifiedIDs.find(bytes, id), unidentified[number].seq >= 0
    else { return }
    let payment = unidentified[number]
    let account = account(bytes, name)
    let volume = try checkedSum(volumes[account], payment.amount)
    mark.columns = columns
    (mark.account, mark.volume) = (account, volumes[account])
    mark.unidentified = (number, payment)
    volumes[account] = volume
    var entry = AccountEntry(
      kind: .payment, seq: seq, effective: CivilDate(days: payment.effective))
    entry.amount = payment.amount
    entry.reference = texts.append(bytes, id).packed
    append(entry, to: account)
    unidentified[number].identifiedBy = seq
  }
}
