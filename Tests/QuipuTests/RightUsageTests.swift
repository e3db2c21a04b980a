import Collections
import Foundation
import Ledger
import Testing

@testable import quipu

/// A right command line, and what the command is to see of it.
private struct RightUse: CustomTestStringConvertible, Sendable {
  let line: String
  let command: String
  let account: String?
  let on: String?
  let knownAt: KnownAt?

  init(
    _ line: String, _ command: String, account: String? = nil, on: String? = nil,
    knownAt: KnownAt? = nil
  ) {
    self.line = line
    self.command = command
    self.account = account
    self.on = on
    self.knownAt = knownAt
  }

  var testDescription: String { "quipu \(line)" }
}

private let day = "2026-03-02"

private let rightUses = [
  RightUse("show A-1", "show", account: "A-1"),
  RightUse("show A-1 --on 2026-03-02", "show", account: "A-1", on: day),
  RightUse("show --on 2026-03-02 A-1", "show", account: "A-1", on: day),
  RightUse("show --on=2026-03-02 A-1", "show", account: "A-1", on: day),
  RightUse("--json --ledger T show A-1", "show", account: "A-1"),
  RightUse("show -- A-1", "show", account: "A-1"),
  RightUse("show --on 2026-03-02 -- -1", "show", account: "-1", on: day),
  RightUse("-- show A-1", "show", account: "A-1"),
  RightUse("show -", "show", account: "-"),
  RightUse("show A-1 --known-at 0", "show", account: "A-1", knownAt: .size(0)),
  RightUse("show A-1 --known 4711", "show", account: "A-1", knownAt: .size(4711)),
  RightUse("history A-1 --known-at=7", "history", account: "A-1", knownAt: .size(7)),
]

@Suite("right usage", .serialized)
struct RightUsageTests {
  @Test("is read alike wherever options stand", arguments: rightUses)
  fileprivate func reads(_ use: RightUse) throws {
    let line = ParsedLine(use.line.split(separator: " ").map(String.init))
    #expect(line.failure == nil)
    let command = try #require(line.command)
    #expect(command.name == use.command)
    let invocation = Invocation(
      command: command, values: line.values, words: line.words,
      console: Console(language: .english, json: false))
    #expect(invocation.argument(.account) == use.account)
    #expect(invocation.date(.on)?.text == use.on)
    #expect(invocation.knownAt == use.knownAt)
  }

  @Test("standard values, integers, flags, the actor and the ledger")
  func readsValues() throws {
    let line = ParsedLine(
      "--ledger T record f.jsonl --actor u-17/lead --skip-invalid".split(separator: " ")
        .map(String.init))
    let command = try #require(line.command)
    let invocation = Invocation(
      command: command, values: line.values, words: line.words,
      console: Console(language: .english, json: false))
    #expect(invocation.ledger == "T")
    #expect(invocation.argument(.drafts) == "f.jsonl")
    #expect(invocation.integer(.batch) == 4096)
    #expect(invocation.has(.skipInvalid))
    #expect(!invocation.has(.json))
    #expect(invocation.value(.rejects) == nil)
    let actor = try #require(invocation.actor(.actor))
    #expect(
      String(decoding: actor.canonical, as: UTF8.self)
        == #"{"id":"u-17","kind":"person","role":"lead"}"#)
  }

  @Test("POSIXLY_CORRECT does not end the options at the first argument")
  func ignoresPosixlyCorrect() throws {
    let outcome = try Program.run("help show --lang es", environment: ["POSIXLY_CORRECT": "1"])
    #expect(outcome.exit == 0)
    #expect(outcome.output.contains("Uso: quipu show"))
  }

  @Test("an instant of --known-at is read in every form of RFC 3339")
  func readsInstants() {
    let table = [
      ("2026-03-12T15:04:05.678Z", "2026-03-12T15:04:05.678Z"),
      ("2026-03-12T15:04:05Z", "2026-03-12T15:04:05.000Z"),
      ("2026-03-12T15:04Z", "2026-03-12T15:04:00.000Z"),
      ("2026-03-12T15:04:05.6Z", "2026-03-12T15:04:05.600Z"),
      ("2026-03-12T15:04:05.678999Z", "2026-03-12T15:04:05.678Z"),
      ("2026-03-12T20:04:05-05:00", "2026-03-13T01:04:05.000Z"),
      ("2026-03-12T00:30+05:30", "2026-03-11T19:00:00.000Z"),
    ]
    for (text, expected) in table {
      guard case .instant(let instant)? = KnownAt(text) else {
        Issue.record("\(text) is not read as an instant")
        continue
      }
      #expect(instant.text == expected, "\(text)")
    }
    let wrong = [
      "", "-1", "01", "+1", "1.0", "2026-03-12", "2026-03-12T", "2026-03-12T15:04",
      "2026-03-12 15:04Z", "2026-02-30T15:04Z", "2026-03-12T24:00Z", "2026-03-12T15:60Z",
      "2026-03-12T15:04:05.Z", "2026-03-12T15:04:05-5", "2026-03-12T15:04:05Zz", "٣",
      "99999999999999999999",
    ]
    for text in wrong { #expect(KnownAt(text) == nil, "\(text)") }
  }
}
