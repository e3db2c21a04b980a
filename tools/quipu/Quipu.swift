internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Projections
internal import Replication
internal import SQLite

/// The program: reads its command line, runs one command, and says how it ended.
@main
struct Quipu {
  static func main() {
    occupyStandardDescriptors()
    exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  /// Runs the command that the words name.
  ///
  /// Every way out passes through here, so that the results are flushed, and a failure to deliver
  /// them is never taken for success.
  private static func run(_ words: [String]) -> ExitCode {
    let line = ParsedLine(words)
    let console = Console(language: line.language, json: line.has(.json))
    do {
      let code = try run(line, console)
      console.finishProgress()
      try console.output.close()
      return code
    } catch {
      let failure = Failure(ending: error)
      // What was printed before the failure is still a result.
      do { try console.output.flush() } catch { console.report(error) }
      console.report(failure)
      return failure.exit
    }
  }

  private static func run(_ line: ParsedLine, _ console: Console) throws -> ExitCode {
    if let failure = line.failure { throw failure(console.language) }
    // After a command the word is that command's own.
    if line.command == nil, line.has(.version) {
      try console.output.write("quipu \(ProgramHelp.version)\n")
      return .done
    }
    if line.has(.help) {
      let words = [line.command.map { [$0.name] } ?? []]
      let asked = Invocation(command: .help, values: [:], words: words, console: console)
      return try Command.help.run(asked)
    }
    guard let command = line.command else {
      if console.json {
        throw Failure.usage(
          Text("no command is named", "no se nombra ningún comando"), code: "missing_command",
          command: nil, language: console.language)
      }
      let short = HelpText(
        language: console.language, terminal: Terminal(descriptor: STDERR_FILENO))
      writeError(short.short())
      return .usage
    }
    return try command.run(
      Invocation(command: command, values: line.values, words: line.words, console: console))
  }
}

extension Failure {
  /// Any error as the failure that ends the program.
  ///
  /// An error that nothing below has named is a defect of the program, and says so. The label keeps
  /// this from being chosen over the initializers it calls.
  init(ending error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as LogError: self.init(error)
    case let error as Refusal: self.init(error)
    case let error as RuleError: self.init(error)
    case let error as MappingError: self.init(error)
    case let error as ImportError: self.init(error)
    case let error as SQLiteError: self.init(error)
    case let error as ReplicationError: self.init(error)
    default:
      self.init(
        .inputOutput, "unexpected",
        Text("unexpected error: \(error)", "error inesperado: \(error)"))
    }
  }
}
