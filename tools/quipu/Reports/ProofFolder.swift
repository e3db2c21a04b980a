internal import EventStore
internal import Glibc

/// A folder that proves itself: files, and `SHA256SUMS` over all of them for `sha256sum -c`.
///
/// Made anew: one that is there is refused, so that nothing of another matter stays in it.
struct ProofFolder {
  /// Where it is.
  let path: String
  private var sums: [(name: String, digest: String)] = []

  init(_ path: String) { self.path = path }

  /// Makes the folder, readable by its owner alone. Throws ``Failure`` where it is there, or on I/O.
  mutating func begin() throws(Failure) {
    try make(path)
  }

  /// Writes one file, whose name is of ours: letters, digits, dots, and at most one folder.
  mutating func write(_ bytes: [UInt8], as name: String) throws(Failure) {
    let parts = name.split(separator: "/")
    if parts.count == 2, !sums.contains(where: { $0.name.hasPrefix(parts[0] + "/") }) {
      try make("\(path)/\(parts[0])")
    }
    try OutputFile.write(bytes, to: "\(path)/\(name)")
    sums.append((name, Digest(hashing: bytes.span).hex))
  }

  /// Writes the sums of all files, in the order of their names; gives their digest.
  @discardableResult
  mutating func writeSums() throws(Failure) -> String {
    let lines = sums.sorted { $0.name < $1.name }.map { "\($0.digest)  \($0.name)\n" }
    let bytes = Array(lines.joined().utf8)
    try OutputFile.write(bytes, to: "\(path)/SHA256SUMS")
    return Digest(hashing: bytes.span).hex
  }

  private func make(_ folder: String) throws(Failure) {
    guard unsafe mkdir(folder, 0o700) != 0 else { return }
    let error = errno
    guard error == EEXIST else {
      throw Failure(
        .inputOutput, "io",
        Text("\(folder) cannot be made", "no se puede crear \(folder)"),
        [Failure.Detail("file", folder), Failure.Detail("errno", Int64(error))])
    }
    throw Failure(
      .refused, "folder_exists",
      Text("\(folder) is there already", "\(folder) ya existe"),
      [
        Failure.Detail("file", folder),
        Failure.Detail("expected", "a folder that is not there yet"),
      ])
  }
}
