internal import CanonicalJSON
internal import Collections

/// An event's fields before a reader: names translated, amounts written as their currency is.
struct FieldText {
  let language: Language
  /// Decimals of the currency that amounts are in.
  let digits: Int

  /// Name and value of each field of `data` that is there, in declared order.
  func pairs(_ data: JSONValue, of type: EventType) -> [(name: String, value: String)] {
    pairs(data, type.declaration.fields)
  }

  private func pairs(
    _ object: JSONValue, _ fields: [FieldDeclaration]
  ) -> [(name: String, value: String)] {
    fields.compactMap { field in
      guard let value = object[field.name.text] else { return nil }
      let words: String
      switch (field.name, value) {
      case (.reasons, _): words = reasons(value)
      // Not closed vocabularies, yet with words that everybody uses.
      case (.code, .string(let word)), (.tone, .string(let word)), (.decision, .string(let word)),
        (.scope, .string(let word)):
        words = choiceText(word, language)
      default: words = text(value, field.type)
      }
      return (field.name.title[language], words)
    }
  }

  /// Why a score is no better, or something is proposed: a feature with what it says, any other by its name.
  private func reasons(_ list: JSONValue) -> String {
    (list.arrayValue ?? []).map { reason in
      let name = reason.stringValue ?? reason.canonicalText
      guard let feature = Feature(named: name) else { return name }
      return "\(feature.definition.text[language]) (\(name))"
    }.joined(separator: "; ")
  }

  private func text(_ value: JSONValue, _ type: FieldType) -> String {
    switch (value, type) {
    case (.integer(let amount), .money): amountText(amount, digits: digits)
    case (.integer(let number), _): String(number)
    case (.bool(let truth), _): (truth ? Text("yes", "sí") : Text("no", "no"))[language]
    case (.string(let word), .choice): choiceText(word, language)
    case (.string(let text), _): text
    case (.array(let values), .list(let element, _, _)):
      values.map { self.text($0, element) }.joined(separator: "; ")
    case (.object, .object(let shape)):
      pairs(value, shape.fields).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    default: value.canonicalText
    }
  }
}
