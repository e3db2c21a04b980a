internal import Collections
internal import Glibc
internal import Synchronization

/// The machine's clock and its time zones: read here, at the edge, and passed inward as values.
enum WallClock {
  /// The C library keeps its zone in one place for the whole process.
  private static let zoneLock = Mutex(())

  /// Where the C library looks for the IANA time zone database.
  private static let database = (environmentValue("TZDIR") ?? "/usr/share/zoneinfo") + "/"

  /// The present moment.
  static func now() -> Instant {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Today's date in a zone of the IANA database, `America/Lima` say.
  ///
  /// Throws `unknown_time_zone` when the machine's database has no such zone. The C library itself
  /// would take any name, and call it UTC.
  static func today(in zone: String) throws(Failure) -> CivilDate { try date(of: now(), in: zone) }

  /// The civil date at a moment in a zone.
  ///
  /// For a moment it changes the environment, which the C library lets nobody else read meanwhile:
  /// threads may ask here at once, and may not read the environment otherwise.
  static func date(of instant: Instant, in zone: String) throws(Failure) -> CivilDate {
    let minutes = try offsetMinutes(of: instant, in: zone)
    return Instant(milliseconds: instant.milliseconds + Int64(minutes) * 60_000).date
  }

  /// What local time in a zone is ahead of UTC by at a moment, in minutes; likewise.
  static func offsetMinutes(of instant: Instant, in zone: String) throws(Failure) -> Int {
    // The database's place is read from the environment, so before anyone may change that.
    guard isZone(zone) else { throw unknownZone(zone) }
    return zoneLock.withLock { _ in
      let before = environmentValue("TZ")
      unsafe setenv("TZ", zone, 1)
      tzset()
      var seconds = time_t(instant.milliseconds.dividedRoundingDown(by: 1000))
      var local = unsafe tm()
      unsafe localtime_r(&seconds, &local)
      if let before { unsafe setenv("TZ", before, 1) } else { unsafe unsetenv("TZ") }
      tzset()
      return unsafe local.tm_gmtoff / 60
    }
  }

  /// That the machine's database has no such zone.
  static func unknownZone(_ zone: String) -> Failure {
    Failure(
      .refused, "unknown_time_zone",
      Text(
        "this machine knows no time zone '\(zone)' (package tzdata)",
        "esta máquina no conoce la zona horaria '\(zone)' (paquete tzdata)"),
      [Failure.Detail("timeZone", zone), Failure.Detail("directory", database)])
  }

  /// Whether the machine's database has a zone of this name.
  ///
  /// `UTC` needs no database.
  static func isZone(_ name: String) -> Bool {
    let database = database
    if name == "UTC" { return true }
    let inside = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: "+"):
        true
      default: false
      }
    }
    guard inside, let first = name.utf8.first, first != UInt8(ascii: "/") else { return false }
    let file = unsafe open(database + name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var magic: [UInt8] = [0, 0, 0, 0]
    let count = unsafe magic.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, 4) }
    return count == 4 && magic == Array("TZif".utf8)
  }
}

extension Int64 {
  /// The quotient rounded toward negative infinity; `divisor` is positive.
  fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
