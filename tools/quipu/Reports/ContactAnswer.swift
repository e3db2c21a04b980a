internal import CanonicalJSON
internal import Collections

/// Writes answers to may-contact as canonical JSON: what never changes of a rule is made once.
///
///     {"account"?, "allowed", "channel", "checks":[{"citation","inputs","kind","policy","rule","verdict"}],
///      "knownAt":{"size"}, "localAt", "point"?, "policies":[{"policy","version"}], "subject", "zone"}
struct ContactAnswerWriter {
  private struct Rule {
    var head: [UInt8]
    var middle: [UInt8]
  }

  private static let channels = ContactChannel.allCases.map { "\($0)" }

  private let rules: [[Rule]]
  private let policies: [[UInt8]]
  private let size: Int64

  init(_ policies: [ContactPolicy], knownAt size: Int64) {
    self.size = size
    rules = policies.map { policy in
      policy.rules.map { rule in
        Rule(
          head: Array("{\"citation\":\(Self.quoted(rule.citation)),\"inputs\":\"".utf8),
          middle: Array(
            "\",\"kind\":\"\(rule.test.kind.rawValue)\",\"policy\":\"\(policy.id)\",\"rule\":\"\(rule.id)\",\"verdict\":\""
              .utf8))
      }
    }
    self.policies = policies.map {
      Array("{\"policy\":\"\($0.id)\",\"version\":\($0.version)}".utf8)
    }
  }

  /// Appends the answer, without a newline.
  func append(
    _ answer: ContactDesk.Answer, to request: ContactRequest, _ policies: [ContactPolicy],
    into out: inout [UInt8]
  ) {
    out.append(UInt8(ascii: "{"))
    if let account = request.account { put("\"account\":\"\(account)\",", &out) }
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
        let rule = rules[place][Int(found.rule)]
        out.append(contentsOf: rule.head)
        policies[place].appendInputs(of: found, answer.question, to: &out)
        out.append(contentsOf: rule.middle)
        switch found.verdict {
        case .pass: put("pass\"}", &out)
        case .block: put("block\"}", &out)
        case .warn: put("warn\"}", &out)
        }
      }
    }
    put("],\"knownAt\":{\"size\":\(size)},\"localAt\":\"", &out)
    put(answer.localAt, &out)
    if let point = answer.question.point { put("\",\"point\":\"\(point)", &out) }
    put("\",\"policies\":[", &out)
    for (number, policy) in answer.policies.enumerated() {
      if number > 0 { out.append(UInt8(ascii: ",")) }
      out.append(contentsOf: self.policies[policy.place])
    }
    put("],\"subject\":\"\(request.subject)\",\"zone\":\"\(answer.zone)\"}", &out)
  }

  private func put(_ text: String, _ out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

  private func put(_ text: StaticString, _ out: inout [UInt8]) {
    text.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
  }

  private static func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }
}

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
