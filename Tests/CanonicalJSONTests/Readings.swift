import CanonicalJSON

/// Why the reader refuses a text; nil when it reads it.
func refusal(
  _ bytes: [UInt8], as profile: JSONProfile, limits: JSONLimits = JSONLimits()
) -> JSONError? {
  do {
    _ = try JSONValue(parsing: bytes.span, as: profile, limits: limits)
    return nil
  } catch {
    return error
  }
}

/// Why the reader refuses a text; nil when it reads it.
func refusal(
  _ text: String, as profile: JSONProfile, limits: JSONLimits = JSONLimits()
) -> JSONError? {
  refusal(Array(text.utf8), as: profile, limits: limits)
}

/// Why a cursor refuses that the bytes are one canonical value and nothing else; nil if they are.
func canonicalRefusal(_ bytes: [UInt8], limits: JSONLimits = .event) -> JSONError? {
  var cursor = CanonicalCursor()
  do {
    try cursor.validateValue(in: bytes.span, limits: limits)
    return cursor.position == bytes.count ? nil : JSONError(.trailingBytes, at: cursor.position)
  } catch {
    return error
  }
}

/// Why a cursor refuses that the text is one canonical value and nothing else; nil if it is.
func canonicalRefusal(_ text: String, limits: JSONLimits = .event) -> JSONError? {
  canonicalRefusal(Array(text.utf8), limits: limits)
}

/// The outcome of one call of a cursor: what it returned and where it stood, or why it refused.
enum Outcome<Value: Equatable>: Equatable {
  case value(Value, Int)
  case error(JSONError)

  /// Runs a call on a cursor that starts at an offset.
  init(
    at start: Int = 0, _ call: (inout CanonicalCursor) throws(JSONError) -> Value
  ) {
    var cursor = CanonicalCursor(at: start)
    do {
      self = .value(try call(&cursor), cursor.position)
    } catch {
      self = .error(error)
    }
  }
}
