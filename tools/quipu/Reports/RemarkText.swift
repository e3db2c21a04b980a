internal import Collections

extension Remark {
  /// What was ignored and why, in a line: `ignored: a waiver of 5.00 more than was outstanding`.
  func text(digits: Int) -> Text {
    let money = amountText(amount, digits: digits)
    return switch kind {
    case .waiverExcess:
      Text(
        "ignored: a waiver of \(money) more than was outstanding",
        "sin efecto: exoneración de \(money) más de lo pendiente")
    case .forgivenessExcess:
      Text(
        "ignored: forgiveness of \(money) more than was outstanding",
        "sin efecto: condonación de \(money) más de lo pendiente")
    case .refundExcess:
      Text(
        "ignored: a refund of \(money) more than the credit",
        "sin efecto: devolución de \(money) más del saldo a favor")
    case .chargebackExcess:
      Text(
        "ignored: a charge-back of \(money) more than there was to give back",
        "sin efecto: contracargo de \(money) más de lo que había por devolver")
    case .chargebackWithoutPayment:
      Text(
        "ignored: a charge-back of \(money) of a payment that does not count",
        "sin efecto: contracargo de \(money) de un pago que no cuenta")
    case .unknownItem:
      Text(
        "ignored: a waiver of \(money) of an item that is not there",
        "sin efecto: exoneración de \(money) de una cuota que no existe")
    case .unknownItemCharged:
      Text(
        "ignored: the number of an item that is not there; the charge is an item of its own",
        "sin efecto: el número de una cuota que no existe; el cargo es una cuota propia")
    case .secondOpening:
      Text("ignored: the account was open already", "sin efecto: la cuenta ya estaba abierta")
    case .planNotApplied:
      Text(
        "recorded only: this version does not restructure by plans yet",
        "solo registrado: esta versión aún no reestructura según planes")
    }
  }
}
