internal import CanonicalJSON

/// Checks an object against its declared fields and rules; paths start inside it.
func checkObject(
  _ object: JSONValue, _ fields: [FieldDeclaration], _ rules: [FieldRule], _ sealed: SealedFieldRule
) throws(FieldError) {
  guard let members = object.objectValue else {
    throw FieldError(.wrongType, value: shortened(object), expected: "an object")
  }
  for member in members {
    guard let field = fields.first(where: { $0.name.text == member.key }) else {
      throw FieldError(
        .unknownField, at: member.key, expected: fieldList(fields),
        suggestion: nearest(to: member.key, among: fields.map(\.name.text)))
    }
    if field.isSealed, sealed == .refused {
      throw FieldError(
        .sealedNotAvailable, at: member.key,
        expected: "the event without it: personal data needs a vault")
    }
  }
  for field in fields {
    guard let value = object[field.name.text] else {
      if field.isOptional { continue }
      throw FieldError(.missingField, at: field.name.text, expected: field.type.expectation)
    }
    do throws(FieldError) {
      try field.type.check(value, sealed)
    } catch {
      throw (field.isSealed || field.namesNobody ? error.withoutValue : error).inside(
        field.name.text)
    }
    if field.namesNobody, let text = value.stringValue, looksPersonal(text) {
      throw FieldError(
        .looksPersonal, at: field.name.text,
        expected: "a few words without a person's name, number or address; those belong in sealed "
          + "fields, such as the notes of a ContactOutcome")
    }
  }
  for rule in rules { try rule.check(object) }
}

/// The names of the fields an object may have, in words.
private func fieldList(_ fields: [FieldDeclaration]) -> String {
  fields.isEmpty ? "no field" : fields.map(\.name.text).joined(separator: ", ")
}

/// The canonical text of a value, cut to what a message can hold.
func shortened(_ value: JSONValue) -> String {
  let text = value.canonicalText
  return text.unicodeScalars.count <= 60
    ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(59))) + "…"
}

extension FieldType {
  /// Checks a value; the path of an error starts inside it.
  func check(_ value: JSONValue, _ sealed: SealedFieldRule) throws(FieldError) {
    switch self {
    case .money, .count, .positive, .integer, .oneOf, .basisPoints, .dailyRate, .seq:
      try checkNumber(value)
    case .bool:
      guard value.boolValue != nil else { throw refusal(.wrongType, value) }
    case .object(let shape):
      try checkObject(value, shape.fields, shape.rules, sealed)
    case .list(let element, let count, let distinct):
      try checkList(value, of: element, count, distinct, sealed)
    default:
      guard let text = value.stringValue else { throw refusal(.wrongType, value) }
      if let code = fault(of: text) { throw refusal(code, value) }
    }
  }

  private func checkNumber(_ value: JSONValue) throws(FieldError) {
    guard let number = value.integerValue, let bounds else { throw refusal(.wrongType, value) }
    if case .oneOf(let choices) = self, !choices.contains(number) {
      throw refusal(.notAChoice, value)
    }
    guard bounds.contains(number) else {
      throw refusal(self == .money(minimum: 1) ? .amountNotPositive : .outOfRange, value)
    }
  }

  private func checkList(
    _ value: JSONValue, of element: FieldType, _ count: ClosedRange<Int>,
    _ distinct: Distinctness, _ sealed: SealedFieldRule
  ) throws(FieldError) {
    guard let values = value.arrayValue else { throw refusal(.wrongType, value) }
    guard count.contains(values.count) else {
      throw FieldError(.wrongCount, value: "\(values.count) values", expected: expectation)
    }
    var seen: Set<String> = []
    for (index, value) in values.enumerated() {
      do throws(FieldError) {
        try element.check(value, sealed)
        guard let key = distinct.key(of: value) else { continue }
        if !seen.insert(key.canonicalText).inserted {
          throw FieldError(
            distinct == .by(.n) ? .duplicateItemNumber : .duplicateValue, at: distinct.field,
            value: shortened(key), expected: "a value that stands once in the list")
        }
      } catch {
        throw error.inside("[\(index)]")
      }
    }
  }

  private func refusal(_ code: FieldError.Code, _ value: JSONValue) -> FieldError {
    var error = FieldError(code, value: shortened(value), expected: expectation)
    guard let text = value.stringValue else { return error }
    // Whatever was meant to stand there: a person's name or number is not repeated.
    if looksPersonal(text) { return error.withoutValue }
    switch self {
    case .choice(let words): error.suggestion = nearest(to: text, among: words)
    case .currency: error.suggestion = Currency(text.uppercased())?.code
    default: break
    }
    return error
  }
}

extension Distinctness {
  /// What must not repeat of a value; nil where nothing is asked.
  fileprivate func key(of value: JSONValue) -> JSONValue? {
    switch self {
    case .unconstrained: nil
    case .values: value
    case .by(let field): value[field.text]
    }
  }

  /// The path, inside a value, of what must not repeat.
  fileprivate var field: String {
    if case .by(let field) = self { field.text } else { "" }
  }
}

extension FieldRule {
  /// Checks the rule on an object whose fields are right one by one; paths start inside it.
  func check(_ object: JSONValue) throws(FieldError) {
    switch self {
    case .ordered(let first, let last):
      // Dates sort as text.
      guard let from = object[first.text]?.stringValue, let to = object[last.text]?.stringValue,
        from > to
      else { return }
      throw FieldError(
        .datesOutOfOrder, at: last.text, value: to,
        expected: "a date not before \(from), \(first.text)")
    case .notAbove(let low, let high):
      guard let least = object[low.text]?.integerValue, let most = object[high.text]?.integerValue,
        least > most
      else { return }
      throw FieldError(
        .outOfRange, at: low.text, value: "\(least)", expected: "at most \(most), \(high.text)")
    case .notBoth(let one, let other):
      guard object[one.text] != nil, object[other.text] != nil else { return }
      throw FieldError(
        .conflictingFields, at: other.text, expected: "\(one.text) or \(other.text), not both")
    case .somePositive(let names):
      guard !names.contains(where: { object[$0.text]?.integerValue ?? 0 > 0 }) else { return }
      throw FieldError(
        .amountNotPositive,
        expected: "at least one of \(names.map(\.text).joined(separator: ", ")) above 0")
    }
  }
}
