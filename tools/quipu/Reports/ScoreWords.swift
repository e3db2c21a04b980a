internal import Collections

// What models, their targets and features are called before a reader.

/// `41.07 %`: basis points as a person reads them.
func percentText(_ bp: Int64) -> String { amountText(bp) + " %" }

/// `+12`, `-3`, `0`.
func signedText(_ number: Int64) -> String { number > 0 ? "+\(grouped(number))" : grouped(number) }

extension BilingualText {
  /// As a text of this program.
  var text: Text { Text(english, spanish) }
}

extension Target {
  /// `pays at least 50.00 % of what is overdue within 30 days`: what comes true.
  var words: Text {
    switch self {
    case .paysWithin(let days, let share):
      Text(
        "pays at least \(percentText(Int64(share))) of what is overdue within \(days) days",
        "paga al menos el \(percentText(Int64(share))) de lo vencido en \(days) días")
    case .keepsPromise: Text("keeps the promise", "cumple la promesa")
    case .curesWithin(let days):
      Text("is no longer past due within \(days) days", "se pone al día en \(days) días")
    case .answersOn(let channel, let days):
      Text(
        "answers by \(choiceText("\(channel)", .english)) within \(days) days",
        "responde por \(choiceText("\(channel)", .spanish)) en \(days) días")
    case .endsIn(let event, let days):
      event.title + Text(" within \(days) days", " en \(days) días")
    }
  }
}

extension Scorecard.Part {
  /// What values fall where a value does: `< 1`, `1 – 30`, `≥ 31`, `card, telecom`; for a person.
  func span(of value: Int64, _ language: Language, digits: Int = 2) -> String {
    guard value != Feature.missing else { return Text("missing", "falta")[language] }
    switch parting {
    case .bins(let bins):
      let place = bins.firstIndex { $0.below.map { value < $0 } ?? true } ?? 0
      return span(place, of: bins, language, digits)
    case .groups(let groups, _):
      return groups.first { $0.values.contains(value) }.map { names($0, language) }
        ?? Text("any other", "cualquier otro")[language]
    }
  }

  /// Every span, and what it is worth; missing last.
  func spans(_ language: Language) -> [(name: String, points: Int64)] {
    let own: [(String, Int64)] =
      switch parting {
      case .bins(let bins):
        bins.indices.map { (span($0, of: bins, language, 2), bins[$0].points) }
      case .groups(let groups, let other):
        groups.map { (names($0, language), $0.points) }
          + [(Text("any other", "cualquier otro")[language], other)]
      }
    return own + [(Text("missing", "falta")[language], missing)]
  }

  private func span(
    _ place: Int, of bins: [Scorecard.Bin], _ language: Language, _ digits: Int
  ) -> String {
    let from = place > 0 ? bins[place - 1].below : nil
    let below = bins[place].below
    func shown(_ value: Int64) -> String { feature.valueText(value, language, digits: digits) }
    switch (from, below) {
    case (nil, nil): return Text("any", "cualquiera")[language]
    case (nil, let below?): return "< \(shown(below))"
    case (let from?, nil): return "≥ \(shown(from))"
    case (let from?, let below?):
      let last = below - 1
      return from == last ? shown(from) : "\(shown(from)) – \(shown(last))"
    }
  }

  private func names(_ group: Scorecard.Group, _ language: Language) -> String {
    group.values.map { choiceText(feature.definition.categories[Int($0)], language) }
      .joined(separator: ", ")
  }
}

extension Feature {
  /// A value as a person reads it: money and shares with decimals, a category by its name.
  func valueText(_ value: Int64, _ language: Language, digits: Int = 2) -> String {
    guard value != Feature.missing else { return Text("missing", "falta")[language] }
    switch definition.unit {
    case .days, .count, .band: return grouped(value)
    case .money: return amountText(value, digits: digits)
    case .basisPoints: return percentText(value)
    case .flag: return (value == 0 ? Text("no", "no") : Text("yes", "sí"))[language]
    case .category:
      let names = definition.categories
      return names.indices.contains(Int(value))
        ? choiceText(names[Int(value)], language) : "\(value)"
    }
  }
}
