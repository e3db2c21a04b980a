/// That an event is in the log, for somebody who has neither: C2SP tlog-proof.
///
///     c2sp.org/tlog-proof@v1
///     extra eyJhY3RvciI6…              base64 of the event's exact line
///     index 2                          its number
///     U/NrSJZ1…                        from the leaf's sibling up to the root's child
///                                      an empty line
///     books                            the checkpoint, its signatures and cosignatures
///     3
///     ReK9GTks…
///
///     — books iJFFqXk5…
package struct InclusionProof: Equatable, Sendable {
  /// The event's line, without its newline.
  package let line: [UInt8]
  /// The event's `seq`.
  package let index: Int64
  let hashes: [Digest]
  /// What the proof leads to.
  package let checkpoint: Checkpoint

  private static let opening = "c2sp.org/tlog-proof@v1"
  /// A proof of the longest line under the longest note.
  package static let longest = 1 << 18

  init(line: [UInt8], index: Int64, hashes: [Digest], checkpoint: Checkpoint) {
    self.line = line
    self.index = index
    self.hashes = hashes
    self.checkpoint = checkpoint
  }

  /// The proof as it lies in a `.tlog-proof` file.
  package var bytes: [UInt8] {
    let extra = String(decoding: Base64.encode(line), as: UTF8.self)
    var lines = [Self.opening, "extra \(extra)", "index \(index)"] + hashes.map(\.base64)
    lines.append("\n")
    return Array(lines.joined(separator: "\n").utf8) + checkpoint.note.bytes
  }

  /// Reads a proof; throws `notProven`, with the line that is wrong, for bytes that are none.
  package init(parsing bytes: [UInt8]) throws(LogError) {
    func wrong(_ number: Int, _ detail: String) -> LogError {
      LogError(.notProven, detail, lines: Int64(number)...Int64(number))
    }
    guard bytes.count <= Self.longest, let text = String(validating: bytes, as: UTF8.self),
      let gap = text.firstRange(of: "\n\n")
    else { throw wrong(1, "it is no tlog-proof: there is no empty line before a checkpoint") }
    let lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    guard lines[0] == Self.opening else { throw wrong(1, "it does not begin \(Self.opening)") }
    guard lines.count > 1, lines[1].hasPrefix("extra "),
      let line = Base64.decode(Array(lines[1].dropFirst(6).utf8).span)
    else { throw wrong(2, "it has no line `extra` with the event in base64") }
    guard lines.count > 2, lines[2].hasPrefix("index "),
      let index = Int64(lines[2].dropFirst(6)), index >= 0, lines[2] == "index \(index)"
    else { throw wrong(3, "it has no line `index` with the event's number") }
    var hashes: [Digest] = []
    for (place, line) in lines.enumerated().dropFirst(3) {
      guard let hash = Digest(base64: String(line)) else {
        throw wrong(place + 1, "the line is no SHA-256 hash in base64")
      }
      hashes.append(hash)
    }
    guard let checkpoint = Checkpoint(parsing: Array(text[gap.upperBound...].utf8)) else {
      throw wrong(lines.count + 2, "there is no signed checkpoint after the empty line")
    }
    self.init(line: line, index: index, hashes: hashes, checkpoint: checkpoint)
  }

  /// Whether the event's line hashes up to the checkpoint's head; says nothing of its signatures.
  package var leadsToItsCheckpoint: Bool {
    MerkleProof.root(from: Digest(leaf: line.span), at: index, of: checkpoint.size, hashes)
      == checkpoint.root
  }

  /// Throws `notProven` unless the event is in the log that one of `keys` signs.
  ///
  /// Needs nothing but the proof: no ledger, no network.
  package func check(against keys: [VerifierKey]) throws(LogError) {
    guard leadsToItsCheckpoint else {
      throw LogError(.notProven, "the event does not lead to the checkpoint's root")
    }
    guard let event = try? EventEnvelope(parsing: line.span), event.seq == index else {
      throw LogError(.notProven, "the line is not that of event \(index)", lines: 2...2)
    }
    guard checkpoint.isSigned(byOneOf: keys) else {
      throw LogError(
        .notProven, "no key that is trusted signed the checkpoint of \(checkpoint.origin)")
    }
  }
}
