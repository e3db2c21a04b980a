internal import Collections
internal import EventStore

/// The columns a bank statement or notification offers to a mapping.
enum CamtColumn: String, CaseIterable {
  /// The statement's `Id`, and the account's IBAN or other id.
  case statement, iban
  /// What names the money and never changes: `AcctSvcrRef` of the transaction, else of the entry, else
  /// `NtryRef`; as an id. Several transactions of one entry are numbered `.1`, `.2`, … where they have none.
  case reference
  /// `credit`, `debit`, or, with `RvslInd`, `creditReversed` and `debitReversed`: what was taken back.
  case kind
  /// `BOOK`, `PDNG`, `INFO`, …
  case status
  /// The amount in minor units of its currency, and that currency.
  case minorUnits, currency
  /// `BookgDt` and `ValDt`; each stands for the other where that is missing.
  case bookingDate, valueDate
  /// `CdtrRefInf/Ref`; of an ISO 11649 reference (RF and two check digits) what follows them.
  case creditorReference
  /// `Ustrd`, all lines joined by blanks.
  case remittance
  /// `EndToEndId`, empty where it says NOTPROVIDED.
  case endToEndId
}

/// One transaction of a message, as a row for a mapping.
struct CamtEntry {
  /// The line its entry begins on.
  let line: Int
  let values: [CamtColumn: String]

  /// Makes it the row, with the columns of a mapping in its order.
  func fill(_ row: inout ImportRow, _ columns: [String]) {
    row.begin(line: line)
    row.slots = Array(columns.indices)
    for column in columns {
      let value = CamtColumn(rawValue: column).flatMap { values[$0] } ?? ""
      row.append(Array(value.utf8)[...])
      row.endField()
    }
  }
}

/// A bank-to-customer message: camt.053 (statements) or camt.054 (notifications), ISO 20022.
///
///     Document                     the namespace names message and version
///       BkToCstmrStmt              BkToCstmrDbtCdtNtfctn
///         Stmt …                   Ntfctn …           Id, Acct
///           Bal …                                     opening and closing, checked against the entries
///           Ntry …                 Ntry …             Amt, CdtDbtInd, RvslInd, Sts, BookgDt, ValDt, AcctSvcrRef
///             NtryDtls/TxDtls …                       Refs, Amt, RmtInf: the entry's parts, if it has any
///
/// The whole of it is read before anything is made of it: a message cut in half, one that mixes
/// currencies or whose sums do not add up gives an error and no entry.
struct CamtMessage {
  /// The transactions, in the order of the message.
  let entries: [CamtEntry]

  /// Reads a message to its end. Throws ``ImportError`` with the line of the fault.
  init(_ source: ByteSource) throws(ImportError) {
    var source = source
    var bytes: [UInt8] = []
    repeat {
      bytes.append(contentsOf: source.chunk[source.position..<source.end])
      guard bytes.count <= CamtParser.mostBytes else { break }
    } while try source.refill()
    try self.init(parsing: bytes)
  }

  /// Reads the bytes of a message. Throws ``ImportError`` with the line of the fault.
  init(parsing bytes: [UInt8]) throws(ImportError) {
    let reading = Reading()
    let parser = CamtParser(onRoot: Self.checkNamespace) { element, parent throws(ImportError) in
      if element.name == "Ntry" {
        try reading.take(entry: element, of: parent)
      } else {
        try reading.finish(statement: element)
      }
    }
    try parser.parse(bytes)
    guard reading.statements > 0 else {
      throw ImportError(
        .missingElement, line: 1, column: "Stmt",
        Text(
          "is missing: the message has neither statement (Stmt) nor notification (Ntfctn)",
          "falta: el mensaje no tiene ni extracto (Stmt) ni aviso (Ntfctn)"))
    }
    entries = reading.entries
  }

