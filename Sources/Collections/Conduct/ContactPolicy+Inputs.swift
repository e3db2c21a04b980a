internal import CanonicalJSON

// What a rule went by, as `key=value` words: the same in every language, short enough to be recorded.
extension ContactPolicy {
  /// The figures of a finding in words, as `count=7 limit=7 days=7`.
  package func inputs(of finding: RuleFinding, _ question: ContactQuestion) -> String {
    var out: [UInt8] = []
    appendInputs(of: finding, question, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// Appends the same: ASCII, without a character that JSON escapes.
  package func appendInputs(
    of finding: RuleFinding, _ question: ContactQuestion, to out: inout [UInt8]
  ) {
    let rule = rules[Int(finding.rule)]
    switch finding.reason {
    case .none: word("none", &out)
    case .time:
      day(question.localDate, &out)
      word(" time=", &out)
      time(question.localSecond, &out)
    case .day: day(question.localDate, &out)
    case .holiday:
      day(question.localDate, &out)
      word(finding.first == 1 ? " holiday=yes" : " holiday=no", &out)
    case .unknownHolidays: word("holidays=unknown", &out)
    case .count, .countOfPerson:
      number("count=", finding.first, &out)
      if case .frequencyCap(let n, let perDays, let per) = rule.test {
        number(" limit=", Int64(n), &out)
        number(" days=", Int64(perDays), &out)
        word(" per=\(per.rawValue)", &out)
      }
      if finding.reason == .countOfPerson { word(" account=unstated", &out) }
    case .conversation:
      word("conversation=", &out)
      CivilDate(days: Int32(finding.first)).appendText(to: &out)
      number(" day=", finding.second, &out)
      if case .afterConversation(let days) = rule.test { number(" days=", Int64(days), &out) }
    case .fact:
      number("seq=", finding.first, &out)
      word(" since=", &out)
      CivilDate(days: Int32(finding.second)).appendText(to: &out)
    case .until:
      if finding.first >= 0 {
        number("seq=", finding.first, &out)
        word(" ", &out)
      }
      word("until=", &out)
      CivilDate(days: Int32(finding.second)).appendText(to: &out)
    case .point: number("seq=", finding.first, &out)
    case .wish:
      number("seq=", finding.first, &out)
      word(" ", &out)
      day(question.localDate, &out)
      word(" time=", &out)
      time(question.localSecond, &out)
    case .invalidPoint: number("point=invalid seq=", finding.first, &out)
    case .unreviewed: number("review=none seq=", finding.first, &out)
    case .noPoint:
      word("point=unstated", &out)
      if finding.first >= 0 { number(" seq=", finding.first, &out) }
    default: word(Self.plain(finding.reason), &out)
    }
  }

  private static func plain(_ reason: RuleFinding.Reason) -> StaticString {
    switch reason {
    case .noAccount: "account=unstated"
    case .noOutcome: "party=third outcome=unclear"
    case .noAgent: "agent=unstated"
    case .unknownPoint: "point=unknown"
    case .unknownTemplate: "template=unreviewed"
    case .rejectedTemplate: "template=rejected"
    case .noCertificate: "certificate=none"
    case .noConsent: "consent=none"
    case .notLinked: "role=none"
    case .disclosed: "party=third outcome=disclosing"
    case .neutral: "party=third outcome=neutral"
    default: "channel=banned"
    }
  }

  private func word(_ word: StaticString, _ out: inout [UInt8]) {
    word.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
  }

  private func word(_ word: String, _ out: inout [UInt8]) { out.append(contentsOf: word.utf8) }

  private func number(_ name: StaticString, _ number: Int64, _ out: inout [UInt8]) {
    word(name, &out)
    appendDecimal(UInt64(number), to: &out)
  }

  private func day(_ date: CivilDate, _ out: inout [UInt8]) {
    word("day=", &out)
    date.appendText(to: &out)
    number(" weekday=", Int64(date.weekday), &out)
  }

  private func time(_ second: Int, _ out: inout [UInt8]) {
    appendDecimal(UInt64(second / 3600), width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(second / 60 % 60), width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    appendDecimal(UInt64(second % 60), width: 2, to: &out)
  }
}
