internal import EventStore
internal import Ledger
internal import Synchronization

/// What answers requests, whatever brought them.
final class Service: Sendable {
  /// The directory of the ledger.
  let ledger: String
  /// Paths of anchors besides those the ledger lists.
  let anchors: [String]
  let books: LiveBooks
  let table: RouteTable
  let limits: ServiceLimits
  /// Who may come in.
  let door: TokenDoor
  /// The accounts by their ids, for listings.
  let accountOrder = AccountOrder()
  /// Answers about accounts that still hold.
  let accountAnswers: AccountAnswers
  /// What messages are answered by.
  let assistantDocuments = AdoptedShelf()
  /// The last events, for those who follow the log.
  let tail: EventTail
  /// Who is signed in to the console.
  let sessions = Sessions()
  /// What the console's pages derived, for a while.
  let console = ConsoleFigures()
  /// What takes events; nil where it only reads.
  let writer: EventWriter?
  let metrics: Metrics
  let connections: Connections
  /// Answers that wait for more to say.
  let waits = StreamWaits()
  /// Where answers are told of, if anywhere.
  let requestLog: RequestLog?
  /// What gateways of messages sign with; nil where none may report.
  let gatewayKey: GatewayKey?
  /// What the portal keeps; nil for the back office.
  let portal: Portal?
  /// Work that takes longer than an answer at once may.
  let aside: WorkQueue

  init(
    ledger: String, books: LiveBooks, writer: EventWriter? = nil, table: RouteTable = .all,
    tail: EventTail = EventTail(), limits: ServiceLimits = ServiceLimits(),
    metrics: Metrics = Metrics(), requestLog: RequestLog? = nil, anchors: [String] = [],
    gatewayKey: GatewayKey? = nil, portal: Portal? = nil
  ) {
    self.portal = portal
    self.gatewayKey = gatewayKey
    self.ledger = ledger
    self.anchors = anchors
    self.books = books
    self.writer = writer
    self.tail = tail
    self.table = table
    self.limits = limits
    self.metrics = metrics
    self.requestLog = requestLog
    accountAnswers = AccountAnswers(bytes: limits.answerBytes)
    door = TokenDoor(ledger)
    connections = Connections(limits)
    aside = WorkQueue(atOnce: Processors.count, waiting: limits.waitingAside)
    // The portal has no answers that wait.
    if portal != nil { return }
    books.whenGrown { [waits] in waits.grew() }
  }

  /// The ledger's files at their present durable size, for what the projections do not hold.
  func view() throws(LogError) -> LedgerView { try LedgerView(opening: ledger) }
}
