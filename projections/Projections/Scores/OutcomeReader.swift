internal import Collections

/// Finds what came after a moment of an account: whether a target came true, as known by the cut-off.
struct OutcomeReader: Sendable {
  /// What came after a moment: an outcome a row, and how many windows were still open by the cut-off.
  struct Found: Sendable {
    var outcomes: [Bool] = []
    var openWindows = 0

    static let none = Found()
    static func one(_ outcome: Bool) -> Found { Found(outcomes: [outcome]) }
  }

  private let target: Target
  private let knowledge: Knowledge
  private let recorded: RecordedDays
  private let cutoff: CivilDate
  private let knownAt: Int64
  private let horizon: Int32
  private let book: AccountBook
  private let marks: ContactMarks
  private var fold = AccountFold()

  init(
    _ spec: TrainingSpec, _ book: AccountBook, _ marks: ContactMarks, _ recorded: RecordedDays
  ) {
    (target, cutoff) = (spec.target, spec.cutoff)
    (knowledge, self.recorded) = (spec.knowledge, recorded)
    (knownAt, self.book, self.marks) = (spec.knownAt, book, marks)
    horizon = spec.knowledge.horizon(on: spec.cutoff)
    if case .curesWithin = target { fold.keepsAgeing = true }
  }

  /// Whether the target says anything of an account as it stands: it can still be paid, and what the
  /// target waits for to be made good is late.
  func concerns(_ moment: AccountFold) throws(RuleError) -> Bool {
    let status = moment.status(outstanding: try moment.outstanding())
    // A credit that can be drawn on again is not over when nothing is owed.
    let isRevolving = moment.openingStated?.creditLimit != nil
    guard status == .open || status == .writtenOff || status == .paid && isRevolving else {
      return false
    }
    switch target {
    case .paysWithin: return try moment.overdue().total > 0
    case .curesWithin: return moment.daysPastDue > 0
    case .keepsPromise, .answersOn, .endsIn: return true
    }
  }

  /// The outcomes of an account after the moment it was folded for; none where it makes no row: closed,
  /// nothing owed (but of a credit with a limit), or not what the target asks for. Windows of fixed length
  /// are closed by the cut-off.
  ///
  /// - Throws: ``RuleError`` `amount_overflow`.
  mutating func outcomes(
    of account: Int, after moment: AccountFold
  ) throws(RuleError) -> Found {
    let day = moment.date
    guard try concerns(moment) else { return .none }
    switch target {
    case .keepsPromise: return try promises(of: account, after: moment)
    case .paysWithin(let days, let share):
      let overdue = try moment.overdue().total
      guard try foldThrough(day + Int(days), account) else { return .none }
      var paid: Int64 = 0
      for payment in fold.payments.reversed() {
        guard payment.effective > day.days else { break }
        paid += payment.amount - payment.chargedBack
      }
      return .one(Int128(paid) * 10_000 >= Int128(overdue) * Int128(share))
    case .curesWithin(let days):
      guard try foldThrough(day + Int(days), account) else { return .none }
      return .one(fold.firstDayNotPastDue(after: day) != nil)
    case .answersOn(let channel, let days):
      return .one(answers(account, on: channel, day.days + 1...day.days + days))
    case .endsIn(let event, let days):
      guard let kind = AccountBook.kind(of: event) else { return .none }
      if kind == .payment {
        // One that was reversed was never received: the fold knows.
        guard try foldThrough(day + Int(days), account) else { return .none }
        return .one(fold.payments.last.map { $0.effective > day.days } ?? false)
      }
      let window = day.days + 1...day.days + days
      return .one(
        book.entries(kind, of: account, knownAt: knownAt).contains { entry in
          window.contains(entry.effective)
            && !book.isVoided(entry.seq, knownAt: knownAt, through: horizon)
        })
    }
  }

  /// Folds the account through the end of its window, with what is known by the cut-off.
  private mutating func foldThrough(
    _ day: CivilDate, _ account: Int
  ) throws(RuleError) -> Bool {
    let calendar = book.calendar(on: day, knownAt: knownAt)
    return try fold.fold(
      account, of: book, on: day, knownAt: knownAt, horizon: horizon, calendar: calendar)
  }

  /// What came of the promises that the moment is that of: one made on its day, or known only by then.
  private mutating func promises(
    of account: Int, after moment: AccountFold
  ) throws(RuleError) -> Found {
    var found = Found()
    let made = moment.promises(of: book).filter { promise in
      var day = CivilDate(days: promise.madeOn)
      if knowledge == .recorded, let known = recorded.day(of: promise.seq) { day = max(day, known) }
      return day == moment.date
    }
    guard !made.isEmpty, try foldThrough(cutoff, account) else { return found }
    for promise in fold.promises(of: book) where made.contains(where: { $0.seq == promise.seq }) {
      if promise.graceEndsOn >= cutoff {
        found.openWindows += 1
      } else if promise.outcome == .kept || promise.outcome == .broken {
        found.outcomes.append(promise.outcome == .kept)
      }
    }
    return found
  }

  /// Whether the person called or wrote by a channel, or was reached by it, on one of some days.
  private func answers(
    _ account: Int, on channel: ContactChannel, _ days: ClosedRange<Int32>
  ) -> Bool {
    let view = FeaturesOfContacts.View(date: cutoff, knownAt: knownAt, horizon: horizon)
    var attempt: ContactMarks.Mark?
    for place in Int(marks.starts[account])..<Int(marks.starts[account + 1]) {
      let mark = marks.marks[place]
      if mark.isFirst { attempt = nil }
      guard view.shows(mark, book) else { continue }
      if mark.isAttempt { attempt = mark }
      guard days.contains(mark.effective) else { continue }
      switch mark.kind {
      case .outbound, .delivered: continue
      case .inbound, .message, .visit: if mark.channel == channel { return true }
      case .reached: if attempt?.channel == channel { return true }
      }
    }
    return false
  }
}
