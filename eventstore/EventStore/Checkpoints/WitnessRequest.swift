/// What a witness is asked to cosign: C2SP tlog-witness, the body of `add-checkpoint`.
///
///     old 2                       size of the last checkpoint the witness cosigned; 0 at first
///     VSIMet4f…                   consistency proof from it, a hash a line (RFC 6962, section 2.1.2)
///                                 an empty line
///     books                       the new checkpoint
///     3
///     ReK9GTks…
///
///     — books iJFFqXk5…
package struct WitnessRequest: Equatable, Sendable {
  /// Size of the tree the proof begins at.
  package let old: Int64
  /// The consistency proof.
  let proof: [Digest]
  /// What is to be cosigned.
  package let checkpoint: Checkpoint

  /// A request of given parts.
  package init(old: Int64, proof: [Digest], checkpoint: Checkpoint) {
    self.old = old
    self.proof = proof
    self.checkpoint = checkpoint
  }

  /// The body of the request.
  package var bytes: [UInt8] {
    let lines = ["old \(old)"] + proof.map(\.base64) + [""]
    return Array(lines.map { $0 + "\n" }.joined().utf8) + checkpoint.note.bytes
  }

  /// Reads a body; throws `notProven`, with the line that is wrong, for bytes that are none.
  package init(parsing bytes: [UInt8]) throws(LogError) {
    func wrong(_ number: Int, _ detail: String) -> LogError {
      LogError(.notProven, detail, lines: Int64(number)...Int64(number))
    }
    guard bytes.count <= SignedNote.longest, let text = String(validating: bytes, as: UTF8.self),
      let gap = text.firstRange(of: "\n\n")
    else { throw wrong(1, "there is no empty line before a checkpoint") }
    let lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    guard lines[0].hasPrefix("old "), let old = Int64(lines[0].dropFirst(4)), old >= 0,
      lines[0] == "old \(old)"
    else { throw wrong(1, "it does not begin with the old size, as `old 2`") }
    guard lines.count <= 64 else { throw wrong(65, "a proof has at most 63 hashes") }
    var proof: [Digest] = []
    for (place, line) in lines.enumerated().dropFirst() {
      guard let hash = Digest(base64: String(line)) else {
        throw wrong(place + 1, "the line is no SHA-256 hash in base64")
      }
      proof.append(hash)
    }
    guard let checkpoint = Checkpoint(parsing: Array(text[gap.upperBound...].utf8)) else {
      throw wrong(lines.count + 2, "there is no signed checkpoint after the empty line")
    }
    self.init(old: old, proof: proof, checkpoint: checkpoint)
  }
}

/// The other side of it: somebody who cosigns the checkpoints of a log after seeing that each
/// contains the one before.
package struct Witness {
  /// The file that remembers the last checkpoint cosigned.
  let memory: Anchor
  /// The keys trusted for the log.
  let logKeys: [VerifierKey]

  /// A witness that remembers in a file, which need not be there yet.
  package init(memory path: String, logKeys: [VerifierKey], disk: any Disk = SystemDisk()) {
    memory = Anchor(path: path, disk: disk)
    self.logKeys = logKeys
  }

  /// Why a witness does not cosign.
  package enum Refusal: Error, Equatable, Sendable {
    /// None of the log's keys signed the checkpoint (403), or it is of another log (404).
    case unsigned
    /// The request begins at another size than the witness remembers (409).
    case conflict(known: Int64)
    /// The proof does not hold: the log has two histories, or the request is wrong (422).
    case inconsistent
    case failed(LogError)
  }

  /// The cosignature line, without its newline, after the checkpoint is remembered durably.
  ///
  /// `time` in seconds since 1970.
  package func cosign(
    _ request: WitnessRequest, with key: borrowing SigningKey, at time: Int64
  ) throws(Refusal) -> String {
    guard request.checkpoint.isSigned(byOneOf: logKeys) else { throw .unsigned }
    let checkpoint = request.checkpoint
    var refusal: Refusal?
    do throws(LogError) {
      if try memory.read() == nil, request.old != 0 { throw LogError(.behindAnchor, "") }
      try memory.advance(to: checkpoint) { kept throws(LogError) in
        refusal = judge(request, after: kept)
        return refusal == nil
      }
      return try Cosignature.line(over: checkpoint.note.text, at: time, with: key).line
    } catch {
      if let refusal { throw refusal }
      if error.code == .behindAnchor { throw .conflict(known: 0) }
      throw .failed(error)
    }
  }

  private func judge(_ request: WitnessRequest, after kept: Checkpoint) -> Refusal? {
    let new = request.checkpoint
    guard kept.origin == new.origin else { return .unsigned }
    guard request.old == kept.size else { return .conflict(known: kept.size) }
    let holds = MerkleProof.isConsistent(
      old: (kept.size, kept.root), new: (new.size, new.root), request.proof)
    return holds ? nil : .inconsistent
  }
}

extension LedgerDirectory {
  /// Adds signature lines to the stored checkpoint of a size; says how many were new.
  func add(
    _ lines: [SignedNote.Signature], to checkpoint: Checkpoint
  ) throws(LogError) -> Int {
    var signed = checkpoint
    var count = 0
    for line in lines where signed.note.add(line) { count += 1 }
    if count > 0 {
      let latest = try latestCheckpoint()
      try store(signed, isLatest: latest?.size == signed.size)
    }
    return count
  }
}

extension EventLog {
  /// Keeps the cosignatures that a witness answered with.
  ///
  /// Only lines by one of `witnesses` over a stored checkpoint are kept, and other lines passed over.
  /// Returns the checkpoint with them, and how many are new. Throws `notProven` where no line is by
  /// one of them or one is wrong, `noSuchEvent` without a checkpoint of that size.
  package func addCosignatures(
    _ lines: [UInt8], to size: Int64, by witnesses: [VerifierKey]
  ) throws(LogError) -> (checkpoint: Checkpoint, new: Int) {
    guard let checkpoint = try directory.checkpoint(of: size) else {
      throw LogError(.noSuchEvent, "there is no checkpoint of \(size) events")
    }
    let known = String(decoding: lines, as: UTF8.self).split(separator: "\n")
      .compactMap { SignedNote.Signature(line: $0) }
      .filter { line in witnesses.contains { $0.id == line.keyID && $0.name == line.name } }
    var tried = SignedNote(text: checkpoint.note.text)
    for line in known { _ = tried.add(line) }
    guard let signers = tried.signers(among: witnesses), !signers.isEmpty else {
      throw LogError(
        .notProven,
        known.isEmpty
          ? "there is no signature line by a witness that is named"
          : "a signature by \(known[0].name) is not one of the checkpoint of \(size) events")
    }
    let new = try directory.add(known, to: checkpoint)
    guard let kept = try directory.checkpoint(of: size) else {
      throw LogError(.io, "the checkpoint could not be read back")
    }
    return (kept, new)
  }
}
