/// A part of what is owed.
///
/// The raw values are the order in which the default allocation profile pays them.
package enum Component: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// Default interest (interés moratorio) and other charges for lateness.
  case penalty
  /// Compensatory interest.
  case interest
  /// Expenses and fees.
  case cost
  /// The sum lent or due.
  case principal

  /// The name used in events and outputs.
  package var name: String {
    switch self {
    case .penalty: "penalty"
    case .interest: "interest"
    case .cost: "cost"
    case .principal: "principal"
    }
  }
}

/// One amount a component, in minor units.
package struct Amounts: BitwiseCopyable, Equatable, Sendable {
  /// Default interest and charges for lateness.
  package var penalty: Int64 = 0
  /// Compensatory interest.
  package var interest: Int64 = 0
  /// Expenses and fees.
  package var cost: Int64 = 0
  /// The sum lent or due.
  package var principal: Int64 = 0

  /// Nothing of anything.
  package init() {}

  /// The four amounts.
  package init(penalty: Int64 = 0, interest: Int64 = 0, cost: Int64 = 0, principal: Int64 = 0) {
    self.penalty = penalty
    self.interest = interest
    self.cost = cost
    self.principal = principal
  }

  /// The amount of a component.
  package subscript(component: Component) -> Int64 {
    get {
      switch component {
      case .penalty: penalty
      case .interest: interest
      case .cost: cost
      case .principal: principal
      }
    }
    set {
      switch component {
      case .penalty: penalty = newValue
      case .interest: interest = newValue
      case .cost: cost = newValue
      case .principal: principal = newValue
      }
    }
  }

  /// The sum of the four; traps on overflow, which ``AccountBook``'s bound on an account excludes.
  package var total: Int64 { penalty + interest + cost + principal }

  /// Component by component; an overflow is an error.
  package mutating func add(_ other: Amounts) throws(RuleError) {
    penalty = try checkedSum(penalty, other.penalty)
    interest = try checkedSum(interest, other.interest)
    cost = try checkedSum(cost, other.cost)
    principal = try checkedSum(principal, other.principal)
  }
}

/// The sum, or ``RuleError/Code/overflow``: money never wraps.
func checkedSum(_ first: Int64, _ second: Int64) throws(RuleError) -> Int64 {
  let (sum, overflow) = first.addingReportingOverflow(second)
  if overflow || sum.magnitude > UInt64(largestAmount) { throw RuleError(.overflow) }
  return sum
}

/// The largest amount of money on disk and in any account: 2^53 − 1 minor units.
package let largestAmount: Int64 = (1 << 53) - 1

/// What the rules refuse to compute.
package struct RuleError: Error, Equatable, Sendable {
  /// The stable name of the case.
  package enum Code: String, Sendable {
    /// A sum left the range of money, ±(2^53 − 1) minor units.
    case overflow = "amount_overflow"
    /// An event's `data` does not read as its type declares.
    case malformed = "malformed_event"
    /// A step of an account moved money that no posting explains.
    case unbalanced = "unbalanced_postings"
  }

  /// Which case it is; what `==` compares.
  package var code: Code
  /// The account or event it happened in.
  package var context: String

  /// An error of that code.
  package init(_ code: Code, _ context: String = "") {
    self.code = code
    self.context = context
  }

  package static func == (first: RuleError, second: RuleError) -> Bool {
    first.code == second.code
  }
}
