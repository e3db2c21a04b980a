internal import CanonicalJSON
internal import Collections
internal import Projections

/// A payment she told of that has not come in.
private struct ReportedPayment {
  let seq: Int64
  let amount: Int64
  let on: CivilDate
}

extension PortalAccount {
  /// The payments she told of that have not come in, and nothing where there is none.
  func writeReported(_ html: inout HTMLWriter) {
    let awaited = awaited
    guard !awaited.isEmpty else { return }
    html.element("h2", say("Payments you told us of", "Pagos que nos avisó"))
    for payment in awaited {
      html.unfolding(day(payment.on), money.text(payment.amount)) { html in
        html.paragraph(
          say(
            "It has not reached us yet, so it is not counted.",
            "Todavía no nos llega, por eso no se descuenta."))
        html.paragraph(origin(payment.seq), isNote: true)
      }
    }
  }

  /// What she told of herself, without those that came in.
  private var awaited: [ReportedPayment] {
    var payments = AwaitedPayments(report)
    return standing(.paymentReported).compactMap { event in
      guard event.subject == visit.subject, case .integer(let amount)? = event.data["amount"],
        let on = event.data["on"]?.stringValue.flatMap({ CivilDate($0) }),
        payments.isAwaited(amount, on: on.days)
      else { return nil }
      return ReportedPayment(seq: event.seq, amount: amount, on: on)
    }
  }
}
