import Collections
import Foundation
import Testing

@Suite("Texts sent unasked")
struct UnaskedTextTests {
  private static func file(_ name: String) throws -> [UInt8] {
    let tools = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../tools/\(name)")
    return [UInt8](try Data(contentsOf: tools))
  }

  @Test("every step of the shipped strategy that a machine writes has a reviewed text")
  func everyStep() throws {
    let (strategyText, texts) = (
      try Self.file("strategies/pe-empathetic.json"), try Self.file("assistant/pe-messages.json")
    )
    let strategy = try Strategy(parsing: strategyText.span)
    let messages = try MessageTemplates(parsing: texts.span)
    let written: [ContactChannel] = [.whatsapp, .sms, .email, .push]
    let steps = strategy.segments.flatMap { $0.ladders.flatMap { $0 } }.filter {
      $0.kind != .person
    }
    #expect(Set(steps.map(\.template)).count == 7)
    // And every reminder one in each of the usual tones.
    let terms = ReminderTerms()
    for id in ["pe-due-reminder", "pe-promise-reminder", "pe-thanks"] {
      for tone in terms.tones {
        let text = messages.unasked(
          id, by: .sms, where: Set(AccountCondition.allCases),
          preferring: terms.preference(for: tone))
        #expect(text?.tone == tone, "\(id) \(tone)")
      }
    }
    for step in steps {
      for channel in step.channels where written.contains(channel) {
        let text = messages.unasked(
          step.template, by: channel, where: [.overdue, .promiseOpen, .nextDue])
        #expect(text != nil, "\(step.id) by \(channel): \(step.template)")
      }
    }
  }

  @Test(
    "a text is there once; of a reminder and of thanks once a tone, the nearest gentler one first")
  func tones() throws {
    let text = String(decoding: try Self.file("assistant/pe-messages.json"), as: UTF8.self)
    func refused(_ right: String, _ wrong: String) throws {
      let range = try #require(text.range(of: right))
      let changed = Array(text.replacingCharacters(in: range, with: wrong).utf8)
      let error = #expect(throws: DocumentError.self) {
        try MessageTemplates(parsing: changed.span)
      }
      #expect(error?.code == .duplicate, "\(String(describing: error))")
    }
    let plain = #""pe-thanks", "topic": "thanks", "when": ["paidLately", "paid"], "tone": "plain""#
    try refused(plain, plain.replacing("plain", with: "warm"))
    try refused(plain, plain.replacing(#""topic": "thanks""#, with: #""topic": "reminder""#))
    try refused(#""template": "stop", "topic": "stop""#, #""template": "human", "topic": "stop""#)
    let terms = ReminderTerms()
    #expect(terms.preference(for: "plain") == ["plain", "warm", "caring"])
    #expect(terms.preference(for: "warm") == ["warm", "caring", "plain"])
    #expect(terms.preference(for: "formal") == ["formal"])
  }
}
