internal import Collections

/// Which payments that one person told of on an account have come in.
///
/// A payment that came in, of the same amount, on the day told of or later, stands for one of them, so they
/// are to be told in the order in which they were recorded.
package struct AwaitedPayments: Sendable {
  /// What came in and stands for nothing yet.
  private var arrived: [AppliedPayment]

  /// Those of an account, as it is reported.
  package init(_ report: AccountReport) {
    arrived = report.payments.filter { $0.state == .applied }
  }

  /// Whether a payment that was told of has not come in, in minor units, on a day. O(payments).
  package mutating func isAwaited(_ amount: Int64, on day: Int32) -> Bool {
    let place = arrived.firstIndex { $0.amount == amount && $0.effective >= day }
    if let place { arrived.remove(at: place) }
    return place == nil
  }
}
