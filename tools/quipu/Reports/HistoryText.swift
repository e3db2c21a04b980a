internal import CanonicalJSON
internal import Collections
internal import Projections

/// An account's history for a reader at a terminal: each event, and below it what it did and why.
struct HistoryText {
  private let history: AccountHistory
  private let console: Console

  init(_ history: AccountHistory, _ console: Console) {
    self.history = history
    self.console = console
  }

  /// Prints the events in the order they were recorded.
  func print() throws {
    let report = history.report
    try console.print(
      Text(same: "\(report.account)  ") + asOf(report.on, knownAt: report.knownAt))
    let explanation = EventExplanation(report)
    for event in history.events {
      let type = console.terminal.emphasised(event.type.name, .bold)
      let actor = event.actor["id"]?.stringValue ?? ""
      try console.print(
        "\n#\(event.seq)  \(event.effective.text)  \(type)  \(event.data.canonicalText)")
      let own = event.stream == "account/\(report.account)"
      let place = own ? Text(same: "") : Text(" on \(event.stream)", " en \(event.stream)")
      let cause = event.cause.map { Text(", cause #\($0)", ", causa #\($0)") } ?? ""
      try detail(
        Text(
          "recorded \(event.at)", "registrado \(event.at)") + place
          + Text(" by \(actor), key \(event.key)", " por \(actor), clave \(event.key)") + cause)
      for line in explanation.lines(event) { try detail(line) }
    }
    let changes = report.changes
    guard !changes.isEmpty else { return }
    try console.print("")
    let text = ChangeText(history, digits: explanation.digits)
    for change in changes {
      try console.print("\(change.on.text)  " + text.line(change)[console.language])
      guard change.kind == .creditUsed else { continue }
      for use in history.creditUse where use.on == change.on.days {
        try detail(explanation.line(use))
      }
    }
  }

  private func detail(_ text: Text) throws { try console.print("    " + text[console.language]) }
}
