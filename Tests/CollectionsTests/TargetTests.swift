import CanonicalJSON
import Collections
import Testing

@Suite("Targets")
struct TargetTests {
  @Test(
    "a target is read from its object and from its word, and written as it was read",
    arguments: [
      (
        #"{"days":30,"kind":"paysWithin","minShareBp":5000}"#, "paysWithin:30:5000",
        Target.paysWithin(days: 30, minShareBp: 5_000)
      ),
      (#"{"kind":"keepsPromise"}"#, "keepsPromise", .keepsPromise),
      (#"{"days":45,"kind":"curesWithin"}"#, "curesWithin:45", .curesWithin(days: 45)),
      (
        #"{"channel":"call","days":30,"kind":"answersOn"}"#, "answersOn:call:30",
        .answersOn(channel: .call, days: 30)
      ),
      (
        #"{"days":730,"event":"AgencyPlaced","kind":"endsIn"}"#, "endsIn:AgencyPlaced:730",
        .endsIn(event: .agencyPlaced, days: 730)
      ),
    ])
  func forms(_ json: String, _ text: String, _ target: Target) throws {
    #expect(try Target(JSONValue(parsing: json, as: .event)) == target)
    #expect(try Target(parsing: text) == target)
    #expect(target.text == text)
    #expect(String(decoding: target.json.canonicalBytes, as: UTF8.self) == json)
  }

  @Test(
    "what is no target is refused, with the place and what would be right",
    arguments: [
      ("paysWithin", "$", "paysWithin:days:minShareBp"),
      ("paysWithin:30", "$", "paysWithin:days:minShareBp"),
      ("paysWithin:0:5000", "$.days", "a whole number from 1 to 3650"),
      ("paysWithin:30:10001", "$.minShareBp", "a whole number from 1 to 10000"),
      ("paysWithin:x:1", "$.days", "a whole number"),
      ("keepsPromise:1", "$", "keepsPromise"),
      ("answersOn:fax:1", "$.channel", "one of call, "),
      ("endsIn:AgencyPlacd:30", "$.event", "an event of an account's life"),
      ("endsIn:ContactAttempted:30", "$.event", "an event of an account's life"),
      ("pays:1:1", "$.kind", "one of paysWithin, keepsPromise"),
    ])
  func refusals(_ text: String, _ path: String, _ expected: String) throws {
    do {
      _ = try Target(parsing: text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.path == path)
      #expect(error.expected.hasPrefix(expected), "\(error.expected)")
    }
  }

  @Test("the two that depend on how people were treated say so")
  func treatment() throws {
    #expect(try Target(parsing: "curesWithin:30").dependsOnTreatment)
    #expect(try Target(parsing: "answersOn:sms:30").dependsOnTreatment)
    for text in ["paysWithin:30:5000", "keepsPromise", "endsIn:SuitFiled:90"] {
      #expect(try !Target(parsing: text).dependsOnTreatment)
    }
  }
}
