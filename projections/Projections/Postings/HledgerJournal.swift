internal import CanonicalJSON
package import Collections

/// The books of a whole portfolio on a day, as known at a position, as a journal that hledger reads.
///
/// One account after the other in the order of ids, each in its own time order; then money that waits
/// for an account, then what collecting cost. What was reversed or voided is not there: the journal
/// tells the one history that holds as known then. Every account and commodity is declared, so that
/// `hledger check --strict` has something to check. Memory is one account's entries.
package struct HledgerJournal {
  /// How many entries were written.
  package private(set) var entries: Int64 = 0
  /// How many accounts have entries.
  package private(set) var accounts: Int64 = 0
  /// Accounts whose books cannot be told, each with the reason.
  package private(set) var failures: [RuleError] = []

  private let book: AccountBook
  private let money: PostingBook
  private let on: CivilDate
  private let knownAt: Int64
  private var shared: Set<LedgerAccount> = []
  private var out: [UInt8] = []

  private static let piece = 1 << 16

  /// The journal for the end of a day, of the events before a position.
  package init(_ book: AccountBook, _ money: PostingBook, on date: CivilDate, knownAt: Int64) {
    self.book = book
    self.money = money
    on = date
    self.knownAt = knownAt
  }

  /// Writes the journal, piece by piece. O(events + accounts log accounts).
  package mutating func write<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    header()
    var fold = AccountFold()
    fold.keepsMoments = true
    let calendar = book.calendar(on: on, knownAt: knownAt)
    for number in book.accounts.sorted() {
      do {
        let isOpen = try fold.fold(
          number, of: book, on: on, knownAt: knownAt, calendar: calendar)
        guard isOpen, let opening = fold.openingStated else { continue }
        let journal = try AccountJournal(fold, of: book, money)
        write(journal, of: book.accounts.text(number), opening.currency)
      } catch {
        failures.append(RuleError(error.code, book.accounts.text(number) + ": " + error.context))
      }
      try spill(over: Self.piece, body)
    }
    for payment in money.unidentified
    where counts(payment.seq, payment.effective) {
      var entry = JournalEntry(on: payment.effective, seq: payment.seq, .unidentified)
      entry.move(payment.amount, from: .unidentified, to: .cash(payment.method))
      write(entry, of: "", payment.currency, code: payment.payment)
      try spill(over: Self.piece, body)
    }
    for cost in money.costs where counts(cost.seq, cost.effective) {
      guard let currency = currency(of: cost) else { continue }
      var entry = JournalEntry(on: cost.effective, seq: cost.seq, .cost)
      entry.move(cost.amount, from: .collectionPayable, to: .collection(cost.kind))
      write(entry, of: cost.account ?? "", currency, code: "")
      try spill(over: Self.piece, body)
    }
    for account in shared.map({ $0.name(of: "") }).sorted() { line("account \(account)") }
    try spill(over: 0, body)
  }

  private func counts(_ seq: Int64, _ effective: Int32) -> Bool {
    seq < knownAt && effective <= on.days && !book.isVoided(seq, knownAt: knownAt)
  }

  private func currency(of cost: PostingBook.Cost) -> Currency? {
    let opening = cost.account.flatMap { book.accounts.find($0) }
      .flatMap { book.opening(of: $0, knownAt: knownAt) }
    return cost.currency ?? opening?.1.currency ?? money.currency
  }

  private mutating func header() {
    line("; Quipu: the books on \(on.text), of the \(knownAt) events before seq \(knownAt)")
    line("; one account after the other, each in its own time order; nothing reversed or voided")
    var currencies = Set(book.openings.map(\.currency))
    currencies.formUnion(money.unidentified.map(\.currency))
    if let own = money.currency { currencies.insert(own) }
    currencies.formUnion(money.costs.compactMap(\.currency))
    for currency in currencies.sorted(by: { $0.code < $1.code }) {
      let decimals = String(repeating: "0", count: currency.minorDigits)
      line("commodity 1000.\(decimals) \(currency.code)")
    }
    out.append(UInt8(ascii: "\n"))
  }

  private mutating func write(
    _ journal: AccountJournal, of account: String, _ currency: Currency
  ) {
    guard !journal.entries.isEmpty else { return }
    accounts += 1
    var own: Set<LedgerAccount> = []
    for entry in journal.entries {
      own.formUnion(entry.postings.map(\.account).filter(\.isPerAccount))
      let code = entry.payment == .empty ? "" : book.texts.text(entry.payment)
      write(entry, of: account, currency, code: code)
    }
    for name in own.map({ $0.name(of: account) }).sorted() { line("account \(name)") }
    out.append(UInt8(ascii: "\n"))
  }

  private mutating func write(
    _ entry: JournalEntry, of account: String, _ currency: Currency, code: String
  ) {
    entries += 1
    var head = CivilDate(days: entry.on).text
    if !code.isEmpty { head += " (\(code))" }
    head += " \(entry.origin.name)"
    if !account.isEmpty { head += " \(account)" }
    if entry.seq >= 0 { head += "  ; seq:\(entry.seq)" }
    line(head)
    for posting in entry.postings {
      if !posting.account.isPerAccount { shared.insert(posting.account) }
      out.append(contentsOf: "    ".utf8)
      out.append(contentsOf: posting.account.name(of: account).utf8)
      out.append(contentsOf: "  ".utf8)
      append(posting.amount, digits: currency.minorDigits)
      line(" \(currency.code)")
    }
    out.append(UInt8(ascii: "\n"))
  }

  private mutating func line(_ text: String) {
    out.append(contentsOf: text.utf8)
    out.append(UInt8(ascii: "\n"))
  }

  /// Minor units as decimal text without grouping: −17000 with two digits is `-170.00`.
  private mutating func append(_ amount: Int64, digits: Int) {
    if amount < 0 { out.append(UInt8(ascii: "-")) }
    var figures = String(amount.magnitude)
    if figures.utf8.count <= digits {
      figures = String(repeating: "0", count: digits + 1 - figures.utf8.count) + figures
    }
    out.append(contentsOf: figures.dropLast(digits).utf8)
    guard digits > 0 else { return }
    out.append(UInt8(ascii: "."))
    out.append(contentsOf: figures.suffix(digits).utf8)
  }

  private mutating func spill<Failure: Error>(
    over limit: Int, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    guard out.count > limit else { return }
    try body(out)
    out.removeAll(keepingCapacity: true)
  }
}
