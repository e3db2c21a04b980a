internal import CanonicalJSON
internal import EventStore
internal import Glibc
internal import Ledger

/// A folder that is written beside its place and gets there when all of it is on the disk.
struct EvidenceFolder {
  private let path: String
  private let draft: String
  private var folders: [String] = []
  private var files: [(name: String, digest: String)] = []

  /// Begins a folder. Throws ``Failure``: `exists`, exit 3, and exit 4.
  init(_ path: String) throws(Failure) {
    var path = path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    try Self.requireFree(path)
    self.path = path
    draft = "\(path).\(getpid()).tmp"
    try make("")
  }

  /// Refuses a path at which something is already. Throws ``Failure`` `exists`, exit 3.
  static func requireFree(_ path: String) throws(Failure) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    throw Failure(
      .refused, "exists",
      Text("\(path) is there already", "\(path) ya existe"),
      [Failure.Detail("expected", "a folder that is not there yet")])
  }

  private mutating func make(_ name: String) throws(Failure) {
    let folder = name.isEmpty ? draft : "\(draft)/\(name)"
    try OutputFile.makeDirectory(folder)
    folders.append(folder)
  }

  /// Makes a folder in it, unless it is there.
  mutating func makeFolder(_ name: String) throws(Failure) {
    guard !folders.contains("\(draft)/\(name)") else { return }
    try make(name)
  }

  /// Writes a file of it.
  mutating func write(_ name: String, _ bytes: [UInt8]) throws(Failure) {
    try OutputFile.write(bytes, to: "\(draft)/\(name)")
    files.append((name, Digest(hashing: bytes.span).hex))
  }

  /// Writes `SHA256SUMS`, gives the folder its name, and says the digest of the sums.
  consuming func finish() throws(Failure) -> String {
    let sums = files.sorted { $0.name < $1.name }.map { "\($0.digest)  \($0.name)\n" }.joined()
    let bytes = Array(sums.utf8)
    try OutputFile.write(bytes, to: "\(draft)/SHA256SUMS")
    files.append(("SHA256SUMS", ""))
    for folder in folders.reversed() { try OutputFile.syncDirectory(folder) }
    try OutputFile.moveDirectory(draft, to: path)
    return Digest(hashing: bytes.span).hex
  }

  /// Takes away what was written.
  func discard() {
    for file in files { unsafe unlink("\(draft)/\(file.name)") }
    unsafe unlink("\(draft)/SHA256SUMS")
    for folder in folders.reversed() { unsafe rmdir(folder) }
  }
}

extension EvidencePackage {
  /// Writes the package as a folder; the digest of its sums.
  ///
  /// Nothing is at `path` before all of it is. Throws ``Failure`` and ``LogError``.
  func write(to path: String, _ language: Language) throws -> String {
    var folder = try EvidenceFolder(path)
    do {
      try writeFiles(to: &folder, language)
    } catch {
      folder.discard()
      throw error
    }
    return try folder.finish()
  }

  private func writeFiles(to folder: inout EvidenceFolder, _ language: Language) throws {
    try folder.makeFolder("proofs")
    var lines: [UInt8] = []
    for event in selection.events {
      let seq = event.envelope.seq
      lines += event.line + [UInt8(ascii: "\n")]
      let proof = try view.inclusionProof(of: seq, under: checkpoint)
      try folder.write("proofs/\(Self.digits(seq)).tlog-proof", proof.bytes)
    }
    try folder.write("events.jsonl", lines)
    try folder.write("checkpoint", checkpoint.note.bytes)
    try folder.write("vkey", Array("\(key)\n".utf8))
    for document in try documents() {
      try folder.makeFolder("documents")
      try folder.write("documents/\(document.name)", document.bytes)
    }
    for receipt in receipts {
      try folder.makeFolder("receipts")
      try folder.write("receipts/\(receipt.name)", receipt.bytes)
    }
    if !opened.isEmpty {
      let lines = opened.sorted { $0.key < $1.key }.map { seq, fields in
        JSONValue.object(["fields": fields, "seq": .integer(seq)]).canonicalText + "\n"
      }
      try folder.write("opened.jsonl", Array(lines.joined().utf8))
    }
    try folder.write("report.json", json.canonicalBytes + [UInt8(ascii: "\n")])
    try folder.write("index.html", Array(EvidencePage(self, language).html.utf8))
    try folder.write("verify.py", PackageResources.verify_package_py)
    try folder.write("evidence.py", PackageResources.evidence_py)
  }

  /// A `seq` in twelve digits, as the files of a package are named.
  static func digits(_ seq: Int64) -> String {
    let text = String(seq)
    return String(repeating: "0", count: max(0, 12 - text.count)) + text
  }
}
