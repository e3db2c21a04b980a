/// What a person who writes may want.
///
/// The spelling of a case is its word in documents and events.
package enum Intent: String, CaseIterable, Sendable {
  case balance, dueDate, howToPay, cannotPay, promise, plan, dispute, paymentDone, whoAreYou
  case stop, human, myData, anger, despair
  /// None of these: a greeting, an errand for somebody else, another person's debt.
  case other
}

/// The languages the assistant reads and answers in.
package enum MessageLanguage: String, CaseIterable, Sendable {
  case en, es
}

/// What a message seems to want, and how sure that is.
package struct MessageReading: Equatable, Sendable {
  /// What it most likely wants.
  package var intent: Intent
  /// How often readings as clear as this one were right, in basis points; 0 where no word is known.
  package var probabilityBp: Int64
  /// Whether that is enough to act on.
  package var isSure: Bool
  /// The language it is most likely written in; nil where no word is known.
  package var language: MessageLanguage?
}
