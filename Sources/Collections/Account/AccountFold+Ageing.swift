/// Days at whose end the same item was the oldest that aged.
package struct AgeingSpan: BitwiseCopyable, Equatable, Sendable {
  /// The last of them, in days since 1970-01-01; the first is the one after the span before.
  package var through: Int32
  /// That item's due date; the last day there is where none aged.
  package var due: Int32
}

// How late the account was on every day so far, as its history stands now, from the one fold: between two
// steps that change items the oldest ageing item is the same, so that a span is all that has to be kept.
extension AccountFold {
  /// The days from the last one kept through another end as the items stand now. O(items).
  mutating func age(through last: Int32) {
    guard keepsAgeing, now.opening != nil else { return }
    let due = now.oldestAgeing(plan: -1) ?? .max
    if let end = ageing.indices.last {
      // A day on which credit paid and an event came is told by what the latter left.
      guard ageing[end].through < last else { return }
      if ageing[end].due == due {
        ageing[end].through = last
        return
      }
    }
    ageing.append(AgeingSpan(through: last, due: due))
  }

  /// Days past due at the end of a day in a span. O(pauses²).
  func daysPastDue(on day: Int32, in span: AgeingSpan) -> Int {
    guard span.due < day else { return 0 }
    return Int(day - span.due) - Int(now.pauses.paused(span.due..<day, stoppingAccrual: false))
  }

  /// The most days past due at the end of any day from one on, through the day folded for. O(spans).
  package func worstDaysPastDue(from first: CivilDate) -> Int {
    // Within a span days past due never fall: its last day tells.
    var worst = 0
    for span in ageing.reversed() {
      guard span.through >= first.days else { break }
      worst = max(worst, daysPastDue(on: span.through, in: span))
    }
    return worst
  }

  /// What the ends of some days say, the day folded for and so many before it, each so far before the
  /// one after: on how many there was the account, on how many it was past due, and the days past due
  /// of all together. O(spans + days).
  package func lateness(
    of days: Int, each spacing: Int32
  ) -> (count: Int, late: Int, sum: Int) {
    var (count, late, sum) = (0, 0, 0)
    var place = ageing.count - 1
    for number in 0..<Int32(days) {
      let day = date.days - number * spacing
      while place > 0, ageing[place - 1].through >= day { place -= 1 }
      guard place >= 0, day >= now.life.openedOn.days else { break }
      let pastDue = daysPastDue(on: day, in: ageing[place])
      count += 1
      sum += pastDue
      if pastDue > 0 { late += 1 }
    }
    return (count, late, sum)
  }

  /// The first day after one at whose end the account was not past due; nil where there is none through
  /// the day folded for. O(spans).
  package func firstDayNotPastDue(after day: CivilDate) -> CivilDate? {
    var start = Int32.min
    for span in ageing {
      let first = max(start, day.days + 1)
      if first <= span.through, daysPastDue(on: first, in: span) == 0 {
        return CivilDate(days: first)
      }
      start = span.through + 1
    }
    return nil
  }
}