  /// The message must be a camt.053 or camt.054 of a version whose structure is the one read here.
  private static func checkNamespace(_ namespace: String, _ line: Int) throws(ImportError) {
    let parts = namespace.split(separator: ":").last?.split(separator: ".") ?? []
    let isKnown =
      namespace.hasPrefix("urn:iso:std:iso:20022:tech:xsd:") && parts.count == 4
      && parts[0] == "camt" && (parts[1] == "053" || parts[1] == "054") && parts[2] == "001"
      && (Int(parts[3]).map { (2...13).contains($0) } ?? false)
    guard isKnown else {
      throw ImportError(
        .unknownMessage, line: line, column: "xmlns", value: namespace,
        Text(
          "is no message known here; those are urn:iso:std:iso:20022:tech:xsd:camt.053.001.02 to "
            + ".13 and camt.054.001.02 to .13",
          "no es un mensaje conocido aquí; lo son urn:iso:std:iso:20022:tech:xsd:camt.053.001.02 a "
            + ".13 y camt.054.001.02 a .13"))
    }
  }

  /// What was read so far.
  private final class Reading {
    var entries: [CamtEntry] = []
    var statements = 0
    /// The booked entries of the statement at hand, credits less debits.
    private var sum: Int64 = 0
    private var currency: Currency?

    func take(entry: CamtElement, of statement: CamtElement) throws(ImportError) {
      if currency == nil, let stated = statement.first("Acct", "Ccy") {
        currency = try Self.currency(stated.text, stated)
      }
      let reader = CamtEntryReader(entry, statement)
      let (rows, money) = try reader.rows()
      if let currency, money.currency != currency {
        throw CamtMoney.mixed(money.currency, currency, entry)
      }
      currency = money.currency
      if reader.isBooked {
        let (total, overflow) = sum.addingReportingOverflow(money.signed)
        guard !overflow, total.magnitude <= UInt64(largestAmount) else {
          throw ImportError(
            .amountOutOfRange, line: entry.line,
            Text(
              "the entries pass 2^53 - 1 minor units",
              "los movimientos pasan de 2^53 - 1 unidades menores"))
        }
        sum = total
      }
      entries.append(contentsOf: rows)
    }

    static func currency(
      _ code: String, _ element: CamtElement
    ) throws(ImportError) -> Currency {
      guard let currency = Currency(code) else {
        throw ImportError(
          .unknownCurrency, line: element.line, column: element.name, value: code,
          Text("is no currency in use (ISO 4217)", "no es una moneda en uso (ISO 4217)"))
      }
      return currency
    }

    func finish(statement: CamtElement) throws(ImportError) {
      statements += 1
      defer {
        sum = 0
        currency = nil
      }
      guard statement.name == "Stmt" else { return }
      let balances = statement.all("Bal")
      func balance(_ codes: [String]) throws(ImportError) -> CamtMoney {
        for code in codes {
          // Of an interim balance on the pages of a statement the first opens and the last closes.
          let of = balances.filter { $0.text("Tp", "CdOrPrtry", "Cd") == code }
          if let found = codes[0] == "OPBD" ? of.first : of.last { return try CamtMoney(found) }
        }
        throw ImportError(
          .missingElement, line: statement.line, column: "Bal",
          Text(
            "of type \(codes.joined(separator: " or ")) is missing in this statement",
            "de tipo \(codes.joined(separator: " o ")) falta en este extracto"))
      }
      let opening = try balance(["OPBD", "PRCD", "ITBD"])
      let closing = try balance(["CLBD", "ITBD"])
      for money in [opening, closing] where money.currency != currency ?? opening.currency {
        throw CamtMoney.mixed(money.currency, currency ?? opening.currency, statement)
      }
      guard opening.signed + sum == closing.signed else {
        let format = DecimalFormat(digits: opening.currency.minorDigits)
        throw ImportError(
          .balanceDiffers, line: statement.line, column: "Bal", value: format.text(closing.signed),
          Text(
            "closes the statement \(statement.text("Id")), and its opening balance "
              + "\(format.text(opening.signed)) and booked entries of \(format.text(sum)) make ",
            "cierra el extracto \(statement.text("Id")), y su saldo inicial "
              + "\(format.text(opening.signed)) y sus movimientos contabilizados de "
              + "\(format.text(sum)) dan ") + Text(same: format.text(opening.signed + sum)))
      }
    }
  }
}

