/// Something in the log, or in what is kept about it, that is not as it was written.
package struct Finding: Equatable, Sendable {
  /// What happened to it, as far as the bytes tell.
  package enum Kind: String, Sendable, CaseIterable {
    /// Lines or a tile differ from what a commit, header, tile or checkpoint fixes.
    case mutated
    /// Events, a segment or a commit that must be there are not.
    case missing
    /// Events stand at another place than theirs.
    case reordered
    /// Events, a commit or a key are there twice.
    case duplicated
    /// A segment ends inside a batch, or its writer or a checkpoint says it is longer.
    case truncated
    /// A line or name has not the form the format gives it, whatever the hashes say.
    case malformed
    /// A checkpoint without a valid signature of a key that is known for its size.
    case unsigned
    /// A signed checkpoint that states another root than the log's: two that no tree satisfies.
    case inconsistent
  }

  /// What happened to it.
  package var kind: Kind
  /// Relative to the ledger directory.
  package var file: String
  /// From 1; the whole batch where no hash pins one line. `nil` when it concerns the file.
  package var lines: ClosedRange<Int64>?
  /// Offset of the first byte concerned.
  package var byte: Int?
  /// What is wrong, for a person.
  package var detail: String

  /// A finding in `file`; `lines` and `byte` as the properties say.
  package init(
    _ kind: Kind, _ file: String, _ lines: ClosedRange<Int64>?, byte: Int?, _ detail: String
  ) {
    self.kind = kind
    self.file = file
    self.lines = lines
    self.byte = byte
    self.detail = detail
  }
}

extension Finding: CustomStringConvertible {
  /// `mutated log/000000000000.jsonl lines 3–7, byte 612: …`
  package var description: String {
    var text = "\(kind.rawValue) \(file)"
    if let lines {
      text +=
        lines.count == 1
        ? " line \(lines.lowerBound)" : " lines \(lines.lowerBound)–\(lines.upperBound)"
    }
    if let byte { text += ", byte \(byte)" }
    return "\(text): \(detail)"
  }
}

/// What verifying a log brought to light.
package struct Verification: Equatable, Sendable {
  /// What is wrong; empty for a sound log.
  package var findings: [Finding] = []
  /// What an operator may want to know besides.
  package var notices: [LogNotice] = []
  /// Events met.
  package var events: Int64 = 0
  package var commits: Int64 = 0
  package var segments = 0
  /// Bytes read.
  package var bytes = 0
  /// Head of the tree over all events; `nil` where damage kept it from being rebuilt to the end.
  package var root: Digest?
  /// The first event read: 0 but for a look since a checkpoint.
  package var first: Int64 = 0
  /// Signed checkpoints that are the log's, kept here or elsewhere, and the size of the largest.
  package var checkpoints = 0
  package var covered: Int64 = 0
  /// Tile files there are.
  package var tiles = 0
  /// The log's keys that checkpoints were checked with, and whether they are trusted from outside.
  package var keys: [VerifierKey] = []
  package var keysAreTrusted = false
}
