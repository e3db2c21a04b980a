internal import CanonicalJSON
internal import Collections
internal import EventStore

// One payment for several accounts of a debtor (ledger-rules, section 3).
//
//     DebtorPaymentReceived ──► his instruction (Código Civil art. 1256)
//       (one batch with          └─► the rest: least secured, most onerous, oldest, in proportion (art. 1259)
//        all its parts)                └─► PaymentReceived an account, caused by it
extension Intake {
  /// What one account gets.
  struct Share {
    var account: String
    var amount: Int64
  }

  /// The payments that a debtor's payment is split into, one an account, all naming it as their cause.
  ///
  /// - Throws: ``Refusal``: `instruction_above_payment`, `nothing_owed`, and what refuses a payment on an account.
  func parts(
    of draft: Draft, _ event: PendingEvent, at seq: Int64, _ effective: CivilDate
  ) throws(Refusal) -> [PendingEvent] {
    guard let payment = draft.fields["payment"]?.stringValue,
      let amount = draft.fields["amount"]?.integerValue
    else { return [] }
    let currency = draft.fields["currency"]?.stringValue ?? identity.currency
    var shares = try instructed(draft, amount, in: currency, effective)
    let rest = amount - shares.reduce(0) { $0 + $1.amount }
    if rest > 0 { try spread(rest, over: &shares, draft, in: currency, effective) }
    var parts: [PendingEvent] = []
    for share in shares {
      if let account = book.accounts.find(share.account) {
        try requireNew(.payment, .string(payment), "data.payment", on: account)
      }
      let data = JSONValue.object([
        "amount": .integer(share.amount), "currency": .string(currency),
        "method": draft.fields["method"] ?? .string("other"), "payment": .string(payment),
      ])
      let part = PendingEvent(
        type: EventType.paymentReceived.name,
        version: EventType.paymentReceived.declaration.version,
        stream: "account/\(share.account)", key: Self.key(of: share.account, under: draft.key),
        effective: event.effective, actor: event.actor, data: data.canonicalBytes, cause: seq)
      try requireFree(part.key)
      parts.append(part)
    }
    return parts
  }

  /// The idempotency key of a part: a digest of the whole's and the account.
  static func key(of account: String, under key: String) -> String {
    let text = Array("\(key)\n\(account)".utf8)
    return "part:" + Digest(hashing: text.span).hex
  }

  /// What the debtor wants paid: each account named once, together not more than he paid.
  private func instructed(
    _ draft: Draft, _ amount: Int64, in currency: String, _ effective: CivilDate
  ) throws(Refusal) -> [Share] {
    var shares: [Share] = []
    var sum: Int64 = 0
    for (place, wish) in (draft.fields["instruction"]?.arrayValue ?? []).enumerated() {
      guard let account = wish["account"]?.stringValue, let part = wish["amount"]?.integerValue
      else { continue }
      try requirePayable(
        account, "data.instruction[\(place)].account", in: currency, effective)
      // Each is at most 2^53 − 1, and there are at most 200.
      sum += part
      shares.append(Share(account: account, amount: part))
    }
    guard sum <= amount else {
      throw Refusal(
        "instruction_above_payment", field: "data.instruction", value: String(sum),
        expected: "at most the payment, \(amount), over all accounts")
    }
    return shares
  }

  private func requirePayable(
    _ name: String, _ field: String, in currency: String, _ effective: CivilDate
  ) throws(Refusal) {
    try load("account/\(name)", for: field)
    guard let account = book.accounts.find(name), let (opened, opening) = book.opening(of: account)
    else {
      throw Refusal(
        "unknown_account", field: field, value: name,
        expected: "an account opened by AccountOpened")
    }
    guard opening.currency.code == currency else {
      throw Refusal(
        "wrong_currency", field: field, value: opening.currency.code,
        expected: "an account in the payment's currency, \(currency)")
    }
    guard opened.effective <= effective.days else {
      throw Refusal(
        "before_opening", field: field, value: effective.text,
        expected: "on or after \(CivilDate(days: opened.effective).text), when the account opened")
    }
  }

  /// A debt that may be paid, as art. 1259 looks at it.
  private struct Debt {
    var account: String
    var owed: Int64
    var security: SecurityKind
    var rate: Int64
    var oldest: CivilDate

    /// Whether it is paid before another; neither way round where the law does not tell them apart.
    func precedes(_ other: Debt) -> Bool {
      if security != other.security { return security.rawValue < other.security.rawValue }
      if rate != other.rate { return rate > other.rate }
      return oldest < other.oldest
    }
  }

