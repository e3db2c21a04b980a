import CanonicalJSON
import EventStore
import Foundation
import Ledger
import Support

/// What is given any bytes at all, and what must hold of it whatever they are.
///
/// Nothing may crash or hang; what is promised besides is thrown as ``BrokenPromise``.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// The readers of JSON: what they take is what they write, and all of them take the same.
  case json
  /// The reader of drafts.
  case draft
  /// Opening and verifying a ledger whose last segment the bytes are.
  case segment

  /// Tries the bytes.
  package func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    switch self {
    case .json: try Self.json(bytes)
    case .draft: try Self.draft(bytes)
    case .segment: try SegmentFuzzing.run(bytes)
    }
  }

  private static func json(_ bytes: [UInt8]) throws(BrokenPromise) {
    var event: JSONValue?
    for profile in [JSONProfile.json, .interoperable, .event] {
      guard let value = try? JSONValue(parsing: bytes.span, as: profile, limits: .event) else {
        continue
      }
      let canonical = value.canonicalBytes
      let again = try? JSONValue(parsing: canonical.span, as: profile)
      try promise(again == value, "what was read is not what was written")
      try promise(again?.canonicalBytes == canonical, "the canonical form is not one")
      if profile == .event { event = value }
    }
    var cursor = CanonicalCursor()
    let isCanonical =
      (try? cursor.validateValue(in: bytes.span)) != nil && cursor.position == bytes.count
    let isItsOwnForm = event?.canonicalBytes == bytes
    try promise(isCanonical == isItsOwnForm, "reader and cursor disagree")
    var skipping = CanonicalCursor()
    let isSkipped = (try? skipping.skipValue(in: bytes.span)) != nil
    try promise(!isSkipped || skipping.position <= bytes.count, "skipped past the end")
    try promise(
      !isCanonical || (isSkipped && skipping.position == bytes.count),
      "what is canonical is not skipped")
    if let envelope = try? EventEnvelope(parsing: bytes.span), isCanonical {
      try promise(event?["seq"]?.integerValue == envelope.seq, "the envelope reads another number")
    }
    if let commit = try? CommitLine(parsing: bytes.span) {
      try promise(commit.canonicalBytes == bytes, "a commit has two forms")
    }
    if let header = try? SegmentHeader(parsing: bytes.span) {
      try promise(header.canonicalBytes == bytes, "a segment header has two forms")
    }
  }

  private static func draft(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let draft = try? Draft(line: bytes, number: 1, of: "fuzz") else { return }
    try promise(
      (try? JSONValue(parsing: draft.data.span, as: .event))?.canonicalBytes == draft.data,
      "a draft's fields are not canonical")
    try promise(!draft.key.isEmpty && draft.stream.contains("/"), "a draft without key or stream")
  }
}

/// Something that must hold for all bytes, and does not for these.
package struct BrokenPromise: Error, CustomStringConvertible {
  /// What should have held.
  package let description: String
}

/// Throws unless it holds.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
  if !holds { throw BrokenPromise(description: what()) }
}

extension FuzzTarget {
  /// The inputs that are kept: seeds, and what was found, each file with its bytes.
  package func cases() throws -> [(name: String, bytes: [UInt8])] {
    let folder = Self.folder.appendingPathComponent("Cases/\(rawValue)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))))
    }
  }

  /// `Tests/Fuzz`.
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
}
