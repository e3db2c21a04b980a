internal import CanonicalJSON
internal import Collections
internal import Testing

@testable import quipu

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
}
