/// What an answer is about: what the person wants, or why nothing of that is answered.
///
/// The spelling of a case is its word in documents and events.
package enum AnswerTopic: String, CaseIterable, Sendable {
  case balance, dueDate, howToPay, cannotPay, promise, plan, dispute, paymentDone, whoAreYou
  case stop, human, myData, anger, despair, other
  /// Signs that she is in a hard place; nothing links her to the account; her data may not be used; a
  /// person is looking after her; what she wrote was not understood, once and again.
  case vulnerable, stranger, blocked, underCare, unsure, unsureAgain
  /// What is sent without being asked: before something falls due, and after a payment.
  case reminder, thanks

  /// What a message may be answered with.
  package static let answers = allCases.filter { $0 != .reminder && $0 != .thanks }

  /// The topic of an intent.
  package init(_ intent: Intent) {
    guard let topic = Self(rawValue: intent.rawValue) else {
      preconditionFailure("every intent is a topic")
    }
    self = topic
  }

  /// What follows.
  package var step: AnswerStep {
    switch self {
    case .balance, .dueDate, .howToPay, .whoAreYou, .stop, .reminder, .thanks: .answer
    case .promise, .other, .unsure: .clarify
    case .vulnerable, .despair, .underCare: .handOver
    case .cannotPay, .plan, .dispute, .paymentDone, .human, .myData, .anger, .stranger,
      .blocked, .unsureAgain:
      .person
    }
  }

  /// Whether a text about it may tell anything of the debt.
  package var tellsOfDebt: Bool {
    switch self {
    case .balance, .dueDate, .howToPay, .promise, .paymentDone, .reminder, .thanks: true
    default: false
    }
  }
}

/// What follows an answer.
package enum AnswerStep: UInt8, CaseIterable, Hashable, Sendable {
  /// Nothing: it was answered.
  case answer
  /// The person is asked what she means.
  case clarify
  /// A person of the creditor's takes up what she wants.
  case person
  /// A trained person takes over, and no machine goes on.
  case handOver
}
