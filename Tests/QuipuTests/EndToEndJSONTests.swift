import CanonicalJSON
import Foundation
import Testing

@testable import quipu

@Suite("--json, for programs")
struct EndToEndJSONTests {
  /// How each command is asked to read; one a line, `D` standing for the day.
  private static let reading = """
    show A-1 --on D
    history A-1 --on D
    replay --on D
    portfolio --on D
    promises --on D
    waiting --on D
    plans --on D
    policy list
    policy show pe
    may-contact S-1 --channel call --at 2025-03-04T15:00
    conduct
    vulnerability list
    assistant list
    assist A-1
    outbox
    model list
    strategy list
    drift --model none --on D
    explain A-1 --model none --on D
    score --model none --on D
    worklist --on D
    subject S-1
    unseal 1 --purpose check --as ana
    identity list
    token list
    vault status
    requests
    access-log
    breach list
    retention
    inventory
    certificate
    verify
    checkpoint --list
    proof 1
    consistency 1
    key show
    scrub
    doctor
    schema PaymentReceived
    export jsonl
    export xes
    help
    help show
    """

  /// What needs a file, writes one, never ends, or does what cannot be undone; each has tests of its
  /// own.
  private static let others: Set<String> = [
    "init", "record", "import", "train", "erase", "request", "evidence", "project", "serve",
    "witness", "receipts",
    "cosign",
    "anchor", "archive", "backup", "restore", "repair", "generate", "completions",
    "mirror", "follow", "promote", "work", "link",
  ]

  @Test("every reading command answers in JSON alone, and every failure is JSON too")
  func everyCommand() throws {
    let ledger = try TemporaryLedger(recording: [
      #"{"type":"SubjectRegistered","stream":"subject/S-1","data":{"subject":"S-1","identity":"#
        + #"{"name":"Zoila Quispe","documentType":"DNI","document":"44556677"}}}"#,
      DraftLine.opened("A-1"), DraftLine.paid("A-1", "p-1"),
    ])
    try ledger.addIdentities()
    let lines = Self.reading.split(separator: "\n").map {
      $0.replacing(" D", with: " 2025-03-31")
    }
    var tried: Set<String> = []
    for line in lines {
      let name = String(line.prefix { $0 != " " })
      tried.insert(name)
      let opens = try #require(CommandTable.command(named: name)).usesLedger
      let run = try opens ? ledger.run("\(line) --json") : Program.run("\(line) --json")
      // The lines of `export` are the data itself: XML for xes.
      if line != "export xes" {
        for answer in run.output.split(separator: "\n") {
          #expect(throws: Never.self, "\(line): \(answer.prefix(80))") {
            try JSONValue(parsing: String(answer), as: .json)
          }
        }
      }
      for said in run.errors.split(separator: "\n") {
        #expect(throws: Never.self, "\(line): \(said)") {
          let value = try JSONValue(parsing: String(said), as: .json)
          try #require(["error", "notice", "warning"].contains { value[$0] != nil })
        }
      }
      #expect(run.exit == 0 || run.exit == 1 || !run.errors.isEmpty, "\(line): exit \(run.exit)")
      #expect(run.exit != 2, "\(line): \(run.errors)")
      #expect(!run.output.isEmpty || run.exit >= 3, "\(line) says nothing")
    }
    let names = Set(CommandTable.all.map(\.name))
    #expect(tried.union(Self.others) == names, "a command that no line here asks")
    #expect(tried.isDisjoint(with: Self.others))
    for command in CommandTable.all {
      #expect(command.allOptions.contains { $0.long == "json" }, "\(command.name)")
    }
  }
}
