/// A signed statement of how the log was: C2SP tlog-checkpoint in a signed note.
///
///     books                                            origin: the log's name, and its key's
///     3                                                events
///     ReK9GTksM5m+Xp7zd1NlnT1tiDwIMUvAH24+7+S+Oj4=      head of the RFC 6962 tree over them
package struct Checkpoint: Equatable, Sendable {
  /// Name of the log.
  package let origin: String
  /// How many events it speaks of.
  package let size: Int64
  /// Head of the tree over them.
  package let root: Digest
  /// Text and signatures.
  package internal(set) var note: SignedNote

  /// A checkpoint that nobody has signed yet.
  init(origin: String, size: Int64, root: Digest) {
    self.origin = origin
    self.size = size
    self.root = root
    note = SignedNote(text: "\(origin)\n\(size)\n\(root.base64)\n")
  }

  /// Reads a signed checkpoint, whoever signed it; `nil` for bytes that are none.
  ///
  /// Lines after the third are another log's extensions: signed with the rest, and not looked at.
  package init?(parsing bytes: [UInt8]) {
    guard let note = SignedNote(parsing: bytes) else { return nil }
    let lines = note.text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3, !lines.contains(""), let size = Int64(lines[1]), size >= 0,
      String(size) == lines[1], let root = Digest(base64: String(lines[2]))
    else { return nil }
    self.origin = String(lines[0])
    self.size = size
    self.root = root
    self.note = note
  }

  /// Whether both say the same of the same log, whoever signed them.
  func agrees(with other: Checkpoint) -> Bool {
    origin == other.origin && size == other.size && root == other.root
  }

  /// The log's keys among `known` that signed it; `nil` when one is named with a wrong signature.
  package func signers(among known: [VerifierKey]) -> [VerifierKey]? {
    note.signers(among: known.filter { $0.kind == .cosignature || $0.name == origin })
  }

  /// Whether the log itself signed it, with one of `known`.
  package func isSigned(byOneOf known: [VerifierKey]) -> Bool {
    signers(among: known)?.contains { $0.kind == .signature } ?? false
  }
}
