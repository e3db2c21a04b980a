import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing

@testable import quipu

/// What is answered in the portal, and what an answer does.
@Suite struct PortalAskTests {
  private let desk: PortalDesk

  init() throws {
    let classifier = try EndToEndAssistantTests.base.get().folder + "/classifier.json"
    desk = try PortalDesk { ledger in
      for line in [
        "assistant adopt pe-messages --as eva --approve-as ana --effective 2020-01-01",
        "assistant adopt \(classifier) --as eva --approve-as ana --effective 2020-01-01",
        "vulnerability adopt --as eva --approve-as ana --effective 2020-01-01",
      ] {
        let run = try ledger.run(line)
        try #require(run.exit == 0, "\(run.errors)")
      }
    }
  }

  @Test("who asks in the portal to be left alone is left alone by every way")
  func leftAlone() async throws {
    let cookie = try await desk.session()
    let said = try await desk.send(
      "/accounts/1/ask", [("words", "ya no me escriban mas")], cookie: cookie)
    #expect(said.status == 200, "\(said.text)")
    #expect(said.text.contains("nobody writes to you or calls you about this any more"))
    #expect(try desk.acts() == ["MessageReceived", "AnswerGiven", "CeaseContactRequested"])
    let subject = try desk.ledger.run("subject S-1 --on \(PortalDesk.today) --json --as eva")
    #expect(subject.exit == 0, "\(subject.errors)")
    #expect(try subject.json["ceaseContact"]?.arrayValue?.count == 1, "\(subject.output)")
  }

  @Test(
    "an answer that records nothing says so, and leads to where it is recorded",
    arguments: [
      ("yo no saqué ese préstamo, no es mi deuda", "/accounts/1/dispute", "así queda registrado"),
      ("le prometo que pago el viernes", "/accounts/1/promise", "solo así queda anotado"),
      ("quiero saber que datos mios tienen guardados", "/data", "Pídalo"),
    ])
  func ways(_ words: String, _ path: String, _ link: String) async throws {
    let cookie = try await desk.session()
    let said = try await desk.send(
      "/accounts/1/ask", [("words", words)], cookie: cookie, language: "es")
    #expect(
      said.text.contains(#"href="\#(path)""#) && said.text.contains(link), "\(said.text)")
    for type in ["PromiseMade", "DisputeOpened", "RequestReceived"] {
      #expect(try !desk.acts().contains(type))
    }
    #expect(!said.text.contains("enviarlo aquí") && !said.text.contains("Envíenos el comprobante"))
  }

  @Test("whatever an answer leaves to a form has a way to that form, and the form is there")
  func everyWay() async throws {
    let cookie = try await desk.session()
    for topic in AnswerTopic.answers {
      guard let way = AskForm.way(topic) else { continue }
      let path = way.isOfAccount ? "/accounts/1/\(way.path)" : way.path
      #expect(await desk.ask("GET", path, cookie: cookie).status == 200, "\(topic)")
    }
    let led = AnswerTopic.answers.filter { AskForm.way($0) != nil }
    #expect(
      Set(led) == [
        .promise, .plan, .dispute, .paymentDone, .cannotPay, .anger, .myData, .stop,
      ])
  }

  /// The form of a page, to be filled with words.
  private func form(_ cookie: String) async throws -> (String) -> String {
    let page = await desk.ask("GET", "/accounts/1/ask?lang=es", cookie: cookie)
    let hidden = PortalDesk.hiddenFields(of: page)
    try #require(!hidden.isEmpty, "\(page.text)")
    return { PortalDesk.body(hidden + [("words", $0)]) }
  }

  /// What was answered, as the page shows it.
  private func said(_ page: HTTPResponse) throws -> String {
    try #require(page.status == 200, "\(page.text)")
    let found = page.text.firstMatch(of: /<div class="done".*?<\/div>/.dotMatchesNewlines())
    return String(try #require(found, "\(page.text)").0)
  }

  @Test("other words in the same form are another question, and the same words the same one")
  func wayBack() async throws {
    let cookie = try await desk.session()
    let form = try await form(cookie)
    var answers: [String] = []
    for words in ["cuanto debo", "quiero saber que datos mios tienen guardados", "cuanto debo"] {
      let page = await desk.ask(
        "POST", "/accounts/1/ask?lang=es", form: form(words), cookie: cookie)
      answers.append(try said(page))
    }
    #expect(answers[0] == answers[2] && answers[0] != answers[1])
    for type in ["MessageReceived", "AnswerGiven"] {
      #expect(try desk.acts().count { $0 == type } == 2, "\(type)")
    }
    let keys = try desk.events().filter { $0["type"]?.stringValue == "MessageReceived" }
      .compactMap { $0["key"]?.stringValue }
    let digest = Digest(hashing: "cuanto debo").hex.prefix(8)
    #expect(!keys.contains { $0.contains(digest) }, "a digest that anybody can try out")
  }

  @Test("pressed several times while others record, a question is answered once, and never refused")
  func atOnce() async throws {
    let cookie = try await desk.session()
    for round in 0..<5 {
      let form = try await form(cookie)("cuanto debo")
      async let one = desk.ask("POST", "/accounts/1/ask?lang=es", form: form, cookie: cookie)
      async let paid: Void = desk.record([
        DraftLine.paid("A-1", "p-\(round)-a", 100, on: "2025-03-05")
      ])
      async let two = desk.ask("POST", "/accounts/1/ask?lang=es", form: form, cookie: cookie)
      async let again: Void = desk.record([
        DraftLine.paid("A-1", "p-\(round)-b", 100, on: "2025-03-05")
      ])
      async let three = desk.ask("POST", "/accounts/1/ask?lang=es", form: form, cookie: cookie)
      let pages = await [one, two, three]
      try await paid
      try await again
      let answers = try pages.map(said)
      #expect(Set(answers).count == 1, "\(answers)")
      for type in ["MessageReceived", "AnswerGiven"] {
        #expect(try desk.acts().count { $0 == type } == round + 1, "\(type)")
      }
    }
  }
}
