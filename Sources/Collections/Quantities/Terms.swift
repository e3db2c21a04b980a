/// A yearly or daily rate as an exact fraction a day.
///
/// Rates come in basis points a year (of 360 or 365 days) or in parts per 10^12 a day. All three
/// are whole multiples of 1 / ``denominator``, so a sum over days under changing terms stays exact.
package struct DailyRate: BitwiseCopyable, Equatable, Sendable {
  /// 657 × 10^12, the least common multiple of 10^12, 10 000 × 360 and 10 000 × 365.
  package static let denominator: Int128 = 657_000_000_000_000

  /// The rate a day, in units of 1 / ``denominator``.
  package var numerator: Int64

  /// No rate.
  package static let zero = DailyRate(numerator: 0)

  private init(numerator: Int64) {
    self.numerator = numerator
  }

  /// Basis points a year (0 to 1,000,000) of 360 or 365 days.
  package init(basisPoints: Int64, yearDays: Int64) {
    numerator = basisPoints * (yearDays == 365 ? 180_000_000 : 182_500_000)
  }

  /// Parts per 10^12 a day (0 to 10^12).
  package init(daily: Int64) {
    numerator = daily * 657
  }
}

/// How an account accrues, rolls due dates and ages: what `terms` of an event say.
package struct Terms: BitwiseCopyable, Equatable, Sendable {
  /// The compensatory rate, accruing into `interest`.
  package var compensatory: DailyRate = .zero
  /// The default rate, accruing into `penalty`.
  package var penal: DailyRate = .zero
  /// Whether due dates fall on the next business day (`roll` = `following`).
  package var rolls: Bool = false
  /// An item ages only while more than this is unpaid, in minor units.
  package var materiality: Int64 = 0

  /// No accrual, no roll, no materiality.
  package init() {}

  /// Whether anything accrues.
  var accrues: Bool { compensatory.numerator != 0 || penal.numerator != 0 }
}

/// How a payment is spread over due items: what `allocation` of an opening says.
package struct AllocationProfile: BitwiseCopyable, Equatable, Sendable {
  /// Across items and components.
  package enum Spread: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// Oldest due item first, all its components, then the next.
    case item
    /// First component over all due items, then the next component.
    case component
  }

  /// Where money goes that no due item takes.
  package enum Advance: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    /// Coming items, soonest first.
    case next
    /// Coming items, furthest first.
    case last
    /// No item: it stays the account's credit.
    case hold
  }

  /// The components in the order in which they are paid.
  package var order: InlineArray<4, Component> = [.penalty, .interest, .cost, .principal]
  /// Across items and components.
  package var spread: Spread = .item
  /// Where money goes that no due item takes.
  package var advance: Advance = .next

  /// Peru's default: penalty, interest, cost, principal; item by item; then the next to come.
  package init() {}

  package static func == (first: AllocationProfile, second: AllocationProfile) -> Bool {
    guard first.spread == second.spread, first.advance == second.advance else { return false }
    for index in first.order.indices where first.order[index] != second.order[index] {
      return false
    }
    return true
  }
}

/// The amount × rate, rounded half up; the numerator is zero or more.
func roundedHalfUp(_ numerator: Int128, over denominator: Int128) throws(RuleError) -> Int64 {
  let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
  let rounded = remainder * 2 >= denominator ? quotient + 1 : quotient
  guard let amount = Int64(exactly: rounded), amount <= largestAmount else {
    throw RuleError(.overflow)
  }
  return amount
}
