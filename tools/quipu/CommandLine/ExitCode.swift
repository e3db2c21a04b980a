/// What the program tells its caller by its exit status.
enum ExitCode: Int32, CaseIterable, Sendable {
  case done = 0
  /// It ran, and found something wrong: `verify` on a damaged ledger.
  case foundWrong = 1
  /// The command line is wrong: nothing was read or written.
  case usage = 2
  /// A rule refused what was asked: a bad draft, a key conflict, an unknown account.
  case refused = 3
  /// Reading or writing failed: disk, permission, results that could not be delivered.
  case inputOutput = 4
  /// Another process is writing to the ledger.
  case inUse = 5

  var meaning: Text {
    switch self {
    case .done: Text("done", "hecho")
    case .foundWrong: Text("found something wrong", "se halló algo mal")
    case .usage: Text("wrong usage", "uso incorrecto")
    case .refused: Text("refused by a rule", "rechazado por una regla")
    case .inputOutput: Text("reading or writing failed", "falló la lectura o la escritura")
    case .inUse: Text("the ledger is in use", "el libro está en uso")
    }
  }
}
