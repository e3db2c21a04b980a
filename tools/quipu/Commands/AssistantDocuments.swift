internal import CanonicalJSON
internal import Collections

/// Where the assistant's documents come from: the program, or a file.
enum AssistantDocuments {
  /// The templates that come with the program, by the name a command line gives.
  static let builtInTemplates = "pe-messages"

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
}
