import Collections
import EventStore
import Foundation
import Projections
import SQLite
import Support
import Testing

@Suite("The SQLite read model")
struct ReadDatabaseTests {
  /// A folder of its own, gone when the test is over.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "quipu-\(UUID())").path()
    var file: String { path + "/db" }
    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func position(_ size: Int64, _ on: CivilDate) -> ReadDatabase.Position {
    ReadDatabase.Position(
      ledger: "x", size: size, root: "r\(size)", on: on, program: "1", rules: "r")
  }

  /// The rows of a table in a file, an absent value as an empty text, in the order of `replay`.
  private static func rows(of table: DerivedTable, in file: String) throws -> [[String]] {
    let database = try Database(.existing, file)
    let columns = table.columns.map(\.name)
    let isUnique = !["payments"].contains(table.name)
    let order = columns.prefix(["accounts", "failures", "parked"].contains(table.name) ? 1 : 2)
    let select = try database.prepare(
      "SELECT * FROM \(table.name) ORDER BY \(order.joined(separator: ", "))"
        + (isUnique ? "" : ", rowid"))
    var found: [[String]] = []
    while try select.step() {
      found.append(columns.indices.map { select.text(Int32($0)) })
    }
    return found
  }

  /// Whether a file holds exactly what all tables of a model are, row for row.
  private static func expectSame(
    _ file: String, _ model: ReadModel, on date: CivilDate, parked: [ParkedEvent] = [],
    _ comment: Comment
  ) throws {
    let accounts = AccountTable.make(model.accounts, on: date, knownAt: model.size, jobs: 1)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: date, knownAt: model.size, jobs: 1)
    let scores = ScoreTable(model, on: date, knownAt: model.size)
    for table in DerivedTable.all(accounts, contacts, scores) {
      var expected: [[String]] = []
      table.forEachRow { expected.append($0) }
      #expect(try rows(of: table, in: file) == expected, "\(table.name), \(comment)")
    }
    let database = try Database(.existing, file)
    #expect(try database.integer("SELECT count(*) FROM failures") == accounts.failures.count)
    #expect(try database.integer("SELECT count(*) FROM parked") == parked.count)
  }

  /// What random histories of features have none of, recorded after them, much of it voided again.
  private static func more(_ log: inout EventLines, _ random: inout SeededGenerator) {
    var voidable: [Int64] = []
    for count in 0..<40 {
      let account = FeatureHistory.accounts.randomElement(using: &random) ?? ""
      let date = FeatureHistory.date(&random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        voidable.append(
          log.add(
            "CalendarAdopted", "policy/calendar", date,
            #"{"holidays":["2026-0\#(Int.random(in: 1...6, using: &random))-15"],"#
              + #""jurisdiction":"PE","year":2026}"#))
      case 1:
        voidable.append(
          log.add(
            "ScoreRecorded", "account/\(account)", date,
            #"{"asOf":"\#(date)","basis":\#(log.size),"featuresSha256":"#
              + #""\#(String(repeating: "0a", count: 32))","model":"m","points":\#(count),"#
              + #""probabilityBp":100,"reasons":["overdue"],"version":1}"#))
      case 2:
        log.add(
          "UnidentifiedPaymentReceived", "portfolio/unidentified", date,
          #"{"amount":500,"currency":"PEN","method":"transfer","payment":"u-\#(count)"}"#)
        voidable.append(
          log.add(
            "PaymentIdentified", "portfolio/unidentified", date,
            #"{"account":"\#(account)","payment":"u-\#(count)"}"#))
      case 3:
        // One id twice, and the first of them voided.
        for amount in [700, 800] {
          let seq = log.add(
            "PaymentReceived", "account/\(account)", date,
            #"{"amount":\#(amount),"currency":"PEN","method":"cash","payment":"twice-\#(count)"}"#)
          if amount == 700 {
            log.add(
              "EventVoided", "account/\(account)", date,
              #"{"approver":"u-2","reason":"r","target":\#(seq)}"#)
          }
        }
      default:
        guard let target = voidable.randomElement(using: &random) else { continue }
        log.add(
          "EventVoided", "ledger/main", date,
          #"{"approver":"u-2","reason":"r","target":\#(target)}"#)
      }
    }
  }

  @Test("in random steps and on other days it is what all tables are, row for row")
  func randomSteps() throws {
    var random = SeededGenerator(seed: seed())
    for _ in 0..<6 {
      let history = FeatureHistory(events: 160, plansFall: random.once(in: 2), &random)
      var log = history.log
      Self.more(&log, &random)
      let folder = try Folder()
      var model = ReadModel()
      var before: ReadDatabase.Position?
      var date = CivilDate(days: 20_600)
      while model.size < log.size {
        let step = Int64(Int.random(in: 1...9, using: &random))
        try log.advance(&model, to: min(log.size, model.size + step))
        let isSameDay = before != nil && !random.once(in: 4)
        if !isSameDay { date = CivilDate(days: 20_464 + .random(in: 0...330, using: &random)) }
        let target = Self.position(model.size, date)
        let rows = ModelRows(
          model, since: isSameDay ? before?.size : nil, on: date, parked: [],
          jobs: .random(in: 1...3, using: &random))
        if before == nil {
          let made = try ReadDatabase(creating: folder.file)
          _ = try made.write(rows, for: target, after: nil)
          try made.finish()
        } else {
          _ = try ReadDatabase(opening: folder.file).write(rows, for: target, after: before)
        }
        before = target
        #expect(try ReadDatabase(opening: folder.file).position() == target)
        try Self.expectSame(folder.file, model, on: date, "size \(model.size) on \(date.text)")
      }
    }
  }

  @Test("only what events touched is looked at, and only rows that changed are written")
  func cost() throws {
    var log = EventLines()
    for number in 100..<300 { log.open("A-\(number)", principal: 1_000) }
    let folder = try Folder()
    let date = try day("2025-02-10")
    var model = try log.model()
    let first = Self.position(model.size, date)
    do {
      let made = try ReadDatabase(creating: folder.file)
      let all = ModelRows(model, since: nil, on: date, parked: [], jobs: 2)
      #expect(all.folded == 200)
      #expect(try made.write(all, for: first, after: nil).rows == 200)
      try made.finish()
    }
    log.add(
      "PaymentReceived", "account/A-150", "2025-02-03",
      #"{"amount":300,"currency":"PEN","method":"cash","payment":"p-1"}"#)
    // Effective after the day: looked at, and nothing of it written.
    log.add(
      "PaymentReceived", "account/A-151", "2025-02-11",
      #"{"amount":300,"currency":"PEN","method":"cash","payment":"p-2"}"#)
    try log.advance(&model, to: log.size)
    let second = Self.position(model.size, date)
    let some = ModelRows(model, since: first.size, on: date, parked: [], jobs: 2)
    #expect(some.folded == 2)
    let file = try ReadDatabase(opening: folder.file)
    // The account's row out and in, and the payment.
    #expect(try file.write(some, for: second, after: first).rows == 3)
    // The same step once more is refused: the file is no longer where it begins.
    let again = #expect(throws: SQLiteError.self) {
      _ = try file.write(some, for: second, after: first)
    }
    #expect(again?.isBusy == true)
    #expect(try file.position() == second)
    try Self.expectSame(folder.file, model, on: date, "after a refused step")
    // Somebody who owes all of them: every account is looked at.
    log.add(
      "HoldPlaced", "subject/S-1", "2025-02-05", #"{"hold":"h","kind":"fraud","reason":"r"}"#)
    try log.advance(&model, to: log.size)
    #expect(ModelRows(model, since: second.size, on: date, parked: [], jobs: 1).folded == 200)
  }

  @Test("an event that cannot be read is passed over, and the tables know nothing of it")
  func parked() throws {
    let bad: [(String, String, String)] = [
      ("PaymentRecieved", "account/A-1", #"{"payment":"p"}"#),
      ("PaymentReceived", "account/A-1", #"{"payment":"p"}"#),
      ("EventVoided", "ledger/main", #"{"reason":"r","target":3}"#),
      (
        "ContactAttempted", "account/A-1",
        #"{"channel":"call","contact":"c-2","direction":"outbound","#
          + #""localAt":"2025-02-30T10:00:00-05:00"}"#
      ),
      ("ContactDelivered", "account/A-1", "{}"),
      ("ContactAttempted", "account/A-1", #"{"channel":"call","contact":"c-1"}"#),
      (
        "PaymentReceived", "account/A-1",
        #"{"amount":9007199254740991,"currency":"PEN","method":"cash","payment":"p-9"}"#
      ),
      (
        "MoratoriumStarted", "subject/S-1",
        #"{"from":"2025-02-01","kind":"law","stopsAccrual":true}"#
      ),
    ]
    func log(_ isBad: Bool) -> EventLines {
      var log = EventLines()
      log.open("A-1", principal: 1_000)
      for (place, event) in bad.enumerated() {
        if isBad {
          log.add(event.0, event.1, "2025-02-03", event.2)
        } else {
          log.add("SubjectRegistered", "subject/S-\(place)", "2025-02-03", #"{"subject":"S-1"}"#)
        }
        log.add(
          "PaymentReceived", "account/A-1", "2025-02-04",
          #"{"amount":10,"currency":"PEN","method":"cash","payment":"p-\#(place)"}"#)
      }
      return log
    }
    var model = ReadModel()
    var parked: [ParkedEvent] = []
    var reader = FieldReader()
    for line in log(true).lines {
      do {
        try model.apply(try EventEnvelope(parsing: line.span), line.span, &reader)
      } catch let error as RuleError {
        parked.append(
          ParkedEvent(seq: model.size, code: error.code.rawValue, reason: error.context))
        model.passOver()
      }
    }
    #expect(parked.map(\.seq) == bad.indices.map { Int64(2 + 2 * $0) })
    #expect(Set(parked.map(\.code)) == ["malformed_event", "amount_overflow"])
    let folder = try Folder()
    let date = try day("2025-03-01")
    let made = try ReadDatabase(creating: folder.file)
    let rows = ModelRows(model, since: nil, on: date, parked: parked, jobs: 1)
    _ = try made.write(rows, for: Self.position(model.size, date), after: nil)
    try Self.expectSame(
      folder.file, try log(false).model(), on: date, parked: parked, "as if it were not there")
  }

  @Test("the schema's tables have the columns of replay's, in their order")
  func columns() throws {
    let folder = try Folder()
    let made = try ReadDatabase(creating: folder.file)
    try made.finish()
    let database = try Database(.existing, folder.file)
    let rows = ModelRows(ReadModel(), since: nil, on: try day("2025-01-01"), parked: [], jobs: 1)
    for table in rows.tables {
      let info = try database.prepare("SELECT name, type FROM pragma_table_info('\(table.name)')")
      var found: [String] = []
      while try info.step() { found.append(info.text(0) + " " + info.text(1)) }
      #expect(
        found == table.columns.map { $0.name + ($0.isInteger ? " INTEGER" : " TEXT") },
        "\(table.name)")
    }
    #expect(try database.integer("PRAGMA user_version") == DatabaseSchema.version)
    #expect(
      try database.integer("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict")
        == Int64(rows.tables.count + 1))
  }

  @Test("who reads goes on reading what was there, across an update and across a rebuild")
  func readers() throws {
    var log = EventLines()
    for number in 1...50 { log.open("A-\(number)", principal: 1_000) }
    let folder = try Folder()
    let date = try day("2025-02-10")
    let model = try log.model()
    let first = Self.position(model.size, date)
    do {
      let made = try ReadDatabase(creating: folder.file)
      let rows = ModelRows(model, since: nil, on: date, parked: [], jobs: 1)
      _ = try made.write(rows, for: first, after: nil)
      try made.finish()
    }
    let file = try ReadDatabase(opening: folder.file)
    let reader = try Database(.existing, folder.file)
    try reader.execute("BEGIN")
    let sum = "SELECT sum(outstanding) + count(*) FROM accounts"
    let held = try reader.integer(sum)
    log.add(
      "PaymentReceived", "account/A-7", "2025-02-03",
      #"{"amount":300,"currency":"PEN","method":"cash","payment":"p-1"}"#)
    log.open("A-99", principal: 5)
    let later = try log.model()
    let second = Self.position(later.size, date)
    let some = ModelRows(later, since: first.size, on: date, parked: [], jobs: 1)
    _ = try file.write(some, for: second, after: first)
    #expect(try reader.integer(sum) == held)
    #expect(try Database(.existing, folder.file).integer(sum) == held - 300 + 6)
    do {
      let made = try ReadDatabase(creating: folder.file + ".new", pageSize: file.pageSize())
      let all = ModelRows(later, since: nil, on: try day("2025-02-11"), parked: [], jobs: 1)
      let third = Self.position(later.size, try day("2025-02-11"))
      _ = try made.write(all, for: third, after: nil)
      try made.finish()
      try made.replace(file)
    }
    #expect(try reader.integer(sum) == held)
    #expect(try reader.integer("SELECT count(*) FROM payments") == 0)
    try reader.execute("COMMIT")
    #expect(try reader.integer(sum) == held - 300 + 6)
    #expect(try reader.integer("SELECT value = '2025-02-11' FROM meta WHERE key = 'on'") == 1)
    #expect(try reader.integer("SELECT count(*) FROM pragma_integrity_check") == 1)
  }
}
