internal import Collections

/// The state of knowledge that `--known-at` asks for.
enum KnownAt: Equatable, Sendable {
  /// Only events with a sequence number below this count.
  case size(Int64)
  /// Only events recorded at or before this moment count.
  case instant(Instant)

  /// Reads a whole number, or an instant in RFC 3339 with or without seconds and fractions, in UTC
  /// (`Z`) or with an offset.
  ///
  /// A bare date is refused: it does not say in which zone its day ends.
  init?(_ text: String) {
    if let first = text.utf8.first, text.utf8.count <= 16,
      text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      let size = Int64(text)
    {
      guard first != UInt8(ascii: "0") || text == "0" else { return nil }
      self = .size(size)
    } else if let instant = Instant(lenient: text) {
      self = .instant(instant)
    } else {
      return nil
    }
  }
}

extension Instant {
  /// A moment as the command line may state it: an instant, or a date for its beginning in UTC.
  init?(moment text: String) {
    if CivilDate(text) != nil {
      self.init("\(text)T00:00:00.000Z")
    } else {
      self.init(lenient: text)
    }
  }

  /// The moment written in RFC 3339, more freely than the log writes it: seconds and fraction may
  /// be left out, decimals past the third are cut off, and an offset may stand for `Z`.
  init?(lenient text: String) {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let date = CivilDate(String(parts[0])) else { return nil }
    let clock = parts[1]
    guard let zoneStart = clock.firstIndex(where: { $0 == "Z" || $0 == "+" || $0 == "-" }),
      let offset = Self.minutesEast(clock[zoneStart...]),
      let sinceMidnight = Self.millisecondsSinceMidnight(clock[..<zoneStart])
    else { return nil }
    let midnight = Int64(date.days) * 86_400_000
    self.init(milliseconds: midnight + sinceMidnight - offset * 60_000)
  }

  /// `Z`, or `±hh:mm`, in minutes east of Greenwich.
  private static func minutesEast(_ zone: Substring) -> Int64? {
    if zone == "Z" { return 0 }
    let fields = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2, let hours = twoDigits(fields[0], below: 24),
      let minutes = twoDigits(fields[1], below: 60)
    else { return nil }
    return (zone.first == "-" ? -1 : 1) * (hours * 60 + minutes)
  }

  /// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.` and decimals.
  private static func millisecondsSinceMidnight(_ clock: Substring) -> Int64? {
    let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2 || fields.count == 3, let hours = twoDigits(fields[0], below: 24),
      let minutes = twoDigits(fields[1], below: 60)
    else { return nil }
    var milliseconds = (hours * 60 + minutes) * 60_000
    guard fields.count == 3 else { return milliseconds }
    let pieces = fields[2].split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = twoDigits(pieces[0], below: 60) else { return nil }
    milliseconds += seconds * 1000
    guard pieces.count == 2 else { return milliseconds }
    let decimals = pieces[1]
    guard !decimals.isEmpty, decimals.allSatisfy({ $0.isASCII && $0.isNumber }),
      let thousandths = Int64(decimals.prefix(3))
    else { return nil }
    let scale: Int64 = decimals.count == 1 ? 100 : decimals.count == 2 ? 10 : 1
    return milliseconds + thousandths * scale
  }

  private static func twoDigits(_ text: Substring, below limit: Int64) -> Int64? {
    guard text.utf8.count == 2, text.allSatisfy({ $0.isASCII && $0.isNumber }),
      let value = Int64(text), value < limit
    else { return nil }
    return value
  }
}
