/// How much of JSON a text may use.
package enum JSONProfile: Sendable {
  /// RFC 8259: any number a double can approach; of equal keys the last one wins.
  ///
  /// An escape that names half a surrogate pair reads as U+FFFD, for a string holds scalars only.
  case json
  /// RFC 7493 (I-JSON): equal keys and lone surrogates are refused, numbers are doubles.
  case interoperable
  /// As `interoperable`, and every number is an integer within ±(2^53 − 1), written as one.
  case event
}

/// How large a text may be.
package struct JSONLimits: Equatable, Sendable {
  /// How many arrays and objects may nest; a scalar alone has depth 0.
  ///
  /// Values above ``deepest`` count as it.
  package var depth: Int
  /// How many bytes the text may have.
  package var bytes: Int

  /// Limits that suit documents: 64 levels, 1 MiB.
  package init(depth: Int = 64, bytes: Int = 1 << 20) {
    self.depth = depth
    self.bytes = bytes
  }

  /// The limits of one line of the log: 16 levels, 65,535 bytes.
  package static let event = JSONLimits(depth: 16, bytes: 65_535)

  /// The depth no limit can exceed: readers recurse, and their stack must hold.
  package static let deepest = 512

  /// The depth in force.
  var effectiveDepth: Int { min(depth, Self.deepest) }
}

/// The largest integer that is exact in a double with all below it: 2^53 − 1 (RFC 7493, 2.2).
let largestSafeInteger: Int64 = 9_007_199_254_740_991
