/// An item as an event states it.
struct ModelStatedItem: Equatable {
  var n: Int64
  var due: Int
  var amounts: Parts
}

/// What an opening states.
struct ModelOpening: Equatable {
  var items: [ModelStatedItem]
  var terms: ModelTerms?
  var profile: ModelProfile?
  var product = "consumer"
}

/// What a restructuring states.
struct ModelPlanTerms: Equatable {
  var items: [ModelStatedItem]
  var haircut = Parts()
  var planInterest: Int64 = 0
  var accrues = false
  var conditional = true
  var defaultAfterDays = 15
  var kind = "settlement"
}

/// What a promise states.
struct ModelPromiseTerms: Equatable {
  var amount: Int64
  var due: Int
  var toleranceBp: Int64 = 0
  var graceDays = 0
}

/// What an event of an account says, as far as its debt is concerned.
enum ModelFact: Equatable {
  case opened(ModelOpening)
  case terms(ModelTerms)
  case schedule([ModelStatedItem])
  case charge(Part, Int64, item: Int64?)
  case waiver(Part, Int64, item: Int64?)
  case forgiveness(Parts)
  case pause(to: Int, stops: Bool)
  case moratorium(to: Int, stops: Bool)
  case moratoriumEnd
  case grace(to: Int, stops: Bool)
  case payment(id: String, amount: Int64, prepays: Bool, promise: String? = nil)
  case reversal(id: String)
  case chargeback(id: String, amount: Int64)
  case refund(Int64)
  case writeOff
  case writeOffReversed
  case closure(reason: String)
  case sale(buyer: String)
  case reopening
  case placement(agency: String)
  case recall
  case void(target: Int64)
  case plan(id: String, ModelPlanTerms)
  case planCancelled(id: String)
  case promise(id: String, ModelPromiseTerms)
  case promiseMoved(id: String, due: Int, amount: Int64?)
  case promiseCancelled(id: String)

  /// The order of an event's turn within its day (ledger-rules, section 5).
  var rank: Int {
    switch self {
    case .opened, .terms, .schedule, .charge: 0
    case .grace, .pause, .moratorium, .moratoriumEnd: 1
    case .waiver, .forgiveness, .payment, .chargeback, .refund, .plan, .planCancelled: 3
    default: 4
    }
  }

  var isVoid: Bool {
    if case .void = self { return true }
    return false
  }
}

/// One recorded event.
struct ModelEvent: Equatable {
  var seq: Int64
  var account: String
  /// The effective date, in days since 1970-01-01.
  var effective: Int
  var fact: ModelFact
  /// Whether it stands on the stream of the debtor, who owes every account.
  var isOfDebtor = false
}
