/// What a person is waited for after.
package enum WaitReason: Int, CaseIterable, Sendable {
  /// A machine handed her over; she cannot pay, complains, says that a debt is not right, told of a payment.
  case handOver, hardship, complaint, dispute, payment
}

extension WaitReason {
  /// Nil for what nobody waits after.
  init?(_ kind: DealingBook.Kind) {
    switch kind {
    case .handOver: self = .handOver
    case .hardship: self = .hardship
    case .complaint: self = .complaint
    case .dispute: self = .dispute
    case .payment: self = .payment
    case .agreement, .personal, .complaintTaken, .optOut: return nil
    }
  }
}
