import Collections

/// What `quipu generate` is asked for.
struct GenerateOptions: Equatable, Sendable {
  /// Where the chance comes from: the same seed, the same bytes.
  var seed: UInt64 = 1
  /// How many accounts, from 0.
  var accounts = 1000
  /// How many months are told, from 1.
  var months = 12
  /// Whether people are told too: who they are, how they may be reached, what they say.
  var people = false
  /// The first day; ``lastStart(for:endingBefore:)`` gives one whose whole story is past.
  var start: CivilDate

  /// The latest first of a month from which `months` whole months end on or before `today`.
  static func lastStart(for months: Int, endingBefore today: CivilDate) -> CivilDate {
    let (year, month, _) = today.civil
    return monthDay(months: year * 12 + month - 1 - months, day: 1)
  }
}

/// Tells a whole portfolio to `sink`, in pieces of whole lines (drafts, one a line, JSON Lines).
///
/// Pieces are of some 64 KiB; their bytes are valid during the call only. Throws what the sink throws,
/// and stops there. Returns the number of drafts.
@discardableResult
func generate<Failure: Error>(
  _ options: GenerateOptions, to sink: (Span<UInt8>) throws(Failure) -> Void
) throws(Failure) -> Int {
  let pieceSize = 1 << 16
  var generator = PortfolioGenerator(
    seed: options.seed, accounts: options.accounts, months: options.months, start: options.start,
    people: options.people)
  var piece: [UInt8] = []
  piece.reserveCapacity(pieceSize * 2)
  var count = 0
  while generator.next({ line in
    unsafe line.withUnsafeBufferPointer { unsafe piece.append(contentsOf: $0) }
  }) {
    count += 1
    if piece.count >= pieceSize {
      try sink(piece.span)
      piece.removeAll(keepingCapacity: true)
    }
  }
  if !piece.isEmpty { try sink(piece.span) }
  return count
}
