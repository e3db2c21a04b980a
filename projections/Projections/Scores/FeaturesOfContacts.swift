internal import Collections

/// The features of contacts: counts by channel and span, the last sign of the person, her best hours.
///
/// A contact's deliveries, and what reached the person by it, go by the attempt recorded last before them
/// (the first one after, where there is none): its channel, its direction, its hour.
struct FeaturesOfContacts: Sendable {
  private static let spans = FeatureCatalog.contactSpans.map { Int32($0) }
  /// As many as ``FeatureCatalog/channels``: all together, then each.
  private static let channels = FeatureCatalog.channels.count
  /// Attempts, deliveries, right-party contacts, answers.
  private static let counts = 4

  /// Where a count goes in a row.
  private struct Place {
    var count: Int
    var row: Int
  }

  private let places: [Place]
  private let daysSinceInbound: Int
  private let bestHourBand: Int
  /// Scratch: a count a span, channel and kind, in the order of the catalogue; right-party contacts a band.
  private var counted: [Int64]
  private var bands = [Int64](repeating: 0, count: 8)

  /// Whether anything is wanted.
  var isAnyWanted: Bool { !places.isEmpty || daysSinceInbound >= 0 || bestHourBand >= 0 }

  /// Those of the features wanted that contacts tell.
  init(_ wanted: FeatureSet) {
    daysSinceInbound = wanted.place(of: "daysSinceInbound")
    bestHourBand = wanted.place(of: "bestHourBand")
    counted = Array(repeating: 0, count: Self.spans.count * Self.channels * Self.counts)
    var places: [Place] = []
    for (span, days) in FeatureCatalog.contactSpans.enumerated() {
      for (channel, name) in FeatureCatalog.channels.enumerated() {
        for (kind, what) in ["attempts", "deliveries", "rightParty", "answers"].enumerated() {
          let row = wanted.place(of: "\(what).\(name).\(days)d")
          let count = (span * Self.channels + channel) * Self.counts + kind
          if row >= 0 { places.append(Place(count: count, row: row)) }
        }
      }
    }
    self.places = places
  }

  /// What a mark has to be to count.
  struct View {
    var date: CivilDate
    var knownAt: Int64
    var horizon: Int32

    func shows(_ mark: ContactMarks.Mark, _ voids: AccountBook) -> Bool {
      mark.seq < knownAt && mark.effective <= date.days
        && !(mark.isVoidable && voids.isVoided(mark.seq, knownAt: knownAt, through: horizon))
    }
  }

  /// Fills a row from an account's marks. O(marks).
  mutating func fill(
    _ row: inout FeatureRow, from marks: ContactMarks, of account: Int, _ voids: AccountBook,
    _ view: View
  ) {
    for place in counted.indices { counted[place] = 0 }
    for band in bands.indices { bands[band] = 0 }
    var lastInbound = Int32.min
    var place = Int(marks.starts[account])
    let end = Int(marks.starts[account + 1])
    while place < end {
      var next = place + 1
      while next < end, !marks.marks[next].isFirst { next += 1 }
      count(
        marks, place..<next, account: Int(marks.starts[account])..<end, voids, view, &lastInbound)
      place = next
    }
    for place in places { row.values[place.row] = counted[place.count] }
    if daysSinceInbound >= 0, lastInbound > .min {
      row.values[daysSinceInbound] = Int64(view.date.days - lastInbound)
    }
    if bestHourBand >= 0, let most = bands.max(), most > 0, let best = bands.firstIndex(of: most) {
      row.values[bestHourBand] = Int64(best)
    }
  }

  /// Counts one contact.
  private mutating func count(
    _ all: ContactMarks, _ contact: Range<Int>, account: Range<Int>, _ voids: AccountBook,
    _ view: View, _ lastInbound: inout Int32
  ) {
    var attempt: ContactMarks.Mark?
    var isInbound = false
    for place in contact {
      let mark = all.marks[place]
      guard mark.isAttempt, view.shows(mark, voids) else { continue }
      if attempt == nil { attempt = mark }
      if mark.kind == .inbound { isInbound = true }
    }
    for place in contact {
      let mark = all.marks[place]
      guard view.shows(mark, voids) else { continue }
      switch mark.kind {
      case .outbound:
        attempt = mark
        add(0, mark.channel, mark.effective, view)
      case .inbound:
        attempt = mark
        add(3, mark.channel, mark.effective, view)
        lastInbound = max(lastInbound, mark.effective)
      case .delivered:
        guard let attempt, attempt.kind == .outbound else { continue }
        add(1, attempt.channel, mark.effective, view)
      case .reached:
        guard let attempt, attempt.kind == .outbound else { continue }
        add(2, attempt.channel, mark.effective, view)
        if mark.effective > view.date.days - 180 { bands[Int(attempt.band)] += 1 }
      case .message, .visit:
        lastInbound = max(lastInbound, mark.effective)
        // Within a contact that she began it is told already.
        let isTold =
          mark.kind == .message
          ? isInbound : hasVisit(all, account, on: mark.effective, voids, view)
        if !isTold { add(3, mark.channel, mark.effective, view) }
      }
    }
  }

  /// Whether the person began a contact by the portal on a day: her visit is that contact.
  private func hasVisit(
    _ all: ContactMarks, _ account: Range<Int>, on day: Int32, _ voids: AccountBook, _ view: View
  ) -> Bool {
    for place in account {
      let mark = all.marks[place]
      if mark.kind == .inbound, mark.channel == .portal, mark.effective == day,
        view.shows(mark, voids)
      {
        return true
      }
    }
    return false
  }

  private mutating func add(_ kind: Int, _ channel: ContactChannel, _ day: Int32, _ view: View) {
    for span in 0..<Self.spans.count where day > view.date.days - Self.spans[span] {
      let place = span * Self.channels
      counted[place * Self.counts + kind] += 1
      counted[(place + 1 + Int(channel.rawValue)) * Self.counts + kind] += 1
    }
  }
}
