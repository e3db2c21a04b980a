extension JSONValue {
  /// Appends the value in canonical form (RFC 8785).
  ///
  /// Traps on what has none: an integer outside ±(2^53 − 1), members out of order or with equal
  /// keys. Recurses as deep as the value nests, which the reader bounds. O(bytes).
  package func appendCanonical(to out: inout [UInt8]) {
    switch self {
    case .null: appendLiteral("null", to: &out)
    case .bool(let value): appendLiteral(value ? "true" : "false", to: &out)
    case .integer(let value): appendInteger(value, to: &out)
    case .number(let number): number.appendCanonical(to: &out)
    case .string(let text): appendQuoted(text.utf8Span.span, to: &out)
    case .array(let values):
      out.append(ASCII.openBracket)
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(ASCII.comma) }
        value.appendCanonical(to: &out)
      }
      out.append(ASCII.closeBracket)
    case .object(let members): Self.append(members, to: &out)
    }
  }

  /// Appends an object.
  private static func append(_ members: [JSONMember], to out: inout [UInt8]) {
    out.append(ASCII.openBrace)
    for (index, member) in members.enumerated() {
      if index > 0 {
        precondition(
          comesBefore(members[index - 1].key, member.key), "members are not in canonical order")
        out.append(ASCII.comma)
      }
      appendQuoted(member.key.utf8Span.span, to: &out)
      out.append(ASCII.colon)
      member.value.appendCanonical(to: &out)
    }
    out.append(ASCII.closeBrace)
  }

  /// The value's canonical form as bytes.
  package var canonicalBytes: [UInt8] {
    var out: [UInt8] = []
    appendCanonical(to: &out)
    return out
  }

  /// The value's canonical form as text.
  package var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}

/// Appends text that needs neither quotes nor escapes.
func appendLiteral(_ literal: StaticString, to out: inout [UInt8]) {
  // A static string's bytes live for ever.
  literal.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
}
