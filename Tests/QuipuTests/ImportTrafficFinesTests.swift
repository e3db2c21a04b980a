internal import CanonicalJSON
internal import Collections
internal import Foundation
internal import Testing

@testable import quipu

/// The shared data of traffic fines: named by `QUIPU_SHARED`, else in a folder `shared` beside a
/// parent of this file.
private let events: URL? = {
  let path = "data/traffic-fines/events.csv.xz"
  var folders: [URL] = []
  if let shared = ProcessInfo.processInfo.environment["QUIPU_SHARED"] {
    folders.append(URL(fileURLWithPath: shared))
  }
  var folder = URL(fileURLWithPath: #filePath)
  while folder.path != "/" {
    folder.deleteLastPathComponent()
    folders.append(folder.appendingPathComponent("shared"))
  }
  return folders.map { $0.appendingPathComponent(path) }
    .first { FileManager.default.fileExists(atPath: $0.path) }
}()

/// What the drafts of one account add up to, in cents.
private struct AccountTotals: Equatable {
  var assessed = 0
  var forgiven = 0
  var paid = 0
}

/// What all drafts add up to.
private struct Totals {
  var events: [String: Int] = [:]
  var cents: [String: Int] = [:]
  var accounts: [String: AccountTotals] = [:]
  var keys: Set<String> = []

  mutating func add(_ draft: JSONValue) {
    guard let type = draft["type"]?.stringValue, let stream = draft["stream"]?.stringValue,
      let key = draft["key"]?.stringValue, let data = draft["data"]
    else {
      Issue.record("a draft lacks a member: \(draft.canonicalText)")
      return
    }
    events[type, default: 0] += 1
    keys.insert(key)
    let amount = data["amount"]?.integerValue.map { Int($0) } ?? 0
    switch type {
    case "AccountOpened":
      let items = data["items"]?.arrayValue ?? []
      let principal = items.compactMap { $0["principal"]?.integerValue }.reduce(0, +)
      cents["principal", default: 0] += Int(principal)
      accounts[stream, default: AccountTotals()].assessed += Int(principal)
    case "ChargeAssessed":
      cents[data["component"]?.stringValue ?? "", default: 0] += amount
      accounts[stream, default: AccountTotals()].assessed += amount
    case "PaymentReceived":
      cents["payments", default: 0] += amount
      accounts[stream, default: AccountTotals()].paid += amount
    case "DebtForgiven":
      let parts = ["principal", "penalty", "cost"].compactMap { data[$0]?.integerValue }
      accounts[stream, default: AccountTotals()].forgiven += Int(parts.reduce(0, +))
    default: break
    }
  }
}

@Suite("Import: road traffic fines")
struct ImportTrafficFinesTests {
  private static let header =
    "case_id,event_index,activity,timestamp,date_local,amount,expense,paymentAmount,"
    + "totalPaymentAmount,points,article,vehicleClass,dismissal,notificationType,lastSent\n"

  /// What a draft says in short: type, key, and its data. Every draft has the form of its type.
  private func brief(_ rows: String) throws -> [String] {
    var briefs: [String] = []
    try withDescriptor(of: Array((ImportTrafficFinesTests.header + rows).utf8)) { descriptor in
      var reader = ImportReader(try Mapping.named("road-traffic-fines"))
      try reader.forEachDraft(from: descriptor) { draft in
        let type = draft.draft["type"]?.stringValue ?? ""
        let key = draft.draft["key"]?.stringValue ?? ""
        let data = try #require(draft.draft["data"])
        briefs.append("\(type) \(key) \(data.canonicalText)")
        try EventType.named(type).check(
          data: data, stream: draft.draft["stream"]?.stringValue ?? "",
          subject: draft.draft["subject"]?.stringValue,
          effective: draft.draft["effective"]?.stringValue.flatMap { CivilDate($0) })
      }
    }
    return briefs
  }

  @Test("One fine from its creation to the agency")
  func oneFine() throws {
    let rows = """
      A1,0,Create Fine,2006-08-02T00:00:00+02:00,2006-08-02,35.0,,,0.0,0,157,A,NIL,,
      A1,1,Send Fine,2006-12-12T00:00:00+01:00,2006-12-12,,11.0,,,,,,,,
      A1,2,Insert Fine Notification,2007-01-15T00:00:00+01:00,2007-01-15,,,,,,,,,P,P
      A1,3,Add penalty,2007-03-16T00:00:00+01:00,2007-03-16,71.5,,,,,,,,,
      A1,4,Payment,2007-03-20T00:00:00+01:00,2007-03-20,,,20.05,20.05,,,,,,
      A1,5,Send for Credit Collection,2009-03-30T00:00:00+02:00,2009-03-30,,,,,,,,,,
      """
    #expect(
      try brief(rows) == [
        #"AccountOpened A1:0 {"account":"A1","creditor":"police","currency":"EUR","#
          + #""items":[{"dueOn":"2006-08-02","n":1,"principal":3500}],"product":"fine","#
          + #""subject":"offender-A1"}"#,
        #"ChargeAssessed A1:1 {"amount":1100,"component":"cost","#
          + #""label":"postage and notification"}"#,
        #"ContactAttempted A1:1:l {"channel":"letter","contact":"fine","direction":"outbound","#
          + #""localAt":"2006-12-12T00:00:00+01:00"}"#,
        #"ContactDelivered A1:2 {"contact":"fine"}"#,
        #"ChargeAssessed A1:3 {"amount":3650,"component":"penalty","#
          + #""label":"not paid within 60 days of notification"}"#,
        #"PaymentReceived A1:4 {"amount":2005,"currency":"EUR","method":"other","payment":"A1:4"}"#,
        #"AgencyPlaced A1:5 {"agency":"credit-collection","from":"2009-03-30"}"#,
      ])
  }

  @Test("A dismissal forgives what was assessed, and what is assessed afterwards")
  func dismissal() throws {
    let rows = """
      N1,0,Create Fine,2005-01-03T00:00:00+01:00,2005-01-03,33.6,,,0.0,0,157,A,NIL,,
      N1,1,Send Fine,2005-03-01T00:00:00+01:00,2005-03-01,,9.7,,,,,,,,
      N1,2,Insert Date Appeal to Prefecture,2005-05-02T00:00:00+02:00,2005-05-02,,,,,,,,,,
      N1,3,Send Appeal to Prefecture,2005-06-23T00:00:00+02:00,2005-06-23,,,,,,,,#,,
      N1,4,Add penalty,2005-07-06T00:00:00+02:00,2005-07-06,68.77,,,,,,,,,
      N1,5,Receive Result Appeal from Prefecture,2005-08-01T00:00:00+02:00,2005-08-01,,,,,,,,,,
      N1,6,Notify Result Appeal to Offender,2005-09-01T00:00:00+02:00,2005-09-01,,,,,,,,,,
      N1,7,Appeal to Judge,2005-10-01T00:00:00+02:00,2005-10-01,,,,,,,,G,,
      """
    let briefs = try brief(rows).dropFirst(3)
    #expect(
      Array(briefs) == [
        #"DisputeOpened N1:2 {"dispute":"prefecture","reason":"appeal to the prefecture","#
          + #""scope":"account"}"#,
        #"DisputeResolved N1:3:r {"decision":"dismissed","dispute":"prefecture"}"#,
        #"DebtForgiven N1:3:f {"cost":970,"principal":3360,"reason":"dismissed on appeal"}"#,
        #"ChargeAssessed N1:4 {"amount":3517,"component":"penalty","#
          + #""label":"not paid within 60 days of notification"}"#,
        #"DebtForgiven N1:4:f {"penalty":3517,"reason":"dismissed on appeal"}"#,
        #"ContactAttempted N1:6 {"channel":"letter","contact":"result","direction":"outbound","#
          + #""localAt":"2005-09-01T00:00:00+02:00"}"#,
        #"DisputeOpened N1:7 {"dispute":"judge","reason":"appeal to the judge","#
          + #""scope":"account"}"#,
        #"DisputeResolved N1:7:r {"decision":"dismissed","dispute":"judge"}"#,
      ])
  }

  @Test("A result ends the dispute; zero charges and payments are no events")
  func zeros() throws {
    let rows = """
      S1,0,Create Fine,2005-01-03T00:00:00+01:00,2005-01-03,0.0,,,0.0,0,157,A,NIL,,
      S1,1,Send Fine,2005-03-01T00:00:00+01:00,2005-03-01,,0.0,,,,,,,,
      S1,2,Add penalty,2005-07-06T00:00:00+02:00,2005-07-06,0.0,,,,,,,,,
      S1,3,Payment,2005-07-07T00:00:00+02:00,2005-07-07,,,0.0,0.0,,,,,,
      S1,4,Receive Result Appeal from Prefecture,2005-08-01T00:00:00+02:00,2005-08-01,,,,,,,,,,
      """
    #expect(
      try brief(rows).map { $0.prefix { $0 != "{" } } == [
        "AccountOpened S1:0 ", "ContactAttempted S1:1:l ", "DisputeResolved S1:4 ",
      ])
  }

  /// Skipped where the shared data is not there; the figures are those its source file states, but
  /// for zero payments (3, which are no events), forgiveness, disputes and warnings, which were
  /// counted from the CSV without this code.
  @Test("The whole file adds up", .enabled(if: events != nil, "the traffic fines data is absent"))
  func wholeFile() throws {
    let url = try #require(events)
    let unpacking = Process()
    unpacking.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    unpacking.arguments = ["xz", "-dc", url.path]
    let pipe = Pipe()
    unpacking.standardOutput = pipe
    try unpacking.run()
    var totals = Totals()
    var reader = ImportReader(try Mapping.named("road-traffic-fines"))
    try reader.forEachDraft(from: pipe.fileHandleForReading.fileDescriptor) { draft in
      totals.add(draft.draft)
    }
    unpacking.waitUntilExit()
    try #require(unpacking.terminationStatus == 0)

    #expect(reader.counts.rows == 452_813)
    #expect(totals.accounts.count == 119_604)
    #expect(totals.keys.count == reader.counts.drafts)
    #expect(
      totals.events == [
        "AccountOpened": 119_604, "ChargeAssessed": 84_332 - 2_227 + 65_220 - 15,
        "ContactAttempted": 84_332 + 726, "ContactDelivered": 65_220,
        "PaymentReceived": 61_617 - 3, "AgencyPlaced": 48_666, "DisputeOpened": 3_087 + 494,
        "DisputeResolved": 2_230, "DebtForgiven": 1_455,
      ])
    #expect(reader.counts.omitted == 2_227 + 15 + 3)
    let payments = try #require(
      zip(reader.mapping.rules, reader.counts.rules).first { $0.0.name.hasPrefix("a payment") }?.1)
    #expect(payments == ImportCounts.Rule(rows: 61_617, drafts: 61_614, omitted: 3))
    #expect(totals.cents["principal"] == 512_434_072)
    #expect(totals.cents["cost"] == 95_218_626)
    #expect(totals.cents["payments"] == 274_731_152)
    #expect(reader.warnings.count == 71)
    let dismissed = totals.accounts.values.filter { $0.forgiven > 0 }
    #expect(dismissed.count == 1_349 + 93)
    #expect(dismissed.allSatisfy { $0.forgiven == $0.assessed })
  }
}
