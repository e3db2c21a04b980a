internal import Collections
internal import Dispatch
internal import EventStore
internal import Glibc
internal import Ledger
internal import Projections

/// Opens what a service needs, and closes it in the right order: the log for writing first, which may
/// recover a torn tail; the projections at its size; then whoever follows.
struct ServiceOpening {
  let service: Service
  private let invocation: Invocation
  /// Projections as they were read at the start, kept as a snapshot where that is worth while.
  private let begun: Int64

  init(_ invocation: Invocation, _ limits: ServiceLimits) throws {
    self.invocation = invocation
    let ledger = invocation.ledger
    let zone = try LedgerIdentity.read(directory: ledger).timeZone
    // From here on the variable is there, so that telling the time in another zone, for a moment, changes
    // its value and never the list of variables that other threads may be reading.
    guard WallClock.isZone(zone) else { throw WallClock.unknownZone(zone) }
    unsafe setenv("TZ", zone, 1)
    tzset()
    let metrics = Metrics(RouteTable.all.routes + RouteTable.portal.routes)
    let requestLog = try invocation.value(.requestLog).map { try RequestLog($0) }
    var intake: Intake?
    if !invocation.has(.readOnly) {
      guard let actor = Actor(id: "quipu", kind: .system, role: "recorder") else {
        preconditionFailure("the service's own name is an id")
      }
      intake = try invocation.openIntake(by: actor).intake
    }
    let view = try invocation.openView()
    var rebuilt = invocation.beginning(of: view, at: view.size)
    var parked: [ParkedEvent] = []
    let progress = invocation.console.startProgress(
      of: view.size - rebuilt.model.size, unit: Text("events", "eventos"))
    try view.advance(
      &rebuilt.model, to: view.size, parking: { parked.append($0) },
      { progress.advance(by: $0) })
    invocation.console.finishProgress()
    if parked.isEmpty { invocation.keepSnapshot(of: rebuilt, of: view) }
    begun = view.size
    let books = try LiveBooks(rebuilt.model, of: view, at: ledger)
    books.park(parked)
    let tail = EventTail()
    intake?.onDurable = { batch in
      tail.take(batch)
      books.grow(batch)
    }
    intake?.bring = { books.bring($0, at: $1, into: &$2) }
    let writer = intake.map { EventWriter($0, metrics: metrics, today: { books.today }) }
    service = Service(
      ledger: ledger, books: books, writer: writer, tail: tail, limits: limits, metrics: metrics,
      requestLog: requestLog, anchors: invocation.logSettings.anchors,
      gatewayKey: try GatewayKey.ofEnvironment())
  }

  /// The debtor's portal, on the same books and by the same writer; `lender` and `contact` are how pages
  /// name whoever keeps it, empty where nobody said.
  func portal(lender: String, contact: String) -> Service {
    var limits = ServiceLimits()
    limits.connections = 256
    limits.connectionsPerAddress = 64
    limits.streams = 0
    limits.bodyBytes = 32 << 10
    limits.bodyBytesTogether = 8 << 20
    limits.answerBytes = 0
    return Service(
      ledger: service.ledger, books: service.books, writer: service.writer, table: .portal,
      limits: limits, metrics: service.metrics, requestLog: service.requestLog,
      portal: Portal(service.ledger, lender: lender, contact: contact))
  }

  /// Ends writing, signs what was recorded, and keeps the projections for the next start.
  func end(isDrained: Bool) -> ExitCode {
    if let writer = service.writer { invocation.report(writer.end()) }
    service.requestLog?.flush()
    if service.books.size > begun, service.books.parked.count == 0,
      let view = try? LedgerView(opening: service.ledger)
    {
      service.books.keepSnapshot(invocation, view, since: begun)
    }
    if !isDrained {
      invocation.console.warn(
        "cut_off",
        Text(
          "some requests were not finished in time and were cut off",
          "algunas solicitudes no terminaron a tiempo y se cortaron"))
    }
    return .done
  }
}

/// Keeps the books of a service current with a ledger that another process writes.
final class LedgerFollower: Sendable {
  private let service: Service
  private let ledger: String

  init(_ service: Service, _ ledger: String) {
    self.service = service
    self.ledger = ledger
  }

  /// Looks at the log every so many microseconds, on a thread of its own, for as long as the process lives.
  func start(every pause: UInt32) {
    DispatchQueue(label: "follower").async { [self] in
      var last: LogMark?
      while true {
        do {
          let mark = try LogMark(of: ledger)
          if mark != last {
            try service.books.grow(to: LedgerView(opening: ledger))
            last = mark
          }
        } catch {
          // A writer that is just opening, or recovering: the next look is soon enough.
          service.metrics.note(error as? LogError ?? LogError(.io, "\(error)"))
        }
        usleep(pause)
      }
    }
  }
}

/// Reads finished segments again, one after the other and for ever, at a pace.
struct ScrubThread: Sendable {
  private let ledger: String
  private let rate: Int64
  private let metrics: Metrics

  init(_ ledger: String, mebibytes: Int64, _ metrics: Metrics) {
    self.ledger = ledger
    rate = mebibytes << 20
    self.metrics = metrics
  }

  func start() {
    DispatchQueue(label: "scrub").async { [self] in
      while true {
        do throws(LogError) {
          var scrubber = try Scrubber(
            directory: ledger, bytesPerSecond: Int(rate))
          while let step = try scrubber.step() {
            metrics.noteScrub(step)
            if let damage = step.damage { writeError("\(damage)\n") }
          }
        } catch {
          metrics.note(error)
        }
        SystemDisk().pause(milliseconds: 60_000)
      }
    }
  }
}
