/// The features that an account's fold tells: debt, payments, promises, disputes and plans.
///
/// Made once for the features wanted; filling a row then looks nothing up and allocates nothing, but for
/// accounts with promises.
package struct FeaturesOfAccount: Sendable {
  /// Where each goes in a row; −1 where it is not wanted.
  private let debt: DebtPlaces
  private let payments: PaymentPlaces
  private let agreements: AgreementPlaces

  /// Those of the features wanted that a fold tells.
  package init(_ wanted: FeatureSet) {
    debt = DebtPlaces(wanted)
    payments = PaymentPlaces(wanted)
    agreements = AgreementPlaces(wanted)
  }

  /// Whether the fold has to keep how late the account was on every day.
  package var needsAgeing: Bool {
    debt.worstDaysPastDue >= 0 || debt.monthsLate >= 0 || debt.meanDaysPastDue >= 0
  }

  /// Where the mean of what was owed goes, which takes a fold a month; nil where it is not wanted.
  package var meanOutstanding: Int? { debt.meanOutstanding >= 0 ? debt.meanOutstanding : nil }

  /// Fills a row from a fold just made of an account that was open. O(items + payments of 180 days +
  /// spans; with promises, plans or disputes also their events).
  ///
  /// - Throws: ``RuleError`` `amount_overflow`.
  package func fill(
    _ row: inout FeatureRow, from fold: AccountFold, of book: AccountBook
  ) throws(RuleError) {
    guard let opening = fold.openingStated else { return }
    let outstanding = try fold.outstanding().total
    func put(_ value: Int64, _ place: Int) { if place >= 0 { row.values[place] = value } }
    put(Int64(fold.daysPastDue), debt.daysPastDue)
    if debt.worstDaysPastDue >= 0 {
      put(Int64(fold.worstDaysPastDue(from: fold.date - 364)), debt.worstDaysPastDue)
    }
    if debt.monthsLate >= 0 || debt.meanDaysPastDue >= 0 {
      let marks = fold.lateness(of: 12, each: 30)
      put(Int64(marks.late), debt.monthsLate)
      if marks.count > 0 { put(Int64(marks.sum / marks.count), debt.meanDaysPastDue) }
    }
    put(outstanding, debt.outstanding)
    if debt.overdueShare >= 0 {
      put(basisPoints(try fold.overdue().total, of: outstanding), debt.overdueShare)
    }
    if let limit = opening.creditLimit {
      put(limit, debt.creditLimit)
      let use = basisPoints(outstanding, of: limit)
      put(min(use, 100_000), debt.limitUse)
    }
    put(Int64(fold.date - fold.life.openedOn), debt.age)
    put(Int64(opening.product.rawValue), debt.product)
    put(digits(fold.totals.opened.total), debt.amountBand)
    fillPayments(&row, fold, outstanding)
    if agreements.isAnyWanted { fillAgreements(&row, fold, book) }
  }

  private func fillPayments(_ row: inout FeatureRow, _ fold: AccountFold, _ outstanding: Int64) {
    if payments.daysSince >= 0, let last = fold.lastPaymentOn {
      row.values[payments.daysSince] = Int64(fold.date - last)
    }
    for span in payments.spans.indices {
      let (countPlace, sharePlace) = (payments.spans[span].count, payments.spans[span].share)
      let paidPlace = payments.spans[span].paid
      guard countPlace >= 0 || sharePlace >= 0 || paidPlace >= 0 else { continue }
      let before = fold.date.days - payments.spans[span].days
      var count: Int64 = 0
      var paid: Int64 = 0
      // They stand in time order: the last ones come first here.
      var place = fold.payments.count - 1
      while place >= 0, fold.payments[place].effective > before {
        count += 1
        paid += fold.payments[place].amount - fold.payments[place].chargedBack
        place -= 1
      }
      if countPlace >= 0 { row.values[countPlace] = count }
      if paidPlace >= 0 { row.values[paidPlace] = paid }
      if sharePlace >= 0 { row.values[sharePlace] = basisPoints(paid, of: paid + outstanding) }
    }
  }

  private func fillAgreements(
    _ row: inout FeatureRow, _ fold: AccountFold, _ book: AccountBook
  ) {
    func put(_ value: Int64, _ place: Int) { if place >= 0 { row.values[place] = value } }
    if agreements.isAnyPromiseWanted {
      var kept: Int64 = 0
      var broken: Int64 = 0
      var isOneOpen = false
      for promise in fold.promises(of: book) {
        switch promise.outcome {
        case .kept: kept += 1
        case .broken: broken += 1
        case .open: isOneOpen = true
        case .cancelled: break
        }
      }
      put(kept, agreements.kept)
      put(broken, agreements.broken)
      put(basisPoints(kept, of: kept + broken), agreements.keptShare)
      put(isOneOpen ? 1 : 0, agreements.promiseOpen)
    }
    if agreements.disputes >= 0 || agreements.disputeOpen >= 0 {
      let (count, isOneOpen) = fold.disputes(of: book)
      put(Int64(count), agreements.disputes)
      put(isOneOpen ? 1 : 0, agreements.disputeOpen)
    }
    if agreements.plansAgreed >= 0 || agreements.plansDefaulted >= 0 {
      let (agreed, defaulted) = fold.plansAgreed
      put(Int64(agreed), agreements.plansAgreed)
      put(Int64(defaulted), agreements.plansDefaulted)
    }
  }
}

