import CanonicalJSON
import Collections
import Foundation

/// The packs that come with the program, read as it reads them.
func pack(_ name: String) throws -> ContactPolicy {
  var source = PolicySource { name, _ throws(DocumentError) in
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("tools/policies/\(name).json")
    return (try? Data(contentsOf: file)).map { (name, [UInt8]($0)) }
  }
  return try source.policy(named: name)
}

/// A policy of the rules given, as their document has them.
func policy(_ rules: String, jurisdiction: String = "PE") throws -> ContactPolicy {
  let text =
    #"{"format":"quipu-policy/1","policy":"p","version":1,"jurisdiction":""# + jurisdiction
    + #"","rules":["# + rules + "]}"
  return try ContactPolicy(parsing: text.utf8Span.span)
}

/// What is told of people, event by event, each a day in effect and the position it was recorded at.
struct PersonStory {
  private(set) var book = PeopleBook()
  private var seq: Int64 = 0
  private var reader = FieldReader()

  /// Tells one fact; `data` as JSON in any order.
  mutating func tell(
    _ type: EventType, _ data: String, on day: String = "2026-01-01",
    stream: String = "subject/S-1", subject: String = ""
  ) throws {
    let value = try JSONValue(parsing: data, as: .event)
    let line = Array(stream.utf8) + Array(subject.utf8) + value.canonicalBytes
    let (end, start) = (stream.utf8.count, stream.utf8.count + subject.utf8.count)
    try book.apply(
      type, seq: seq, effective: CivilDate(day) ?? CivilDate(days: 0), line.span,
      stream: 0..<end, subject: end..<start, data: start..<line.count, &reader)
    seq += 1
  }

  /// Opens an account of hers.
  mutating func open(_ account: String, of subject: String = "S-1") throws {
    try tell(
      .accountOpened,
      """
      {"account":"\(account)","subject":"\(subject)","creditor":"c","product":"consumer",
      "currency":"PEN","items":[{"n":1,"dueOn":"2026-01-31","principal":100}]}
      """, stream: "account/\(account)")
  }

  /// What is known on a day.
  func facts(on day: CivilDate, of subject: String = "S-1") -> ContactFacts {
    ContactFacts(book.facts(of: subject, on: day))
  }
}

extension ContactPolicy {
  /// The verdicts other than pass, as `PE-HRS block`; by what is known of nobody unless told.
  func complaints(
    about question: ContactQuestion, _ facts: ContactFacts? = nil, past: [PastContact] = [],
    _ calendar: BusinessCalendar = BusinessCalendar(jurisdiction: "PE")
  ) -> [String] {
    var findings: [RuleFinding] = []
    let before = past.firstIndex { $0.moment >= question.moment } ?? past.count
    let allowed = judge(
      question, facts ?? ContactFacts(nil), past: past, before: 0..<before, calendar,
      into: &findings)
    let found = findings.filter { $0.verdict != .pass }
      .map { "\(rules[Int($0.rule)].id) \($0.verdict)" }
    assert(allowed == !found.contains { $0.hasSuffix("block") })
    return found
  }
}

extension ContactQuestion {
  /// A contact at a local time with its offset.
  init(_ channel: ContactChannel, _ moment: String) throws {
    guard let moment = OffsetInstant(moment) else { throw JSONError(.unexpectedByte, at: 0) }
    self.init(channel: channel, at: moment)
  }
}
