package import CanonicalJSON

// JSON Schema (2020-12) from the declarations, for whoever writes drafts with a program. It says all
// that the checker asks but what compares two fields, two items of a list, or an id with its stream.

extension EventType {
  /// The schema of a draft of this type: one line of a file that `quipu record` takes.
  package var jsonSchema: JSONValue {
    let named: KeyValuePairs<String, JSONValue> = [
      "$schema": .string(EventCatalog.dialect),
      "$id": .string("urn:quipu:draft:\(name):\(declaration.version)"),
      "$defs": EventCatalog.schemas(of: shapesUsed),
    ]
    let head = named.map { JSONMember(key: $0.key, value: $0.value) }
    return JSONValue(members: head + (draftSchema.objectValue ?? []))
  }

  /// The schema without its own definitions.
  fileprivate var draftSchema: JSONValue {
    let declaration = declaration
    let required = ["data", "stream", "type"].map { JSONValue.string($0) }
    return .object([
      "title": .string(name),
      "description": .string(declaration.meaning),
      "type": .string("object"),
      "required": .array(required),
      "additionalProperties": .bool(false),
      "properties": .object([
        "type": .object(["const": .string(name)]),
        "stream": pattern(declaration.streamPattern),
        "data": schema(of: declaration.fields),
        "effective": FieldType.date.schema,
        "key": pattern(##"^[!#-\[\]-~]{1,128}$"##),
        "actor": EventCatalog.actorSchema,
        "cause": FieldType.seq.schema,
        "subject": FieldType.id.schema,
        "v": .object(["const": .integer(declaration.version)]),
        "n": FieldType.count.schema,
      ]),
    ])
  }

  /// The shapes of object the type's fields hold, however deep.
  fileprivate var shapesUsed: Set<ObjectShape> {
    var found: Set<ObjectShape> = []
    var types = declaration.fields.map(\.type)
    while let type = types.popLast() {
      switch type {
      case .list(let element, _, _): types.append(element)
      case .object(let shape):
        if found.insert(shape).inserted { types += shape.fields.map(\.type) }
      default: break
      }
    }
    return found
  }
}

extension EventCatalog {
  /// The schema of a draft of any type.
  package static var jsonSchema: JSONValue {
    let shapes = schemas(of: Set(ObjectShape.allCases)).objectValue ?? []
    let types = EventType.allCases.map { type in
      JSONMember(key: type.name, value: type.draftSchema)
    }
    let references = EventType.allCases.map { type in
      JSONValue.object(["$ref": .string("#/$defs/\(type.name)")])
    }
    return .object([
      "$schema": .string(dialect),
      "$id": .string("urn:quipu:draft"),
      "title": .string("A draft of an event"),
      "oneOf": .array(references),
      "$defs": JSONValue(members: shapes + types),
    ])
  }

  fileprivate static let dialect = "https://json-schema.org/draft/2020-12/schema"

  /// Who records: an id, what kind of actor it is, and in which role.
  fileprivate static let actorSchema: JSONValue = .object([
    "type": .string("object"),
    "required": .array([.string("id"), .string("kind"), .string("role")]),
    "additionalProperties": .bool(false),
    "properties": .object([
      "id": FieldType.id.schema,
      "kind": FieldType.choice(["person", "system", "bot"]).schema,
      "role": FieldType.id.schema,
    ]),
  ])

  /// Definitions of shapes by their names, which begin in lower case as no type's does.
  fileprivate static func schemas(of shapes: Set<ObjectShape>) -> JSONValue {
    JSONValue(
      members: shapes.map { JSONMember(key: $0.name, value: schema(of: $0.fields)) })
  }
}

extension EventDeclaration {
  /// A regular expression for the names of the streams the type stands on.
  fileprivate var streamPattern: String {
    let words = streams.kinds.map(\.word).joined(separator: "|")
    return "^(\(words))/\(streamID ?? "[A-Za-z0-9._:-]{1,64}")$"
  }
}
