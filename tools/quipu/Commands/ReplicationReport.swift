internal import CanonicalJSON
internal import EventStore
internal import Replication

/// Tells how far a mirror, a follower or a reader of a stream is: a bar for work that has an end, a line now and
/// then for work that goes on, and at once that it has to wait and that it goes on again.
final class ReplicationReport {
  private let console: Console
  private let stream: String
  private let start = ContinuousClock.now
  /// Nil for work that has an end.
  private let interval: Duration?
  /// What stands before the number of events, and after it.
  private let place: Text
  private var toldAt = ContinuousClock.now
  private var told: ReplicationProgress?
  private var waiting: ReplicationError?
  private var bar: Progress?
  private var shown: Int64 = 0

  /// A report on a stream; `every` so many seconds for work that goes on. `place` is where the events
  /// arrive: "on the stream".
  init(on console: Console, of stream: String, every seconds: Int64?, place: Text) {
    (self.console, self.stream, self.place) = (console, stream, place)
    interval = seconds.map { .seconds($0) }
  }

  /// Watches work of a command until it is told to stop.
  func watch(patience: Duration?) -> ReplicationWatch {
    ReplicationWatch(patience: patience) { progress, error in
      self.take(progress, error)
    } stop: {
      // Where the signals are not held back they end the process: then this only waits.
      StopSignal.wait(milliseconds: $0)
    }
  }

  private func take(_ progress: ReplicationProgress, _ error: ReplicationError?) {
    tellOfWaiting(error)
    guard let interval else {
      let drawn = bar ?? console.startProgress(of: progress.source, unit: Self.unit)
      bar = drawn
      drawn.advance(by: progress.events - shown)
      shown = progress.events
      return
    }
    guard ContinuousClock.now - toldAt >= interval, progress != told else { return }
    toldAt = ContinuousClock.now
    told = progress
    try? tell(progress)
  }

  private static let unit = Text("events", "eventos")

  private func tellOfWaiting(_ error: ReplicationError?) {
    if let error, waiting != error {
      waiting = error
      let failure = Failure(error)
      console.warn(
        failure.code, failure.message + Text("; trying again", "; se sigue intentando"),
        failure.details)
    }
    if error == nil, waiting != nil {
      waiting = nil
      console.notice("nats_back", Text("the stream answers again", "el flujo responde otra vez"))
    }
  }

  /// Ends the report: says how it stands.
  func finish(_ progress: ReplicationProgress) throws {
    console.finishProgress()
    try tell(progress)
  }

  private func tell(_ progress: ReplicationProgress) throws {
    let milliseconds = max(1, (ContinuousClock.now - start).milliseconds)
    let rate = progress.newEvents * 1000 / milliseconds
    if console.json {
      try console.print(
        .object([
          "stream": .string(stream), "source": .integer(progress.source),
          "events": .integer(progress.events), "lag": .integer(progress.lag),
          "root": .string(progress.root.base64), "sequence": .integer(Int64(progress.sequence)),
          "last": .integer(Int64(progress.last)), "newEvents": .integer(progress.newEvents),
          "newBytes": .integer(progress.newBytes), "messages": .integer(progress.messages),
          "evidence": .integer(progress.evidence), "resumed": .integer(progress.resumed),
          "milliseconds": .integer(milliseconds), "eventsPerSecond": .integer(rate),
        ]))
    } else {
      try console.print(
        countedEvents(progress.events) + Text(" ", " ") + place
          + Text(
            ", \(grouped(progress.lag)) behind; \(grouped(progress.newEvents)) new in "
              + "\(grouped(progress.messages)) messages, \(grouped(rate))/s",
            ", faltan \(grouped(progress.lag)); \(grouped(progress.newEvents)) nuevos en "
              + "\(grouped(progress.messages)) mensajes, \(grouped(rate))/s"))
      try console.print(
        Text("root   \(progress.root.base64)", "raíz    \(progress.root.base64)"))
    }
    try console.output.flush()
  }
}
