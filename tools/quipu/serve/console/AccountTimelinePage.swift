internal import Collections
internal import Projections

/// Which of an account's events its page tells of: all of them, or a page of them where there are many,
/// the last one unless another is asked for.
struct AccountTimelinePage {
  /// Whether they come in the order of effect, else in that of recording.
  let isByEffect: Bool
  /// Which page this is, from 1, of how many.
  let page: Int
  let pages: Int
  /// Which events these are, from 1, of how many.
  let first: Int64
  let last: Int64
  let count: Int64
  let history: AccountHistory

  private static let pageEvents = 200

  /// Chooses among the places of the events known; `read` reads those. Throws ``Problem`` 400 for a page
  /// that there is not.
  init(
    _ exchange: Exchange, _ moments: AccountMoments, _ known: [Int],
    _ read: ([Int]) throws -> AccountHistory
  ) throws {
    isByEffect = exchange.request.parameter("by") == "effect"
    let all = moments.events
    let sorted =
      isByEffect
      ? known.sorted { (all[$0].effective, all[$0].seq) < (all[$1].effective, all[$1].seq) } : known
    // Pages are filled from the first event on, so that one keeps its events while the account goes on.
    pages = max(1, (sorted.count + Self.pageEvents - 1) / Self.pageEvents)
    let text = exchange.request.parameter("events") ?? ""
    guard let page = text.isEmpty ? pages : Int(text), 1...pages ~= page else {
      throw Problem.badParameter(
        "events", text, Text("a page from 1 to \(pages)", "una página de 1 a \(pages)"))
    }
    self.page = page
    let shown = sorted.dropFirst((page - 1) * Self.pageEvents).prefix(Self.pageEvents)
    first = Int64(min(shown.startIndex + 1, sorted.count))
    last = Int64(shown.endIndex)
    count = Int64(sorted.count)
    history = try read(Array(shown))
  }
}
