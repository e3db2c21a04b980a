internal import Synchronization

/// How far a long piece of work has come, on one line of standard error: bar, count, rate, time
/// left.
///
/// May be advanced from several threads. Nothing is shown during the first second, nor when
/// standard error is not a terminal. The line clears itself at the end.
final class Progress: Sendable {
  private let total: Int64?
  private let unit: Text
  private let language: Language
  private let surface: Surface
  /// How long nothing is shown: what is over sooner needs no bar.
  private let patience: Duration
  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var done: Int64 = 0
    var shownAt: ContinuousClock.Instant?
    var isShown = false
    var isFinished = false
  }

  /// Where the line is drawn.
  struct Surface: Sendable {
    let canRedraw: Bool
    let width: @Sendable () -> Int
    let write: @Sendable (String) -> Void
  }

  init(
    of total: Int64?, unit: Text, language: Language, on surface: Surface,
    patience: Duration = .seconds(1)
  ) {
    self.total = total
    self.unit = unit
    self.language = language
    self.surface = surface
    self.patience = patience
  }

  /// Counts work that is done; draws at most ten times a second.
  ///
  /// To be called for a batch, not for every event: it takes a lock and looks at the clock.
  func advance(by count: Int64) {
    state.withLock { state in
      state.done += count
      guard surface.canRedraw, !state.isFinished else { return }
      let now = ContinuousClock.now
      guard now - begun >= patience else { return }
      if let shownAt = state.shownAt, now - shownAt < .milliseconds(100) { return }
      state.shownAt = now
      state.isShown = true
      let line = Self.line(
        done: state.done, total: total, milliseconds: (now - begun).milliseconds, unit: unit,
        language: language, width: surface.width() - 1)
      surface.write("\r\u{1B}[K" + line)
    }
  }

  /// Wipes the line, to make room for a message; the next `advance` draws it again.
  func clear() {
    state.withLock { state in
      if state.isShown { surface.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  /// Wipes the line for good.
  func finish() {
    clear()
    state.withLock { $0.isFinished = true }
  }

  /// `[#####-----]  50 %  1,000/2,000 events  500/s  2 s left`, cut to `width` columns.
  static func line(
    done: Int64, total: Int64?, milliseconds: Int64, unit: Text, language: Language, width: Int
  ) -> String {
    let perSecond = milliseconds > 0 ? Int64(Int128(done) * 1000 / Int128(milliseconds)) : 0
    guard let total, total > 0 else {
      let facts = "\(grouped(done)) \(unit[language])  \(grouped(perSecond))/s"
      return String("\(facts)  \(duration(milliseconds / 1000))".prefix(max(0, width)))
    }
    let reached = min(done, total)
    let percent = Int64(Int128(reached) * 100 / Int128(total))
    var facts = "\(padded(percent)) %  \(grouped(done))/\(grouped(total)) \(unit[language])"
    facts += "  \(grouped(perSecond))/s"
    if perSecond > 0 {
      let left = Text("left", "restantes")[language]
      facts += "  \(duration((total - reached) / perSecond)) \(left)"
    }
    let room = min(30, width - facts.count - 4)
    guard room >= 5 else { return String(facts.prefix(max(0, width))) }
    let filled = Int(Int128(reached) * Int128(room) / Int128(total))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled)
    return "[\(bar)]  \(facts)"
  }

  private static func padded(_ percent: Int64) -> String {
    String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0) + "\(percent)"
  }

  private static func duration(_ seconds: Int64) -> String {
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}

extension Duration {
  /// In whole milliseconds, the rest cut off.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
