/// What the invented portfolio is made of: products, creditors, regions, rates and their shares.
///
/// Shares and amounts are this project's guess at a Peruvian collections portfolio, chosen to look
/// plausible, not to reproduce any statistic. Every name is invented and meant to be nobody's.
enum Market {
  /// A kind of debt, with what is usual for it.
  struct Product: Sendable {
    /// The product as `AccountOpened` names it.
    var name: String
    /// Its share of the accounts, in thousandths.
    var share: Int
    /// The principal lent, or the monthly receipt, in soles.
    var soles: ClosedRange<Int>
    /// What amounts are rounded to, in céntimos.
    var rounding: Int
    /// How many instalments a schedule may have.
    var instalments: [Int]
    /// Which of ``rates`` it is lent at; none for bills, which bear no interest.
    var rates: Range<Int>
    /// Which of ``creditors`` it is owed to.
    var creditors: Range<Int>
    /// Who secures it.
    var security: String
  }

  /// The products; ``SimulatedAccount/product`` is an index of them.
  static let products: [Product] = [
    Product(
      name: "consumer", share: 300, soles: 800...18_000, rounding: 5000,
      instalments: [6, 9, 12, 18, 24], rates: 3..<7, creditors: 0..<3, security: "none"),
    Product(
      name: "micro", share: 200, soles: 1000...30_000, rounding: 10_000,
      instalments: [6, 9, 12, 18], rates: 2..<6, creditors: 1..<4, security: "personal"),
    Product(
      name: "card", share: 200, soles: 300...9000, rounding: 10, instalments: [6, 12, 18, 24],
      rates: 5..<8, creditors: 0..<2, security: "none"),
    Product(
      name: "telecom", share: 150, soles: 30...160, rounding: 10, instalments: [6, 12, 18],
      rates: 0..<0, creditors: 4..<6, security: "none"),
    Product(
      name: "utility", share: 100, soles: 25...260, rounding: 10, instalments: [1],
      rates: 0..<0, creditors: 6..<8, security: "none"),
    Product(
      name: "mortgage", share: 50, soles: 60_000...420_000, rounding: 100_000,
      instalments: [60, 84, 120, 180], rates: 0..<2, creditors: 0..<1, security: "real"),
  ]

  /// The products by the names the generator reasons about.
  static let card = 2, telecom = 3, utility = 4, mortgage = 5

  /// Creditors, as ids.
  static let creditors = [
    "banco-illapa", "financiera-tarwi", "caja-qantu", "caja-munay-rural",
    "movil-kuntur", "cable-chaski", "luz-inti-raymi", "agua-yaku-sur",
  ]

  /// Outside collection agencies, as ids.
  static let agencies = ["agencia-puka-1", "agencia-chinchay-2", "agencia-amaru-3"]

  /// An effective yearly rate (TEA) and what follows from it, in parts per 10^12.
  struct Rate: Sendable {
    /// The rate a year, in basis points: what the contract quotes.
    var yearly: Int
    /// (1 + TEA)^(1/360) − 1: compensatory interest a day.
    var daily: Int64
    /// (1 + TEA)^(30/360) − 1: the interest of a month's instalment.
    var monthly: Int64
    /// The default rate a day: of a TEA of 9.90 % (secured) or 12.13 %.
    var defaultDaily: Int64
  }

  /// The rates lent at, mortgages' first. Computed once with forty decimals, rounded half up.
  static let rates: [Rate] = [
    Rate(yearly: 890, daily: 236_860_947, monthly: 7_130_287_300, defaultDaily: 262_258_482),
    Rate(yearly: 1150, daily: 302_419_066, monthly: 9_112_468_437, defaultDaily: 262_258_482),
    Rate(yearly: 3950, daily: 925_134_382, monthly: 28_129_571_364, defaultDaily: 318_074_815),
    Rate(yearly: 4590, daily: 1_049_859_799, monthly: 31_979_984_969, defaultDaily: 318_074_815),
    Rate(yearly: 5500, daily: 1_218_116_110, monthly: 37_196_338_236, defaultDaily: 318_074_815),
    Rate(yearly: 6390, daily: 1_373_404_201, monthly: 42_033_255_942, defaultDaily: 318_074_815),
    Rate(yearly: 7725, daily: 1_591_239_623, monthly: 48_855_162_896, defaultDaily: 318_074_815),
    Rate(yearly: 8391, daily: 1_693_867_202, monthly: 52_084_071_286, defaultDaily: 318_074_815),
  ]

  /// Where accounts are kept: a branch's town and its share, in thousandths.
  static let regions: [(town: String, share: Int)] = [
    ("lima", 340), ("arequipa", 85), ("trujillo", 80), ("piura", 75), ("chiclayo", 65),
    ("cusco", 65), ("huancayo", 60), ("juliaca", 55), ("ica", 40), ("cajamarca", 35),
    ("iquitos", 30), ("ayacucho", 30), ("huanuco", 20), ("tacna", 20),
  ]

  /// The northern towns that the rains of a coastal El Niño reach.
  static let rainyRegions: Set<UInt8> = [2, 3, 4]

  /// How people pay, and the share of each in a hundred.
  static let methods: [(name: String, share: Int)] = [
    ("wallet", 34), ("transfer", 27), ("cash", 27), ("card", 7), ("directDebit", 5),
  ]
}

/// How a debtor behaves, on the whole.
enum Segment: Int, CaseIterable {
  case onTime, late, partial, selfCuring, promising, disputing, vulnerable, neverPaying

  /// The share of each, in thousandths, in the order of the cases.
  static let shares = [430, 190, 80, 80, 110, 30, 30, 50]

  /// How many of a hundred promises are kept in full and on time.
  var keepsPromises: Int {
    switch self {
    case .onTime, .late: 75
    case .promising: 55
    case .selfCuring, .disputing: 50
    case .partial, .vulnerable: 30
    case .neverPaying: 3
    }
  }
}
