import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing

@testable import quipu

/// What a reader of the console meets with: long histories, the ledger's hours, his language.
@Suite struct ConsoleReadingTests {
  /// An account with 450 payments, one a day of effect, recorded from the last day to the first.
  private static let long = Result {
    let days = (0..<450).map { CivilDate(days: 20_100 + Int32($0)).text }
    return try ConsoleDesk(
      try TemporaryLedger(
        recording: [DraftLine.opened("A-1", on: days[0], principal: 100_000_000)]
          + days.indices.reversed().map { DraftLine.paid("A-1", "p-\($0)", 100, on: days[$0]) }))
  }

  private func events(_ text: String) -> [Int] {
    text.matches(of: #/<li[^>]* id="e(\d+)"/#).compactMap { Int($0.1) }
  }

  @Test("a long history comes in pages, which together are the whole of it")
  func pages() throws {
    let desk = try Self.long.get()
    let path = "/console/accounts/A-1"
    for by in ["", "by=effect&"] {
      var found: [Int] = []
      for page in 1...3 {
        let text = try desk.page("\(path)?\(by)events=\(page)").text
        let events = events(text)
        #expect(events.count == (page == 3 ? 51 : 200))
        #expect(text.contains(page == 1 ? "Events 1 to 200 of 451" : "of 451"))
        found += events
      }
      #expect(found.count == 451 && Set(found) == Set(1...451))
      // Recorded backwards, they come the other way round by effect; the opening is first either way.
      #expect(found == (by.isEmpty ? Array(1...451) : [1] + (2...451).reversed()))
      // Unless a page is asked for, it is the last.
      #expect(try events(desk.page("\(path)?\(by)").text) == Array(found.suffix(51)))
    }
    for wrong in ["0", "4", "x"] {
      #expect(try desk.page("\(path)?events=\(wrong)").status == 400)
    }
    let text = try desk.page(path).text
    #expect(text.contains("The last 200 of 450;"))
  }

  @Test("times are those of the place where the ledger is kept")
  func localTimes() throws {
    let desk = try Self.long.get()
    let view = try LedgerView(opening: desk.ledger.path)
    let line = try view.line(451)
    let envelope = try EventEnvelope(parsing: line.span)
    let at = Instant(parsing: line.span, envelope.at)
    let recorded = try #require(at)
    // Lima is five hours behind UTC all the year.
    let lima = Instant(milliseconds: recorded.milliseconds - 5 * 3_600_000).text
    let shown = String(lima.prefix(19)).replacing("T", with: " ")
    for path in ["/console/accounts/A-1", "/console/events", "/console/integrity"] {
      let text = try desk.page(path).text
      #expect(text.contains(shown), "\(path)")
      #expect(text.contains("times of America/Lima"), "\(path)")
    }
    #expect(try desk.page("/console/events/451").text.contains(recorded.text))
  }

  @Test("a Spanish page says usual codes, tones and roles in Spanish; an English one as they are")
  func spanish() throws {
    let contact = #""contact":"c-1""#
    let desk = try ConsoleDesk(
      try TemporaryLedger(recording: [
        DraftLine.opened("A-1"),
        DraftLine.event(
          "ContactAttempted", "A-1", "c", on: "2025-02-03",
          contact + #","channel":"call","direction":"outbound","tone":"firm","#
            + #""localAt":"2025-02-03T10:00:00.000-05:00""#),
        DraftLine.event(
          "ContactFailed", "A-1", "f", on: "2025-02-03", contact + #","code":"no-answer""#),
      ]))
    let spanish = try desk.page("/console/accounts/A-1", .spanish).text
    let english = try desk.page("/console/accounts/A-1").text
    for (own, word) in [("no contesta", "no-answer"), ("firme", "firm"), ("llamada", "call")] {
      #expect(spanish.contains(own) && !english.contains(own), "\(own)")
      #expect(english.contains(">\(word)<") && !spanish.contains(">\(word)<"), "\(word)")
    }
    #expect(try desk.page("/console/events/2", .spanish).text.contains(", persona, "))
    let register = try desk.page("/console/data-protection", .spanish).text
    #expect(register.contains("(deber legal)") && !register.contains("legal duty"))
    #expect(try desk.page("/console/data-protection").text.contains("legal duty"))
  }

  @Test("a verification from the console looks at the anchors that the environment names")
  func anchors() throws {
    let ledger = try TemporaryLedger(recording: [DraftLine.opened("A-1")])
    let signed = try ledger.run("checkpoint")
    try #require(signed.exit == 0, "\(signed.errors)")
    // An anchor from a later time than this copy's: what came in between was cut off.
    let cut = try ledger.copy()
    let anchor = ledger.folder + "/elsewhere.anchor"
    let made = try ledger.bash(
      """
      set -e
      printf '%s\\n' '\(DraftLine.paid("A-1", "p-1"))' > draft
      "$quipu" record draft > said
      QUIPU_ANCHOR=\(anchor) "$quipu" checkpoint > said
      test -s \(anchor)
      """)
    try #require(made.exit == 0, "\(made.errors)")
    for (anchors, words) in [([], "Sound at"), ([anchor], "DAMAGED")] as [([String], String)] {
      let desk = try ConsoleDesk(cut, anchors: anchors)
      let headers = ["sec-fetch-site": "same-origin"]
      let done = try desk.page("/console/integrity/verify", method: "POST", headers: headers)
      #expect(done.status == 303)
      #expect(try desk.page("/console/integrity").text.contains(words))
    }
  }
}
