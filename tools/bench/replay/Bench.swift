internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Glibc
internal import Ledger
internal import Projections

/// Replays a ledger by the clock, or fills one: what `tools/bench/run` compares with its peers.
@main enum Bench {
  private static let help = """
    usage: ReplayBench LEDGER DATE [--jobs N] [--unchecked] [--rounds N] [--score FILE]
           ReplayBench --fill LEDGER [DRAFTS]

      LEDGER       its directory; with --fill one that is not there yet
      DATE         the day whose end the tables are for, YYYY-MM-DD
      --jobs N     threads, 1 unless given
      --unchecked  hash no line
      --rounds N   do it N times
      --score FILE score all accounts too, by the model in a file
      DRAFTS       what `quipu generate --people none` wrote; else standard input

    A replay reads all events from the first, derives every table and hashes them. Each prints a line
    of JSON: nanoseconds of reading and of deriving, the digest that `quipu replay` prints too, and the
    most memory that was resident so far (KiB).
    --fill appends drafts as they are, judged by nobody, in batches of 4,096: twenty times as quick as
    `quipu record`, and the same events but for what that one adds.
    """

  /// What the command line says.
  private struct Order {
    var ledger = ""
    var date = CivilDate(days: 0)
    var jobs = 1
    var rounds = 1
    var checking = HashChecking.sparse
    var scoring: String?

    init?(_ arguments: [String]) {
      guard arguments.count >= 2, let date = CivilDate(arguments[1]) else { return nil }
      (ledger, self.date) = (arguments[0], date)
      var words = arguments.dropFirst(2)
      while let word = words.popFirst() {
        switch word {
        case "--unchecked": checking = .off
        case "--score":
          scoring = words.popFirst()
          if scoring == nil { return nil }
        case "--jobs", "--rounds":
          guard let number = words.popFirst().flatMap(Int.init), number > 0 else { return nil }
          if word == "--jobs" { jobs = number } else { rounds = number }
        default: return nil
        }
      }
    }
  }

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "--fill", arguments.count == 2 || arguments.count == 3 {
      try Filling(of: arguments[1]).take(arguments.count == 3 ? arguments[2] : nil)
      return
    }
    guard let order = Order(arguments) else {
      print(help)
      exit(arguments.contains("--help") ? 0 : 2)
    }
    for _ in 0..<order.rounds { try replay(order) }
  }

  /// One replay.
  private static func replay(_ order: Order) throws {
    let view = try LedgerView(opening: order.ledger)
    let start = nanoseconds()
    var model = ReadModel(expecting: view.size)
    try view.advance(&model, to: view.size, checking: order.checking, jobs: order.jobs)
    let read = nanoseconds()
    let accounts = AccountTable.make(
      model.accounts, on: order.date, knownAt: view.size, jobs: order.jobs)
    let contacts = ContactTable.make(
      model.contacts, accounts: model.accounts, on: order.date, knownAt: view.size,
      jobs: order.jobs)
    let scores = ScoreTable(model, on: order.date, knownAt: view.size)
    let derived = nanoseconds()
    let digest = DerivedTable.digest(of: DerivedTable.all(accounts, contacts, scores))
    let end = nanoseconds()
    var scoring: Int64?
    if let file = order.scoring { scoring = try score(file, model, order) }
    let result = JSONValue.object([
      "events": .integer(view.size), "accounts": .integer(Int64(accounts.rows.count)),
      "contacts": .integer(Int64(contacts.count)), "digest": .string(digest),
      "reading": .integer(read - start), "deriving": .integer(derived - read),
      "hashing": .integer(end - derived), "nanoseconds": .integer(end - start),
      "memoryKiB": .integer(mostMemory()), "scoring": scoring.map { .integer($0) } ?? .null,
    ])
    print(result.canonicalText)
  }

  /// The nanoseconds that scoring all accounts takes.
  private static func score(
    _ file: String, _ model: ReadModel, _ order: Order
  ) throws -> Int64 {
    try readStandardInput(from: file)
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    let bytes = Array(text.utf8)
    let scoring = try ScoringModel(parsing: bytes.span)
    let start = nanoseconds()
    var reader = ScoreReader(scoring, of: model, knownAt: model.size)
    let rows = reader.rows(of: model.accounts.accounts.sorted(), on: order.date, jobs: order.jobs)
    precondition(rows.failures.isEmpty, "every account of a generated portfolio can be scored")
    return nanoseconds() - start
  }

  /// Lets `readLine` read a file.
  static func readStandardInput(from path: String) throws(LogError) {
    let file = unsafe open(path, O_RDONLY)
    guard file >= 0, dup2(file, 0) == 0 else {
      throw LogError(.io, "it cannot be read", file: path)
    }
    close(file)
  }

  /// The most memory that was resident so far, in KiB.
  private static func mostMemory() -> Int64 {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss)
  }

  static func nanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
