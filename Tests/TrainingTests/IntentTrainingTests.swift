import CanonicalJSON
import Collections
import Foundation
import Testing
import Training

@Suite("Reading what people write")
struct IntentTrainingTests {
  /// A document of the project's `tools/assistant`.
  private static func document(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(path: "tools/assistant/\(name)")))
  }

  /// The project's examples and what is trained from them, once for all tests.
  private static let trained = Result {
    let bytes = try document("intents.json")
    let examples = try IntentExamples(parsing: bytes.span)
    return (examples, try IntentTraining(examples))
  }

  @Test("each intent has at least sixty examples in both languages, and a fifth is held out")
  func examples() throws {
    let (examples, _) = try Self.trained.get()
    for intent in Intent.allCases {
      let own = examples.examples.filter { $0.intent == intent }
      #expect(own.count >= 60, "\(intent)")
      for language in MessageLanguage.allCases {
        #expect(own.contains { $0.language == language }, "\(intent) \(language)")
      }
      #expect(own.filter(\.isHeldOut).count >= 20, "\(intent)")
    }
    let heldOut = examples.examples.filter(\.isHeldOut).count
    #expect((15...25).contains(heldOut * 100 / examples.examples.count))
  }

  @Test("nine in ten of what was held out is read rightly; what counts as sure, nineteen in twenty")
  func accuracy() throws {
    let (_, training) = try Self.trained.get()
    let measure = training.measure
    print(
      measure.counts.map { "\($0.intent) \($0.right)/\($0.examples)" }.joined(separator: ", "),
      "together \(measure.right)/\(measure.examples), sure \(measure.sureAndRight)/\(measure.sure)")
    #expect(measure.right * 10 >= measure.examples * 9)
    #expect(measure.sureAndRight * 20 >= measure.sure * 19)
    #expect(measure.rightLanguage * 100 >= measure.examples * 98)
    for count in measure.counts {
      #expect(count.right * 10 >= count.examples * 7, "\(count.intent)")
    }
  }

  @Test("the same examples give the same bytes, and they read back to the same model")
  func deterministic() throws {
    let (examples, training) = try Self.trained.get()
    var quick = IntentTraining.Plan()
    quick.rounds = 1
    let first = try IntentTraining(examples, quick).document.canonicalBytes
    #expect(try IntentTraining(examples, quick).document.canonicalBytes == first)
    quick.seed = 2
    #expect(try IntentTraining(examples, quick).document.canonicalBytes != first)
    let bytes = training.document.canonicalBytes
    let model = try IntentModel(parsing: bytes.span)
    #expect(model.document.canonicalBytes == bytes)
  }

  @Test("a message of no known word is of no intent, and never sure")
  func unknown() throws {
    let (_, training) = try Self.trained.get()
    let model = try IntentModel(training.document)
    for text in ["🙂🙂", "?", String(repeating: "😀 ", count: 5_000)] {
      let reading = model.reading(of: text)
      #expect(reading.intent == .other && !reading.isSure && reading.language == nil)
    }
    // Ten thousand characters of nonsense are read, not refused.
    #expect(model.reading(of: String(repeating: "blablá ", count: 1_500)).probabilityBp <= 10_000)
  }

  @Test(
    "spelling, accents and shouting do not matter",
    arguments: [
      ("¿CUÁNTO DEBO?", Intent.balance), ("kuanto devo", .balance), ("cuánto  debo...", .balance),
      ("NO ME LLAMEN MÁS", .stop), ("no me yamen mas", .stop),
    ])
  func spelling(text: String, intent: Intent) throws {
    let (_, training) = try Self.trained.get()
    #expect(try IntentModel(training.document).reading(of: text).intent == intent)
  }

  @Test(
    "a document of examples that breaks a rule is refused",
    arguments: [
      (#"{"intent": "balance","#, #"{"intent": "balanc","#, "invalid_value"),
      (#""cuanto debo","#, #""cuanto debo", "kuanto devo","#, "duplicate"),
      (#""lists":"#, #""list":"#, "unknown_key"),
    ])
  func refused(_ old: String, _ new: String, _ code: String) throws {
    let text = String(decoding: try Self.document("intents.json"), as: UTF8.self)
    #expect(text.contains(old))
    let bytes = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
    #expect {
      try IntentExamples(parsing: bytes.span)
    } throws: { error in
      (error as? DocumentError)?.code.rawValue == code
    }
  }
}