  /// Spreads what no instruction took over what the debtor owes; what is more than that is the credit of
  /// the first account in that order, or of the first of his that is open.
  private func spread(
    _ amount: Int64, over shares: inout [Share], _ draft: Draft, in currency: String,
    _ effective: CivilDate
  ) throws(Refusal) {
    var debts: [Debt] = []
    var firstOpen: String?
    let subject = Self.debtor(of: draft)
    for name in try subject.map(accounts(of:)) ?? [] {
      guard let account = try openAccount(name, of: subject, in: currency, effective) else {
        continue
      }
      firstOpen = firstOpen ?? name
      if let debt = try debt(name, account, effective) { debts.append(debt) }
    }
    // Without a debtor there is none to give the rest to but whom the instruction names.
    if subject == nil { firstOpen = shares.first?.account }
    // Stable, so that a remainder's ties go to the account that was opened first.
    debts = debts.enumerated().sorted { first, second in
      first.element.precedes(second.element)
        || !second.element.precedes(first.element) && first.offset < second.offset
    }.map(\.element)
    for (place, debt) in debts.enumerated() {
      let paid = shares.first { $0.account == debt.account }?.amount ?? 0
      debts[place].owed = max(0, debt.owed - paid)
    }
    var rest = amount
    func give(_ part: Int64, _ account: String) {
      guard part > 0 else { return }
      rest -= part
      if let place = shares.firstIndex(where: { $0.account == account }) {
        shares[place].amount += part
      } else {
        shares.append(Share(account: account, amount: part))
      }
    }
    var first = 0
    while first < debts.count, rest > 0 {
      let end = debts[first...].firstIndex { debts[first].precedes($0) } ?? debts.count
      let group = debts[first..<end]
      let owed = group.reduce(Int64(0)) { $0 + $1.owed }
      let parts = apportion(min(rest, owed), over: group.map(\.owed))
      for (debt, part) in zip(group, parts) { give(part, debt.account) }
      first = end
    }
    guard rest > 0 else { return }
    guard let account = debts.first?.account ?? firstOpen else {
      throw Refusal(
        "nothing_owed", field: "data.amount", value: String(amount),
        expected:
          "a debtor with an account in \(currency) that is open on \(effective.text), or an "
          + "instruction for all of it; money for no known account is recorded as "
          + "UnidentifiedPaymentReceived on portfolio/unidentified")
    }
    give(rest, account)
  }

  /// The number of an account of the debtor's that is open in that currency.
  private func openAccount(
    _ name: String, of subject: String?, in currency: String, _ effective: CivilDate
  ) throws(Refusal) -> Int? {
    try load("account/\(name)", for: "stream")
    guard let account = book.accounts.find(name), let (opened, opening) = book.opening(of: account),
      book.texts.text(opening.subject) == subject, opening.currency.code == currency,
      opened.effective <= effective.days,
      !book.isClosed(account, on: effective)
    else { return nil }
    return account
  }

  private func debt(
    _ name: String, _ account: Int, _ effective: CivilDate
  ) throws(Refusal) -> Debt? {
    guard let (_, opening) = book.opening(of: account) else { return nil }
    let fold = try state(of: account, on: effective)
    guard let oldest = fold.oldestUnpaidOn else { return nil }
    do {
      let terms = fold.termsInForce
      return Debt(
        account: name, owed: try fold.outstanding().total, security: opening.security,
        rate: terms.compensatory.numerator + terms.penal.numerator, oldest: oldest)
    } catch {
      throw Refusal(error.code.rawValue, value: error.context, expected: Self.volumeBound)
    }
  }

  /// Whose payment it is: the subject of its stream, or the one its envelope names.
  private static func debtor(of draft: Draft) -> String? {
    draft.stream.hasPrefix("subject/") ? String(draft.stream.dropFirst(8)) : draft.subject
  }

  /// The accounts ever opened with a debtor as their subject, in order of opening.
  private func accounts(of subject: String) throws(Refusal) -> [String] {
    if debtors == nil { debtors = try readDebtors() }
    return debtors?[subject] ?? []
  }

  /// Every subject's accounts, from one pass over the log and what waits.
  private func readDebtors() throws(Refusal) -> [String: [String]] {
    var found: [String: [String]] = [:]
    let opened = EventType.accountOpened.name
    do {
      let reader = try LogReader.open(directory: directory, disk: disk)
      try reader.forEach { event, line in
        guard EventType(named: line, event.type) == .accountOpened,
          let data = try? JSONValue(parsing: line.extracting(event.data), as: .event)
        else { return }
        Self.note(data, in: &found)
      }
    } catch {
      throw Refusal(unread: error, field: "stream")
    }
    for event in waiting where event.type == opened {
      guard let data = try? JSONValue(parsing: event.data.span, as: .event) else { continue }
      Self.note(data, in: &found)
    }
    return found
  }

  /// Notes whose account an opening opens.
  static func note(_ opening: JSONValue, in debtors: inout [String: [String]]) {
    guard let subject = opening["subject"]?.stringValue,
      let account = opening["account"]?.stringValue,
      debtors[subject]?.contains(account) != true
    else { return }
    debtors[subject, default: []].append(account)
  }
}
