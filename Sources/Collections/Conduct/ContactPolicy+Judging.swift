// The engine: a pure function of the policy, what is known of the person, and the contacts before.
//
//     policy ─┐
//     facts ──┼─► judge(question) ─► a finding for each rule in force on the day and about the channel
//     past ───┘
//
// A rule that cannot be judged, for want of what was not said, warns: it is never taken as kept.
extension ContactPolicy {
  /// Appends what each rule says of a contact, in the order of the document.
  ///
  /// - Parameters:
  ///   - question: the contact.
  ///   - facts: what is known of the person on its day.
  ///   - past: contacts, each person's in the order of ``PastContact/precedes(_:_:)``.
  ///   - before: which of them are the person's and come before the question's moment.
  ///   - calendar: the holidays of the policy's jurisdiction.
  ///   - findings: where they are appended.
  /// - Returns: whether nothing blocks. O(rules + contacts within the caps' days); allocates nothing
  ///   but room for the findings.
  package func judge(
    _ question: ContactQuestion, _ facts: ContactFacts, past: [PastContact], before: Range<Int>,
    _ calendar: BusinessCalendar, into findings: inout [RuleFinding]
  ) -> Bool {
    let channel = ChannelSet(question.channel)
    var isAllowed = true
    for place in rules.indices {
      guard rules[place].channels.contains(channel), rules[place].holds(on: question.localDate),
        rules[place].test.isAboutContacts
      else { continue }
      let finding = judge(place, question, facts, past, before, calendar)
      if finding.verdict == .block { isAllowed = false }
      findings.append(finding)
    }
    return isAllowed
  }

  private func judge(
    _ place: Int, _ question: ContactQuestion, _ facts: ContactFacts, _ past: [PastContact],
    _ before: Range<Int>, _ calendar: BusinessCalendar
  ) -> RuleFinding {
    let verdict = rules[place].verdict
    /// Kept, or not.
    func say(
      _ isKept: Bool, _ reason: RuleFinding.Reason, _ first: Int64 = 0, _ second: Int64 = 0
    ) -> RuleFinding {
      RuleFinding(rule: place, isKept ? .pass : verdict, reason, first, second)
    }
    switch rules[place].test {
    case .hours(let windows):
      return say(
        windows.contains { $0.contains(question.localDate, second: question.localSecond) }, .time)
    case .days(let days):
      return say(days & 1 << UInt8(question.localDate.weekday - 1) != 0, .day)
    case .holidays:
      guard calendar.isKnown else { return RuleFinding(rule: place, .warn, .unknownHolidays) }
      let isHoliday = calendar.isHoliday(question.localDate)
      return say(!isHoliday, .holiday, isHoliday ? 1 : 0)
    case .frequencyCap(let n, let perDays, let per):
      let count = attempts(
        past, before, within: perDays, per: per, rules[place].channels, question)
      let hasNoAccount = per == .account && question.account == nil
      return say(count < n, hasNoAccount ? .countOfPerson : .count, Int64(count))
    case .afterConversation(let days):
      guard let last = lastConversation(past, before, rules[place].channels, question) else {
        return say(true, .none)
      }
      let day = question.localDate - last + 1
      return say(day > days, .conversation, Int64(last.days), Int64(day))
    case .channelBanned: return say(false, .banned)
    default: return judge(place, question, facts)
    }
  }
}

extension ContactPolicy {
  /// How many outbound attempts a cap counts in the `days` local days that end on the question's own.
  private func attempts(
    _ past: [PastContact], _ before: Range<Int>, within days: Int, per scope: RuleTest.CapScope,
    _ channels: ChannelSet, _ question: ContactQuestion
  ) -> Int {
    let first = question.localDate - (days - 1)
    var count = 0
    var place = before.upperBound - 1
    while place >= before.lowerBound {
      let contact = past[place]
      place -= 1
      // Zones differ by less than two days: past those, all that follows is earlier still.
      if contact.localDate < first - 2 { break }
      guard contact.isOutbound, contact.localDate >= first,
        contact.localDate <= question.localDate, channels.contains(ChannelSet(contact.channel))
      else { continue }
      switch scope {
      case .subject: count += 1
      case .account:
        if question.account == nil || question.accountNumber == contact.account { count += 1 }
      case .channel: if contact.channel == question.channel { count += 1 }
      }
    }
    return count
  }

  /// The local day of the last conversation before the question, about its account where it names one.
  private func lastConversation(
    _ past: [PastContact], _ before: Range<Int>, _ channels: ChannelSet, _ question: ContactQuestion
  ) -> CivilDate? {
    var place = before.upperBound - 1
    while place >= before.lowerBound {
      let contact = past[place]
      place -= 1
      if contact.isConversation, channels.contains(ChannelSet(contact.channel)),
        question.account == nil || question.accountNumber == contact.account
      {
        return contact.localDate
      }
    }
    return nil
  }
}

extension CivilDate {
  /// The same day so many years later; 28 February for a 29 February that year has none of.
  func adding(years: Int) -> CivilDate {
    let (year, month, day) = civil
    let target = min(year + years, 9_999)
    let last = CivilDate.length(ofMonth: month, in: target)
    return CivilDate(year: target, month: month, day: min(day, last)) ?? self
  }
}
