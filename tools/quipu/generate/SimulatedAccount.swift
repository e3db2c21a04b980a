import Collections

/// One account as the generator knows it: far less than a ledger's fold, and bounded in size.
///
/// Accrued interest is held as an upper bound, so that a debtor who pays "everything" really leaves
/// nothing outstanding; the ledger's own sum may be some céntimos lower, which then is credit.
struct SimulatedAccount {
  /// What has happened to an account, or is happening.
  struct Marks: OptionSet {
    var rawValue: UInt32

    /// Closed: nothing ordinary happens any more.
    static let closed = Marks(rawValue: 1 << 0)
    /// A closure is on its way.
    static let closing = Marks(rawValue: 1 << 1)
    /// Written off the books.
    static let writtenOff = Marks(rawValue: 1 << 2)
    /// With an outside agency now.
    static let placed = Marks(rawValue: 1 << 3)
    /// Was once with an agency.
    static let wasPlaced = Marks(rawValue: 1 << 4)
    /// A next contact is planned.
    static let chased = Marks(rawValue: 1 << 5)
    /// A promise is open.
    static let promised = Marks(rawValue: 1 << 6)
    /// A dispute holds collection.
    static let held = Marks(rawValue: 1 << 7)
    /// A moratorium holds collection.
    static let protected = Marks(rawValue: 1 << 8)
    /// Had a pause for the rains.
    static let rained = Marks(rawValue: 1 << 9)
    /// Its terms were changed.
    static let retermed = Marks(rawValue: 1 << 10)
    /// Its schedule was set anew.
    static let rescheduled = Marks(rawValue: 1 << 11)
    /// Default interest was forgiven once.
    static let forgiven = Marks(rawValue: 1 << 12)
    /// The debtor wants no text messages.
    static let noMessages = Marks(rawValue: 1 << 13)
    /// A cost was charged, and nothing paid since.
    static let waivable = Marks(rawValue: 1 << 14)
    /// Was ever charged a cost.
    static let charged = Marks(rawValue: 1 << 15)
    /// Came with its debt already due.
    static let bought = Marks(rawValue: 1 << 16)
    /// Settled for less.
    static let settled = Marks(rawValue: 1 << 17)
    /// What is paid ahead would not go to the next instalment alone, so nothing is paid ahead.
    static let neverAhead = Marks(rawValue: 1 << 18)
    /// Had a moratorium once.
    static let relieved = Marks(rawValue: 1 << 19)
  }

  /// The account's own source of numbers: its story is the same however many accounts there are.
  var random: SplitMix64
  var marks: Marks = []

  // Who and what.
  var subject: Int32
  var product: UInt8
  var segment: Segment
  var region: UInt8
  var creditor: UInt8
  var rate: UInt8 = 0
  var agency: UInt8 = 0

  // The schedule.
  var opened = CivilDate(days: 0)
  var principal: Int64 = 0
  var instalment: Int64 = 0
  var instalments: Int16 = 1
  var billedInstalments: Int16 = 0
  /// The month of the first instalment, as year × 12 + month − 1.
  var firstMonth: Int32 = 0
  var dueDay: UInt8 = 15

  // Money, in céntimos.
  /// Instalments and charges billed so far, less what was waived of them.
  var billed: Int64 = 0
  /// Of that, what is not due yet, and the day on which it is.
  var coming: Int64 = 0
  var comingDue = CivilDate(days: 0)
  /// What was paid on them (not prepayments, nor what was reversed or charged back).
  var paid: Int64 = 0
  /// Principal paid ahead, from the last instalment backwards.
  var prepaid: Int64 = 0
  /// An upper bound of the interest and default interest accrued through ``accruedThrough``.
  var accrued: Int64 = 0
  var accruedThrough = CivilDate(days: 0)
  /// The first day on which the oldest bill still unpaid was overdue; nil when nothing is.
  var behindSince: CivilDate?
  var lastPayment = CivilDate(days: 0)
  /// What the debtor has paid and the books do not know yet.
  var underWay: Int64 = 0

  // Numbers given out so far.
  var events: Int32 = 0
  var payments: Int32 = 0
  var contacts: Int32 = 0
  var promises: Int16 = 0
  var disputes: Int16 = 0
  var holds: Int16 = 0
  var complaints: Int16 = 0

  // The promise now open, when ``Marks/promised``.
  var promiseAmount: Int64 = 0
  var promiseDue = CivilDate(days: 0)
}

