import Collections

/// What is to happen, by day: first in, first out within a day, so the order never depends on chance.
///
/// Cells are reused; memory is one cell a pending step and two words a day. Adding and taking are O(1).
struct DayQueue {
  /// One step in the life of one account.
  struct Step {
    /// The account's index in the portfolio.
    var account: Int32
    /// What happens.
    var kind: StepKind
    /// The object it is about (number of a payment, promise, dispute…); 0 where there is none.
    var number: Int32 = 0
    /// A day it refers to other than its own.
    var date = CivilDate(days: 0)
    /// Minor units, or thousandths of what is due, after its kind.
    var amount: Int64 = 0
  }

  private struct Cell {
    var step: Step
    var next: Int32
  }

  private static let none: Int32 = -1

  private var cells: [Cell] = []
  private var free = DayQueue.none
  private var heads: [Int32]
  private var tails: [Int32]
  private let first: CivilDate

  /// The day whose steps are being taken.
  private(set) var day: CivilDate

  /// An empty queue for `count` days from `first`.
  init(first: CivilDate, count: Int) {
    self.first = first
    day = first
    heads = Array(repeating: DayQueue.none, count: count)
    tails = heads
  }

  /// The day after the last one.
  var end: CivilDate { first + heads.count }

  /// Puts a step at the end of a day: of today when that day is past. After the last day: dropped.
  mutating func add(_ step: Step, on date: CivilDate) {
    let index = max(date, day) - first
    guard index < heads.count else { return }
    let cell = Cell(step: step, next: DayQueue.none)
    let position: Int32
    if free == DayQueue.none {
      position = Int32(cells.count)
      cells.append(cell)
    } else {
      position = free
      free = cells[Int(position)].next
      cells[Int(position)] = cell
    }
    if heads[index] == DayQueue.none {
      heads[index] = position
    } else {
      cells[Int(tails[index])].next = position
    }
    tails[index] = position
  }

  /// Takes the next step, going on to the next day that has one; nil at the end.
  mutating func next() -> Step? {
    while day < end {
      let index = day - first
      let position = heads[index]
      if position != DayQueue.none {
        let cell = cells[Int(position)]
        heads[index] = cell.next
        cells[Int(position)].next = free
        free = position
        return cell.step
      }
      day = day + 1
    }
    return nil
  }

  /// Whether every cell is on exactly one list; for tests. O(cells).
  var pending: Int {
    var unused = 0
    var position = free
    while position != DayQueue.none {
      unused += 1
      position = cells[Int(position)].next
    }
    return cells.count - unused
  }

  /// The cells ever made: the most steps that were pending at once.
  var capacity: Int { cells.count }
}

/// The kinds of steps in an account's life; each is one method of ``PortfolioGenerator``.
enum StepKind: UInt8 {
  case opening, bill, arrears, chase, letter
  case payment, promisedPayment, latePayment, bounce, chargeback, refund
  case promiseCheck, waiver, rescheduling
  case disputeAnswer, complaintAnswer, holdLift, protectionEnd
  case closure, reopening, recall
  /// Of a person: the step's account is her number.
  case person
}
