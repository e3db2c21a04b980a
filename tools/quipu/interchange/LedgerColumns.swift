internal import CanonicalJSON
internal import Collections
internal import Ledger

/// What a mapping may ask of the ledger while rows are read.
struct LedgerLookup {
  /// An account's currency and the day it opened; nil where there is none of that id.
  let account: (String) throws -> (currency: Currency, on: CivilDate)?
  /// The payment that an event under a key recorded.
  let payment: (String) throws -> Intake.KnownPayment?

  /// A ledger in which nothing is.
  static var nothing: LedgerLookup { LedgerLookup(account: { _ in nil }, payment: { _ in nil }) }
}

/// The columns of a mapping that the ledger answers for: which account a row is about, and which
/// payment it takes back.
struct LedgerColumns: Sendable {
  /// How the column `account` is found.
  struct Account: Sendable {
    /// Columns that may name it, the first that does counts.
    let texts: [Int]
    /// The columns of the currency it must have and of a day on which it must be open.
    let currency: Int
    let on: Int
    /// The key of the row's event: where one is recorded, its account stands.
    let key: MappingTemplate
  }

  /// How the columns `originalAccount` and `originalPayment` are found.
  struct Original: Sendable {
    /// The key of the event that recorded the payment.
    let key: MappingTemplate
    /// What the payment must have amounted to, whatever the sign.
    let amount: MappingValue
  }

  let account: Account?
  let original: Original?

  /// Reads what a mapping says of them, if it says anything.
  init(
    _ account: MappingNode?, _ original: MappingNode?, _ names: MappingNames
  ) throws(MappingError) {
    self.account = if let account { try Self.account(account, names) } else { nil }
    self.original = if let original { try Self.original(original, names) } else { nil }
  }

  /// The source's columns and those that are found.
  func added(to columns: [String], _ root: MappingNode) throws(MappingError) -> [String] {
    var all = columns
    let found =
      (account == nil ? [] : ["account"])
      + (original == nil ? [] : ["originalAccount", "originalPayment"])
    for name in found {
      guard !columns.contains(name) else {
        throw MappingError(
          .duplicate, root.path, "\"\(name)\" is a column of the input and one to be found")
      }
      all.append(name)
    }
    return all
  }

  /// Finds the columns for a row and adds them to it.
  func fill(_ row: inout ImportRow, _ mapping: Mapping, _ ledger: LedgerLookup) throws {
    if let account {
      row.addColumn(try find(account, row, ledger) ?? "")
    }
    if let original {
      let amount = try mapping.value(original.amount, row, []).integerValue ?? 0
      let found = try ledger.payment(original.key.text(row))
      let isIt = found.map { $0.amount.magnitude == amount.magnitude } ?? false
      row.addColumn(isIt ? found?.account ?? "" : "")
      row.addColumn(isIt ? found?.payment ?? "" : "")
    }
  }

  /// The one account that the row's texts name; nil where none or several are named.
  private func find(
    _ search: Account, _ row: ImportRow, _ ledger: LedgerLookup
  ) throws -> String? {
    // What was recorded once says the same again, whatever accounts were opened since.
    if let known = try ledger.payment(search.key.text(row)) {
      return known.cameUnidentified ? nil : known.account
    }
    let currency = row.text(search.currency)
    let day = CivilDate(row.text(search.on))
    for column in search.texts {
      var named: [String] = []
      for word in Self.words(row.text(column)) where !named.contains(word) {
        guard let found = try ledger.account(word), found.currency.code == currency,
          let day, found.on <= day
        else { continue }
        named.append(word)
      }
      if named.count == 1 { return named[0] }
      if named.count > 1 { return nil }
    }
    return nil
  }

  /// The runs of characters an id may have, each also without points and colons around it.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for run in text.split(whereSeparator: { !isIdentifier(String($0)) }) {
      words.append(String(run))
      var inner = run
      while let last = inner.last, ".:-_".contains(last) { inner.removeLast() }
      while let first = inner.first, ".:-_".contains(first) { inner.removeFirst() }
      if !inner.isEmpty, inner != run { words.append(String(inner)) }
    }
    return words
  }
}

extension LedgerColumns {
  /// Reads `{"in": [C…], "currency": C, "on": C, "key": template}`.
  static func account(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> Account {
    let members = try node.members(required: ["in", "currency", "on", "key"])
    var texts: [Int] = []
    for element in try Mapping.required("in", of: members, node).elements() {
      texts.append(try names.column(element))
    }
    return Account(
      texts: texts, currency: try names.column(Mapping.required("currency", of: members, node)),
      on: try names.column(Mapping.required("on", of: members, node)),
      key: try Mapping.template("key", of: members, node, names))
  }

  /// Reads `{"key": template, "amount": figure}`.
  static func original(
    _ node: MappingNode, _ names: MappingNames
  ) throws(MappingError) -> Original {
    let members = try node.members(required: ["key", "amount"])
    return Original(
      key: try Mapping.template("key", of: members, node, names),
      amount: try Mapping.figure(Mapping.required("amount", of: members, node), names))
  }
}

extension Mapping {
  /// A row's columns as an object, for a person to look at.
  func columnsObject(_ row: ImportRow) -> JSONValue {
    JSONValue(
      members: columns.indices.map {
        JSONMember(key: columns[$0], value: .string(row.text($0)))
      })
  }
}

extension ImportRow {
  /// Adds a column that the file does not have, after all others.
  mutating func addColumn(_ text: String) {
    append(Array(text.utf8)[...])
    slots.append(fields.count)
    endField()
  }
}