extension SimulatedAccount {
  /// Whether debts of this product bear interest.
  var bearsInterest: Bool { !Market.products[Int(product)].rates.isEmpty }

  /// What was billed and is not paid; negative when more was paid.
  var arrears: Int64 { billed - paid }

  /// What the debtor thinks is to be paid now: without what he has paid already and, where he pays
  /// nothing ahead, without what is not due yet.
  var payable: Int64 { arrears - underWay - (marks.contains(.neverAhead) ? coming : 0) }

  /// Arrears with the accrued interest on them.
  var owed: Int64 { arrears + accrued }

  /// Whether every instalment was billed.
  var isFullyBilled: Bool { billedInstalments >= instalments && product != UInt8(Market.utility) }

  /// The principal and interest of the instalments, soonest first, as first agreed.
  ///
  /// The French method in integers: equal payments, interest on the balance rounded half up, the
  /// last one takes what rounding left. Bills without interest are equal amounts of principal.
  func forEachInstalment(_ body: (_ number: Int, _ principal: Int64, _ interest: Int64) -> Void) {
    var balance = principal
    for number in 1...Int(instalments) {
      let interest = bearsInterest ? parts(balance, Market.rates[Int(rate)].monthly) : 0
      let share = number == Int(instalments) ? balance : min(balance, instalment - interest)
      body(number, share, interest)
      balance -= share
    }
  }

  /// What is due of an instalment, when prepayments have taken principal from the last ones
  /// backwards (an instalment without principal loses its interest). O(instalments).
  func due(of number: Int) -> (principal: Int64, interest: Int64) {
    var own: (principal: Int64, interest: Int64) = (0, 0)
    var later: Int64 = 0
    forEachInstalment { candidate, principal, interest in
      if candidate == number { own = (principal, interest) }
      if candidate > number { later += principal }
    }
    let taken = max(0, prepaid - later)
    guard taken > 0 else { return own }
    return taken >= own.principal ? (0, 0) : (own.principal - taken, own.interest)
  }

  /// The principal of the instalments after the last one billed, prepayments not taken off.
  var principalToCome: Int64 {
    var sum: Int64 = 0
    forEachInstalment { number, principal, _ in
      if number > Int(billedInstalments) { sum += principal }
    }
    return sum
  }

  /// The equal payment of the French method: P × i × v / (v − 1), with v = (1 + i)^n, rounded up.
  static func instalment(principal: Int64, monthly: Int64, count: Int) -> Int64 {
    guard monthly > 0 else { return principal / Int64(count) }
    let one: Int128 = 1_000_000_000_000
    var factor = one
    for _ in 0..<count { factor = factor * (one + Int128(monthly)) / one }
    let amount = Int128(principal) * Int128(monthly) * factor / (factor - one) / one
    return Int64(amount) + 1
  }

  /// The civil date of an instalment before any roll: the due day of its month, or the month's last.
  func dueOn(_ number: Int) -> CivilDate {
    monthDay(months: Int(firstMonth) + number - 1, day: Int(dueDay))
  }

  /// Brings the bound of accrued interest to a day. What is billed but not due yet bears none.
  mutating func accrue(through date: CivilDate) {
    if coming > 0 {
      accrue(through: min(date, comingDue), on: arrears + accrued - coming)
      if date >= comingDue { coming = 0 }
    }
    accrue(through: date, on: arrears + accrued)
  }

  private mutating func accrue(through date: CivilDate, on base: Int64) {
    let days = date - accruedThrough
    guard days > 0 else { return }
    accruedThrough = date
    guard bearsInterest, base > 0 else { return }
    let terms = Market.rates[Int(rate)]
    accrued += parts(base, (terms.daily + terms.defaultDaily) * Int64(days)) + 1
  }
}

/// `amount` × `rate` / 10^12, rounded half up; both are 0 or more.
func parts(_ amount: Int64, _ rate: Int64) -> Int64 {
  Int64((Int128(amount) * Int128(rate) + 500_000_000_000) / 1_000_000_000_000)
}

/// A day of the month numbered `months` (year × 12 + month − 1), or its last day if it is shorter.
func monthDay(months: Int, day: Int) -> CivilDate {
  let year = months / 12
  let month = months % 12 + 1
  let last = CivilDate.length(ofMonth: month, in: year)
  // Years stay far within 1…9999, so the date always exists.
  return CivilDate(year: year, month: month, day: min(day, last)) ?? CivilDate(days: 0)
}
