internal import Glibc

/// One request over HTTP by the `curl` program: TLS, proxies and certificates are its business, and a
/// command that asks nobody loads none of it.
enum HTTPExchange {
  /// What came back.
  struct Answer {
    var status: Int
    var body: [UInt8]
  }

  /// Posts a small body under headers, and waits at most so many seconds for the answer. `secret` is a header
  /// that no list of processes shows. Throws ``Failure``, exit 4, where `curl` is not there or reaches nobody.
  static func post(
    _ body: [UInt8], to url: String, headers: [String] = ["Content-Type: text/plain"],
    secret: String? = nil, seconds: Int = 30
  ) throws(Failure) -> Answer {
    let words =
      [
        "curl", "--silent", "--show-error", "--max-time", "\(seconds)", "--max-filesize", "65536",
        "--data-binary", "@-", "--output", "-", "--write-out", "\n%{http_code}",
      ] + headers.flatMap { ["--header", $0] }
      + (secret == nil ? [] : ["--header", "@/dev/fd/\(secretDescriptor)"]) + ["--", url]
    let (status, output) = try run(words, input: body, secret: secret, url)
    guard status == 0 else {
      throw failure(url, "curl \(status)")
    }
    guard let newline = output.lastIndex(of: UInt8(ascii: "\n")),
      let code = Int(String(decoding: output[(newline + 1)...], as: UTF8.self))
    else { throw failure(url, "curl") }
    return Answer(status: code, body: Array(output[..<newline]))
  }

  /// Where the program reads the header that nobody else is to see.
  private static let secretDescriptor: Int32 = 3

  private static func failure(_ url: String, _ reason: String) -> Failure {
    Failure(
      .inputOutput, "unreachable",
      Text("\(url) could not be asked: \(reason)", "no se pudo consultar \(url): \(reason)"),
      [Failure.Detail("file", url)])
  }

  /// Runs a program with `input` on its standard input; its exit status and standard output.
  ///
  /// `input` fits the pipe, so that writing it does not wait for the program to read; so does `secret`, which
  /// it reads at ``secretDescriptor``.
  private static func run(
    _ words: [String], input: [UInt8], secret: String?, _ url: String
  ) throws(Failure) -> (status: Int32, output: [UInt8]) {
    var (toProgram, fromProgram): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard input.count <= 1 << 16, unsafe pipe(&toProgram) == 0, unsafe pipe(&fromProgram) == 0
    else { throw failure(url, systemReason(errno)) }
    for end in toProgram + fromProgram { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(fromProgram[0]) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, toProgram[0], STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, fromProgram[1], STDOUT_FILENO)
    let kept = try secret.map { text throws(Failure) in try secretPipe(text, url) }
    defer { if let kept { close(kept) } }
    if let kept { unsafe posix_spawn_file_actions_adddup2(&actions, kept, secretDescriptor) }
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let error = unsafe posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
    close(toProgram[0])
    close(fromProgram[1])
    guard error == 0 else {
      close(toProgram[1])
      throw failure(url, "\(words[0]): \(systemReason(error))")
    }
    _ = writeAll(input, to: toProgram[1])
    close(toProgram[1])
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe read(fromProgram[0], buffer.baseAddress, buffer.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      output.append(contentsOf: piece[..<count])
    }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, output)
  }

  /// A pipe that holds a text and is closed behind it; its reading end, above the descriptor it is given as.
  private static func secretPipe(_ text: String, _ url: String) throws(Failure) -> Int32 {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw failure(url, systemReason(errno)) }
    _ = writeAll(Array("\(text)\n".utf8), to: ends[1])
    close(ends[1])
    let kept = fcntl(ends[0], F_DUPFD_CLOEXEC, secretDescriptor + 1)
    close(ends[0])
    guard kept >= 0 else { throw failure(url, systemReason(errno)) }
    return kept
  }
}
