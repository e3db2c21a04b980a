internal import Collections

/// The figures of a service as OpenMetrics 1.0 text.
///
///     # TYPE quipu_requests counter
///     quipu_requests_total{method="GET",route="/v1/accounts/{account}",status="200"} 17
struct MetricsText {
  static let type = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  private var text = ""

  /// The figures as they are now.
  init(_ service: Service) {
    let values = service.metrics.values
    family("quipu_requests", "counter", "Requests answered.")
    for (key, count) in values.requests.sorted(by: { $0.key < $1.key }) {
      let labels = [("method", key.method), ("route", key.route), ("status", "\(key.status)")]
      sample("quipu_requests_total", labels, "\(count)")
    }
    family(
      "quipu_request_seconds", "histogram", "From a request's line to the end of its answer.",
      "seconds")
    for (route, histogram) in values.latency.sorted(by: { $0.key < $1.key }) {
      sample("quipu_request_seconds", [("route", route)], histogram, isTime: true)
    }
    family("quipu_events_recorded", "counter", "Events recorded since the service began.")
    sample("quipu_events_recorded_total", [], "\(values.events)")
    family("quipu_ledger_events", "gauge", "Events of the ledger that the projections hold.")
    sample("quipu_ledger_events", [], "\(service.books.size)")
    family(
      "quipu_commit_seconds", "histogram", "From judged to durable and in the projections.",
      "seconds")
    sample("quipu_commit_seconds", [], values.commits, isTime: true)
    family("quipu_commit_submissions", "histogram", "Submissions that were processed together.")
    sample("quipu_commit_submissions", [], values.groups, isTime: false)
    counters("quipu_problems", "code", values.problems, "Answers of status 500 and more.")
    counters("quipu_log_failures", "code", values.failures, "Why the log could not take events.")
    family("quipu_parked_events", "gauge", "Events the projections could not read and left out.")
    sample("quipu_parked_events", [], "\(service.books.parked.count)")
    family("quipu_scrubbed_bytes", "counter", "Bytes of finished segments read again.", "bytes")
    sample("quipu_scrubbed_bytes_total", [], "\(values.scrubbedBytes)")
    family("quipu_damaged_segments", "gauge", "Segments that reading again found damaged.")
    sample("quipu_damaged_segments", [], "\(values.damagedSegments)")
    let answers = service.accountAnswers.counts
    family("quipu_account_answers", "counter", "Answers about accounts, kept ones and made ones.")
    sample("quipu_account_answers_total", [("from", "kept")], "\(answers.hits)")
    sample("quipu_account_answers_total", [("from", "made")], "\(answers.misses)")
    family("quipu_account_answers_bytes", "gauge", "Answers about accounts that are kept.", "bytes")
    sample("quipu_account_answers_bytes", [], "\(answers.bytes)")
    let counts = service.connections.counts
    family("quipu_connections", "gauge", "Connections that are open.")
    sample("quipu_connections", [], "\(counts.open)")
    family("quipu_streams", "gauge", "Feeds and long listings under way.")
    sample("quipu_streams", [], "\(counts.streams)")
    family("quipu_resident_bytes", "gauge", "Memory of the process.", "bytes")
    sample("quipu_resident_bytes", [], "\(Metrics.residentBytes)")
    family("quipu_start_time_seconds", "gauge", "When the service began.", "seconds")
    sample("quipu_start_time_seconds", [], Self.seconds(service.metrics.start.milliseconds * 1_000))
    text += "# EOF\n"
  }

  var bytes: [UInt8] { Array(text.utf8) }

  private mutating func family(
    _ name: String, _ type: String, _ help: String, _ unit: String? = nil
  ) {
    text += "# TYPE \(name) \(type)\n"
    if let unit { text += "# UNIT \(name) \(unit)\n" }
    text += "# HELP \(name) \(help)\n"
  }

  private mutating func sample(
    _ name: String, _ labels: [(name: String, value: String)], _ value: String
  ) {
    let shown = labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(shown)} \(value)\n"
  }

  private mutating func sample(
    _ name: String, _ labels: [(name: String, value: String)], _ histogram: Metrics.Histogram,
    isTime: Bool
  ) {
    var count: Int64 = 0
    for (place, number) in histogram.counts.enumerated() {
      count += number
      let bound =
        place == histogram.bounds.count
        ? "+Inf"
        : isTime ? Self.seconds(histogram.bounds[place]) : "\(histogram.bounds[place]).0"
      sample("\(name)_bucket", labels + [("le", bound)], "\(count)")
    }
    sample("\(name)_count", labels, "\(count)")
    sample("\(name)_sum", labels, isTime ? Self.seconds(histogram.sum) : "\(histogram.sum)")
  }

  private mutating func counters(
    _ name: String, _ label: String, _ counts: [String: Int64], _ help: String
  ) {
    family(name, "counter", help)
    for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
      sample("\(name)_total", [(label, value)], "\(count)")
    }
  }

  /// Microseconds as seconds with a point, as short as they can be written: `0.0025`, `1.0`.
  private static func seconds(_ microseconds: Int64) -> String {
    let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    var decimals = String(String(rest + 1_000_000).dropFirst())
    while decimals.count > 1, decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals)"
  }
}
