import Testing

/// A wrong command line, the code it is refused with, and words its message must hold.
struct WrongUse: CustomTestStringConvertible, Sendable {
  let line: String
  let code: String
  let says: [String]

  init(_ line: String, _ code: String, _ says: String...) {
    self.line = line
    self.code = code
    self.says = says
  }

  var testDescription: String { "quipu \(line)" }
}

private let wrongUses = [
  WrongUse("shwo A-1", "unknown_command", "did you mean 'show'?", "usage: quipu COMMAND"),
  WrongUse("xyzzy", "unknown_command", "no command 'xyzzy'"),
  WrongUse("show A-1 --known-ta 5", "unknown_option", "'--known-ta'", "did you mean '--known-at'?"),
  WrongUse("show A-1 --known-ta=5", "unknown_option", "'--known-ta'", "did you mean '--known-at'?"),
  WrongUse("show A-1 -on 2026-03-02", "unknown_option", "'-on'", "did you mean '--on'?"),
  WrongUse("show A-1 -x", "unknown_option", "'-x'"),
  WrongUse("show A-1 -hx", "unknown_option", "'-hx'"),
  WrongUse("verify --on 2026-03-02", "unknown_option", "'quipu verify' has no option '--on'"),
  WrongUse("help --ledger T", "unknown_option", "'quipu help' has no option '--ledger'"),
  WrongUse("--bogus show A-1", "unknown_option", "'quipu' has no option '--bogus'"),
  WrongUse("generate --s 5", "ambiguous_option", "'--s' may mean --seed, --start"),
  WrongUse("show A-1 --on", "missing_value", "--on DATE"),
  WrongUse("--ledger", "missing_value", "--ledger DIR"),
  WrongUse("show A-1 --json=yes", "superfluous_value", "--json takes no value"),
  WrongUse("replay --from-scratch=1", "superfluous_value", "--from-scratch takes no value"),
  WrongUse("show", "missing_argument", "ACCOUNT is missing", "usage: quipu show ACCOUNT"),
  WrongUse("import m.json", "missing_argument", "FILE is missing"),
  WrongUse("show A-1 A-2", "superfluous_argument", "'A-2'"),
  WrongUse("verify now", "superfluous_argument", "'now'"),
  WrongUse("show A-1 -- --json", "superfluous_argument", "'--json'"),
  WrongUse("show A-1 --on 2026-02-30", "bad_value", "--on expects a date", "'2026-02-30'"),
  WrongUse("show A-1 --on 02/03/2026", "bad_value", "YYYY-MM-DD"),
  WrongUse("show A-1 --on --json", "bad_value", "'--json'"),
  WrongUse("link S-1 --base portal.example", "bad_value", "an address as https://portal.example"),
  WrongUse("outbox --deliver ftp://gateway", "bad_value", "--deliver expects an address"),
  WrongUse("outbox --through http:///x", "bad_value", "--through expects an address"),
  WrongUse("show A-1 --known-at yesterday", "bad_value", "an instant as", "'yesterday'"),
  WrongUse("show A-1 --known-at 2026-03-02", "bad_value", "an instant as"),
  WrongUse("show A-1 --known-at -1", "bad_value", "'-1'"),
  WrongUse("replay --jobs 0", "bad_value", "a whole number from 1 to 256", "'0'"),
  WrongUse("replay --jobs many", "bad_value", "'many'"),
  WrongUse("replay --format jsn", "bad_value", "csv, json, sqlite", "did you mean 'json'?"),
  WrongUse("portfolio --by prodcut", "bad_value", "did you mean 'product'?"),
  WrongUse("replay --format json", "wrong_usage", "give --out DIR too"),
  WrongUse("record --actor a/b/c", "bad_value", "ID/ROLE/KIND"),
  WrongUse("record --batch 4097", "bad_value", "from 1 to 4096"),
  WrongUse("record --segment-size 0", "bad_value", "from 1 to 1073741824"),
  WrongUse("show A-1 --lang fr", "bad_value", "--lang expects one of es, en"),
  WrongUse("show A-1 --on 2026-03-02 --on 2026-03-03", "repeated_option", "--on is given twice"),
  WrongUse("--ledger A verify --ledger B", "repeated_option", "--ledger is given twice"),
  WrongUse("init --currency PNE", "bad_value", "ISO 4217", "did you mean 'PEN'?"),
  WrongUse("schema PaymentRecieved", "bad_value", "did you mean 'PaymentReceived'?"),
  WrongUse("help shwo", "bad_value", "did you mean 'show'?"),
  WrongUse("help show --man", "wrong_usage", "name no command"),
  WrongUse("completions", "missing_argument", "SHELL is missing"),
  WrongUse("completions csh", "bad_value", "bash, zsh, fish"),
]

@Test("wrong usage exits 2 and names what was wrong", arguments: wrongUses)
func refusesWrongUsage(_ use: WrongUse) throws {
  let outcome = try Program.run(use.line)
  #expect(outcome.exit == 2)
  #expect(outcome.output.isEmpty)
  #expect(outcome.errors.hasPrefix("quipu: error[\(use.code)]: "), "\(outcome.errors)")
  for words in use.says + ["\n  usage: quipu", "\n  help: quipu"] {
    #expect(outcome.errors.contains(words), "\(words) is not in \(outcome.errors)")
  }
}

@Test("an empty value or argument is refused")
func refusesEmptyWords() throws {
  for words in [["show", ""], ["verify", "--ledger", ""], ["verify", "--ledger="]] {
    let outcome = try Program.run(words)
    #expect(outcome.exit == 2, "\(words)")
    #expect(outcome.errors.contains("a value that is not empty"), "\(words)")
  }
}

@Test("no command: short help on standard error, exit 2")
func helpsWhoNamesNoCommand() throws {
  let outcome = try Program.run("")
  #expect(outcome.exit == 2)
  #expect(outcome.output.isEmpty)
  #expect(outcome.errors.hasPrefix("Usage: quipu COMMAND"))
  #expect(outcome.errors.contains("  show "))
}

@Test("a mistake is told in the language asked for, wherever that is said")
func refusesInSpanish() throws {
  let table: [(line: String, environment: [String: String])] = [
    ("shwo --lang es", [:]),
    ("--lang=es shwo", [:]),
    ("shwo", ["LC_ALL": "es_PE.UTF-8"]),
    ("shwo", ["LC_ALL": "", "LC_MESSAGES": "es_PE.UTF-8", "LANG": "en_US.UTF-8"]),
    ("shwo", ["LC_ALL": "", "LANG": "es"]),
  ]
  for (line, environment) in table {
    let outcome = try Program.run(line, environment: environment)
    #expect(outcome.exit == 2)
    #expect(outcome.errors.contains("¿quiso decir 'show'?"), "\(line) \(environment)")
    #expect(outcome.errors.contains("\n  uso: quipu COMANDO"), "\(line) \(environment)")
  }
  let english = try Program.run("shwo --lang en", environment: ["LC_ALL": "es_PE.UTF-8"])
  #expect(english.errors.contains("did you mean 'show'?"))
}

@Test("control characters of the command line do not reach the terminal")
func disarmsControlCharacters() throws {
  let outcome = try Program.run(["sh\u{1B}[2Jow"])
  #expect(outcome.exit == 2)
  #expect(!outcome.errors.contains("\u{1B}"))
  #expect(outcome.errors.contains("sh\\u{1B}[2Jow"))
}
