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
    case .planShortfall:
      Text(
        "the plan fell short by \(money) of what was outstanding: its last item took it (section 6)",
        "al plan le faltaban \(money) de lo pendiente: los tomó su última cuota (sección 6)")
    case .planExcess:
      Text(
        "the plan was \(money) more than what was outstanding: taken off its last items, then off the haircut (section 6)",
        "el plan excedía en \(money) lo pendiente: se quitó de sus últimas cuotas y luego de la quita (sección 6)"
      )
    case .planNotActive:
      Text(
        "ignored: the plan was not active then",
        "sin efecto: el plan no estaba vigente en ese momento")
    }
  }
}
