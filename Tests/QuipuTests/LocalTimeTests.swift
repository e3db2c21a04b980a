import Collections
import Testing

@testable import quipu

@Suite("local times, as they are stated")
struct LocalTimeTests {
  @Test(
    "a time where the person is, around the changes of the clock",
    arguments: [
      // stated                      zone                local, with its offset
      ("2026-03-02T10:15", "America/Lima", "2026-03-02T10:15:00-05:00"),
      ("2026-03-02T15:15:00Z", "America/Lima", "2026-03-02T10:15:00-05:00"),
      ("2026-03-02T10:15-05:00", "America/Lima", "2026-03-02T10:15:00-05:00"),
      ("2026-03-08T01:59:59", "America/New_York", "2026-03-08T01:59:59-05:00"),
      ("2026-03-08T03:00:00", "America/New_York", "2026-03-08T03:00:00-04:00"),
      ("2026-03-08T06:59:59Z", "America/New_York", "2026-03-08T01:59:59-05:00"),
      ("2026-03-08T07:00:00Z", "America/New_York", "2026-03-08T03:00:00-04:00"),
      // Twice that night: the first. Never that night: as if the clock had not been put forward.
      ("2026-11-01T01:30", "America/New_York", "2026-11-01T01:30:00-04:00"),
      ("2026-03-08T02:30", "America/New_York", "2026-03-08T03:30:00-04:00"),
      ("2026-11-01T06:00:00Z", "America/New_York", "2026-11-01T01:00:00-05:00"),
      ("2026-07-01T09:00", "Asia/Kathmandu", "2026-07-01T09:00:00+05:45"),
    ])
  func stated(_ text: String, _ zone: String, _ expected: String) throws {
    var offsets = ZoneOffsets()
    let moment = try #require(StatedMoment(text))
    // Twice: looked up, and remembered.
    for _ in 0..<2 {
      let (instant, _) = try offsets.resolve(moment, in: zone)
      let minutes = try offsets.minutes(at: instant, in: zone)
      let local = Instant(milliseconds: instant.milliseconds + Int64(minutes) * 60_000)
      let second = (local.milliseconds - Int64(local.date.days) * 86_400_000) / 1_000
      #expect(
        localText(local.date, second: Int(second), offsetMinutes: minutes) == expected)
    }
  }

  @Test("what is no time", arguments: ["", "tomorrow", "2026-03-02", "2026-13-02T10:00", "10:15"])
  func refused(_ text: String) { #expect(StatedMoment(text) == nil) }

  @Test("an unknown zone is refused")
  func unknownZone() throws {
    var offsets = ZoneOffsets()
    let moment = try #require(StatedMoment("2026-03-02T10:15"))
    #expect(throws: Failure.self) { try offsets.resolve(moment, in: "Mars/Olympus") }
  }
}
