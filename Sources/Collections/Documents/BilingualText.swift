package import CanonicalJSON

/// A text of a document in both languages of the house.
package struct BilingualText: Equatable, Sendable {
  /// The same said in English and in Spanish.
  package var english: String
  package var spanish: String

  /// A text.
  package init(_ english: String, _ spanish: String) {
    (self.english, self.spanish) = (english, spanish)
  }

  /// Reads `{"en":…,"es":…}`, each of 1 to `limit` characters.
  init(_ node: DocumentNode, atMost limit: Int) throws(DocumentError) {
    let members = try node.members(required: ["en", "es"])
    english = try members.required("en").text(limit)
    spanish = try members.required("es").text(limit)
  }

  /// As its document has it.
  package var json: JSONValue { .object(["en": .string(english), "es": .string(spanish)]) }
}
