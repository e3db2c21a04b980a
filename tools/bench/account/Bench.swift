internal import CanonicalJSON
internal import Collections
internal import Glibc

/// Times the state of one account after each of its events, followed event by event: what
/// `tools/bench/run` shows the growth of. Usage: `AccountBench EVENTS LATE`, every LATE-th event recorded
/// a hundred days late, 0 for none; prints one line of JSON.
@main enum Bench {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 3, let events = Int(words[1]), events > 1, let late = Int(words[2]) else {
      print("usage: AccountBench EVENTS LATE")
      exit(2)
    }
    var book = AccountBook()
    var reader = FieldReader()
    var days: [CivilDate] = []
    for number in 0..<events {
      let day = try book.take(number, late: late, &reader)
      days.append(max(day, days.last ?? day))
    }
    var rounds: Int64 = 0
    var applied = 0
    let start = nanoseconds()
    repeat {
      var timeline = AccountTimeline(account: 0)
      for (number, day) in days.enumerated() {
        guard try timeline.advance(to: Int64(number) + 1, of: book, on: day) else { exit(1) }
        _ = try timeline.fold.outstanding()
        _ = timeline.fold.daysPastDue
      }
      applied = timeline.fold.applied
      rounds += 1
    } while nanoseconds() - start < 300_000_000
    let result = JSONValue.object([
      "events": .integer(Int64(events)), "applied": .integer(Int64(applied)),
      "nanosecondsPerState": .integer((nanoseconds() - start) / rounds / Int64(events)),
    ])
    print(result.canonicalText)
  }

  private static func nanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension AccountBook {
  /// Records one more event of account A: its opening, then each day a payment, every tenth day as much is
  /// owed anew.
  /// Gives its effective date.
  fileprivate mutating func take(
    _ number: Int, late: Int, _ reader: inout FieldReader
  ) throws -> CivilDate {
    let isLate = late > 0 && number > 100 && number % late == 0
    let day = CivilDate(days: Int32(14_610 + number - (isLate ? 100 : 0)))
    let (type, data): (EventType, String) =
      switch number {
      case 0: (.accountOpened, Self.opening)
      case let number where number % 10 == 0:
        (.chargeAssessed, #"{"amount":9000,"component":"principal","label":"use"}"#)
      default:
        (
          .paymentReceived,
          #"{"amount":1100,"currency":"PEN","method":"cash","payment":"p-\#(number)"}"#
        )
      }
    let (stream, bytes) = (Array("account/A".utf8), Array(data.utf8))
    _ = try apply(
      type, seq: Int64(number), effective: day, stream: stream.span, 0..<stream.count, bytes.span,
      0..<bytes.count, &reader)
    return day
  }

  private static let opening =
    #"{"account":"A","creditor":"c","currency":"PEN","items":[{"dueOn":"2010-01-01","n":1,"#
    + #""principal":10000}],"product":"consumer","subject":"s","#
    + #""terms":{"compensatoryBp":3600}}"#
}
