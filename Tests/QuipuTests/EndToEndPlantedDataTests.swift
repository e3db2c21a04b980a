internal import CanonicalJSON
internal import Foundation
internal import Testing

/// Personal data of whole people in more than 10,000 generated events: not one byte of it in clear in
/// anything the program keeps or says without a role.
@Suite("End to end: planted personal data")
struct EndToEndPlantedDataTests {
  /// Every text that stands in a sealed field of a draft, and the longer words of names.
  private static func planted(_ drafts: String) throws -> [String] {
    let sealed: Set<String> = [
      "identity", "value", "notes", "text", "detail", "category", "payer",
    ]
    var found: Set<String> = []
    func collect(_ value: JSONValue, isName: Bool = false) {
      if case .object(let members) = value {
        for member in members { collect(member.value, isName: member.key == "name") }
      }
      guard let text = value.stringValue, text.utf8.count >= 7 else { return }
      found.insert(text)
      // As the blind index has a telephone: without the sign before it.
      if text.hasPrefix("+") { found.insert(String(text.dropFirst())) }
      guard isName else { return }
      for word in text.split(separator: " ") where word.utf8.count >= 8 {
        found.insert(String(word))
      }
    }
    for line in drafts.split(separator: "\n") {
      let draft = try JSONValue(parsing: String(line), as: .json)
      for member in draft["data"]?.objectValue ?? [] where sealed.contains(member.key) {
        collect(member.value)
      }
    }
    return found.sorted()
  }

  @Test("10,000 events: nothing of it in the log, index, snapshots, vault, read models or exports")
  func nothingInClear() throws {
    let ledger = try TemporaryLedger("--name planted")
    let made = try ledger.bash(
      """
      set -eo pipefail; export HOME="$folder/home"; mkdir "$HOME" out
      "$quipu" generate --accounts 230 --months 12 --seed 9 --start 2024-03-01 --out drafts
      "$quipu" record drafts > out/receipts 2> out/record.err
      wc -l < out/receipts
      for format in csv json sqlite; do
        "$quipu" replay --out out/replay-$format --format $format > out/replay-$format.out 2>&1
      done
      "$quipu" archive > out/archive 2>&1 || true
      for format in jsonl csv xes hledger; do "$quipu" export $format > out/export.$format 2>&1; done
      "$quipu" export sqlite --out out/export.sqlite > out/export.out 2>&1
      for words in "" --rebuild; do "$quipu" project out/desk.sqlite $words > out/desk.out 2>&1; done
      for command in portfolio promises plans requests retention inventory access-log breach \\
        "subject S-0000019" "show PE-0000019" "history PE-0000019" "verify" "doctor"; do
        "$quipu" $command > "out/$command.txt" 2>&1 || true
        "$quipu" $command --json > "out/$command.json" 2>&1 || true
      done
      "$quipu" unseal --subject S-0000019 --purpose x > out/unseal 2>&1 || true
      "$quipu" subject --find 99000018 > out/find 2>&1 || true
      """)
    #expect(made.exit == 0, "\(made.errors)")
    #expect(Int(made.output.split(separator: "\n").first ?? "") ?? 0 > 10_000)
    let patterns = try Self.planted(try ledger.text(of: "drafts"))
    #expect(patterns.count > 1_500)
    try ledger.write(Array(patterns.joined(separator: "\n").utf8), to: "patterns")
    let search = try ledger.bash(
      """
      export LC_ALL=C
      grep -aFf patterns drafts > hits; wc -l < hits
      grep -raoFf patterns ledger out home
      """)
    let lines = search.output.split(separator: "\n")
    #expect(Int(lines.first ?? "") ?? 0 > 1_000, "the drafts hold what is looked for")
    #expect(lines.count == 1, "\(lines.dropFirst().prefix(5))")
  }