/// A part of a whole in basis points, rounded down; ``Feature/missing`` of nothing. Neither is negative.
func basisPoints(_ part: Int64, of whole: Int64) -> Int64 {
  guard whole > 0 else { return Feature.missing }
  if part < 1 << 49 { return part * 10_000 / whole }
  return Int64(clamping: Int128(part) * 10_000 / Int128(whole))
}

/// How many decimal digits a number has that is not negative; 0 has none.
private func digits(_ number: Int64) -> Int64 {
  var (rest, count) = (number, Int64(0))
  while rest > 0 { (rest, count) = (rest / 10, count + 1) }
  return count
}

extension FeatureSet {
  /// Where the feature of a name goes in a row; −1 where it is not wanted.
  package func place(of name: String) -> Int {
    guard let feature = Feature(named: name) else { preconditionFailure("no feature \(name)") }
    return contains(feature) ? Int(feature.index) : -1
  }
}

private struct DebtPlaces {
  let daysPastDue, worstDaysPastDue, monthsLate, meanDaysPastDue: Int
  let outstanding, meanOutstanding, overdueShare: Int
  let creditLimit, limitUse, age, product, amountBand: Int

  init(_ wanted: FeatureSet) {
    daysPastDue = wanted.place(of: "daysPastDue")
    worstDaysPastDue = wanted.place(of: "worstDaysPastDue12m")
    monthsLate = wanted.place(of: "monthsLate12m")
    meanDaysPastDue = wanted.place(of: "meanDaysPastDue12m")
    outstanding = wanted.place(of: "outstanding")
    meanOutstanding = wanted.place(of: "meanOutstanding12m")
    overdueShare = wanted.place(of: "overdueShareBp")
    creditLimit = wanted.place(of: "creditLimit")
    limitUse = wanted.place(of: "limitUseBp")
    age = wanted.place(of: "debtAgeDays")
    product = wanted.place(of: "product")
    amountBand = wanted.place(of: "amountBand")
  }
}

private struct PaymentPlaces {
  struct Span {
    let days: Int32
    let count, paid, share: Int
  }

  let daysSince: Int
  let spans: [Span]

  init(_ wanted: FeatureSet) {
    daysSince = wanted.place(of: "daysSincePayment")
    spans = FeatureCatalog.paymentSpans.map { days in
      Span(
        days: Int32(days), count: wanted.place(of: "payments\(days)d"),
        paid: wanted.place(of: "paid\(days)d"),
        share: wanted.place(of: "paidShare\(days)dBp"))
    }
  }
}

private struct AgreementPlaces {
  let kept, broken, keptShare, promiseOpen: Int
  let disputes, disputeOpen, plansAgreed, plansDefaulted: Int

  var isAnyPromiseWanted: Bool { kept >= 0 || broken >= 0 || keptShare >= 0 || promiseOpen >= 0 }
  var isAnyWanted: Bool {
    isAnyPromiseWanted || disputes >= 0 || disputeOpen >= 0 || plansAgreed >= 0
      || plansDefaulted >= 0
  }

  init(_ wanted: FeatureSet) {
    kept = wanted.place(of: "promisesKept")
    broken = wanted.place(of: "promisesBroken")
    keptShare = wanted.place(of: "promisesKeptShareBp")
    promiseOpen = wanted.place(of: "promiseOpen")
    disputes = wanted.place(of: "disputes")
    disputeOpen = wanted.place(of: "disputeOpen")
    plansAgreed = wanted.place(of: "plansAgreed")
    plansDefaulted = wanted.place(of: "plansDefaulted")
  }
}

extension AccountFold {
  /// How many disputes were opened by the day, the debtor's too, and whether one of them is not resolved.
  fileprivate func disputes(of book: AccountBook) -> (count: Int, isOneOpen: Bool) {
    var count = 0
    var isOneOpen = false
    for place in 0..<position where entries[place].kind == .disputeOpened {
      count += 1
      let opened = entries[place]
      let name = book.facts[Int(opened.reference)].name
      var isResolved = false
      for later in place + 1..<position where entries[later].kind == .disputeResolved {
        let resolved = entries[later]
        if resolved.isOfDebtor == opened.isOfDebtor,
          book.texts.equal(name, TextReference(packed: resolved.reference))
        {
          isResolved = true
        }
      }
      if !isResolved { isOneOpen = true }
    }
    return (count, isOneOpen)
  }

  /// How many plans were agreed by the day, those that fell away too, and how many of them came to be in
  /// default.
  fileprivate var plansAgreed: (count: Int, inDefault: Int) {
    var inDefault = 0
    for plan in now.plans where plan.state == .inDefault { inDefault += 1 }
    for fall in now.falls where fall.plan.state == .inDefault { inDefault += 1 }
    return (now.plans.count + now.falls.count, inDefault)
  }
}
