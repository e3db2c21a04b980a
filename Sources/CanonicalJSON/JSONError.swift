/// Why a text was refused, and at which byte.
///
/// Two errors are equal when both their code and their offset are.
package struct JSONError: Error, Equatable, Sendable {
  /// What is wrong with the text.
  package var code: Code
  /// Position of the first byte to blame, counted from 0 at the start of the bytes that were read.
  ///
  /// Equals the count of the bytes when the text ends too early.
  package var offset: Int

  /// Makes an error that blames the byte at `offset`.
  package init(_ code: Code, at offset: Int) {
    self.code = code
    self.offset = offset
  }

  /// The kinds of refusal; the raw values are stable names for reports.
  package enum Code: String, Sendable, CaseIterable {
    /// A byte stands where the grammar of RFC 8259 allows another.
    case unexpectedByte = "unexpected_byte"
    /// The bytes are not UTF-8 as RFC 3629 defines it: overlong, a surrogate, past U+10FFFF, cut.
    case invalidUTF8 = "invalid_utf8"
    /// An object names a key twice.
    case duplicateKey = "duplicate_key"
    /// A number has a fraction, an exponent or a negative zero where an integer is due.
    case numberNotInteger = "number_not_integer"
    /// An integer lies outside ±(2^53 − 1), or a number outside the range of a double.
    case numberOutOfRange = "number_out_of_range"
    /// Arrays and objects nest deeper than the limit.
    case tooDeep = "too_deep"
    /// The text is longer than the limit.
    case tooLong = "too_long"
    /// Valid JSON, but not the one form RFC 8785 gives it.
    case notCanonical = "not_canonical"
    /// The text ends before its value does.
    case truncated
    /// A `\u` escape names half of a surrogate pair.
    case loneSurrogate = "lone_surrogate"
    /// Something other than white space follows the value.
    case trailingBytes = "trailing_bytes"
    /// A backslash is followed by something that is no escape.
    case invalidEscape = "invalid_escape"
    /// A byte below 0x20 stands unescaped in a string.
    case controlCharacter = "control_character"
    /// A number breaks the grammar: a leading zero, a sign or a point without digits.
    case invalidNumber = "invalid_number"
  }
}

extension JSONError: CustomStringConvertible {
  /// The code's stable name and the offset, as in `duplicate_key at byte 17`.
  package var description: String { "\(code.rawValue) at byte \(offset)" }
}
