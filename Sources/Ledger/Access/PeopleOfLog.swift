internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Projections

/// What the log says of people, and whose payments without an account turned out to be, from one pass.
struct PeopleOfLog {
  private(set) var book = PeopleBook()
  /// Payments by the account they were identified for, and the event that says so.
  private var identified: [String: [(payment: String, seq: Int64)]] = [:]

  init(reading directory: String, on disk: any Disk) throws(Refusal) {
    var reader = FieldReader()
    do throws(PassError<RuleError>) {
      let log: LogReader
      do { log = try LogReader.open(directory: directory, disk: disk) } catch { throw .log(error) }
      try log.forEach { (event, line) throws(RuleError) in
        guard let type = EventType(named: line, event.type) else { return }
        if type == .paymentIdentified,
          let data = try? JSONValue(parsing: line.extracting(event.data), as: .event),
          let account = data["account"]?.stringValue, let payment = data["payment"]?.stringValue
        {
          identified[account, default: []].append((payment, event.seq))
        }
        if PeopleBook.reads(type) { try book.apply(type, event, line, &reader) }
      }
    } catch {
      throw Refusal(unread: error.logError)
    }
  }

  /// The pseudonyms of unknown payers whose payments were identified for accounts that a person owes.
  func payers(of facts: PersonFacts) -> [String] {
    var payers: Set<String> = []
    for account in facts.accounts where account.role == .debtor {
      for (payment, seq) in identified[account.account] ?? []
      where !book.isVoided(seq, knownAt: .max) {
        payers.insert(Intake.payer(ofPayment: payment))
      }
    }
    return payers.sorted()
  }
}
