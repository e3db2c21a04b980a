internal import CanonicalJSON
internal import Foundation
internal import Testing

/// People and rights through the program: requests and their clocks, breaches, retention, certificates.
@Suite("End to end: people and rights")
struct EndToEndRightsTests {
  private static let opened = DraftLine.opened("A", on: "2026-01-05")

  @Test("requests filed 20-Jul-2026: access due 21-Aug, erasure 7-Aug; late, suspended, refused")
  func requests() throws {
    let ledger = try TemporaryLedger(recording: [Self.opened])
    func open(_ right: String) throws -> JSONValue {
      try ledger.run(
        "request open S-1 --right \(right) --request r-\(right) --on 2026-07-20 --json"
      )
      .json
    }
    #expect(try open("access")["dueOn"]?.stringValue == "2026-08-21")
    #expect(try open("cancellation")["dueOn"]?.stringValue == "2026-08-07")
    #expect(try open("information")["dueOn"]?.stringValue == "2026-08-04")
    // Erasure asked for: processing is blocked until it is answered.
    func blocked(_ on: String) throws -> String? {
      try ledger.run("subject S-1 --json --on \(on)").json["processingBlocked"]?["name"]?
        .stringValue
    }
    #expect(try blocked("2026-07-21") == "r-cancellation")
    let late = try ledger.run("requests --late --on 2026-08-10")
    #expect(late.exit == 1 && late.output.contains("r-cancellation"))
    #expect(!late.output.contains("r-access"))
    #expect(try ledger.run("requests --late --on 2026-08-04").exit == 0)
    let asked = try ledger.run("request ask r-access --on 2026-07-30 --json").json
    #expect(asked["state"]?.stringValue == "suspended" && asked["dueOn"] == .null)
    let came = try ledger.run("request received r-access --on 2026-08-05 --json").json
    #expect(came["dueOn"]?.stringValue == "2026-08-27")
    let refused = try ledger.run(
      "request refuse r-cancellation --ground deuda-vigente --on 2026-08-07")
    #expect(refused.exit == 0 && refused.output.contains("refused on 2026-08-07"))
    #expect(try blocked("2026-08-07") == nil)
    let again = try ledger.run("request answer r-cancellation --json")
    #expect(try again.exit == 3 && again.failure.code == "request_closed")
    // Recorded as a draft, a step may name a request nobody made: it is told.
    #expect(try ledger.run("requests").errors == "")
    try ledger.record([
      #"{"type":"RequestExtended","stream":"subject/S-1","key":"x","data":{"request":"r-8","reason":"x"}}"#
    ])
    #expect(try ledger.run("requests").errors.contains("names request r-8, which S-1 never made"))
    let unknown = try ledger.run("request answer r-9 --json")
    #expect(try unknown.exit == 3 && unknown.failure.code == "unknown_request")
  }

  @Test("a ground that names a person is refused, and the name is not repeated")
  func names() throws {
    let ledger = try TemporaryLedger(recording: [Self.opened])
    #expect(try ledger.run("request open S-1 --right access --request r --on 2026-07-20").exit == 0)
    let named = try Program.run(
      [
        "request", "refuse", "r", "--ground", "lo pidió Juan Pérez", "--json", "--ledger",
        ledger.path,
      ])
    #expect(try named.exit == 3 && named.failure.code == "looks_personal")
    #expect(!named.errors.contains("Pérez"))
  }

