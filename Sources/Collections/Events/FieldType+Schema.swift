internal import CanonicalJSON

/// The schema of an object of these fields and no others; a sealed field says so.
func schema(of fields: [FieldDeclaration]) -> JSONValue {
  let required = fields.filter { !$0.isOptional }.map { JSONValue.string($0.name.text) }
  let properties = fields.map { field in
    var members = field.type.schema.objectValue ?? []
    members.append(JSONMember(key: "description", value: .string(field.meaning)))
    if field.isSealed { members.append(JSONMember(key: "x-sealed", value: .bool(true))) }
    return JSONMember(key: field.name.text, value: JSONValue(members: members))
  }
  return .object([
    "type": .string("object"),
    "additionalProperties": .bool(false),
    "required": .array(required),
    "properties": JSONValue(members: properties),
  ])
}

/// The schema of a text that a regular expression (ECMA-262, as JSON Schema says) describes.
func pattern(_ expression: String) -> JSONValue {
  .object(["type": .string("string"), "pattern": .string(expression)])
}

extension FieldType {
  /// The schema of a value of this type.
  var schema: JSONValue {
    switch self {
    case .money, .count, .positive, .integer, .basisPoints, .dailyRate, .seq:
      .object([
        "type": .string("integer"),
        "minimum": .integer(bounds?.lowerBound ?? 0),
        "maximum": .integer(bounds?.upperBound ?? 0),
      ])
    case .oneOf(let values): .object(["enum": .array(values.map { .integer($0) })])
    case .bool: .object(["type": .string("boolean")])
    case .choice(let words): .object(["enum": .array(words.map { .string($0) })])
    case .currency: .object(["enum": .array(Currency.allCodes.map { .string($0) })])
    case .object(let shape): .object(["$ref": .string("#/$defs/\(shape.name)")])
    case .list(let element, let count, let distinct):
      .object([
        "type": .string("array"),
        "items": element.schema,
        "minItems": .integer(Int64(count.lowerBound)),
        "maxItems": .integer(Int64(count.upperBound)),
        "uniqueItems": .bool(distinct == .values),
      ])
    default: textSchema
    }
  }

  private var textSchema: JSONValue {
    switch self {
    case .date:
      .object([
        "type": .string("string"), "format": .string("date"),
        "pattern": .string("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
      ])
    case .instant:
      pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$")
    case .offsetInstant:
      pattern(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?"
          + "(Z|[+-][0-9]{2}:[0-9]{2})$")
    case .time: pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")
    case .id: pattern("^[A-Za-z0-9._:-]{1,64}$")
    case .sha256: pattern("^[0-9a-f]{64}$")
    case .treeRoot: pattern("^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")
    case .vkey: pattern("^[^+ ]+[+][0-9a-f]{8}[+][A-Za-z0-9+/]{44}$")
    case .country: pattern("^[A-Z]{2}$")
    case .text(let most):
      .object([
        "type": .string("string"), "minLength": .integer(1), "maxLength": .integer(Int64(most)),
      ])
    default: .object(["type": .string("string")])
    }
  }
}