/// An amount with its currency and direction, as elements of a message state it.
struct CamtMoney {
  /// Minor units, zero or more.
  let minorUnits: Int64
  let currency: Currency
  let isCredit: Bool

  /// Credits positive, debits negative.
  var signed: Int64 { isCredit ? minorUnits : -minorUnits }

  /// The `Amt` and `CdtDbtInd` of an element.
  init(_ element: CamtElement) throws(ImportError) {
    try self.init(element.required("Amt"), direction: element.required("CdtDbtInd"))
  }

  /// An amount whose direction another element says.
  init(_ amount: CamtElement, direction: CamtElement) throws(ImportError) {
    guard let code = amount.attributes["Ccy"], let currency = Currency(code) else {
      throw ImportError(
        .unknownCurrency, line: amount.line, column: "Ccy", value: amount.attributes["Ccy"],
        Text("must be a currency in use (ISO 4217)", "debe ser una moneda en uso (ISO 4217)"))
    }
    guard ["CRDT", "DBIT"].contains(direction.text) else {
      throw ImportError(
        .missingElement, line: direction.line, column: "CdtDbtInd", value: direction.text,
        Text("must be CRDT or DBIT", "debe ser CRDT o DBIT"))
    }
    minorUnits = try Self.minorUnits(amount, currency.minorDigits)
    self.currency = currency
    isCredit = direction.text == "CRDT"
  }

  /// The decimal text in minor units, exactly; zeros after the last minor unit say nothing.
  private static func minorUnits(_ amount: CamtElement, _ digits: Int) throws(ImportError) -> Int64
  {
    var text = Array(amount.text.utf8)
    if let point = text.firstIndex(of: UInt8(ascii: ".")) {
      while text.count - point - 1 > digits, text.last == UInt8(ascii: "0") { text.removeLast() }
      if text.count == point + 1 { text.removeLast() }
    }
    func fault(_ code: ImportError.Code, _ detail: Text) -> ImportError {
      ImportError(code, line: amount.line, column: "Amt", value: amount.text, detail)
    }
    guard text.first != UInt8(ascii: "-") else {
      throw fault(
        .invalidAmount,
        Text(
          "must not be negative: CdtDbtInd tells the direction",
          "no debe ser negativo: CdtDbtInd dice el sentido"))
    }
    do {
      return try DecimalFormat(digits: digits).minorUnits(text.span, 0..<text.count)
    } catch {
      switch error {
      case .notDecimal:
        throw fault(
          .invalidAmount,
          Text(
            "must be digits, perhaps with a point among them",
            "deben ser dígitos, quizá con un punto entre ellos"))
      case .tooManyDecimals:
        throw fault(
          .tooManyDecimals,
          Text(
            "has more than the \(digits) decimals of its currency",
            "tiene más que los \(digits) decimales de su moneda"))
      case .outOfRange:
        throw fault(
          .amountOutOfRange,
          Text("is beyond 2^53 - 1 minor units", "pasa de 2^53 - 1 unidades menores"))
      }
    }
  }

  /// Two currencies where one must be.
  static func mixed(
    _ found: Currency, _ expected: Currency, _ element: CamtElement
  ) -> ImportError {
    ImportError(
      .mixedCurrency, line: element.line, column: "Ccy", value: found.code,
      Text(
        "stands in a statement in \(expected.code); a statement is in one currency",
        "está en un extracto en \(expected.code); un extracto es de una sola moneda"))
  }
}
