internal import Glibc

/// Files that commands write: whole or not at all.
enum OutputFile {
  /// A file being written beside its place; it gets there when it is whole.
  ///
  /// What is there and no file, a device or a pipe, is written to and never replaced.
  struct Draft {
    private let path: String
    /// Where it is written; nil when that is its place.
    private let draft: String?
    private let descriptor: Int32

    /// Begins a file. Throws ``Failure``, exit 4.
    init(_ path: String) throws(Failure) {
      self.path = path
      if OutputFile.fileType(path).map({ $0 != S_IFREG }) ?? false {
        draft = nil
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
      } else {
        let draft = "\(path).\(getpid()).tmp"
        self.draft = draft
        unsafe unlink(draft)
        Interruption.willRemove(draft)
        descriptor = unsafe Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      }
      guard descriptor >= 0 else { throw discard(errno) }
    }

    /// Adds bytes. When that fails, nothing is left behind.
    func write(_ bytes: [UInt8]) throws(Failure) {
      let error = writeAll(bytes, to: descriptor)
      guard error == 0 else { throw abandon(error) }
    }

    /// Syncs the file and renames it to its place.
    func finish() throws(Failure) {
      guard draft == nil || fsync(descriptor) == 0 else { throw abandon(errno) }
      guard Glibc.close(descriptor) == 0 else { throw discard(errno) }
      if let draft, unsafe Glibc.rename(draft, path) != 0 { throw discard(errno) }
      Interruption.keep()
    }

    /// Leaves nothing behind: what was to be written could not be made.
    func abandon() { _ = abandon(0) }

    private func abandon(_ error: Int32) -> Failure {
      Glibc.close(descriptor)
      return discard(error)
    }

    private func discard(_ error: Int32) -> Failure {
      if let draft { unsafe unlink(draft) }
      Interruption.keep()
      return OutputFile.failure(error, path)
    }
  }

  /// Writes a file beside its place, syncs it, and renames it there. Throws ``Failure``, exit 4.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let draft = try Draft(path)
    try draft.write(bytes)
    try draft.finish()
  }

  /// The directory that relative paths start from. Throws ``Failure``, exit 4.
  static func workingDirectory() throws(Failure) -> String {
    guard let path = unsafe getcwd(nil, 0) else { throw failure(errno, ".") }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// A path whole and without links; nil for what is not there.
  static func wholePath(_ path: String) -> String? {
    guard let whole = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(whole) }
    return unsafe String(cString: whole)
  }

  /// Makes a directory, unless it is there.
  static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(Failure) {
    guard unsafe mkdir(path, mode) != 0 else { return }
    guard errno == EEXIST else { throw failure(errno, path) }
    guard fileType(path) == S_IFDIR else { throw failure(ENOTDIR, path) }
  }

  /// What is at a path, links followed, as `S_IFREG` or another of its kind; nil for nothing.
  private static func fileType(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// A file open for reading, or standard input for `-`. The caller closes it.
  static func open(_ path: String) throws(Failure) -> Int32 {
    if path == "-" { return STDIN_FILENO }
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    return descriptor
  }

  /// All bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = try open(path)
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno, path)
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Syncs a file made elsewhere and puts it in its place.
  static func rename(_ draft: String, to path: String) throws(Failure) {
    let descriptor = try open(draft)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0, unsafe Glibc.rename(draft, path) == 0 else {
      throw failure(errno, path)
    }
  }

  /// Makes durable which files a directory holds.
  static func syncDirectory(_ path: String) throws(Failure) {
    let descriptor = try open(path)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(errno, path) }
  }

  /// Gives a directory another name, at which nothing may be yet.
  static func moveDirectory(_ path: String, to target: String) throws(Failure) {
    guard unsafe Glibc.rename(path, target) == 0 else { throw failure(errno, target) }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(Failure) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw failure(errno, path) }
  }

  static func failure(_ error: Int32, _ path: String) -> Failure {
    let name = path == "-" ? Text("standard input", "entrada estándar") : Text(same: path)
    return Failure(
      .inputOutput, "io", name + Text(same: ": \(systemReason(error))"),
      [Failure.Detail("errno", Int64(error))])
  }
}
