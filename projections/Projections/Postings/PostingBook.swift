internal import CanonicalJSON
package import Collections
package import EventStore

/// What the books need to know of money beyond what bears on a debt: how it was paid, what a debt was
/// sold for, what waits for an account, what collecting cost.
///
/// Columns in log order, so that an event is found by its position with a binary search. It is filled
/// by a pass of its own: only an export asks for it.
package struct PostingBook: Sendable {
  /// Money that came in for no known account.
  struct Unidentified: Sendable {
    var seq: Int64
    var effective: Int32
    var amount: Int64
    var currency: Currency
    var method: PaymentMethod
    var payment: String
  }

  /// What collecting cost.
  struct Cost: Sendable {
    var seq: Int64
    var effective: Int32
    var amount: Int64
    /// The event's own; nil where it leaves it to its account or ledger.
    var currency: Currency?
    /// The account it was for; nil for a portfolio.
    var account: String?
    /// The portfolio it was for; nil for an account.
    var portfolio: String?
    var kind: String
  }

  private(set) var unidentified: [Unidentified] = []
  /// How each payment that waited for its account was paid, by its id; the last where one came back.
  private var methods: [String: PaymentMethod] = [:]
  private(set) var costs: [Cost] = []
  /// The currency of the ledger.
  private(set) var currency: Currency?

  /// Events that say where their money lies, and where that is: a method, or one of the codes below.
  private var moneySeqs: [Int64] = []
  private var moneyCodes: [UInt8] = []
  private var priceSeqs: [Int64] = []
  private var prices: [Int64] = []

  private static let identified: UInt8 = 255

  /// A book of nothing.
  package init() {}

  /// Takes one event in log order, whatever its type. O(event), O(1) for those without money.
  ///
  /// - Throws: ``RuleError`` `malformed_event`.
  package mutating func apply(
    _ envelope: borrowing EventEnvelope, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    guard let type = EventType(named: line, envelope.type), Self.reads(type) else { return }
    guard let effective = CivilDate(parsing: line, envelope.effective) else {
      throw RuleError(.malformed, "seq \(envelope.seq): effective")
    }
    do {
      try reader.read(type, line, envelope.data)
    } catch {
      throw RuleError(.malformed, "seq \(envelope.seq), \(type.name): \(error.code.rawValue)")
    }
    let seq = envelope.seq
    let method = reader.choice(.method, as: PaymentMethod.self) ?? .other
    switch type {
    case .ledgerOpened: currency = reader.currency(.currency)
    case .paymentReceived, .refundIssued: put(method.rawValue, at: seq)
    case .paymentIdentified: put(Self.identified, at: seq)
    case .portfolioSold:
      priceSeqs.append(seq)
      prices.append(reader.integer(.price) ?? 0)
    case .unidentifiedPaymentReceived:
      guard let currency = reader.currency(.currency) else { return }
      let id = reader.range(.payment) ?? 0..<0
      let payment = String(decoding: id.map { line[$0] }, as: UTF8.self)
      methods[payment] = method
      unidentified.append(
        Unidentified(
          seq: seq, effective: effective.days, amount: reader.integer(.amount) ?? 0,
          currency: currency, method: method, payment: payment))
    default: takeCost(envelope, effective, line, reader)
    }
  }

  private static func reads(_ type: EventType) -> Bool {
    switch type {
    case .ledgerOpened, .paymentReceived, .refundIssued, .paymentIdentified, .portfolioSold,
      .unidentifiedPaymentReceived, .costIncurred:
      true
    default: false
    }
  }

  private mutating func put(_ code: UInt8, at seq: Int64) {
    moneySeqs.append(seq)
    moneyCodes.append(code)
  }

  private mutating func takeCost(
    _ envelope: borrowing EventEnvelope, _ effective: CivilDate, _ line: Span<UInt8>,
    _ reader: borrowing FieldReader
  ) {
    func text(_ range: Range<Int>) -> String {
      String(decoding: range.map { line[$0] }, as: UTF8.self)
    }
    var account = reader.range(.account).map(text)
    var portfolio = reader.range(.portfolio).map(text)
    if account == nil, portfolio == nil,
      let name = StreamName(recorded: line, envelope.stream)
    {
      if name.kind == .account { account = text(name.id) } else { portfolio = text(name.id) }
    }
    costs.append(
      Cost(
        seq: envelope.seq, effective: effective.days, amount: reader.integer(.amount) ?? 0,
        currency: reader.currency(.currency), account: account, portfolio: portfolio,
        kind: reader.range(.kind).map(text) ?? ""))
  }

  /// Where the money of a payment or refund came from or went: cash, or what had waited for an account.
  func source(of seq: Int64) -> LedgerAccount {
    guard let place = Self.place(of: seq, in: moneySeqs) else { return .cash(.other) }
    let code = moneyCodes[place]
    return code == Self.identified
      ? .unidentified : .cash(PaymentMethod(rawValue: code) ?? .other)
  }

  /// The cash that a payment came in by, also where it waited for its account first.
  func cash(of seq: Int64, _ id: TextReference, _ ids: TextColumn) -> LedgerAccount {
    let source = source(of: seq)
    guard source == .unidentified else { return source }
    return .cash(methods[ids.text(id)] ?? .other)
  }

  /// The price of a sale.
  func price(of seq: Int64) -> Int64 {
    Self.place(of: seq, in: priceSeqs).map { prices[$0] } ?? 0
  }

  private static func place(of seq: Int64, in seqs: [Int64]) -> Int? {
    var (low, high) = (0, seqs.count)
    while low < high {
      let middle = (low + high) / 2
      if seqs[middle] < seq { low = middle + 1 } else { high = middle }
    }
    return low < seqs.count && seqs[low] == seq ? low : nil
  }
}
