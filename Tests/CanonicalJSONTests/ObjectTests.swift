import CanonicalJSON
import Testing

/// Members: their order, their uniqueness, and the ways to build and ask an object.
struct ObjectTests {
  /// Keys in canonical order, as written; RFC 8785, 3.2.3, and places where byte order would err.
  private static let ordered = [
    [
      #""""#, #""\n""#, #""\r""#, #""1""#, #""</script>""#, #""ö""#, #""€""#, #""😂""#,
      "\"\u{FB33}\"",
    ],
    [#""a""#, #""aa""#, #""ab""#, #""b""#],
    [#""A""#, #""B""#, #""a""#],
    [#""1""#, #""10""#, #""2""#],
    [#""\u0000""#, #""\u0001""#, #""\b""#, #""\u000b""#, #""\u001f""#, #"" ""#],
    [#""!""#, #""\"""#, ##""#""##, #""[""#, #""\\""#, #""]""#],
    [#""a\n""#, #""a\nb""#, #""a ""#, #""a\"""#, #""a\\""#, #""aa""#],
    ["\"\u{D7FF}\"", "\"\u{10000}\"", "\"\u{10FFFF}\"", "\"\u{E000}\"", "\"\u{FFFF}\""],
    ["\"x\u{D7FF}\"", "\"x\u{10000}a\"", "\"x\u{1F602}\"", "\"x\u{E000}\"", "\"x\u{FB33}\""],
    ["\"e\u{301}\"", "\"é\""],
  ]

  @Test(arguments: ordered)
  func keysStandInTheOrderOfUTF16(keys: [String]) throws {
    let decoded = try keys.map { try JSONValue(parsing: $0, as: .event).stringValue ?? "" }
    let units = decoded.map { Array($0.utf16) }
    #expect(zip(units, units.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    let canonical = "{" + keys.map { $0 + ":0" }.joined(separator: ",") + "}"
    let reversed = "{" + keys.reversed().map { $0 + ":0" }.joined(separator: ",") + "}"
    #expect(try JSONValue(parsing: reversed, as: .event).canonicalText == canonical)
    #expect(try JSONValue(parsing: canonical, as: .event).objectValue?.map(\.key) == decoded)
    #expect(canonicalRefusal(canonical) == nil)
    #expect(canonicalRefusal(reversed)?.code == .notCanonical)
    let built = JSONValue(
      members: decoded.reversed().map { JSONMember(key: $0, value: .integer(0)) })
    #expect(built.canonicalText == canonical)
  }

  /// Every pair out of every list above, in both orders, for the cursor's comparison of raw keys.
  @Test(arguments: ordered)
  func everyPairOfKeysIsOrdered(keys: [String]) {
    for (index, first) in keys.enumerated() {
      #expect(canonicalRefusal("{\(first):0,\(first):0}")?.code == .duplicateKey)
      for second in keys[(index + 1)...] {
        #expect(canonicalRefusal("{\(first):0,\(second):0}") == nil, "\(first) \(second)")
        let offset = 4 + second.utf8.count
        let error = JSONError(.notCanonical, at: offset)
        #expect(canonicalRefusal("{\(second):0,\(first):0}") == error, "\(second) \(first)")
      }
    }
  }

  @Test func everyKeyIsComparedWithTheOneBefore() {
    #expect(canonicalRefusal(#"{"a":1,"c":2,"b":3}"#) == JSONError(.notCanonical, at: 13))
    #expect(canonicalRefusal(#"{"a":1,"b":2,"b":3}"#) == JSONError(.duplicateKey, at: 13))
    #expect(canonicalRefusal(#"{"b":{"a":1},"c":2}"#) == nil)
    #expect(canonicalRefusal(#"{"b":[{"z":1}],"a":2}"#) == JSONError(.notCanonical, at: 15))
  }

  /// Text, what stays under `.json`, and where the other profiles see the repeated key.
  @Test(arguments: [
    (#"{"a":1,"a":2}"#, #"{"a":2}"#, 7),
    (#"{"a":1,"a":1}"#, #"{"a":1}"#, 7),
    (#"{"a":1,"\u0061":2}"#, #"{"a":2}"#, 7),
    (#"{"b":1,"a":2,"b":3,"a":4}"#, #"{"a":4,"b":3}"#, 13),
    (#"{"":1,"":2,"":3}"#, #"{"":3}"#, 6),
    (#"{"x":{"k":1,"k":2}}"#, #"{"x":{"k":2}}"#, 12),
  ])
  func equalKeys(text: String, lastWins: String, offset: Int) throws {
    #expect(try JSONValue(parsing: text, as: .json).canonicalText == lastWins)
    #expect(refusal(text, as: .interoperable) == JSONError(.duplicateKey, at: offset))
    #expect(refusal(text, as: .event) == JSONError(.duplicateKey, at: offset))
  }

  @Test func buildsAndAnswers() throws {
    let object: JSONValue = .object([
      "z": .integer(1), "a": .array([.bool(true), .null]), "m": .string("x"),
    ])
    #expect(object.canonicalText == #"{"a":[true,null],"m":"x","z":1}"#)
    #expect(object["z"]?.integerValue == 1)
    #expect(object["m"]?.stringValue == "x")
    #expect(object["a"]?.arrayValue?.first?.boolValue == true)
    #expect(object["missing"] == nil)
    #expect(object.objectValue?.count == 3)
    #expect(JSONValue.null["a"] == nil)
    let none: [JSONValue] = [.null, .bool(true), .array([])]
    #expect(none.allSatisfy { $0.integerValue == nil && $0.stringValue == nil })
    #expect(none.allSatisfy { $0.objectValue == nil })
    #expect(JSONValue.string("").boolValue == nil && JSONValue.string("").arrayValue == nil)
    #expect(JSONValue.object([]).canonicalText == "{}")
    #expect(JSONValue.object([:]).canonicalText == "{}")
  }

  @Test func buildingWithEqualKeysTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = JSONValue.object(["a": .null, "b": .null, "a": .null])
    }
    await #expect(processExitsWith: .failure) {
      let unsorted = ["b", "a"].map { JSONMember(key: $0, value: .null) }
      _ = JSONValue.object(unsorted).canonicalBytes
    }
  }
}
