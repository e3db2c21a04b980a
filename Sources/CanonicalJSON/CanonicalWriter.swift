/// Writes canonical text piece by piece, without a tree.
///
/// The caller gives the keys of an object in canonical order and closes what it opens; both are
/// checked in debug builds only. Commas and colons come by themselves; outside of arrays and
/// objects values follow each other bare, so that a writer may fill many lines.
package struct CanonicalWriter: Sendable {
  /// What was written so far.
  package var bytes: [UInt8] = []
  /// Whether a comma is due before the next key or element.
  private var needsComma = false
  /// How many arrays and objects are open.
  private var depth = 0
  #if DEBUG
    /// For every open array or object the last key, nil before the first; to check the order.
    private var lastKeys: [String?] = []
  #endif

  /// Makes a writer that has written nothing.
  package init() {}

  /// Writes `{`.
  package mutating func beginObject() { begin(ASCII.openBrace) }

  /// Writes `}`.
  package mutating func endObject() { end(ASCII.closeBrace) }

  /// Writes `[`.
  package mutating func beginArray() { begin(ASCII.openBracket) }

  /// Writes `]`.
  package mutating func endArray() { end(ASCII.closeBracket) }

  /// Writes a key that needs no escape, and its colon.
  package mutating func key(_ key: StaticString) {
    separate()
    #if DEBUG
      check(key.description)
    #endif
    // At once, for each addition to an array asks whose the buffer is and what room it has.
    bytes.append(addingCapacity: key.utf8CodeUnitCount &+ 3) { out in
      out.append(ASCII.quote)
      out.append(key)
      out.append(ASCII.quote)
      out.append(ASCII.colon)
    }
    needsComma = false
  }

  /// Writes a key that is known at run time alone, and its colon.
  package mutating func key(text key: String) {
    separate()
    #if DEBUG
      check(key)
    #endif
    appendQuoted(key.utf8Span.span, to: &bytes)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  /// Writes a string.
  package mutating func string(_ text: String) {
    separate()
    appendQuoted(text.utf8Span.span, to: &bytes)
  }

  /// Writes a string given as bytes; what is not UTF-8 traps, for the log is text.
  package mutating func string(utf8 text: Span<UInt8>) {
    precondition(text.isUTF8, "a string is not UTF-8")
    separate()
    appendQuoted(text, to: &bytes)
  }

  /// Writes a string that `body` puts together of bytes that need no escape.
  package mutating func string(of body: (inout [UInt8]) -> Void) {
    separate()
    bytes.append(ASCII.quote)
    body(&bytes)
    bytes.append(ASCII.quote)
  }

  /// Writes an integer; one outside ±(2^53 − 1) traps.
  package mutating func integer(_ value: Int64) {
    separate()
    appendInteger(value, to: &bytes)
  }

  /// Writes `true` or `false`.
  package mutating func bool(_ value: Bool) {
    separate()
    appendLiteral(value ? "true" : "false", to: &bytes)
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    appendLiteral("null", to: &bytes)
  }

  /// Writes a value that is canonical already; the caller vouches for it.
  package mutating func raw(_ value: [UInt8]) {
    separate()
    bytes.append(contentsOf: value)
  }

  /// Writes a value that is a literal of canonical text.
  package mutating func raw(_ value: StaticString) {
    separate()
    appendLiteral(value, to: &bytes)
  }

  /// Writes the comma that is due before this key or value; another is due after it.
  private mutating func separate() {
    if needsComma && depth > 0 { bytes.append(ASCII.comma) }
    needsComma = true
  }

  /// Writes an opening bracket.
  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
    depth += 1
    #if DEBUG
      lastKeys.append(nil)
    #endif
  }

  /// Writes a closing bracket.
  private mutating func end(_ bracket: UInt8) {
    assert(depth > 0, "closed more than was opened")
    depth -= 1
    #if DEBUG
      lastKeys.removeLast()
    #endif
    bytes.append(bracket)
    needsComma = true
  }

  #if DEBUG
    /// Traps unless the key follows the last one of its object.
    private mutating func check(_ key: String) {
      guard let last = lastKeys.popLast() else { preconditionFailure("a key outside an object") }
      if let last { precondition(comesBefore(last, key), "keys out of order: \(last), \(key)") }
      lastKeys.append(key)
    }
  #endif
}
