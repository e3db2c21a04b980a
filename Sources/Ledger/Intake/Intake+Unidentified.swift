internal import CanonicalJSON
internal import Collections
internal import EventStore

// Money without an account: what has to be so before it is recorded or moved (ledger-rules, 9 and 11).
extension Intake {
  /// Checks that an unidentified payment's id is new.
  func checkUnidentified(_ draft: Draft) throws(Refusal) {
    guard let id = draft.fields["payment"]?.stringValue,
      book.unidentifiedPayment(named: id) != nil
    else { return }
    throw Refusal(
      "payment_exists", field: "data.payment", value: id,
      expected: "a payment id that is new to \(draft.stream)")
  }

  /// Checks that a payment waits, and that the account it is said to be for can take it.
  func checkIdentification(_ draft: Draft) throws(Refusal) {
    guard let id = draft.fields["payment"]?.stringValue,
      let name = draft.fields["account"]?.stringValue
    else { return }
    guard let payment = book.unidentifiedPayment(named: id) else {
      throw Refusal(
        "unknown_payment", field: "data.payment", value: id,
        expected: "a payment recorded on portfolio/unidentified")
    }
    if book.isIdentified(payment) {
      throw Refusal(
        "payment_already_identified", field: "data.payment", value: id,
        expected: "a payment that waits; event \(payment.identifiedBy) moved this one")
    }
    guard let account = book.accounts.find(name), let (opened, opening) = book.opening(of: account)
    else {
      throw Refusal(
        "unknown_account", field: "data.account", value: name,
        expected: "an account opened by AccountOpened")
    }
    if payment.currency != opening.currency {
      throw Refusal(
        "wrong_currency", field: "data.account", value: payment.currency?.code ?? "",
        expected: "an account in the payment's currency; this one's is \(opening.currency.code)")
    }
    if payment.effective < opened.effective {
      throw Refusal(
        "before_opening", field: "data.account",
        value: CivilDate(days: payment.effective).text,
        expected: "an account open on the payment's value date; this one opened on "
          + CivilDate(days: opened.effective).text)
    }
    if book.entry(.payment, named: id, of: account) != nil {
      throw Refusal(
        "payment_exists", field: "data.payment", value: id,
        expected: "an account that has no payment of that id")
    }
  }
}
