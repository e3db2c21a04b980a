import Collections
import Testing

struct EventsLookupTests {
  @Test func everyNameIsFoundWhereverItStands() {
    for type in EventType.allCases {
      let name = Array(type.name.utf8)
      for (before, after) in [(0, 0), (3, 0), (0, 9), (5, 1)] {
        let bytes =
          [UInt8](repeating: 0x22, count: before) + name + [UInt8](repeating: 0x22, count: after)
        let found = EventType(named: bytes.span, before..<before + name.count)
        #expect(found == type, "\(type.name)")
      }
      #expect(EventType(named: type.name) == type)
    }
  }

  @Test func nothingButANameIsFound() {
    for type in EventType.allCases {
      let name = Array(type.name.utf8)
      for position in name.indices {
        var other = name
        other[position] ^= 0x20
        let found = EventType(named: other.span, 0..<other.count)
        #expect(found == nil, "\(type.name)")
      }
      #expect(EventType(named: type.name + "s") == nil)
      #expect(EventType(named: String(type.name.dropLast())) == nil)
      let beyond = EventType(named: name.span, 0..<name.count + 1)
      #expect(beyond == nil)
    }
    for text in ["", "A", "payment", String(repeating: "P", count: 33)] {
      #expect(EventType(named: text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ("PaymentRecieved", "PaymentReceived"), ("paymentReceived", "PaymentReceived"),
    ("Payment", "PaymentReceived"), ("AcountOpened", "AccountOpened"),
    ("PlanAgred", "PlanAgreed"), ("EventVoid", "EventVoided"), ("Xyzzy", nil), ("", nil),
  ])
  func theNearestNameIsSuggested(_ wrong: String, _ right: String?) throws {
    let error = try #require(throws: FieldError.self) { try EventType.named(wrong) }
    #expect(error.code == .unknownType)
    #expect(error.path == "type")
    #expect(error.suggestion == right)
  }

  @Test func namesOfStreamsAreTaken() {
    let long = String(repeating: "x", count: 64)
    let table: [(String, StreamKind?, String)] = [
      ("account/A-1", .account, "A-1"), ("subject/S.1_x", .subject, "S.1_x"),
      ("portfolio/unidentified", .portfolio, "unidentified"), ("policy/PE:1", .policy, "PE:1"),
      ("model/m", .model, "m"), ("ledger/main", .ledger, "main"),
      ("account/" + long, .account, long), ("account/" + long + "x", nil, ""),
      ("account/", nil, ""), ("account", nil, ""), ("/A", nil, ""), ("", nil, ""),
      ("Account/A", nil, ""), ("accounts/A", nil, ""), ("acc0unt/A", nil, ""),
      ("account/A/B", nil, ""), ("account/a b", nil, ""), ("account/ñ", nil, ""),
      ("policx/A", nil, ""), ("ledges/A", nil, ""),
    ]
    for (text, kind, id) in table {
      let bytes = Array(text.utf8)
      let name = StreamName(parsing: bytes.span, 0..<bytes.count)
      #expect(name?.kind == kind, "\(text)")
      if let name { #expect(String(decoding: bytes[name.id], as: UTF8.self) == id) }
    }
    #expect(StreamKind.allCases.map(\.word) == StreamKind.allCases.map { "\($0)" })
  }
}
