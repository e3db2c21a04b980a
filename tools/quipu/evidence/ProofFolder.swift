internal import CanonicalJSON
internal import EventStore
internal import Glibc
internal import Ledger

/// A folder that proves itself, `SHA256SUMS` over all its files: written beside its place, and there when
/// all of it is on the disk.
///
/// Made anew: a path at which something is already is refused, so that nothing of another matter stays in
/// it. Its owner alone may read it.
struct ProofFolder {
  /// Where it is to be.
  let path: String
  private let draft: String
  private var folders: [String] = []
  private var files: [(name: String, digest: String)] = []

  /// Begins a folder. Throws ``Failure``: `folder_exists`, exit 3, and exit 4.
  init(_ path: String) throws(Failure) {
    var path = path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    try Self.requireFree(path)
    self.path = path
    draft = "\(path).\(getpid()).tmp"
    try make(draft)
  }

  /// Refuses a path at which something is already. Throws ``Failure`` `folder_exists`, exit 3.
  static func requireFree(_ path: String) throws(Failure) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    throw Failure(
      .refused, "folder_exists",
      Text("\(path) is there already", "\(path) ya existe"),
      [
        Failure.Detail("file", path),
        Failure.Detail("expected", "a folder that is not there yet"),
      ])
  }

  /// Writes one file, whose name is of ours: letters, digits, dots, and at most one folder.
  mutating func write(_ bytes: [UInt8], as name: String) throws(Failure) {
    let parts = name.split(separator: "/")
    if parts.count == 2, !folders.contains("\(draft)/\(parts[0])") {
      try make("\(draft)/\(parts[0])")
    }
    try OutputFile.write(bytes, to: "\(draft)/\(name)")
    files.append((name, Digest(hashing: bytes.span).hex))
  }

  /// Writes `SHA256SUMS`, gives the folder its name, and says the digest of the sums.
  private mutating func finish(_ sign: ((String) throws -> [UInt8])?) throws -> String {
    let sums = files.sorted { $0.name < $1.name }.map { "\($0.digest)  \($0.name)\n" }
    let bytes = Array(sums.joined().utf8)
    let digest = Digest(hashing: bytes.span).hex
    try write(bytes, as: "SHA256SUMS")
    if let sign { try write(try sign("quipu package\n\(digest)\n"), as: "SHA256SUMS.note") }
    for folder in folders.reversed() { try OutputFile.syncDirectory(folder) }
    try OutputFile.moveDirectory(draft, to: path)
    return digest
  }

  /// Takes away what was written.
  private func discard() {
    for file in files { unsafe unlink("\(draft)/\(file.name)") }
    for folder in folders.reversed() { unsafe rmdir(folder) }
  }

  private mutating func make(_ folder: String) throws(Failure) {
    try OutputFile.makeDirectory(folder, mode: 0o700)
    folders.append(folder)
  }

  /// Makes a folder with what `body` writes in it, or none; the digest of its sums.
  ///
  /// With `sign`, which gives a signed note of a text, `SHA256SUMS.note` vouches for the sums: without it
  /// whoever changes a file can make the sums anew.
  static func make(
    at path: String, signedBy sign: ((String) throws -> [UInt8])? = nil,
    _ body: (inout ProofFolder) throws -> Void
  ) throws -> String {
    var folder = try ProofFolder(path)
    do {
      try body(&folder)
      return try folder.finish(sign)
    } catch {
      folder.discard()
      throw error
    }
  }
}

/// Events with what proves them to somebody who has no ledger: the part of a folder that `verify.py`, which
/// goes along, checks. Its head tells the files.
struct ProvenEvents {
  /// The lines as they lie in the log, in its order.
  var events: [(seq: Int64, line: [UInt8])]
  /// What the proofs lead to, and the key that checks it.
  var checkpoint: Checkpoint
  var key: String
  /// Streams of which every event is there, and how many those are.
  var completeStreams: [String: Int64]
  /// The run of events of which every one is there; empty for none.
  var completeRange: Range<Int64> = 0..<0

  /// What `report.json` says of them.
  var members: [JSONMember] {
    let range: JSONValue =
      completeRange.isEmpty
      ? .null
      : .array([.integer(completeRange.lowerBound), .integer(completeRange.upperBound)])
    let streams = completeStreams.sorted { $0.key < $1.key }.map {
      JSONMember(key: $0.key, value: .integer($0.value))
    }
    return [
      JSONMember(
        key: "checkpoint",
        value: .object([
          "origin": .string(checkpoint.origin), "root": .string(checkpoint.root.base64),
          "size": .integer(checkpoint.size), "vkey": .string(key),
        ])),
      JSONMember(key: "completeRange", value: range),
      JSONMember(key: "completeStreams", value: JSONValue(members: streams)),
      JSONMember(key: "events", value: .integer(Int64(events.count))),
      JSONMember(key: "format", value: .integer(1)),
    ]
  }

  /// Writes them, with `report` beside ``members`` in `report.json`.
  func write(
    to folder: inout ProofFolder, from view: LedgerView, report: [JSONMember] = []
  ) throws {
    var lines: [UInt8] = []
    for (seq, line) in events {
      lines += line + [UInt8(ascii: "\n")]
      let proof = try view.inclusionProof(of: seq, under: checkpoint)
      try folder.write(proof.bytes, as: Self.file(of: seq))
    }
    try folder.write(lines, as: "events.jsonl")
    try folder.write(checkpoint.note.bytes, as: "checkpoint")
    try folder.write(Array("\(key)\n".utf8), as: "vkey")
    let report = JSONValue(members: members + report)
    try folder.write(report.canonicalBytes + [UInt8(ascii: "\n")], as: "report.json")
    try folder.write(PackageResources.verify_package_py, as: "verify.py")
    try folder.write(PackageResources.evidence_py, as: "evidence.py")
  }

  /// The name of an event's proof.
  static func file(of seq: Int64) -> String {
    let text = String(seq)
    let zeros = String(repeating: "0", count: max(0, 12 - text.count))
    return "proofs/\(zeros)\(text).tlog-proof"
  }
}
