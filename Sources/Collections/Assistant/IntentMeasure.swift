package import CanonicalJSON

/// How a classifier of messages does on examples: of each intent how many it reads rightly.
package struct IntentMeasure: Equatable, Sendable {
  /// One intent's examples.
  package struct Count: Equatable, Sendable {
    package var intent: Intent
    /// The examples of the intent; those read as it; and of other intents, those read as it.
    package var examples = 0
    package var right = 0
    package var mistaken = 0
  }

  /// An example read as another intent than it is of.
  package struct Mistake: Equatable, Sendable {
    package var text: String
    package var intent: Intent
    package var read: Intent
    package var isSure: Bool
  }

  /// By intent, in the order of the cases.
  package private(set) var counts = Intent.allCases.map { Count(intent: $0) }
  /// Readings that count as sure, and how many of them are right.
  package private(set) var sure = 0
  package private(set) var sureAndRight = 0
  /// Examples whose language is read rightly.
  package private(set) var rightLanguage = 0
  /// What was read wrongly, in the document's order.
  package private(set) var mistakes: [Mistake] = []
  /// How many other examples the model learned from; 0 where that is not known.
  package let learned: Int

  /// Reads examples. O(their letters).
  package init(_ model: IntentModel, _ examples: [IntentExamples.Example], learned: Int = 0) {
    self.learned = learned
    for example in examples {
      let reading = model.reading(of: example.text)
      let isRight = reading.intent == example.intent
      for place in counts.indices {
        if counts[place].intent == example.intent {
          counts[place].examples += 1
          counts[place].right += isRight ? 1 : 0
        } else if counts[place].intent == reading.intent {
          counts[place].mistaken += 1
        }
      }
      if reading.isSure {
        sure += 1
        sureAndRight += isRight ? 1 : 0
      }
      if reading.language ?? example.language == example.language { rightLanguage += 1 }
      guard !isRight else { continue }
      mistakes.append(
        Mistake(
          text: example.text, intent: example.intent, read: reading.intent,
          isSure: reading.isSure))
    }
  }

  /// All examples, and those read rightly.
  package var examples: Int { counts.map(\.examples).reduce(0, +) }
  package var right: Int { counts.map(\.right).reduce(0, +) }

  /// A share in basis points, rounded down; 0 of none.
  package static func bp(_ part: Int, of whole: Int) -> Int64 {
    whole == 0 ? 0 : Int64(part * 10_000 / whole)
  }

  /// As JSON; shares in basis points.
  package var json: JSONValue {
    .object([
      "accuracyBp": .integer(Self.bp(right, of: examples)),
      "examples": .integer(Int64(examples)), "right": .integer(Int64(right)),
      "learnedFrom": .integer(Int64(learned)),
      "languageBp": .integer(Self.bp(rightLanguage, of: examples)),
      "sure": .integer(Int64(sure)),
      "sureAccuracyBp": .integer(Self.bp(sureAndRight, of: sure)),
      "intents": .array(
        counts.map { count in
          .object([
            "intent": .string(count.intent.rawValue),
            "examples": .integer(Int64(count.examples)), "right": .integer(Int64(count.right)),
            "recallBp": .integer(Self.bp(count.right, of: count.examples)),
            "precisionBp": .integer(Self.bp(count.right, of: count.right + count.mistaken)),
          ])
        }),
      "mistakes": .array(
        mistakes.map { mistake in
          .object([
            "text": .string(mistake.text), "intent": .string(mistake.intent.rawValue),
            "read": .string(mistake.read.rawValue), "sure": .bool(mistake.isSure),
          ])
        }),
    ])
  }
}