  @Test("breaches: late until told, told late only with a reason")
  func breaches() throws {
    let ledger = try TemporaryLedger()
    let opened = try ledger.run(
      "breach open b-1 --aware-at 2026-03-02T10:00:00Z --scope laptop --ground harm --contained")
    #expect(
      opened.exit == 1 && opened.output.contains("LATE") && opened.output.contains("need not"))
    let silent = try ledger.run("breach notify b-1 --at 2026-03-05T10:00:00Z")
    #expect(silent.exit == 1 && silent.output.contains("no reason given"))
    #expect(
      try ledger.run("breach open b-2 --aware-at 2026-03-02T10:00:00Z --scope x --contained").exit
        == 1)
    let inTime = try ledger.run("breach notify b-2 --at 2026-03-03T10:00:00Z --json").json
    let second = inTime["breaches"]?.arrayValue?.last
    #expect(second?["authority"]?["state"]?.stringValue == "told")
    #expect(try ledger.run("breach notify b-9 --json").failure.code == "unknown_breach")
  }

  @Test("a certificate is refused while anything is owed, and proves itself once nothing is")
  func certificate() throws {
    let ledger = try TemporaryLedger(recording: [Self.opened])
    let owed = try ledger.run("certificate A --json --out \(ledger.folder)/c")
    #expect(try owed.exit == 3 && owed.failure.code == "still_owed")
    #expect(!FileManager.default.fileExists(atPath: ledger.folder + "/c"))
    try ledger.record([DraftLine.paid("A", "p-1", 100_000, on: "2026-02-02")])
    let made = try ledger.run("certificate A --out \(ledger.folder)/c --on 2026-02-03")
    #expect(made.exit == 0, "\(made.errors)")
    let checked = try ledger.bash(
      """
      set -e; cd c; sha256sum --quiet -c SHA256SUMS
      key=$(sed 's/.*"keys":\\["\\([^"]*\\)".*/\\1/' certificate.json)
      python3 verify.py --vkey "$key" > /dev/null; for proof in proofs/*; do "$quipu" verify --proof $proof --vkey "$key" > /dev/null; done
      ls proofs | wc -l; sed -i 's/"outstanding":0/"outstanding":1/' certificate.json
      ! sha256sum --status -c SHA256SUMS
      """)
    #expect(checked.exit == 0 && checked.output == "2\n", "\(checked.errors)")
    // Seven business days from 3 February: 12 February.
    let list = try ledger.run("certificate --json --on 2026-02-12").json
    let row = try #require(list["certificates"]?.arrayValue?.first)
    #expect(row["bureauDueOn"]?.stringValue == "2026-02-12" && row["isLate"]?.boolValue == false)
    #expect(try ledger.run("certificate --on 2026-02-13").exit == 1)
    try ledger.record([
      DraftLine.event("BureauRectified", "A", "b", on: "2026-02-11", #""bureau":"quilla""#)
    ])
    #expect(try ledger.run("certificate --on 2026-02-13").exit == 0)
  }

  @Test("retention and the register tell what is kept, why and how long")
  func registers() throws {
    let ledger = try TemporaryLedger(recording: [
      Self.opened,
      #"{"type":"DataDisclosed","stream":"subject/S-1","key":"d","effective":"2026-02-01","data":"#
        + #"{"recipient":"Central Quilla","country":"PE","ground":"reporte","fields":["debt"]}}"#,
    ])
    let bound = try ledger.run("retention S-1 --json").json["people"]?.arrayValue?.first
    #expect(bound?["bindings"]?.arrayValue?.first?["ground"]?.stringValue == "open-account")
    #expect(bound?["freeOn"] == .null && bound?["isDue"]?.boolValue == false)
    #expect(try ledger.run("retention S-9 --json").failure.code == "unknown_subject")
    let register = try ledger.run("inventory --json").json
    #expect(register["recipients"]?.arrayValue == [.string("Central Quilla (PE)")])
    let log = try ledger.run("access-log --subject S-1 --json").json["entries"]?.arrayValue
    #expect(log?.first?["party"]?.stringValue == "Central Quilla" && log?.count == 1)
    #expect(try ledger.run("access-log --subject S-2").output == "no access is recorded\n")
    for command in ["inventory", "retention", "access-log", "subject S-1", "retention --schedule"] {
      for language in ["es", "en"] {
        #expect(try ledger.run("\(command) --lang \(language)").exit == 0, "\(command)")
      }
    }
  }

  @Test("with a role the page of a certificate names the debtor; its JSON and the log never do")
  func namedCertificate() throws {
    let ledger = try TemporaryLedger(recording: [
      Self.opened, DraftLine.paid("A", "p-1", 100_000, on: "2026-02-02"),
    ])
    let run = try ledger.bash(
      """
      set -e; export HOME="$folder"
      echo '{"type":"SubjectRegistered","stream":"subject/S-1","data":{"subject":"S-1","identity":{"name":"Zenaida Ccahua","documentType":"DNI","document":"99123456"}}}' > draft
      "$quipu" record draft > /dev/null
      "$quipu" identity add eva --role admin --save > /dev/null
      "$quipu" identity add ana --role dpo --as eva --save > /dev/null
      ! "$quipu" certificate A --out none --as eva 2> refused; test ! -e none; cat refused
      "$quipu" certificate A --out c --as ana --lang es
      grep -c 'Zenaida Ccahua, DNI 99123456' c/certificate.html
      ! grep -rq Zenaida c/certificate.json c/events.jsonl c/proofs ledger
      "$quipu" access-log --subject S-1 --json | grep -c '"purpose":"clearance-certificate"'
      tail -3 ledger/log/*.jsonl | grep -c '"actor":{"id":"ana".*ClearanceIssued'
      # An open request and a rule of retention: erasure is refused on record, with its ground.
      "$quipu" request open S-1 --right cancellation --request r > /dev/null
      ! "$quipu" erase S-1 --request r --as ana --approve-as eva 2>> refused; tail -2 refused
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(
      run.output.contains("not_permitted")
        && run.output.hasSuffix("open-account (A); processing is blocked instead\n"),
      "\(run.output)")
    #expect(run.output.split(separator: "\n").filter { $0 == "1" }.count == 3, "\(run.output)")
  }

  @Test("an erasure answers the request for it, once nothing binds any more")
  func erasure() throws {
    let ledger = try TemporaryLedger(recording: [
      DraftLine.opened("A", on: "2010-01-05"),
      DraftLine.paid("A", "p-1", 100_000, on: "2010-02-02"),
      DraftLine.event("AccountClosed", "A", "c", on: "2010-02-03", #""reason":"paid""#),
    ])
    let run = try ledger.bash(
      """
      set -e; export HOME="$folder"
      echo '{"type":"SubjectRegistered","stream":"subject/S-1","data":{"subject":"S-1","identity":{"name":"Zenaida Ccahua","documentType":"DNI","document":"99123456"}}}' > draft
      "$quipu" record draft > /dev/null
      "$quipu" identity add eva --role admin --save > /dev/null
      "$quipu" identity add ana --role dpo --as eva --save > /dev/null
      "$quipu" retention --due | tail -1 | cut -c 1-5
      "$quipu" request open S-1 --right cancellation --request r > /dev/null
      "$quipu" erase S-1 --request r --as ana --approve-as eva > /dev/null
      "$quipu" requests --pending | cut -c 1-10
      "$quipu" requests | grep -c 'erased on'
      "$quipu" subject S-1 | grep -c ERASED
      "$quipu" subject S-1 | grep -c BLOCKED || true
      ! "$quipu" subject S-1 --open --purpose x --as ana 2> refused; grep -c subject_erased refused
      "$quipu" access-log --subject S-1 | grep -c erased; "$quipu" verify > /dev/null
      """)
    #expect(run.exit == 0, "\(run.errors)")
    #expect(run.output == "S-1  \nno request\n1\n1\n0\n1\n1\n", "\(run.output)")
  }
}
