import CanonicalJSON
import Foundation
import Testing

@Suite("token: programs that use the service")
struct EndToEndTokenTests {
  @Test("is printed alone on stdout, acts on the command line, and ends when revoked")
  func lifeOfAToken() throws {
    let ledger = try TemporaryLedger()
    try ledger.addIdentities()
    let draft = DraftLine.opened("A-1")
    let run = try ledger.bash(
      """
      token=$("$quipu" token add crm --role recorder --rate 500 --as eva 2> notice) || exit 10
      [[ $token =~ ^quipu_[0-9a-f]{64}$ ]] || exit 11
      grep -q "$token" ledger/keys/identities.json notice && exit 12
      [[ $(stat -c %a ledger/keys/identities.json) == 600 ]] || exit 13
      "$quipu" token add crm --role reader --as eva --json 2> twice && exit 14
      printf '%s\\n' '\(draft)' > draft
      QUIPU_TOKEN=$token "$quipu" record draft --as crm > receipt || exit 15
      "$quipu" token list && "$quipu" identity list
      "$quipu" token revoke crm --as eva && QUIPU_TOKEN=$token "$quipu" record draft --as crm --json
      """)
    #expect(run.exit == 3, "\(run.exit) \(run.output) \(run.errors)")
    #expect(try run.failure.code == "identity_revoked")
    #expect(try ledger.text(of: "notice").contains("500 requests a second"))
    #expect(try ledger.text(of: "twice").contains("identity_exists"))
    let rows = table(run.output)
    #expect(rows.contains(["crm", "recorder", "valid", "500", "never"]), "\(run.output)")
    #expect(!run.output.contains("crm recorder  valid   record"), "a program is no person")
    let last = try ledger.lines().last { $0.starts(with: Array(#"{"actor""#.utf8)) }
    let event = try JSONValue(
      parsing: String(decoding: try #require(last), as: UTF8.self), as: .json)
    #expect(event["actor"]?.canonicalText == #"{"id":"crm","kind":"system","role":"recorder"}"#)
    let listed = try ledger.run("token list --json").json["tokens"]?.arrayValue
    #expect(
      listed?.map(\.canonicalText) == [
        #"{"expires":null,"name":"crm","rate":500,"role":"recorder","state":"revoked","subjects":[]}"#
      ])
    #expect(
      try ledger.run("identity revoke crm --as eva --json").failure.code == "unknown_identity")
  }

  @Test("needs people first, an admin, a role that is no admin's, and a moment to come")
  func refusals() throws {
    let ledger = try TemporaryLedger()
    let first = try ledger.run("token add crm --role recorder --json")
    #expect(try first.failure.code == "first_is_admin")
    #expect(try first.failure["expected"].contains("identity add NAME --role admin"))
    #expect(try ledger.run("token list").output.contains("quipu token add NAME"))
    try ledger.addIdentities()
    let table: [(words: String, code: String)] = [
      ("--role recorder", "not_permitted"),
      ("--role recorder --as ana", "not_permitted"),
      ("--role admin --as eva", "not_for_services"),
      ("--role agent --as eva", "wrong_scope"),
      ("--role reader --rate 0 --as eva", "bad_value"),
      ("--role reader --expires 2020-01-01 --as eva", "wrong_usage"),
      ("--role reader --expires 2020-01-01T00:00:00Z --as eva", "wrong_usage"),
      ("--role reader --expires tomorrow --as eva", "bad_value"),
      ("--as eva", "wrong_usage"),
    ]
    for (words, code) in table {
      #expect(try ledger.run("token add crm \(words) --json").failure.code == code, "\(words)")
    }
    let added = try ledger.run(
      "token add crm --role reader --expires 2999-12-31T10:00Z --as eva --json")
    #expect(try added.json["expires"]?.stringValue == "2999-12-31T10:00:00.000Z", "\(added.errors)")
    #expect(try added.json["rate"]?.integerValue == 100)
  }
}
