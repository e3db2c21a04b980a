internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

/// A document of the assistant.
enum AssistantDocument {
  case texts(MessageTemplates)
  case classifier(IntentModel)
  case examples(IntentExamples)

  var id: String {
    switch self {
    case .texts(let texts): texts.id
    case .classifier(let model): model.id
    case .examples(let examples): examples.model
    }
  }

  var version: Int64 {
    switch self {
    case .texts(let texts): texts.version
    case .classifier(let model): model.version
    case .examples(let examples): examples.version
    }
  }

  var format: String {
    switch self {
    case .texts: MessageTemplates.format
    case .classifier: IntentModel.format
    case .examples: IntentExamples.format
    }
  }

  /// How many texts, terms or examples it has.
  var parts: Int {
    switch self {
    case .texts(let texts): texts.templates.count
    case .classifier(let model): model.termCount
    case .examples(let examples): examples.examples.count
    }
  }

  /// What there is to put into the log; nil for examples, which stay where they are.
  var adoptable: JSONValue? {
    switch self {
    case .texts(let texts): texts.document
    case .classifier(let model): model.document
    case .examples: nil
    }
  }

  var summary: Text {
    let count = grouped(Int64(parts))
    return switch self {
    case .texts: Text("\(count) texts", "\(count) textos")
    case .classifier: Text("a classifier of \(count) terms", "un clasificador de \(count) términos")
    case .examples: Text("\(count) examples", "\(count) ejemplos")
    }
  }
}

/// Where the assistant's documents come from: the program, a file, or a ledger that adopted them.
enum AssistantDocuments {
  /// The texts that come with the program, by the name a command line gives.
  static let builtInTexts = "pe-messages"

  /// The labelled examples of a file. Throws ``Failure``: exit 4 where there is none, 3 for one refused.
  static func examples(in file: String) throws(Failure) -> IntentExamples {
    let bytes = try OutputFile.read(file, atMost: IntentExamples.longestDocument + 1)
    do {
      return try IntentExamples(parsing: bytes.span)
    } catch {
      throw Failure(error, of: Text("the examples", "los ejemplos"), in: file)
    }
  }

  /// The classifier of a file.
  static func model(in file: String) throws(Failure) -> IntentModel {
    let bytes = try OutputFile.read(file, atMost: IntentModel.longestDocument + 1)
    do {
      return try IntentModel(parsing: bytes.span)
    } catch {
      throw Failure(error, of: Text("the classifier", "el clasificador"), in: file)
    }
  }

  /// The texts of a name: the built-in ones, else a file.
  static func texts(named name: String) throws(Failure) -> MessageTemplates {
    let bytes =
      if name == builtInTexts {
        PackageResources.pe_messages_json
      } else {
        try OutputFile.read(name, atMost: MessageTemplates.longestDocument + 1)
      }
    do {
      return try MessageTemplates(parsing: bytes.span)
    } catch {
      throw Failure(error, of: Text("the texts", "los textos"), in: name)
    }
  }

  /// The document of a name, whatever its form.
  static func document(named name: String) throws(Failure) -> AssistantDocument {
    guard name != builtInTexts else { return .texts(try texts(named: name)) }
    let bytes = try OutputFile.read(name, atMost: IntentModel.longestDocument + 1)
    let value = try? JSONValue(
      parsing: bytes.span, as: .event, limits: JSONLimits(depth: 8, bytes: bytes.count))
    switch value?["format"]?.stringValue {
    case IntentModel.format: return .classifier(try model(in: name))
    case IntentExamples.format: return .examples(try examples(in: name))
    default: return .texts(try texts(named: name))
    }
  }

  /// The classifier in force. Throws ``Failure`` `no_classifier`, exit 3.
  static func classifierInForce(
    in model: ReadModel, on day: CivilDate, knownAt size: Int64
  ) throws(Failure) -> IntentModel {
    if let found = AdoptedAssistant(model, knownAt: size).classifier(on: day, before: size) {
      return found
    }
    throw Failure(
      .refused, "no_classifier",
      Text(
        "no classifier of messages is in force on \(day.text)",
        "no rige ningún clasificador de mensajes el \(day.text)"),
      [
        Failure.Detail(
          "expected",
          "quipu train --intents intents.json --out classifier.json, then quipu assistant adopt "
            + "classifier.json; or --classifier FILE to try one out")
      ])
  }
}

extension AdoptedAssistant {
  /// The versions of a document that were adopted.
  func versions(of id: String) -> [(version: Int64, document: JSONValue)] {
    templates.map(\.document).filter { $0.id == id }.map { ($0.version, $0.document) }
      + classifiers.map(\.document).filter { $0.id == id }.map { ($0.version, $0.document) }
  }
}
