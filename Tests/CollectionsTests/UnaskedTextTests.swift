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
    for step in steps {
      for channel in step.channels where written.contains(channel) {
        let text = messages.unasked(
          step.template, by: channel, where: [.overdue, .promiseOpen, .nextDue])
        #expect(text != nil, "\(step.id) by \(channel): \(step.template)")
      }
    }
  }
}
