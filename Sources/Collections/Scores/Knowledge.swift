/// What counts as known of a history, asked from a day and a position of the log.
///
/// Of a ledger that was kept day by day the position says what was known. One whose history was imported
/// at one moment knew nothing before it and everything after; its days stand in for what it knew.
package enum Knowledge: String, CaseIterable, Sendable {
  /// Events before the position that are effective by the day; reversals and voids before the position
  /// whatever their day (ledger-rules, section 5).
  case recorded
  /// Events before the position that are effective by the day, reversals and voids like all others.
  case effective

  /// The last effective day of what counts as known on a day: of reversals and voids too.
  package func horizon(on date: CivilDate) -> Int32 {
    switch self {
    case .recorded: .max
    case .effective: date.days
    }
  }
}
