internal import Collections
internal import EventStore

/// Makes rows of one entry of a message: one, or one for each of its transactions.
struct CamtEntryReader {
  private let entry: CamtElement
  private let statement: CamtElement

  init(_ entry: CamtElement, _ statement: CamtElement) {
    self.entry = entry
    self.statement = statement
  }

  /// The status: `Sts` up to version 7, `Sts/Cd` from version 8 on.
  private var status: String {
    let code = entry.text("Sts", "Cd")
    return code.isEmpty ? entry.text("Sts") : code
  }

  /// Whether it is booked, and so counts in the balances.
  var isBooked: Bool { status == "BOOK" }

  /// The rows, and the money of the entry as a whole.
  func rows() throws(ImportError) -> (rows: [CamtEntry], money: CamtMoney) {
    let money = try CamtMoney(entry)
    if status.isEmpty { _ = try entry.required("Sts") }
    let isReversal = try flag("RvslInd")
    var common: [CamtColumn: String] = [
      .statement: statement.text("Id"), .iban: accountID, .status: status,
      .currency: money.currency.code,
    ]
    let (booking, value) = (try date("BookgDt"), try date("ValDt"))
    guard let booked = booking ?? value, let valued = value ?? booking else {
      throw ImportError(
        .missingElement, line: entry.line, column: "BookgDt",
        Text(
          "is missing, and ValDt too: the entry has no date",
          "falta, y ValDt también: el movimiento no tiene fecha"))
    }
    common[.bookingDate] = booked
    common[.valueDate] = valued
    let details = entry.all("NtryDtls").flatMap { $0.all("TxDtls") }
    let parts = try parts(details, of: money)
    var rows: [CamtEntry] = []
    for (place, part) in parts.enumerated() {
      var values = common
      values[.kind] = (part.money.isCredit ? "credit" : "debit")
      if isReversal { values[.kind] = part.money.isCredit ? "debitReversed" : "creditReversed" }
      values[.minorUnits] = String(part.money.minorUnits)
      values[.reference] = try reference(part.details, place, of: parts.count)
      if let details = part.details { add(details, to: &values) }
      rows.append(CamtEntry(line: entry.line, values: values))
    }
    return (rows, money)
  }

  private var accountID: String {
    let iban = statement.text("Acct", "Id", "IBAN")
    return Self.identifier(iban.isEmpty ? statement.text("Acct", "Id", "Othr", "Id") : iban)
  }

  /// The entry's transactions with the money of each; the entry itself where it does not break it down.
  private func parts(
    _ details: [CamtElement], of money: CamtMoney
  ) throws(ImportError) -> [(details: CamtElement?, money: CamtMoney)] {
    if details.count == 1 { return [(details[0], money)] }
    let amounts = details.compactMap { part in
      part.first("Amt") ?? part.first("AmtDtls", "TxAmt", "Amt")
    }
    // A batch whose parts are not told is one sum of money of unknown origin.
    guard !details.isEmpty, amounts.count == details.count else { return [(nil, money)] }
    var parts: [(details: CamtElement?, money: CamtMoney)] = []
    var sum: Int64 = 0
    for (part, amount) in zip(details, amounts) {
      let stated = part.first("CdtDbtInd")
      let direction = if let stated { stated } else { try entry.required("CdtDbtInd") }
      let own = try CamtMoney(amount, direction: direction)
      guard own.currency == money.currency else {
        throw CamtMoney.mixed(own.currency, money.currency, amount)
      }
      sum = sum.addingReportingOverflow(own.signed).partialValue
      parts.append((part, own))
    }
    guard sum == money.signed else {
      let format = DecimalFormat(digits: money.currency.minorDigits)
      throw ImportError(
        .detailsDiffer, line: entry.line, column: "TxDtls", value: format.text(sum),
        Text(
          "is what the transactions of this entry add up to; it says \(format.text(money.signed))",
          "es lo que suman las transacciones de este movimiento, que dice \(format.text(money.signed))"
        ))
    }
    return parts
  }

