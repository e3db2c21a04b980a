internal import Testing

/// One line that `record` refuses, and how it says so.
struct RefusedLine: Sendable, CustomTestStringConvertible {
  let code: String
  /// The field blamed; empty where the line as a whole is.
  let field: String
  let line: [UInt8]

  init(_ code: String, _ field: String, _ line: String) {
    self.init(code, field, Array(line.utf8))
  }

  init(_ code: String, _ field: String, _ line: [UInt8]) {
    self.code = code
    self.field = field == "-" ? "" : field
    self.line = line
  }

  var testDescription: String {
    "\(code) \(field): \(String(decoding: line.prefix(120), as: UTF8.self))"
  }

  static let all = changedPayments + otherEvents + changedOpenings + wholeLines

  /// The events of the ledger they are refused by: an account, a closed one, one with a credit of 5.00.
  static let ledger = [
    DraftLine.opened("A-1"), DraftLine.opened("A-2"),
    DraftLine.opened("A-3", principal: 1_000), DraftLine.paid("A-1", "p-1"),
    DraftLine.paid("A-1", "p-2"),
    DraftLine.event(
      "PaymentReversed", "A-1", "reverse:p-2", on: "2025-02-11",
      #""payment":"p-2","kind":"bounced","reason":"no funds""#),
    DraftLine.event("AccountClosed", "A-2", "close", on: "2025-03-01", #""reason":"paid""#),
    DraftLine.paid("A-3", "p-3", 1_500),
  ]

  private static let goodPayment = DraftLine.paid("A-1", "p-9", 100)

  /// A payment that would be accepted, with one piece of its text replaced.
  private static let changedPayments = table(
    #"""
    code                  field          of the payment             instead
    unknown_type          type           PaymentReceived            PaymentRecieved
    wrong_type            type           "PaymentReceived"          7
    missing_field         type           "type":"PaymentReceived",  nothing
    unknown_field         typ            "type"                     "typ"
    wrong_stream          stream         account/A-1                subject/A-1
    not_a_stream          stream         account/A-1                acount/A-1
    not_a_stream          stream         account/A-1                account/A 1
    unknown_account       stream         account/A-1                account/A-9
    wrong_type            stream         "account/A-1"              ["account/A-1"]
    not_a_date            effective      2025-02-10                 2025-02-30
    not_a_date            effective      2025-02-10                 10/02/2025
    before_opening        effective      2025-02-10                 2025-01-30
    in_the_future         effective      2025-02-10                 2999-01-01
    not_a_key             key            pay:p-9                    pay p-9
    key_conflict          key            pay:p-9                    pay:p-1
    not_an_actor          actor          "type"                     "actor":{"id":"u-1"},"type"
    wrong_position        n              "type"                     "n":7,"type"
    unknown_cause         cause          "type"                     "cause":99,"type"
    unknown_version       v              "type"                     "v":2,"type"
    wrong_type            v              "type"                     "v":-1,"type"
    wrong_type            data           "data":{                   "data":7,"x":{
    missing_field         data.amount    "amount":100,              nothing
    unknown_field         data.amout     "amount"                   "amout"
    wrong_type            data.amount    100                        "100"
    wrong_type            data.amount    100                        true
    wrong_type            data.amount    100                        null
    amount_not_positive   data.amount    100                        0
    amount_not_positive   data.amount    100                        -100
    amount_overflow       -              100                        9007199254740991
    number_out_of_range   -              100                        9007199254740992
    number_not_integer    -              100                        100.5
    number_not_integer    -              100                        1e2
    number_not_integer    -              100                        -0
    invalid_number        -              100                        0100
    wrong_currency        data.currency  PEN                        USD
    unknown_currency      data.currency  PEN                        XXZ
    not_a_choice          data.method    transfer                   barter
    not_an_id             data.payment   "p-9"                      "p 9"
    payment_exists        data.payment   "p-9"                      "p-1"
    unknown_promise       data.promise   "amount"                   "promise":"pr-1","amount"
    duplicate_key         -              "amount"                   "payment":"p-8","amount"
    duplicate_key         -              "type"                     "key":"k-2","type"
    lone_surrogate        -              p-9                        \ud800
    invalid_escape        -              p-9                        \x
    unexpected_byte       -              {"type"                    hello
    trailing_bytes        -              }}                         }} {}
    truncated             -              }}                         }
    """#
  ).map { row in
    RefusedLine(
      row[0], row[1], goodPayment.replacing(row[2], with: row[3] == "nothing" ? "" : row[3]))
  }

  /// Other events, on 2 March, their fields written short.
  private static let otherEvents = table(
    """
    code                      field          event                   fields
    unknown_payment           data.payment   A-1 PaymentReversed     payment:p-8 kind:error reason:r
    unknown_payment           data.payment   A-2 PaymentReversed     payment:p-1 kind:error reason:r
    payment_already_reversed  data.payment   A-1 PaymentReversed     payment:p-2 kind:error reason:r
    unknown_payment           data.payment   A-1 PaymentChargedBack  payment:p-8 amount:1
    payment_already_reversed  data.payment   A-1 PaymentChargedBack  payment:p-2 amount:1
    refund_above_credit       data.amount    A-1 RefundIssued        amount:1 method:cash
    refund_above_credit       data.amount    A-3 RefundIssued        amount:501 method:cash
    account_closed            stream         A-2 ChargeAssessed      component:cost amount:5 label:x
    account_closed            stream         A-2 AccountClosed       reason:again
    account_closed            stream         A-2 AgencyPlaced        agency:g-1 from:2025-03-02
    not_closed                type           A-1 AccountReopened     reason:r
    unknown_item              data.item      A-1 ChargeAssessed      component:cost amount:5 label:x item:4
    unknown_item              data.item      A-1 ChargeWaived        component:cost amount:5 reason:x item:4
    amount_not_positive       data           A-1 DebtForgiven        reason:r
    unknown_plan              data.plan      A-1 PlanCancelled       plan:pl-1 reason:r
    unknown_promise           data.promise   A-1 PromiseRescheduled  promise:pr-1 dueOn:2025-04-01
    unknown_event             data.target    A-1 EventVoided         target:99 approver:u-2 reason:r
    not_voidable              data.target    A-1 EventVoided         target:0 approver:u-2 reason:r
    void_elsewhere            stream         A-1 EventVoided         target:2 approver:u-2 reason:r
    same_person               data.approver  A-1 EventVoided         target:1 approver:u-1 reason:r
    dates_out_of_order        data.to        A-1 DelinquencyPaused   from:2025-03-02 to:2025-03-01 reason:r
    not_effective_date        data.from      A-1 DelinquencyPaused   from:2025-03-03 to:2025-03-04 reason:r
    """
  ).map { row in
    let event = row[2].split(separator: " ").map(String.init)
    let fields = row[3].split(separator: " ").map { field in
      let (name, value) = (field.prefix { $0 != ":" }, field.drop { $0 != ":" }.dropFirst())
      return Int(value) == nil ? "\"\(name)\":\"\(value)\"" : "\"\(name)\":\(value)"
    }
    return RefusedLine(
      row[0], row[1],
      DraftLine.event(
        event[1], event[0], "k-9", on: "2025-03-02", fields.joined(separator: ",")))
  }

  /// An opening that would be accepted, with one piece of its text replaced.
  private static let changedOpenings = table(
    #"""
    code                   field                    of the opening  instead
    account_exists         data.account             A-9"            A-1"
    id_mismatch            data.account             account/A-9     account/A-8
    not_a_choice           data.product             consumer        consumption
    unknown_currency       data.currency            PEN             pen
    wrong_type             data.items[0]            [               [7,
    missing_field          data.items[0].n          "n":1,          nothing
    out_of_range           data.items[0].principal  5000            -1
    not_a_date             data.items[0].dueOn      "dueOn":"2025   "dueOn":"20 25
    duplicate_item_number  data.items[1].n          [               [{"dueOn":"2025-02-01","n":1,"principal":1},
    unknown_field          data.items[0].tax        "n":1           "n":1,"tax":5
    """#
  ).map { row in
    let good = DraftLine.opened("A-9", principal: 5_000).replacing("open:A-9", with: "k-9")
    return RefusedLine(
      row[0], row[1], good.replacing(row[2], with: row[3] == "nothing" ? "" : row[3]))
  }

  /// Lines that are no draft at all.
  private static let wholeLines: [RefusedLine] = [
    RefusedLine("unexpected_byte", "-", "not JSON"),
    RefusedLine("wrong_type", "-", "[1]"),
    RefusedLine("wrong_type", "-", #""PaymentReceived""#),
    RefusedLine("wrong_type", "-", "null"),
    RefusedLine("missing_field", "type", "{}"),
    RefusedLine("missing_field", "data", #"{"type":"PaymentReceived","stream":"account/A-1"}"#),
    RefusedLine("too_deep", "-", String(repeating: "[", count: 17)),
    RefusedLine("unexpected_byte", "-", [0xEF, 0xBB, 0xBF] + Array(goodPayment.utf8)),
    RefusedLine("invalid_utf8", "-", spoilt(by: [0xFF])),
    RefusedLine("invalid_utf8", "-", spoilt(by: [0xC0, 0x80])),
    RefusedLine("invalid_utf8", "-", spoilt(by: [0xED, 0xA0, 0x80])),
    RefusedLine("invalid_utf8", "-", spoilt(by: [0xF4, 0x90, 0x80, 0x80])),
    RefusedLine("control_character", "-", spoilt(by: [0])),
    RefusedLine("line_too_long", "-", spoilt(by: Array(repeating: 0x78, count: 1 << 20))),
    RefusedLine("line_too_long", "-", document(filling: 65_536)),
    // Short enough itself, but the event made of it would not be.
    RefusedLine("line_too_long", "-", document(filling: 65_535)),
    RefusedLine(
      "not_recordable", "type",
      #"{"type":"LogRecovered","stream":"ledger/x","data":{"bytes":1,"reason":"x","sha256":""#
        + String(repeating: "0", count: 64) + #""}}"#),
  ]

  /// The good payment with other bytes for its id.
  private static func spoilt(by bytes: [UInt8]) -> [UInt8] {
    let parts = goodPayment.split(separator: #""payment":"p-9""#).map { Array($0.utf8) }
    return parts[0] + Array(#""payment":""#.utf8) + bytes + Array("\"".utf8) + parts[1]
  }

  /// A part of a document as long as makes the line that many bytes.
  private static func document(filling count: Int) -> String {
    let parts = [
      #"{"type":"DocumentPart","stream":"policy/p-1","key":"k-9","data":{"sha256":""#,
      String(repeating: "0", count: 64), #"","part":1,"parts":1,"text":""#, #""}}"#,
    ]
    // Of two bytes each, so that a text of 60,000 characters is not too long itself.
    let room = count - parts.joined().utf8.count
    let text = String(repeating: "é", count: room / 2) + (room.isMultiple(of: 2) ? "" : "e")
    return parts[...2].joined() + text + parts[3]
  }
}