  @Test("drafts refused for their personal fields are told without them")
  func refusals() throws {
    let ledger = try TemporaryLedger("--name planted")
    let name = "Rosalinda Ccahuamantari"
    func person(_ identity: String, key: String = "k") -> String {
      #"{"type":"SubjectRegistered","stream":"subject/S-1","key":"\#(key)","data":"#
        + #"{"subject":"S-1","identity":\#(identity)}}"#
    }
    let right = #"{"name":"\#(name)","documentType":"DNI","document":"99123456"}"#
    let drafts = [
      person(#""\#(name)""#), person(#"{"name":"\#(name)"}"#), person(#"["\#(name)"]"#),
      person(#"{"name":"\#(name)","documentType":"\#(name)","document":"99123456"}"#),
      person(
        #"{"name":"\#(name)","documentType":"DNI","document":"99123456","birthDate":"\#(name)"}"#),
      person(
        #"{"name":"\#(String(repeating: name, count: 20))","documentType":"DNI","document":"1"}"#),
      #"{"type":"HoldPlaced","stream":"subject/S-1","key":"h","data":"#
        + #"{"hold":"h","kind":"fraud","reason":"lo pidió \#(name)"}}"#,
      #"{"type":"ConsentGranted","stream":"subject/S-1","key":"c","data":{"purpose":"p","evidence":"#
        + #""\#(String(repeating: "a", count: 64))","informedText":"\#(name) acepta todo"}}"#,
    ]
    for (place, draft)
      in (drafts + [
        person(right), person(right),
        person(#"{"name":"Otra","documentType":"DNI","document":"99123457"}"#),
      ]).enumerated()
    {
      try ledger.write(Array(draft.utf8), to: "draft")
      let run = try ledger.bash(
        #"export HOME="$folder"; "$quipu" record draft; "$quipu" record draft --json --lang es"#)
      #expect(!(run.errors + run.output).contains("Rosalinda"), "\(place): \(run.errors)")
      #expect((run.exit == 0) == [8, 9].contains(place), "\(place): \(run.errors)")
    }
  }

  @Test("a ledger away from its keys takes no personal data, and repeats none")
  func withoutKeys() throws {
    let ledger = try TemporaryLedger("--name planted", recording: [DraftLine.opened("A")])
    let draft =
      #"{"type":"PaymentReceived","stream":"account/A","key":"p","effective":"2025-02-10","data":"#
      + #"{"payment":"p","payer":"Rosalinda","amount":1,"currency":"PEN","method":"cash"}}"#
    let before = try ledger.files()
    let copied = try ledger.copy(withKeys: false).record(bytes: Array(draft.utf8), "--json")
    #expect(try copied.exit == 3 && copied.failure.code == "no_vault_keys")
    try ledger.write(Array(draft.utf8), to: "draft")
    let nowhere = try ledger.bash(
      #"env -u XDG_CONFIG_HOME -u HOME "$quipu" record draft --json"#)
    #expect(try nowhere.exit == 3 && nowhere.failure.code == "sealed_not_available")
    #expect(try nowhere.failure["field"] == "data.payer" && nowhere.failure.number("line") == 1)
    for run in [copied, nowhere] { #expect(!(run.errors + run.output).contains("Rosalinda")) }
    #expect(try ledger.files() == before)
  }

  @Test("markup in a name is text in the answer to a request, and the folder proves itself")
  func markup() throws {
    let ledger = try TemporaryLedger("--name planted", recording: [DraftLine.opened("A")])
    let name = #"<script>alert('x')</script>\"&"#
    try ledger.write(
      Array(
        (#"{"type":"SubjectRegistered","stream":"subject/S-1","key":"k","data":{"subject":"S-1","#
          + #""identity":{"name":"\#(name)","documentType":"DNI","document":"99123456"}}}"#).utf8),
      to: "draft")
    let run = try ledger.bash(
      """
      set -e; export HOME="$folder"; "$quipu" record draft > /dev/null
      "$quipu" identity add eva --role admin --save > /dev/null
      "$quipu" identity add ana --role dpo --as eva --save > /dev/null
      "$quipu" identity add rita --role reader --as eva --save > /dev/null
      "$quipu" request open S-1 --right access --request r --on 2026-07-20 > /dev/null
      ! "$quipu" request answer r --out none 2> refused
      ! "$quipu" request answer r --out none --as rita 2>> refused
      test ! -e none; grep -c not_permitted refused
      "$quipu" request answer r --out answer --as ana --lang es --on 2026-08-03 > /dev/null
      cd answer; sha256sum --quiet -c SHA256SUMS; sha256sum SHA256SUMS | cut -c 1-64
      "$quipu" requests --json | sed 's/.*"package":"\\([0-9a-f]*\\)".*/\\1/'
      "$quipu" access-log --subject S-1 --json | sed 's/.*"purpose":"\\([^"]*\\)".*/\\1/'
      """)
    #expect(run.exit == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 4 && lines[0] == "2" && lines[1] == lines[2], "\(run.output)")
    #expect(lines.last == "access-request")
    let page = try ledger.text(of: "answer/index.html")
    #expect(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"))
    #expect(page.contains("Content-Security-Policy") && page.contains("lang=\"es\""))
    let data = try JSONValue(parsing: try ledger.text(of: "answer/data.json"), as: .json)
    let opened = data["events"]?.arrayValue?.compactMap { $0["opened"]?["identity"]?["name"] }
    #expect(opened == [.string(#"<script>alert('x')</script>"&"#)])
  }
}
