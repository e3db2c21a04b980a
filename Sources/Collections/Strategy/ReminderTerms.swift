/// How people are reminded before something falls due and thanked after it came in: when, and in which tone.
///
///     "reminders": {"dueDays": 3, "promiseDays": 1, "thanksDays": 3,
///                   "tones": ["caring", "warm", "plain"], "usual": "warm",
///                   "silences": 2, "answerDays": 5, "lookBackDays": 180}
///
/// Each member may be left out for the value it has here; so may all of it, and the strategy.
package struct ReminderTerms: Equatable, Sendable {
  /// How many days before an instalment and a promise fall due they may be told of, the day itself included;
  /// on how many days after its own a payment may be thanked for.
  package var dueDays = 3
  package var promiseDays = 1
  package var thanksDays = 3
  /// The tones, the gentlest first.
  package var tones = ["caring", "warm", "plain"]
  /// The place among them of the one to begin with.
  package var usual = 1
  /// How many messages in a row without an answer move on to the next tone.
  package var silences = 2
  /// For how many days after its own a message may be answered.
  package var answerDays = 5
  /// How many days back messages, complaints and wishes to be left alone count.
  package var lookBackDays = 180

  /// The usual terms.
  package init() {}

  /// The tones a reminder may have: manners of speaking, none of which presses.
  private static let manners = ["caring", "formal", "helpful", "informal", "plain", "warm"]

  init(_ node: DocumentNode?) throws(DocumentError) {
    guard let node else { return }
    let members = try node.members(
      required: [],
      optional: [
        "dueDays", "promiseDays", "thanksDays", "tones", "usual", "silences", "answerDays",
        "lookBackDays",
      ])
    func days(_ key: String, _ range: ClosedRange<Int64>, _ value: inout Int) throws(DocumentError)
    {
      if let stated = members[key] { value = Int(try stated.integer(range)) }
    }
    try days("dueDays", 0...30, &dueDays)
    try days("promiseDays", 0...30, &promiseDays)
    try days("thanksDays", 0...10, &thanksDays)
    try days("silences", 1...100, &silences)
    try days("answerDays", 0...60, &answerDays)
    try days("lookBackDays", 1...3_660, &lookBackDays)
    guard let list = members["tones"] else {
      if let stated = members["usual"] { usual = try Self.place(stated, tones) }
      return
    }
    tones = []
    for element in try list.elements(atMost: Self.manners.count) {
      let tone = try element.id()
      guard Self.manners.contains(tone) else {
        throw DocumentError(
          .invalidValue, element.path, value: tone,
          expected: "one of " + Self.manners.joined(separator: ", "),
          nearest: nearest(to: tone, among: Self.manners))
      }
      guard !tones.contains(tone) else {
        throw DocumentError(.duplicate, element.path, value: tone, expected: "each tone once")
      }
      tones.append(tone)
    }
    guard !tones.isEmpty else { throw list.invalid("[]", "at least one tone, the gentlest first") }
    guard let stated = members["usual"] else {
      throw DocumentError(
        .missingKey, node.path, expected: "a member \"usual\": the tone to begin with")
    }
    usual = try Self.place(stated, tones)
  }

  private static func place(
    _ node: DocumentNode, _ tones: [String]
  ) throws(DocumentError) -> Int {
    let tone = try node.id()
    guard let place = tones.firstIndex(of: tone) else {
      throw DocumentError(
        .invalidValue, node.path, value: tone,
        expected: "one of " + tones.joined(separator: ", "),
        nearest: nearest(to: tone, among: tones))
    }
    return place
  }
}

/// The tone a person is written to in, and why.
package struct ToneChoice: Equatable, Sendable {
  /// What it goes by.
  package enum Reason: String, CaseIterable, Sendable {
    /// She cannot pay as agreed; complained; asked not to be contacted: the gentlest.
    case hardship, complaint, stop
    /// She answered to it; she did not answer to the ones before it; her decade is used to it; it is where
    /// one begins.
    case answered, silence, habit, usual
  }

  /// The tone, and what it goes by.
  package var tone: String
  package var reason: Reason
  /// The event that decided: what she declared, or the message she answered or left unanswered.
  package var by: Int64?
}

/// A message that was sent to a person.
package struct PastMessage: Equatable, Sendable {
  /// The event, her local day, and the tone it named.
  package var seq: Int64
  package var on: CivilDate
  package var tone: String
  /// Whether she wrote, came in or paid within the days there are for it.
  package var isAnswered: Bool

  /// A message, and whether it was answered.
  package init(seq: Int64, on: CivilDate, tone: String, isAnswered: Bool) {
    (self.seq, self.on, self.tone, self.isAnswered) = (seq, on, tone, isAnswered)
  }
}

extension ReminderTerms {
  /// The tone for a person on a day. O(messages).
  ///
  ///     hardship, a complaint, a wish to be left alone ─► the gentlest
  ///     else message by message: answered ─► its tone; `silences` unanswered in a row ─► the next tone
  ///
  /// - Parameters:
  ///   - person: what is known of her.
  ///   - messages: those sent to her, in time order; one whose days for an answer are not over says nothing.
  ///   - habit: the tone that her decade of birth is used to; empty for none.
  ///   - date: the day.
  /// - Returns: the tone, and why.
  package func tone(
    for person: PersonFacts, after messages: [PastMessage], habit: String, on date: CivilDate
  ) -> ToneChoice {
    func isLate(_ day: CivilDate) -> Bool { date - day < lookBackDays }
    func gentlest(_ reason: ToneChoice.Reason, _ seq: Int64) -> ToneChoice {
      ToneChoice(tone: tones[0], reason: reason, by: seq)
    }
    if let hardship = person.hardship { return gentlest(.hardship, hardship.seq) }
    if let open = person.complaints.last { return gentlest(.complaint, open.seq) }
    if let last = person.lastComplaint, isLate(last.on) { return gentlest(.complaint, last.seq) }
    if let stop = (person.optOuts + person.ceaseContact).last { return gentlest(.stop, stop.seq) }
    if let last = person.lastStop, isLate(last.on) { return gentlest(.stop, last.seq) }
    let used = tones.firstIndex(of: habit)
    var (level, silent) = (used ?? usual, 0)
    var choice = ToneChoice(tone: "", reason: used == nil ? .usual : .habit, by: nil)
    for message in messages where isLate(message.on) && message.on <= date {
      guard let place = tones.firstIndex(of: message.tone) else { continue }
      if message.isAnswered {
        (level, silent) = (place, 0)
        choice = ToneChoice(tone: "", reason: .answered, by: message.seq)
      } else if date - message.on > answerDays {
        silent += 1
        guard silent == silences else { continue }
        silent = 0
        guard level + 1 < tones.count else { continue }
        level += 1
        choice = ToneChoice(tone: "", reason: .silence, by: message.seq)
      }
    }
    choice.tone = tones[level]
    return choice
  }

  /// The tones in the order in which a text is looked for: the one chosen, gentler ones, firmer ones, the
  /// nearest first.
  package func preference(for tone: String) -> [String] {
    guard let place = tones.firstIndex(of: tone) else { return [tone] }
    return tones[...place].reversed() + tones[(place + 1)...]
  }
}
