import Collections
import Synchronization
import Testing

@testable import quipu

@Suite("what is shown")
struct DisplayTests {
  @Test("amounts")
  func writesAmounts() {
    let table: [(minorUnits: Int64, digits: Int, text: String)] = [
      (512_434_072, 2, "5,124,340.72"),
      (0, 2, "0.00"),
      (5, 2, "0.05"),
      (-5, 2, "-0.05"),
      (99_999, 2, "999.99"),
      (100_000, 2, "1,000.00"),
      (-123_456_789, 2, "-1,234,567.89"),
      (1500, 0, "1,500"),
      (1500, 3, "1.500"),
      (.min, 2, "-92,233,720,368,547,758.08"),
    ]
    for (minorUnits, digits, text) in table {
      #expect(amountText(minorUnits, digits: digits) == text)
    }
    #expect(grouped(119_604) == "119,604")
    #expect(grouped(-999) == "-999")
    #expect(grouped(1_000_000) == "1,000,000")
  }

  @Test("a table into a file: aligned, whole, disarmed")
  func writesTables() {
    var table = Table([
      .init(Text("bucket", "tramo")), .init(Text("amount", "monto"), .right), .init("note"),
    ])
    table.add(["1-30", "1,000.00", "a\u{1B}[2Jb"])
    table.add(["366+", "5.00", ""])
    // Descriptor -1 is nobody's terminal.
    let text = table.text(in: .spanish, on: Terminal(descriptor: -1))
    #expect(
      text == """
        tramo     monto  note
        1-30   1,000.00  a\\u{1B}[2Jb
        366+       5.00

        """)
  }

  @Test("a table on a narrow terminal: texts are cut, figures never")
  func fitsTables() {
    var table = Table([.init("account"), .init("amount", .right), .init("note")])
    table.add(["A-1", "1,234,567.89", "a note that is far too long for this"])
    let lines = table.text(in: .english, within: 40).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.last == "A-1      1,234,567.89  a note that is f…")
  }

  @Test("a table on a narrower one: ids and days are never cut, sentences go on below")
  func expandsTables() {
    var promises = Table([
      .init(Text("account", "cuenta")), .init(Text("due", "vence")),
      .init(Text("amount", "monto"), .right), .init("note"),
    ])
    promises.add(["PE-0000003", "2025-06-30", "1,234.50", "kept on the day before"])
    promises.add(["PE-0000004", "2025-07-31", "5.00", ""])
    #expect(
      promises.text(in: .spanish, within: 30) == """
        cuenta  PE-0000003
        vence   2025-06-30
        monto   1,234.50
        note    kept on the day before

        cuenta  PE-0000004
        vence   2025-07-31
        monto   5.00

        """)
    #expect(
      promises.text(in: .english, within: 50).contains("PE-0000003  2025-06-30  1,234.50  kept"))
    var checks = Table([.init("check"), .init("what to do", .wrapped)])
    checks.add(["anchors", "none: quipu anchor FILE on another disk shows a cut ledger"])
    #expect(
      checks.text(in: .english, within: 40) == """
        check    what to do
        anchors  none: quipu anchor FILE on
                 another disk shows a cut ledger

        """)
    for limit in 1...60 {
      let text =
        promises.text(in: .english, within: limit) + checks.text(in: .english, within: limit)
      for word in ["PE-0000003", "2025-06-30", "1,234.50"] { #expect(text.contains(word)) }
    }
  }

  @Test("progress: bar, count, rate, time left")
  func writesProgress() {
    func line(_ done: Int64, _ total: Int64?, _ milliseconds: Int64, _ width: Int) -> String {
      Progress.line(
        done: done, total: total, milliseconds: milliseconds, unit: Text("events", "eventos"),
        language: .english, width: width)
    }
    #expect(
      line(50_000, 200_000, 2000, 79)
        == "[######---------------------]   25 %  50,000/200,000 events  25,000/s  6 s left")
    #expect(line(50_000, 200_000, 2000, 50) == " 25 %  50,000/200,000 events  25,000/s  6 s left")
    #expect(line(50_000, 200_000, 2000, 10) == " 25 %  50,")
    #expect(line(1234, nil, 61_000, 79) == "1,234 events  20/s  1 min 1 s")
    #expect(
      line(0, 10, 0, 79) == "[" + String(repeating: "-", count: 30) + "]    0 %  0/10 events  0/s")
    #expect(line(20, 10, 1000, 79).contains("100 %"))
    #expect(line(.max, .max, .max, 79).contains("100 %"))
  }

  @Test("progress is drawn late, at most ten times a second, and wiped")
  func drawsProgress() {
    let drawn = Mutex<[String]>([])
    func surface(canRedraw: Bool) -> Progress.Surface {
      Progress.Surface(
        canRedraw: canRedraw, width: { 80 }, write: { line in drawn.withLock { $0.append(line) } })
    }
    let unit = Text("events", "eventos")
    let early = Progress(of: 10, unit: unit, language: .english, on: surface(canRedraw: true))
    early.advance(by: 5)
    early.finish()
    #expect(drawn.withLock { $0.isEmpty })

    let nowhere = Progress(
      of: 10, unit: unit, language: .english, on: surface(canRedraw: false), patience: .zero)
    nowhere.advance(by: 5)
    nowhere.finish()
    #expect(drawn.withLock { $0.isEmpty })

    let seen = Progress(
      of: 10, unit: unit, language: .english, on: surface(canRedraw: true), patience: .zero)
    seen.advance(by: 5)
    seen.advance(by: 1)
    seen.clear()
    seen.finish()
    seen.advance(by: 4)
    let lines = drawn.withLock { $0 }
    #expect(lines.count == 2)
    #expect(lines.first?.contains("5/10 events") == true)
    #expect(lines.last == "\r\u{1B}[K")
  }

  @Test("the day depends on the zone")
  func tellsDay() throws {
    let table = [
      ("2026-03-12T04:59:59.999Z", "America/Lima", "2026-03-11"),
      ("2026-03-12T05:00:00.000Z", "America/Lima", "2026-03-12"),
      ("2026-03-12T05:00:00.000Z", "UTC", "2026-03-12"),
      ("2026-03-12T15:00:00.000Z", "Asia/Tokyo", "2026-03-13"),
      ("1969-12-31T23:59:59.999Z", "UTC", "1969-12-31"),
      ("2026-03-29T00:59:00.000Z", "Europe/Madrid", "2026-03-29"),
    ]
    for (instant, zone, day) in table where WallClock.isZone(zone) {
      let moment = try #require(Instant(instant))
      #expect(try WallClock.date(of: moment, in: zone).text == day, "\(instant) \(zone)")
    }
    for zone in ["America/Lim", "", "../../etc/passwd", "/etc/passwd", "Europe", "PE T"] {
      #expect(throws: Failure(.refused, "unknown_time_zone", "")) {
        try WallClock.today(in: zone)
      }
    }
  }

  @Test("the nearest right word")
  func findsNearest() {
    let names = CommandTable.all.map(\.name)
    let table: [(typed: String, near: String?)] = [
      ("shwo", "show"), ("SHOW", "show"), ("hist", "history"), ("reply", "replay"),
      ("verfy", "verify"), ("veryfi", "verify"), ("imprt", "import"), ("xyzzy", nil), ("", nil),
    ]
    for (typed, near) in table { #expect(nearest(to: typed, among: names) == near, "\(typed)") }
  }
}
