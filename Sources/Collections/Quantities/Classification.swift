/// The product of an account, as declared at its opening.
package enum Product: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// What was lent, sold or imposed; names as in `AccountOpened.product`.
  case consumer, micro, small, mortgage, card, telecom, utility, fine, other

  /// The name used in events and outputs.
  package var name: String { Self.names[Int(rawValue)] }

  /// All names, in the order of the raw values.
  package static let names = [
    "consumer", "micro", "small", "mortgage", "card", "telecom", "utility", "fine", "other",
  ]
}

/// Days past due in the ranges reports group by.
package enum AgingBucket: UInt8, CaseIterable, Sendable {
  /// Not past due.
  case current
  /// The ranges of days past due named by their bounds.
  case days1To30, days31To60, days61To90, days91To120, days121To180, days181To365, days366Up

  /// The bucket of a number of days past due.
  package init(daysPastDue: Int) {
    switch daysPastDue {
    case ...0: self = .current
    case ...30: self = .days1To30
    case ...60: self = .days31To60
    case ...90: self = .days61To90
    case ...120: self = .days91To120
    case ...180: self = .days121To180
    case ...365: self = .days181To365
    default: self = .days366Up
    }
  }

  /// `0`, `1-30` … `366+`.
  package var name: String {
    switch self {
    case .current: "0"
    case .days1To30: "1-30"
    case .days31To60: "31-60"
    case .days61To90: "61-90"
    case .days91To120: "91-120"
    case .days121To180: "121-180"
    case .days181To365: "181-365"
    case .days366Up: "366+"
    }
  }
}

/// A debtor's class by days past due alone, after SBS Res. 11356-2008.
///
/// The SBS's alignment across a debtor's lenders, and its floors after refinancing, are the
/// lender's and are not derived here.
package enum Classification: UInt8, CaseIterable, Sendable {
  /// The five classes, mildest first.
  case normal, problemasPotenciales, deficiente, dudoso, perdida

  /// The name used in outputs, without accents.
  package var name: String {
    switch self {
    case .normal: "Normal"
    case .problemasPotenciales: "CPP"
    case .deficiente: "Deficiente"
    case .dudoso: "Dudoso"
    case .perdida: "Perdida"
    }
  }
}

/// One dated table of classes and provisions for some products.
package struct ClassificationTable: Sendable {
  /// The products it holds for.
  package var products: [Product]
  /// The first day on which it holds.
  package var since: CivilDate
  /// The most days past due of each class but the last, mildest first.
  package var limits: [Int]
  /// The provision of each class, in basis points of outstanding principal, unsecured.
  package var provisions: [Int64]
  /// The rule it comes from.
  package var source: String

  /// SBS Res. 11356-2008, in force since 1 July 2010; calendar days.
  package static let sbs: [ClassificationTable] = [
    ClassificationTable(
      products: [.consumer, .card, .micro, .small], since: CivilDate(days: 14_791),
      limits: [8, 30, 60, 120], provisions: [100, 500, 2500, 6000, 10_000],
      source: "SBS Res. 11356-2008"),
    ClassificationTable(
      products: [.mortgage], since: CivilDate(days: 14_791),
      limits: [30, 60, 120, 365], provisions: [70, 500, 2500, 6000, 10_000],
      source: "SBS Res. 11356-2008"),
  ]

  /// The class and the provision in basis points on a day, or nil where no table speaks of the product.
  package static func classify(
    _ product: Product, daysPastDue: Int, on date: CivilDate
  ) -> (Classification, provisionBp: Int64)? {
    for table in sbs where date >= table.since && table.products.contains(product) {
      let row = table.limits.firstIndex { daysPastDue <= $0 } ?? table.limits.count
      guard let value = Classification(rawValue: UInt8(row)) else { return nil }
      return (value, table.provisions[row])
    }
    return nil
  }
}
