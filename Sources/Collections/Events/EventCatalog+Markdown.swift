extension EventCatalog {
  /// The catalogue as Markdown tables, a section a group, for documentation.
  package static var markdown: String {
    var text = """
      # The events

      `?` marks a field that may be left out, **§** personal data: in clear in a draft only, sealed \
      before it reaches a disk. *Closed*: whether an account that is closed takes the event.

      """
    for (group, types) in groups {
      text += "\n## \(group.title)\n\n"
      text += head
      for type in types { text += row(type) }
    }
    text += "\n## Objects\n\n| object | fields |\n| --- | --- |\n"
    for shape in ObjectShape.allCases {
      text += "| `\(shape.name)` | \(cell(shape.fields)) |\n"
    }
    return text
  }

  /// One type as a Markdown table.
  package static func markdown(of type: EventType) -> String { head + row(type.declaration) }

  private static let head =
    "| event | on | closed | meaning | fields |\n| --- | --- | --- | --- | --- |\n"

  private static func row(_ type: EventDeclaration) -> String {
    let streams = type.streams.kinds.map { "`\($0.word)/\(type.streamID ?? "")`" }
    let onAny = type.streams == .any && type.streamID == nil
    let closed =
      type.streams.contains(.account) ? (type.onClosedAccount == .accepted ? "yes" : "no") : ""
    return "| `\(type.name)` | \(onAny ? "any" : streams.joined(separator: " ")) | \(closed) "
      + "| \(type.meaning) | \(cell(type.fields)) |\n"
  }

  private static func cell(_ fields: [FieldDeclaration]) -> String {
    fields.map { field in
      let marks = (field.isSealed ? "**§**" : "") + (field.isOptional ? "?" : "")
      return "`\(field.name.text)`\(marks): \(field.type.name) — \(field.meaning)"
    }.joined(separator: "<br>")
  }
}
