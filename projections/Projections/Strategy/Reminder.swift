package import Collections

/// What a person is told without being asked: that something falls due, or thanks for what came in.
package struct Reminder: Sendable {
  /// What it is about.
  package enum Occasion: String, CaseIterable, Sendable {
    /// A promise that falls due; an instalment that does; a payment.
    case promise, due, thanks

    /// The id of its text.
    package var template: String {
      switch self {
      case .promise: "pe-promise-reminder"
      case .due: "pe-due-reminder"
      case .thanks: "pe-thanks"
      }
    }
  }

  /// The account's number in its book, and whoever owes it: her id, and her number among people (−1: unknown).
  package var account: Int
  package var subject: String
  package var person: Int
  /// What it is about, and the day of that: on which it falls due, or was paid.
  package var occasion: Occasion
  package var on: CivilDate
  /// The contact's id: the same occasion has the same one, and is written about once.
  package var contact: String
  /// The size of the log it was made from.
  package var basis: Int64
  /// In which tone, and why; the tone that the text has.
  package var choice: ToneChoice
  package var tone: String
  /// The text with the facts in their places, in her language.
  package var language: MessageLanguage
  package var text: String
  /// How to write to her that day; where only the contact rules stand against it, the way they do not allow.
  package var way: ActionWay?
  /// Why it does not go out that day; nil where it does.
  package var hold: ActionHold?
  /// The rules that stand against it that day, by channel.
  package var blocked: [BlockedWay] = []
  /// The first day and local minute from that day on at which the rules let it through while it is still
  /// right; nil for none.
  package var earliest: (on: CivilDate, minute: Int)?

  /// The id of its text.
  package var template: String { occasion.template }

  /// Why it is sent and how, as ids that `ContactPlanned` carries.
  package var reasons: [String] {
    var reasons = ["\(occasion.rawValue).\(on.text)", "tone.\(choice.reason.rawValue)"]
    if let seq = choice.by { reasons.append("by.\(seq)") }
    // There is no text in the tone chosen: the nearest gentler one, else the nearest.
    if tone != choice.tone { reasons.append("instead.\(choice.tone)") }
    if let way {
      reasons += ["channel.\(way.channelBy.rawValue)", "hours.\(way.hoursBy.rawValue)"]
    }
    return reasons
  }
}

extension ActionRules {
  /// What reminds on a day where nobody names a strategy: the one in force, if it is the only one, the contact
  /// policies and the texts in force.
  ///
  /// - Parameters:
  ///   - model: the projections.
  ///   - date: the day.
  ///   - knownAt: only events before it count.
  ///   - zone: the zone of people of whom none is known.
  ///   - offset: what local time is ahead of UTC by on the day, in minutes, in a zone.
  package init(
    reminding model: ReadModel, on date: CivilDate, knownAt: Int64, zone: String,
    offset: @escaping @Sendable (String) -> Int?
  ) {
    let adopted = AdoptedStrategies(model, knownAt: knownAt)
    let inForce = adopted.ids.compactMap { adopted.inForce($0, on: date, before: knownAt) }
    let only = inForce.count == 1 ? inForce.first : nil
    self.init(
      only?.strategy ?? .none, adoption: only?.seq ?? -1,
      policies: Self.policies(in: model, on: date, knownAt: knownAt), on: date, knownAt: knownAt,
      zone: zone, offset: offset)
    texts = AdoptedAssistant(model, knownAt: knownAt, only: .templates)
      .templates(on: date, before: knownAt)
  }
}
