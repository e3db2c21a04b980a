internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

extension Argument {
  static let someAccount = Argument(
    Text("ACCOUNT", "CUENTA"), optional: true,
    doc: Text("this account alone; else all", "solo esta cuenta; si no, todas"))
}

extension Option {
  static let late = Option(
    "late", doc: Text("only those with something overdue", "solo los que tienen algo vencido"))
}

extension Command {
  static let plans = Command(
    "plans", Text("restructurings, and what is late", "reestructuraciones y lo vencido"),
    details: Text(
      "Each plan agreed by a day, what has become of it, what is left of its items and for how many "
        + "days something is past due. A conditional plan in default and a cancelled one fell away: "
        + "what it replaced is owed again.",
      "Cada plan acordado hasta un día, qué fue de él, qué queda de sus cuotas y cuántos días de "
        + "atraso tienen. Un plan condicional incumplido y uno cancelado quedan sin efecto: se vuelve "
        + "a deber lo que sustituyó."),
    arguments: [.someAccount], options: [.on, .knownAt, .late, .fromScratch],
    examples: [
      Example(
        "quipu plans --late --on 2026-03-31",
        Text("what was late at the end of March", "lo vencido al cierre de marzo"))
    ]
  ) { invocation in
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let account = invocation.argument(.someAccount)
    let book = try invocation.book(of: view, account: account, at: size)
    let plans = PlanRows(
      book, book.numbers(of: account), isLate: invocation.has(.late), on: day, knownAt: size)
    let (rows, console) = (plans.rows, invocation.console)
    for failure in plans.failures { console.warn(Failure(failure)) }
    if console.json {
      try console.print(.listing("plans", rows.map(PlanRows.json), on: day, knownAt: size))
    } else if rows.isEmpty {
      try console.print(
        Text("no plan, ", "ningún plan, ") + asOf(day, knownAt: size))
    } else {
      var table = PlanTable(namesAccounts: true)
      for row in rows { table.add(row.report, of: row.account, row.currency, console.language) }
      try console.print(table.table)
    }
    return plans.failures.isEmpty ? .done : .foundWrong
  }
}

extension Invocation {
  /// The book of one account, or of all: what is needed to answer as known at a size. Throws
  /// ``Failure`` `unknown_account` where the one named was never opened by then.
  func book(of view: LedgerView, account: String?, at size: Int64) throws -> AccountBook {
    guard let account else { return try readModel(of: view, at: size).model.accounts }
    let book = try view.account(account, knownAt: size).book
    guard book.accounts.find(account) != nil else {
      throw Failure.unknownAccount(account, of: book, on: try day(of: view), knownAt: size)
    }
    return book
  }
}

extension JSONValue {
  /// An object with one more text.
  func adding(_ key: String, _ text: String) -> JSONValue {
    adding(key, .string(text))
  }

  /// An object with one more member.
  func adding(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return JSONValue(members: members + [JSONMember(key: key, value: value)])
  }
}
