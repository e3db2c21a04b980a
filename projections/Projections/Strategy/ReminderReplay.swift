internal import CanonicalJSON
package import Collections

extension ProposalBook {
  /// Whether a reminder is on record as it is now: planned for the same day, with the same reasons.
  ///
  /// - Parameters:
  ///   - reminder: one with a way.
  ///   - account: the id of its account.
  ///   - date: the day.
  ///   - knownAt: only events before it count.
  ///   - voids: the accounts' book, which knows what was voided.
  /// - Returns: whether the last plan of its contact says all that it says.
  package func isPlanned(
    _ reminder: Reminder, of account: String, for date: CivilDate, knownAt: Int64,
    voids: AccountBook
  ) -> Bool {
    let last = entries(
      of: account, on: CivilDate(days: .max), knownAt: knownAt, voids: voids
    ).first { $0.type == .contactPlanned && text($0.contact) == reminder.contact }
    guard let last else { return false }
    return last.asOf == date.days && difference(last, reminder) == nil
  }

  /// In what a plan on record differs from a reminder: the first thing that does.
  func difference(
    _ entry: Entry, _ reminder: Reminder
  ) -> (field: String, recorded: String, derived: String)? {
    let way = reminder.way
    let fields = [
      ("contact", text(entry.contact), reminder.contact),
      ("action", text(entry.action), reminder.occasion.rawValue),
      ("template", text(entry.template), reminder.template),
      ("tone", text(entry.tone), reminder.tone),
      (
        "channel",
        ContactChannel(rawValue: UInt8(clamping: Int(entry.channel))).map { "\($0)" } ?? "",
        way.map { "\($0.channel)" } ?? ""
      ),
      ("point", text(entry.point), way?.point ?? ""),
      (
        "window", "\(entry.from)-\(entry.to)", way.map { "\($0.from)-\(min($0.to, 1_439))" } ?? ""
      ),
      (
        "reasons", text(entry.reasons),
        JSONValue.array(reminder.reasons.map { .string($0) }).canonicalText
      ),
    ]
    return fields.first { $0.1 != $0.2 }.map { ($0.0, $0.1, $0.2) }
  }
}

extension ProposalReplay {
  /// In what a reminder planned differs from what is derived: the first thing that does.
  static func reminderDifference(
    _ entry: ProposalBook.Entry, _ reader: inout ActionReader
  ) -> Difference? {
    let book = reader.model.proposals
    let account = book.accounts.text(Int(entry.account))
    func difference(_ field: String, _ recorded: String, _ derived: String) -> Difference {
      Difference(
        seq: entry.seq, account: account, field: field, recorded: recorded, derived: derived)
    }
    let action = book.text(entry.action)
    guard let number = reader.model.accounts.accounts.find(account) else {
      return difference("account", account, "not open")
    }
    do throws(RuleError) {
      guard let reminder = try reader.reminder(of: number) else {
        return difference("action", action, "none")
      }
      // What went out although a rule stood against the whole of its hours was asked about as it did.
      if let hold = reminder.hold, hold != .noWay {
        return difference("action", action, "none: \(hold.rawValue)")
      }
      return book.difference(entry, reminder).map(difference)
    } catch {
      return difference("account", account, error.code.rawValue)
    }
  }
}
