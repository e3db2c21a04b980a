import Collections
import Projections
import Testing

@Suite("Contacts")
struct ContactTests {
  private static let attempt =
    #"{"channel":"sms","contact":"c-1","direction":"outbound","#
    + #""localAt":"2025-02-01T10:00:00-05:00"}"#

  /// The events of one contact, each on the next day from 1 February, by letter.
  private static func data(_ letter: Character) -> (type: String, data: String) {
    switch letter {
    case "P":
      (
        "ContactPlanned",
        #"{"action":"remind","channel":"call","contact":"c-1","window":{"from":"08:00","to":"09:00"}}"#
      )
    case "Z":
      (
        "ContactAuthorized",
        #"{"channel":"call","checks":[],"contact":"c-1","localAt":"2025-02-01T10:00:00-05:00","#
          + #""policy":"pol-1"}"#
      )
    case "B":
      (
        "ContactBlocked",
        #"{"channel":"call","contact":"c-1","localAt":"2025-02-01T10:00:00-05:00","#
          + #""policy":"pol-1","rules":["hours"]}"#
      )
    case "A": ("ContactAttempted", attempt)
    case "D": ("ContactDelivered", #"{"contact":"c-1"}"#)
    case "F": ("ContactFailed", #"{"code":"no-answer","contact":"c-1"}"#)
    case "C": ("ContactConnected", #"{"contact":"c-1","party":"third"}"#)
    default: ("ContactOutcome", #"{"code":"will-pay","contact":"c-1"}"#)
    }
  }

  private static func log(_ letters: String) -> EventLines {
    var log = EventLines()
    log.open("A-1", principal: 1_000)
    for (offset, letter) in letters.enumerated() {
      let (type, data) = data(letter)
      log.add(type, "account/A-1", "2025-02-0\(offset + 1)", data)
    }
    return log
  }

  private func rows(_ log: EventLines, _ on: String, knownAt: Int64? = nil) throws -> [String] {
    let model = try log.model()
    let table = ContactTable.make(
      model.contacts, accounts: model.accounts, on: try day(on), knownAt: knownAt ?? log.size,
      jobs: 1)
    let lines = String(decoding: table.csv.bytes, as: UTF8.self).split(separator: "\n")
    #expect(
      lines.first == "account,contact,effective,channel,direction,localAt,state,party,code")
    #expect(table.count == lines.count - 1)
    return lines.dropFirst().map(String.init)
  }

  @Test(
    "the furthest a contact came names its state",
    arguments: [
      ("P", "call,,,planned,,"),
      ("PZ", "call,,,authorized,,"),
      ("PB", "call,,,blocked,,"),
      ("A", "sms,outbound,2025-02-01T10:00:00-05:00,attempted,,"),
      ("PZA", "sms,outbound,2025-02-01T10:00:00-05:00,attempted,,"),
      ("AF", "sms,outbound,2025-02-01T10:00:00-05:00,failed,,no-answer"),
      ("AD", "sms,outbound,2025-02-01T10:00:00-05:00,delivered,,"),
      ("AC", "sms,outbound,2025-02-01T10:00:00-05:00,connected,third,"),
      ("ACO", "sms,outbound,2025-02-01T10:00:00-05:00,answered,third,will-pay"),
      ("OCA", "sms,outbound,2025-02-01T10:00:00-05:00,answered,third,will-pay"),
      ("AFO", "sms,outbound,2025-02-01T10:00:00-05:00,answered,,will-pay"),
      ("D", ",,,delivered,,"),
    ])
  func states(_ letters: String, _ row: String) throws {
    #expect(try rows(Self.log(letters), "2025-03-01") == ["A-1,c-1,2025-02-01,\(row)"])
  }

  @Test("only what is effective by the day, known by the size and not voided counts")
  func moments() throws {
    var log = Self.log("ADCO")
    func state(_ on: String, _ knownAt: Int64? = nil) throws -> [String] {
      try rows(log, on, knownAt: knownAt).map {
        "\($0.split(separator: ",", omittingEmptySubsequences: false)[6])"
      }
    }
    #expect(try state("2025-01-31") == [])
    #expect(try state("2025-02-01") == ["attempted"])
    #expect(try state("2025-02-03") == ["connected"])
    #expect(try state("2025-03-01") == ["answered"])
    #expect(try state("2025-03-01", 4) == ["delivered"])
    #expect(try state("2025-03-01", 2) == [])
    // The outcome was recorded by mistake.
    let void = log.add(
      "EventVoided", "account/A-1", "2025-02-09",
      #"{"approver":"u-2","reason":"r","target":5}"#)
    #expect(try state("2025-03-01") == ["connected"])
    #expect(try state("2025-03-01", void) == ["answered"])
  }

  @Test(
    "rows are sorted by account and then by contact; the same id on two accounts is two contacts")
  func sorted() throws {
    var log = EventLines()
    let names = [("A-10", "c-2"), ("A-1", "c-2"), ("A", "c-9"), ("A-1", "c-10"), ("A-1", "c-1")]
    for (account, contact) in names {
      log.add(
        "ContactDelivered", "account/\(account)", "2025-02-01", #"{"contact":"\#(contact)"}"#)
    }
    let found = try rows(log, "2025-02-01").map { row in
      row.split(separator: ",").prefix(2).joined(separator: " ")
    }
    #expect(found == ["A c-9", "A-1 c-1", "A-1 c-10", "A-1 c-2", "A-10 c-2"])
  }
}
