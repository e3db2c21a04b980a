import CanonicalJSON
import Collections
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
}