  /// What names this money for ever; without it a second import could not tell it from other money.
  private func reference(
    _ details: CamtElement?, _ place: Int, of count: Int
  ) throws(ImportError) -> String {
    let own = details?.text("Refs", "AcctSvcrRef") ?? ""
    if !own.isEmpty { return Self.identifier(own) }
    let servicer = entry.text("AcctSvcrRef")
    let whole = servicer.isEmpty ? entry.text("NtryRef") : servicer
    guard !whole.isEmpty else {
      throw ImportError(
        .missingElement, line: entry.line, column: "AcctSvcrRef",
        Text(
          "is missing, and NtryRef too: without a reference the entry could be recorded twice",
          "falta, y NtryRef también: sin referencia el movimiento podría registrarse dos veces"))
    }
    return Self.identifier(count > 1 ? "\(whole).\(place + 1)" : whole)
  }

  private func add(_ details: CamtElement, to values: inout [CamtColumn: String]) {
    let info = details.all("RmtInf")
    let structured = info.flatMap { $0.all("Strd") }.map { $0.text("CdtrRefInf", "Ref") }
    values[.creditorReference] = Self.withoutCheckDigits(structured.first { !$0.isEmpty } ?? "")
    values[.remittance] = info.flatMap { $0.all("Ustrd") }.map(\.text).joined(separator: " ")
    let endToEnd = details.text("Refs", "EndToEndId")
    values[.endToEndId] = endToEnd == "NOTPROVIDED" ? "" : endToEnd
  }

  /// The civil date of `Dt` or `DtTm`, as written: the bank's day, whatever its offset.
  private func date(_ name: String) throws(ImportError) -> String? {
    guard let element = entry.first(name) else { return nil }
    let date = element.text("Dt")
    let text = date.isEmpty ? String(element.text("DtTm").prefix(10)) : String(date.prefix(10))
    guard CivilDate(text) != nil else {
      throw ImportError(
        .invalidDate, line: element.line, column: name, value: text,
        Text(
          "must be a date of the calendar, written YYYY-MM-DD",
          "debe ser una fecha del calendario, escrita AAAA-MM-DD"))
    }
    return text
  }

  private func flag(_ name: String) throws(ImportError) -> Bool {
    let text = entry.text(name)
    guard ["", "true", "false", "1", "0"].contains(text) else {
      throw ImportError(
        .missingElement, line: entry.line, column: name, value: text,
        Text("must be true or false", "debe ser true o false"))
    }
    return text == "true" || text == "1"
  }

  /// Text as an id: what an id may not have becomes `_`, and then a digest keeps it apart from others.
  static func identifier(_ text: String) -> String {
    if text.isEmpty || isIdentifier(text) { return text }
    let bytes = Array(text.utf8)
    let kept = text.prefix(40).map { isIdentifier(String($0)) ? String($0) : "_" }.joined()
    return kept + "-" + Digest(hashing: bytes.span).hex.prefix(16)
  }

  /// An ISO 11649 reference without `RF` and its check digits, where those are right; else as it is.
  static func withoutCheckDigits(_ reference: String) -> String {
    let compact = reference.filter { $0 != " " }
    guard compact.hasPrefix("RF"), (5...25).contains(compact.utf8.count),
      compact.utf8.allSatisfy({ ($0 | 0x20).isLowerASCII || $0.isASCIIDigit })
    else { return reference }
    var remainder = 0
    for byte in compact.dropFirst(4).utf8 + Array(compact.prefix(4).utf8) {
      if byte.isASCIIDigit {
        remainder = (remainder * 10 + Int(byte - UInt8(ascii: "0"))) % 97
      } else {
        remainder = (remainder * 100 + Int((byte | 0x20) - UInt8(ascii: "a")) + 10) % 97
      }
    }
    return remainder == 1 ? String(compact.dropFirst(4)) : reference
  }
}

extension UInt8 {
  fileprivate var isLowerASCII: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self }
  fileprivate var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
