internal import CanonicalJSON
package import Collections
internal import EventStore

// What an importer has to ask the ledger before it can say which event a row is. Drafts accepted before
// count as recorded.
extension Intake {
  /// A payment recorded under a key.
  package struct KnownPayment: Equatable, Sendable {
    /// Its id.
    package var payment: String
    /// Its account; nil while it waits for one.
    package var account: String?
    /// Whether it was recorded on `portfolio/unidentified`.
    package var cameUnidentified: Bool
    /// Money received, in minor units.
    package var amount: Int64
  }

  /// The currency of an account and the day it opened; nil where there is no such account.
  ///
  /// - Throws: ``Refusal`` where the log cannot be read.
  package func openedAccount(
    _ id: String
  ) throws(Refusal) -> (currency: Currency, on: CivilDate)? {
    guard isIdentifier(id) else { return nil }
    try loadTarget("account/\(id)")
    guard let number = book.accounts.find(id), let (entry, opening) = book.opening(of: number)
    else { return nil }
    return (opening.currency, CivilDate(days: entry.effective))
  }

  /// The payment that an event under a key recorded; nil where there is none, or it is another event.
  ///
  /// - Throws: ``Refusal`` where the log cannot be read.
  package func payment(underKey key: String) throws(Refusal) -> KnownPayment? {
    guard let event = try event(underKey: key),
      let data = try? JSONValue(parsing: event.data.span, as: .event),
      let payment = data["payment"]?.stringValue, let amount = data["amount"]?.integerValue
    else { return nil }
    switch event.type {
    case EventType.paymentReceived.name:
      return KnownPayment(
        payment: payment, account: String(event.stream.dropFirst("account/".count)),
        cameUnidentified: false, amount: amount)
    case EventType.unidentifiedPaymentReceived.name:
      var account: String?
      if let known = book.unidentifiedPayment(named: payment), book.isIdentified(known) {
        account = try self.account(identifiedBy: known.identifiedBy)
      }
      return KnownPayment(
        payment: payment, account: account, cameUnidentified: true, amount: amount)
    default: return nil
    }
  }

  /// The account a `PaymentIdentified` recorded or waiting names.
  private func account(identifiedBy seq: Int64) throws(Refusal) -> String? {
    guard let data = try data(at: seq) else { return nil }
    let fields = try? JSONValue(parsing: data.span, as: .event)
    return fields?["account"]?.stringValue
  }

  private func data(at seq: Int64) throws(Refusal) -> [UInt8]? {
    if seq >= log.size {
      let place = Int(seq - log.size)
      return waiting.indices.contains(place) ? waiting[place].data : nil
    }
    do { return try StatedEvent.read(seq, from: log).event.data } catch {
      throw Refusal(unread: error)
    }
  }

  private func event(underKey key: String) throws(Refusal) -> StatedEvent? {
    if let place = waitingPlace(ofKey: key) { return StatedEvent(waiting[place], n: 0) }
    do {
      guard let seq = try log.find(key: key) else { return nil }
      return try StatedEvent.read(seq, from: log).event
    } catch {
      throw Refusal(unread: error)
    }
  }
}
