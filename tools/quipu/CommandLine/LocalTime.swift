internal import CanonicalJSON
internal import Collections
internal import Projections

/// A moment as a command line or a line of a batch states it: with an offset, or as a local time of
/// wherever the person is.
enum StatedMoment: Equatable, Sendable {
  /// A moment: `2026-03-02T10:15:00-05:00`, or with `Z`; seconds may be left out.
  case instant(Instant)
  /// A local time, `2026-03-02T10:15`: its milliseconds since 1970-01-01T00:00 there.
  case local(Int64)

  /// Reads either; nil for any other text.
  init?(_ text: String) {
    // The forms programs write are read at once, the freer ones of people after them.
    if let moment = OffsetInstant(text) {
      self = .instant(moment.instant)
    } else if let local = OffsetInstant(text.utf8.count == 16 ? text + ":00Z" : text + "Z") {
      self = .local(local.instant.milliseconds)
    } else if let instant = Instant(lenient: text) {
      self = .instant(instant)
    } else if let local = Instant(lenient: text + "Z") {
      self = .local(local.milliseconds)
    } else {
      return nil
    }
  }
}

/// Offsets of time zones from the machine's database, asked for once a day of UTC; on a day on which a
/// zone changes its offset once a quarter of an hour, within which none does.
struct ZoneOffsets {
  private struct Zone {
    var name: String
    /// By day since 1970: the offset in minutes, or nil for a day on which it changes.
    var days: [Int64: Int?] = [:]
    var quarters: [Int64: Int] = [:]
  }

  private var zones: [Zone] = []

  /// What local time is ahead of UTC by, in minutes. Throws `unknown_time_zone`.
  mutating func minutes(at instant: Instant, in zone: String) throws(Failure) -> Int {
    var place = zones.firstIndex { $0.name == zone } ?? -1
    if place < 0 {
      place = zones.count
      zones.append(Zone(name: zone))
    }
    let day = Int64(instant.date.days)
    if let known = zones[place].days[day] {
      if let minutes = known { return minutes }
    } else {
      let start = Instant(milliseconds: day * 86_400_000)
      let end = Instant(milliseconds: (day + 1) * 86_400_000 - 1)
      let minutes = try WallClock.offsetMinutes(of: start, in: zone)
      let isConstant = try minutes == WallClock.offsetMinutes(of: end, in: zone)
      zones[place].days.updateValue(isConstant ? minutes : nil, forKey: day)
      if isConstant { return minutes }
    }
    let quarter = instant.milliseconds / 900_000
    if let minutes = zones[place].quarters[quarter] { return minutes }
    let minutes = try WallClock.offsetMinutes(of: instant, in: zone)
    zones[place].quarters[quarter] = minutes
    return minutes
  }

  /// The moment stated, and its offset, in a zone. A local time that comes twice is taken as the
  /// first; one that is skipped, as if the clock had not been put forward.
  mutating func resolve(
    _ moment: StatedMoment, in zone: String
  ) throws(Failure) -> (instant: Instant, minutes: Int) {
    switch moment {
    case .instant(let instant): return (instant, try minutes(at: instant, in: zone))
    case .local(let local):
      // The offset a day before, so that of the two readings of an hour the first is found.
      let before = try minutes(at: Instant(milliseconds: local - 86_400_000), in: zone)
      let guess = Instant(milliseconds: local - Int64(before) * 60_000)
      let here = try minutes(at: guess, in: zone)
      guard here != before else { return (guess, before) }
      let second = Instant(milliseconds: local - Int64(here) * 60_000)
      return try minutes(at: second, in: zone) == here ? (second, here) : (guess, before)
    }
  }
}

/// `2026-03-02T10:15:00-05:00`.
func localText(_ date: CivilDate, second: Int, offsetMinutes: Int) -> String {
  var text: [UInt8] = []
  appendLocal(date, second: second, offsetMinutes: offsetMinutes, to: &text)
  return String(decoding: text, as: UTF8.self)
}

/// Appends the same.
func appendLocal(
  _ date: CivilDate, second: Int, offsetMinutes: Int, to out: inout [UInt8]
) {
  func two(_ before: Unicode.Scalar, _ number: Int) {
    out.append(UInt8(ascii: before))
    appendDecimal(UInt64(number), width: 2, to: &out)
  }
  date.appendText(to: &out)
  two("T", second / 3600)
  two(":", second / 60 % 60)
  two(":", second % 60)
  let offset = abs(offsetMinutes)
  two(offsetMinutes < 0 ? "-" : "+", offset / 60)
  two(":", offset % 60)
}

extension ReadModel {
  /// Takes the local time of each contact from the zone of its contact point, by this machine's database.
  mutating func placeContacts() {
    var offsets = ZoneOffsets()
    placeContacts { zone, moment in try? offsets.minutes(at: moment, in: zone) }
  }
}
