internal import CanonicalJSON
internal import Collections

/// Writes answers to may-contact as canonical JSON: what a rule says again is not put into words again.
///
///     {"account"?, "allowed", "channel", "checks":[{"citation","inputs","kind","policy","rule","verdict"}],
///      "knownAt":{"size"}, "localAt", "point"?, "policies":[{"policy","version"}], "subject", "zone"}
struct ContactAnswerWriter {
  private struct Rule {
    var head: [UInt8]
    var middle: [UInt8]
    /// What it found last, on which local day and second of it, and the whole check.
    var last: RuleFinding?
    var lastDate = CivilDate(days: 0)
    var lastSecond = 0
    var text: [UInt8] = []

    init(_ policy: ContactPolicy, _ rule: PolicyRule) {
      head = Array("{\"citation\":\(quoted(rule.citation)),\"inputs\":\"".utf8)
      middle = Array(
        "\",\"kind\":\"\(rule.test.kind.rawValue)\",\"policy\":\"\(policy.id)\",\"rule\":\"\(rule.id)\",\"verdict\":\""
          .utf8)
    }

    /// Makes the text of a finding, unless it is that of the last one.
    mutating func say(_ finding: RuleFinding, _ policy: ContactPolicy, _ question: ContactQuestion)
    {
      let isSame =
        !finding.reason.isOfMoment
        || (lastDate == question.localDate && lastSecond == question.localSecond)
      if isSame, last == finding { return }
      (last, lastDate, lastSecond) = (finding, question.localDate, question.localSecond)
      text.removeAll(keepingCapacity: true)
      text.append(contentsOf: head)
      policy.appendInputs(of: finding, question, to: &text)
      text.append(contentsOf: middle)
      switch finding.verdict {
      case .pass: put("pass\"}", &text)
      case .block: put("block\"}", &text)
      case .warn: put("warn\"}", &text)
      }
    }
  }

  private static let channels = ContactChannel.allCases.map { "\($0)" }

  private var rules: [[Rule]]
  private let policies: [[UInt8]]
  private let known: [UInt8]

  init(_ policies: [ContactPolicy], knownAt size: Int64) {
    known = Array("],\"knownAt\":{\"size\":\(size)},\"localAt\":\"".utf8)
    rules = policies.map { policy in policy.rules.map { Rule(policy, $0) } }
    self.policies = policies.map {
      Array("{\"policy\":\"\($0.id)\",\"version\":\($0.version)}".utf8)
    }
  }

  /// Appends the answer, without a newline.
  mutating func append(
    _ answer: ContactDesk.Answer, to request: ContactRequest, _ policies: [ContactPolicy],
    into out: inout [UInt8]
  ) {
    put("{", &out)
    if let account = request.account {
      put("\"account\":\"", &out)
      put(account, &out)
      put("\",", &out)
    }
    put(answer.isAllowed ? "\"allowed\":true" : "\"allowed\":false", &out)
    put(",\"channel\":\"", &out)
    put(Self.channels[Int(request.channel.rawValue)], &out)
    put("\",\"checks\":[", &out)
    for (number, (place, first)) in answer.policies.enumerated() {
      let next = number + 1
      let end = next < answer.policies.count ? answer.policies[next].first : answer.findings.count
      for finding in first..<end {
        if finding > 0 { out.append(UInt8(ascii: ",")) }
        let found = answer.findings[finding]
        let rule = Int(found.rule)
        rules[place][rule].say(found, policies[place], answer.question)
        out.append(contentsOf: rules[place][rule].text)
      }
    }
    out.append(contentsOf: known)
    let question = answer.question
    appendLocal(
      question.localDate, second: question.localSecond, offsetMinutes: answer.offsetMinutes,
      to: &out)
    if let point = question.point {
      put("\",\"point\":\"", &out)
      put(point, &out)
    }
    put("\",\"policies\":[", &out)
    for (number, policy) in answer.policies.enumerated() {
      if number > 0 { out.append(UInt8(ascii: ",")) }
      out.append(contentsOf: self.policies[policy.place])
    }
    put("],\"subject\":\"", &out)
    put(request.subject, &out)
    put("\",\"zone\":\"", &out)
    put(answer.zone, &out)
    put("\"}", &out)
  }
}

private func put(_ text: String, _ out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

private func put(_ text: StaticString, _ out: inout [UInt8]) {
  text.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
}

private func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }

extension ContactDesk.Answer {
  /// The local time it holds for, `2026-03-02T10:15:00-05:00`.
  var localAt: String {
    localText(
      question.localDate, second: question.localSecond, offsetMinutes: offsetMinutes)
  }

  /// The findings with the policy each comes from.
  func checks(
    of policies: [ContactPolicy]
  ) -> [(policy: ContactPolicy, rule: PolicyRule, finding: RuleFinding)] {
    findings.indices.map { place in
      let policy = policies[self.policies.last { $0.first <= place }?.place ?? 0]
      let finding = findings[place]
      return (policy, policy.rules[Int(finding.rule)], finding)
    }
  }
}
