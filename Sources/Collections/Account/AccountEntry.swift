/// What an event does to an account's debt: the part of an event that the fold needs.
///
/// Forty bytes, no references: entries lie in one column (``AccountBook``), chained by account.
package struct AccountEntry: BitwiseCopyable, Sendable {
  /// The kinds of event that bear on an account's debt or its life.
  package enum Kind: UInt8, BitwiseCopyable, Sendable {
    case opened, termsChanged, scheduleSet, chargeAssessed
    case gracePeriod, delinquencyPaused, moratoriumStarted, moratoriumEnded
    case chargeWaived, debtForgiven, payment, chargedBack, refund
    case reversed, writtenOff, writeOffReversed, closed, sold, reopened
    case agencyPlaced, agencyRecalled
    case promiseMade, promiseRescheduled, promiseCancelled
    case planAgreed, planCancelled
    case disputeOpened, disputeResolved, holdPlaced, holdLifted
    case assignmentNotified, suitFiled, judgmentEntered, limitationInterrupted

    /// The place among the events of one effective date (ledger-rules, section 5).
    var rank: UInt8 {
      switch self {
      case .opened, .termsChanged, .scheduleSet, .chargeAssessed: 0
      case .gracePeriod, .delinquencyPaused, .moratoriumStarted, .moratoriumEnded: 1
      case .chargeWaived, .debtForgiven, .payment, .chargedBack, .refund, .planAgreed,
        .planCancelled:
        3
      case .reversed, .writtenOff, .writeOffReversed, .closed, .sold, .reopened,
        .agencyPlaced, .agencyRecalled, .promiseMade, .promiseRescheduled, .promiseCancelled,
        .disputeOpened, .disputeResolved, .holdPlaced, .holdLifted, .assignmentNotified,
        .suitFiled, .judgmentEntered, .limitationInterrupted:
        4
      }
    }
  }

  /// The event's position in the ledger.
  package var seq: Int64
  /// Money in minor units; 0 where the event has none.
  package var amount: Int64 = 0
  /// What the event names, by kind: a text of the book (payment, agency, reason), the number of an
  /// item (charges and waivers; 0 for none), or an index into the book's openings, terms, items,
  /// plans, promises or facts.
  package var reference: Int64 = 0
  /// The day it takes effect, in days since 1970-01-01.
  package var effective: Int32
  /// The last day of a pause; the number of items of a schedule; of a payment that names a promise
  /// the index of its name among the book's, plus one; an agency's day of purging.
  package var extent: Int32 = 0
  /// The entry before it of the same account or person, or −1.
  package var previous: Int32 = -1
  /// What it is.
  package var kind: Kind
  /// The component of a charge or waiver.
  package var component: Component = .principal
  /// By kind: accrual stops (pauses); prepayment (payments).
  package var flag: Bool = false
  /// Whether it stands on the debtor's stream and reaches the account from there.
  package var isOfDebtor: Bool = false

  /// An entry without money or reference.
  package init(kind: Kind, seq: Int64, effective: CivilDate) {
    self.kind = kind
    self.seq = seq
    self.effective = effective.days
  }

  /// Time order: effective date, rank, position (ledger-rules, section 5).
  static func precedes(_ first: AccountEntry, _ second: AccountEntry) -> Bool {
    if first.effective != second.effective { return first.effective < second.effective }
    let (firstRank, secondRank) = (first.kind.rank, second.kind.rank)
    return firstRank == secondRank ? first.seq < second.seq : firstRank < secondRank
  }
}

/// A due item as an event states it.
package struct StatedItem: BitwiseCopyable, Equatable, Sendable {
  /// Its number, unique within its event; 0 where it has none.
  package var n: Int64
  /// The due date stated, before any roll, in days since 1970-01-01.
  package var dueOn: Int32
  /// What is scheduled.
  package var amounts: Amounts
}

/// What an account's opening says, beyond its items.
package struct Opening: BitwiseCopyable, Sendable {
  /// The items, as a range of the book's items.
  package var items: Range<Int> {
    get { firstItem..<firstItem + itemCount }
    set { (firstItem, itemCount) = (newValue.lowerBound, newValue.count) }
  }
  private var firstItem = 0
  private var itemCount = 0
  /// Accrual, roll and materiality.
  package var terms = Terms()
  /// How payments are spread.
  package var profile = AllocationProfile()
  /// What was lent, sold or imposed.
  package var product: Product
  /// The account's one currency.
  package var currency: Currency
  /// Whom the debt is owed to, a text of the book.
  package var creditor = TextReference.empty
  /// Who owes it, a text of the book.
  package var subject = TextReference.empty
  /// The portfolio it was placed in, a text of the book; empty where none.
  package var portfolio = TextReference.empty
  /// The day it was placed there, in days since 1970-01-01; nil where none is stated.
  package var placedOn: Int32?
  /// The limit of a revolving credit, in minor units; nil where none is stated.
  package var creditLimit: Int64?
  /// What secures it.
  package var security = SecurityKind.none

  init(product: Product, currency: Currency) {
    self.product = product
    self.currency = currency
  }
}

/// A short text kept in a ``TextColumn``: where it begins and how long it is.
package struct TextReference: BitwiseCopyable, Equatable, Sendable {
  /// Start × 65,536 + length in bytes.
  package var packed: Int64

  /// The empty text.
  package static let empty = TextReference(packed: 0)

  /// The text whose packed form was kept in an entry.
  package init(packed: Int64) {
    self.packed = packed
  }

  init(start: Int, count: Int) {
    packed = Int64(start) << 16 | Int64(count)
  }

  var start: Int { Int(packed >> 16) }
  var count: Int { Int(packed & 0xFFFF) }
}
