/// The parts of a debt, as the model names them.
enum Part: Int, CaseIterable {
  case penalty, interest, cost, principal

  var name: String {
    switch self {
    case .penalty: "penalty"
    case .interest: "interest"
    case .cost: "cost"
    case .principal: "principal"
    }
  }
}

/// One amount a part.
struct Parts: Equatable, CustomStringConvertible {
  var penalty: Int64 = 0
  var interest: Int64 = 0
  var cost: Int64 = 0
  var principal: Int64 = 0

  subscript(part: Part) -> Int64 {
    get {
      switch part {
      case .penalty: penalty
      case .interest: interest
      case .cost: cost
      case .principal: principal
      }
    }
    set {
      switch part {
      case .penalty: penalty = newValue
      case .interest: interest = newValue
      case .cost: cost = newValue
      case .principal: principal = newValue
      }
    }
  }

  var total: Int64 { penalty + interest + cost + principal }

  var description: String { "\(penalty)/\(interest)/\(cost)/\(principal)" }

  static func + (first: Parts, second: Parts) -> Parts {
    Parts(
      penalty: first.penalty + second.penalty, interest: first.interest + second.interest,
      cost: first.cost + second.cost, principal: first.principal + second.principal)
  }

  static func - (first: Parts, second: Parts) -> Parts {
    Parts(
      penalty: first.penalty - second.penalty, interest: first.interest - second.interest,
      cost: first.cost - second.cost, principal: first.principal - second.principal)
  }
}

/// A rate as a contract states it.
enum ModelRate: Equatable {
  case none
  case yearly(basisPoints: Int64, days: Int64)
  case daily(partsPerBillion1000: Int64)
}

/// Principal summed day by day, apart for each kind of rate, so that nothing is rounded on the way.
struct ModelAccrual: Equatable {
  /// Σ principal × basis points over days of a 360-day year.
  var of360: Int128 = 0
  /// The same over days of a 365-day year.
  var of365: Int128 = 0
  /// Σ principal × parts per 10^12.
  var ofDaily: Int128 = 0

  /// Counts one day.
  mutating func count(_ principal: Int64, at rate: ModelRate) {
    switch rate {
    case .none: break
    case .yearly(let points, 365): of365 += Int128(principal) * Int128(points)
    case .yearly(let points, _): of360 += Int128(principal) * Int128(points)
    case .daily(let parts): ofDaily += Int128(principal) * Int128(parts)
    }
  }

  /// The exact sum, rounded half up once.
  var rounded: Int64 {
    if of360 == 0 && of365 == 0 && ofDaily == 0 { return 0 }
    // 1 / 3 600 000 = 73 / 262 800 000 and 1 / 3 650 000 = 72 / 262 800 000.
    let common: Int128 = 262_800_000
    let trillion: Int128 = 1_000_000_000_000
    let numerator = (of360 * 73 + of365 * 72) * trillion + ofDaily * common
    let denominator = common * trillion
    return Int64((2 * numerator + denominator) / (2 * denominator))
  }
}

/// How an account accrues, rolls and ages.
struct ModelTerms: Equatable {
  var compensatory = ModelRate.none
  var penal = ModelRate.none
  var rolls = false
  var materiality: Int64 = 0
}

/// How an account's payments are spread.
struct ModelProfile: Equatable {
  enum Spread: String { case item, component }
  enum Advance: String { case next, last, hold }

  var order: [Part] = [.penalty, .interest, .cost, .principal]
  var spread = Spread.item
  var advance = Advance.next
}
