/// Which fields an event type has: transcribed by hand from the table of events, not from the code.
struct DraftShape {
  /// Fields that must be there.
  var required: Set<String>
  /// Fields that may be there.
  var optional: Set<String> = []
  /// Whether the envelope names the person contacted.
  var namesSubject = false

  /// Every type the generator may write; a type that is not here must not appear.
  static let all: [String: DraftShape] = [
    "AccountOpened": DraftShape(
      required: ["account", "subject", "creditor", "product", "currency", "items"],
      optional: ["terms", "allocation", "creditLimit", "security", "contract", "placement"]),
    "TermsChanged": DraftShape(required: ["terms"]),
    "ScheduleSet": DraftShape(required: ["items"]),
    "ChargeAssessed": DraftShape(required: ["component", "amount", "label"], optional: ["item"]),
    "ChargeWaived": DraftShape(required: ["component", "amount", "reason"], optional: ["item"]),
    "DebtForgiven": DraftShape(
      required: ["reason"], optional: ["principal", "interest", "penalty", "cost"]),
    "DelinquencyPaused": DraftShape(
      required: ["from", "to", "reason"], optional: ["stopsAccrual"]),
    "WrittenOff": DraftShape(required: [], optional: ["reason"]),
    "AccountClosed": DraftShape(required: ["reason"]),
    "AccountReopened": DraftShape(required: ["reason"]),
    "AgencyPlaced": DraftShape(required: ["agency", "from"], optional: ["purgeBy"]),
    "AgencyRecalled": DraftShape(required: [], optional: ["agency", "reason"]),

    "PaymentReceived": DraftShape(
      required: ["payment", "amount", "currency", "method"],
      optional: ["channel", "intent", "promise"]),
    "PaymentReversed": DraftShape(required: ["payment", "kind", "reason"]),
    "PaymentChargedBack": DraftShape(required: ["payment", "amount"]),
    "RefundIssued": DraftShape(required: ["amount", "method"]),

    "PromiseMade": DraftShape(
      required: ["promise", "amount", "dueOn", "channel"],
      optional: ["toleranceBp", "graceDays", "contact"]),
    "PromiseRescheduled": DraftShape(required: ["promise", "dueOn"], optional: ["amount"]),
    "PromiseCancelled": DraftShape(required: ["promise", "by", "reason"]),

    "ContactAttempted": DraftShape(
      required: ["contact", "channel", "direction", "localAt"],
      optional: ["point", "template", "tone"], namesSubject: true),
    "ContactDelivered": DraftShape(required: ["contact"], namesSubject: true),
    "ContactFailed": DraftShape(required: ["contact", "code"], namesSubject: true),
    "ContactConnected": DraftShape(
      required: ["contact", "party"], optional: ["seconds"], namesSubject: true),
    "ContactOutcome": DraftShape(required: ["contact", "code"], namesSubject: true),
    "VisitPerformed": DraftShape(
      required: [], optional: ["contact", "localAt", "point"], namesSubject: true),
    "LetterReturned": DraftShape(
      required: [], optional: ["contact", "point", "code"], namesSubject: true),
    "PortalVisited": DraftShape(
      required: [], optional: ["agent", "localAt"], namesSubject: true),

    "SubjectLinked": DraftShape(required: ["account", "role"]),
    "ConsentGranted": DraftShape(
      required: ["purpose", "evidence", "informedText"], optional: ["channel"]),
    "ChannelOptedOut": DraftShape(required: ["channel"], optional: ["point"]),
    "PreferenceSet": DraftShape(required: ["channel", "windows"]),

    "SupportApplied": DraftShape(required: ["measure"]),
    "MoratoriumStarted": DraftShape(required: ["kind", "from", "to"], optional: ["stopsAccrual"]),
    "MoratoriumEnded": DraftShape(required: [], optional: ["kind", "reason"]),
    "DisputeOpened": DraftShape(required: ["dispute", "scope", "reason"], optional: ["amount"]),
    "DisputeResolved": DraftShape(required: ["dispute", "decision"]),
    "HoldPlaced": DraftShape(required: ["hold", "kind", "reason"]),
    "HoldLifted": DraftShape(required: ["hold"], optional: ["reason"]),
    "ComplaintFiled": DraftShape(required: ["complaint", "channel"]),
    "ComplaintAnswered": DraftShape(required: ["complaint"], optional: ["decision", "evidence"]),
    "CostIncurred": DraftShape(
      required: ["amount", "kind"], optional: ["account", "portfolio", "contact", "currency"]),
  ]

  /// The closed vocabularies of the same table: type, field, words.
  static let words: [(type: String, field: String, words: Set<String>)] = [
    ("AccountOpened", "product", ["consumer", "micro", "card", "telecom", "utility", "mortgage"]),
    ("AccountOpened", "security", ["none", "personal", "real"]),
    ("AccountOpened", "currency", ["PEN"]),
    ("PaymentReceived", "method", methods),
    ("PaymentReceived", "currency", ["PEN"]),
    ("PaymentReceived", "intent", ["instalments", "prepayment"]),
    ("RefundIssued", "method", methods),
    ("PaymentReversed", "kind", ["error", "bounced", "fraud"]),
    ("PromiseMade", "channel", channels),
    ("ContactAttempted", "channel", channels),
    ("ContactAttempted", "direction", ["outbound", "inbound"]),
    ("ContactConnected", "party", ["right", "wrong", "third"]),
    ("ChargeAssessed", "component", ["principal", "interest", "penalty", "cost"]),
    ("ChargeWaived", "component", ["principal", "interest", "penalty", "cost"]),
    ("SubjectLinked", "role", ["debtor", "guarantor", "representative"]),
    ("ChannelOptedOut", "channel", channels),
    ("PreferenceSet", "channel", channels),
  ]

  private static let methods: Set<String> = [
    "cash", "transfer", "card", "wallet", "directDebit", "cheque", "other",
  ]

  private static let channels: Set<String> = [
    "call", "whatsapp", "sms", "email", "letter", "visit", "portal", "chatbot", "push",
  ]
}
