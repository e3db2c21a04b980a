/// Reads JSON text into a tree, by the rules of a profile.
///
/// Recursive; the depth is checked before every step down.
struct JSONReader {
  let profile: JSONProfile
  let depthLimit: Int
  var position = 0

  /// Reads the one value the bytes hold, with white space around it.
  mutating func document(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    skipSpace(in: bytes)
    let value = try value(in: bytes, depth: 0)
    skipSpace(in: bytes)
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
    return value
  }

  /// Reads a value inside `depth` arrays and objects.
  private mutating func value(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
    guard position < bytes.count else { throw JSONError(.truncated, at: position) }
    switch bytes[position] {
    case ASCII.quote: return .string(try string(in: bytes))
    case ASCII.openBrace: return try object(in: bytes, depth: depth + 1)
    case ASCII.openBracket: return .array(try array(in: bytes, depth: depth + 1))
    case ASCII.minus, ASCII.zero...ASCII.nine: return try number(in: bytes)
    case ASCII.lowerN:
      try literal("null", in: bytes)
      return .null
    case ASCII.lowerT:
      try literal("true", in: bytes)
      return .bool(true)
    case ASCII.lowerF:
      try literal("false", in: bytes)
      return .bool(false)
    default: throw JSONError(.unexpectedByte, at: position)
    }
  }

  /// Reads an array, whose opening bracket is next.
  private mutating func array(
    in bytes: Span<UInt8>, depth: Int
  ) throws(JSONError) -> [JSONValue] {
    try open(depth: depth)
    var values: [JSONValue] = []
    skipSpace(in: bytes)
    if take(ASCII.closeBracket, in: bytes) { return values }
    while true {
      values.append(try value(in: bytes, depth: depth))
      skipSpace(in: bytes)
      if take(ASCII.closeBracket, in: bytes) { return values }
      try expect(ASCII.comma, in: bytes)
      skipSpace(in: bytes)
    }
  }

  /// Reads an object, whose opening brace is next.
  private mutating func object(
    in bytes: Span<UInt8>, depth: Int
  ) throws(JSONError) -> JSONValue {
    try open(depth: depth)
    var members: [JSONMember] = []
    var offsets: [Int] = []
    var ascending = true
    skipSpace(in: bytes)
    if take(ASCII.closeBrace, in: bytes) { return .object(members) }
    members.reserveCapacity(8)
    offsets.reserveCapacity(8)
    while true {
      guard position < bytes.count, bytes[position] == ASCII.quote else {
        throw unexpected(in: bytes)
      }
      let offset = position
      let key = try string(in: bytes)
      skipSpace(in: bytes)
      try expect(ASCII.colon, in: bytes)
      skipSpace(in: bytes)
      let value = try value(in: bytes, depth: depth)
      if let last = members.last, !comesBefore(last.key, key) { ascending = false }
      members.append(JSONMember(key: key, value: value))
      offsets.append(offset)
      skipSpace(in: bytes)
      if take(ASCII.closeBrace, in: bytes) { break }
      try expect(ASCII.comma, in: bytes)
      skipSpace(in: bytes)
    }
    return .object(ascending ? members : try sorted(members, offsets: offsets))
  }

  /// Members in canonical order; of equal keys the last stays, or the text is refused.
  private func sorted(
    _ members: [JSONMember], offsets: [Int]
  ) throws(JSONError) -> [JSONMember] {
    let order = members.indices.sorted { left, right in
      if comesBefore(members[left].key, members[right].key) { return true }
      if comesBefore(members[right].key, members[left].key) { return false }
      return left < right
    }
    var result: [JSONMember] = []
    result.reserveCapacity(members.count)
    var firstRepeat: Int?
    for index in order {
      let member = members[index]
      if let last = result.last, haveSameBytes(last.key, member.key) {
        firstRepeat = min(firstRepeat ?? offsets[index], offsets[index])
        result[result.count - 1] = member
      } else {
        result.append(member)
      }
    }
    if let firstRepeat, profile != .json { throw JSONError(.duplicateKey, at: firstRepeat) }
    return result
  }

  /// Steps into an array or object.
  private mutating func open(depth: Int) throws(JSONError) {
    guard depth <= depthLimit else { throw JSONError(.tooDeep, at: position) }
    position += 1
  }

  /// Steps over `null`, `true` or `false`.
  private mutating func literal(
    _ text: StaticString, in bytes: Span<UInt8>
  ) throws(JSONError) {
    var cursor = CanonicalCursor(at: position)
    try cursor.expect(text, in: bytes)
    position = cursor.position
  }
}

extension JSONReader {
  /// Steps over white space as RFC 8259, 2 has it.
  mutating func skipSpace(in bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.space, ASCII.tab, ASCII.lineFeed, ASCII.carriageReturn: position += 1
      default: return
      }
    }
  }

  /// Steps over the byte if it is next.
  mutating func take(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Steps over the byte, which must be next.
  mutating func expect(_ byte: UInt8, in bytes: Span<UInt8>) throws(JSONError) {
    guard take(byte, in: bytes) else { throw unexpected(in: bytes) }
  }

  /// The error for a byte that may not stand at the position, or for the end of the text there.
  func unexpected(in bytes: Span<UInt8>) -> JSONError {
    JSONError(position < bytes.count ? .unexpectedByte : .truncated, at: position)
  }
}

extension JSONValue {
  /// Reads the one value that some UTF-8 bytes hold.
  ///
  /// White space around it is allowed, a byte order mark is not. Members come out in canonical
  /// order, whatever their order in the text. O(bytes × log members); the stack is bounded by
  /// `limits.depth`.
  package init(
    parsing bytes: Span<UInt8>, as profile: JSONProfile, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    guard bytes.count <= limits.bytes else { throw JSONError(.tooLong, at: max(0, limits.bytes)) }
    var reader = JSONReader(profile: profile, depthLimit: limits.effectiveDepth)
    self = try reader.document(in: bytes)
  }

  /// Reads the one value that a text holds; see the reading of bytes.
  package init(
    parsing text: String, as profile: JSONProfile, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) {
    try self.init(parsing: text.utf8Span.span, as: profile, limits: limits)
  }
}
