internal import CanonicalJSON

/// How events enter the book: one function a kind of event, each from the fields its type declares.
extension AccountBook {
  /// What one application changed, so that it can be taken back.
  package struct Undo: Sendable {
    var account = -1
    /// The number of the person whose chain grew; −1 for none.
    var debtor = -1
    var volume: Int64 = 0
    var columns = Columns()
    var adoptions = 0
    var voided: Int64 = -1
    /// The number of an unidentified payment, and what it was before.
    var unidentified: (number: Int, before: UnidentifiedPayment)?
  }

  /// How long the columns are that entries refer to.
  struct Columns: Sendable {
    var items = 0
    var terms = 0
    var openings = 0
    var plans = 0
    var promises = 0
    var facts = 0
    var promiseNames = 0
    var texts = 0
  }

  /// How long they are now.
  var columns: Columns {
    Columns(
      items: items.count, terms: terms.count, openings: openings.count, plans: plans.count,
      promises: promises.count, facts: facts.count, promiseNames: promiseNames.count,
      texts: texts.byteCount)
  }

  /// Whether events of a type can bear on an account or on the calendar its items roll by.
  package static func reads(_ type: EventType) -> Bool {
    switch type {
    case .ledgerOpened, .calendarAdopted, .eventVoided, .unidentifiedPaymentReceived,
      .paymentIdentified:
      true
    default: kind(of: type) != nil
    }
  }

  /// Takes one event, whatever its type; those that bear on no account change nothing.
  ///
  /// - Parameters:
  ///   - type: which event it is.
  ///   - seq: its position in the ledger.
  ///   - effective: the day it takes effect.
  ///   - streamBytes: the bytes in which the stream's name lies.
  ///   - stream: where it lies there.
  ///   - dataBytes: the bytes in which the event's canonical `data` lies.
  ///   - data: where it lies there.
  ///   - reader: scratch memory, the same from event to event.
  /// - Returns: what ``undo(_:)`` needs to take it back; only the last application can be.
  /// - Throws: ``RuleError``: `malformed_event`, or `amount_overflow` where the money ever recorded
  ///   on the account passes 2^53 − 1. The book is then as it was.
  package mutating func apply(
    _ type: EventType, seq: Int64, effective: CivilDate,
    stream streamBytes: Span<UInt8>, _ stream: Range<Int>,
    _ dataBytes: Span<UInt8>, _ data: Range<Int>, _ reader: inout FieldReader
  ) throws(RuleError) -> Undo {
    var mark = Undo()
    guard Self.reads(type) else { return mark }
    do {
      try reader.read(type, dataBytes, data)
    } catch {
      throw RuleError(.malformed, "seq \(seq), \(type.name): \(error.code.rawValue)")
    }
    switch type {
    case .ledgerOpened:
      jurisdiction = reader.range(.jurisdiction).map { Self.text(dataBytes, $0) } ?? ""
      return mark
    case .calendarAdopted:
      mark.adoptions = 1
      try adopt(seq, effective, dataBytes, &reader)
      return mark
    case .eventVoided:
      guard let target = reader.integer(.target), voids[target] == nil else { return mark }
      voids[target] = seq
      voidDays[target] = Int64(effective.days)
      mark.voided = target
      return mark
    case .unidentifiedPaymentReceived:
      receiveUnidentified(seq, effective, dataBytes, reader, &mark)
      return mark
    case .paymentIdentified:
      try identify(seq, dataBytes, reader, &mark)
      return mark
    default: break
    }
    guard let kind = Self.kind(of: type), let name = StreamName(recorded: streamBytes, stream)
    else { return mark }
    var entry = AccountEntry(kind: kind, seq: seq, effective: effective)
    if name.kind == .subject, kind.reachesFromDebtor {
      try apply(entry, ofDebtor: streamBytes, name.id, dataBytes, &reader, &mark)
    }
    guard name.kind == .account else { return mark }
    mark.columns = columns
    let account = account(streamBytes, name.id)
    mark.account = account
    mark.volume = volumes[account]
    do {
      let money = try fill(&entry, dataBytes, &reader)
      volumes[account] = try checkedSum(volumes[account], money)
      append(entry, to: account)
      return mark
    } catch {
      truncate(to: mark.columns)
      throw RuleError(error.code, "account \(accounts.text(account)), seq \(seq), \(type.name)")
    }
  }

  /// Takes back the last application. O(what it added).
  package mutating func undo(_ mark: Undo) {
    if mark.voided >= 0 { (voids[mark.voided], voidDays[mark.voided]) = (nil, nil) }
    adoptions.removeLast(mark.adoptions)
    if let (number, before) = mark.unidentified { unidentified[number] = before }
    if mark.debtor >= 0 {
      debtorHeads[mark.debtor] = entries.removeLast().previous
      truncate(to: mark.columns)
    }
    guard mark.account >= 0 else { return }
    let undone = entries.removeLast()
    heads[mark.account] = undone.previous
    if undone.kind == .opened { findLastOpening(of: mark.account) }
    volumes[mark.account] = mark.volume
    truncate(to: mark.columns)
  }

  mutating func truncate(to columns: Columns) {
    items.removeSubrange(columns.items...)
    terms.removeSubrange(columns.terms...)
    openings.removeSubrange(columns.openings...)
    plans.removeSubrange(columns.plans...)
    promises.removeSubrange(columns.promises...)
    facts.removeSubrange(columns.facts...)
    promiseNames.removeSubrange(columns.promiseNames...)
    texts.truncate(to: columns.texts)
  }

  /// What an event of a type is in an account's chain; nil where it bears on none.
  package static func kind(of type: EventType) -> AccountEntry.Kind? {
    switch type {
    case .accountOpened: .opened
    case .termsChanged: .termsChanged
    case .scheduleSet: .scheduleSet
    case .chargeAssessed: .chargeAssessed
    case .gracePeriodGranted: .gracePeriod
    case .delinquencyPaused: .delinquencyPaused
    case .moratoriumStarted: .moratoriumStarted
    case .moratoriumEnded: .moratoriumEnded
    case .chargeWaived: .chargeWaived
    case .debtForgiven: .debtForgiven
    case .paymentReceived: .payment
    case .paymentReversed: .reversed
    case .paymentChargedBack: .chargedBack
    case .refundIssued: .refund
    case .writtenOff: .writtenOff
    case .writeOffReversed: .writeOffReversed
    case .accountClosed: .closed
    case .portfolioSold: .sold
    case .accountReopened: .reopened
    case .agencyPlaced: .agencyPlaced
    case .agencyRecalled: .agencyRecalled
    case .promiseMade: .promiseMade
    case .promiseRescheduled: .promiseRescheduled
    case .promiseCancelled: .promiseCancelled
    case .planAgreed: .planAgreed
    case .planCancelled: .planCancelled
    case .disputeOpened: .disputeOpened
    case .disputeResolved: .disputeResolved
    case .holdPlaced: .holdPlaced
    case .holdLifted: .holdLifted
    case .assignmentNotified: .assignmentNotified
    case .suitFiled: .suitFiled
    case .judgmentEntered: .judgmentEntered
    case .limitationInterrupted: .limitationInterrupted
    default: nil
    }
  }

  /// Fills an entry from the fields just read, and returns the money it can ever move.
  mutating func fill(
    _ entry: inout AccountEntry, _ bytes: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int64 {
    entry.amount = reader.integer(.amount) ?? 0
    switch entry.kind {
    case .opened: return try open(&entry, bytes, &reader)
    case .termsChanged:
      entry.reference = Int64(terms.count)
      terms.append(try Self.terms(bytes, reader))
    case .scheduleSet:
      entry.reference = Int64(items.count)
      let money = try take(items: reader.list(.items), bytes, &reader)
      entry.extent = Int32(items.count - Int(entry.reference))
      return money
    case .chargeAssessed, .chargeWaived:
      entry.component = reader.choice(.component, as: Component.self) ?? .principal
      entry.reference = reader.integer(.item) ?? 0
    case .debtForgiven:
      entry.reference = Int64(items.count)
      entry.amount = 0
      items.append(StatedItem(n: 0, dueOn: 0, amounts: Self.amounts(reader)))
    case .gracePeriod, .delinquencyPaused, .moratoriumStarted:
      entry.extent = reader.date(.to) ?? entry.effective
      let stops: FieldName = entry.kind == .gracePeriod ? .pausesAccrual : .stopsAccrual
      entry.flag = reader.flag(stops) ?? false
    case .payment:
      entry.flag = reader.choice(.intent, as: PaymentIntent.self) == .prepayment
      entry.reference = text(.payment, bytes, reader)
      if let promise = reader.range(.promise) {
        promiseNames.append(texts.append(bytes, promise))
        entry.extent = Int32(promiseNames.count)
      }
    case .reversed, .chargedBack: entry.reference = text(.payment, bytes, reader)
    case .closed, .reopened: entry.reference = text(.reason, bytes, reader)
    case .sold: entry.reference = text(.buyer, bytes, reader)
    case .agencyPlaced:
      entry.reference = text(.agency, bytes, reader)
      entry.extent = reader.date(.purgeBy) ?? 0
    case .planAgreed: return try agree(&entry, bytes, &reader)
    case .planCancelled: entry.reference = text(.plan, bytes, reader)
    case .promiseMade, .promiseRescheduled, .promiseCancelled:
      promise(&entry, bytes, reader)
      return 0
    case .disputeOpened, .disputeResolved, .holdPlaced, .holdLifted, .assignmentNotified,
      .suitFiled, .judgmentEntered, .limitationInterrupted:
      state(&entry, bytes, reader)
      return 0
    case .moratoriumEnded, .refund, .writtenOff, .writeOffReversed, .agencyRecalled: break
    }
    return entry.amount
  }

  mutating func text(
    _ name: FieldName, _ bytes: Span<UInt8>, _ reader: borrowing FieldReader
  ) -> Int64 {
    reader.range(name).map { texts.append(bytes, $0).packed } ?? 0
  }

  private mutating func open(
    _ entry: inout AccountEntry, _ bytes: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int64 {
    guard let product = reader.choice(.product, as: Product.self),
      let currency = reader.currency(.currency)
    else { throw RuleError(.malformed) }
    var opening = Opening(product: product, currency: currency)
    opening.creditor = TextReference(packed: text(.creditor, bytes, reader))
    opening.subject = TextReference(packed: text(.subject, bytes, reader))
    opening.security = reader.choice(.security, as: SecurityKind.self) ?? .none
    opening.creditLimit = reader.integer(.creditLimit)
    // Reading an inner object replaces what was read of the event: remember where they all are.
    let list = reader.list(.items)
    let allocation = reader.valueRange(.allocation)
    let placement = reader.valueRange(.placement)
    if reader.valueRange(.terms) != nil { opening.terms = try Self.terms(bytes, reader) }
    let first = items.count
    let money = try take(items: list, bytes, &reader)
    opening.items = first..<items.count
    do {
      if let allocation {
        try reader.read(.allocation, bytes, allocation)
        opening.profile = try Self.profile(bytes, reader)
      }
      if let placement {
        try reader.read(.placement, bytes, placement)
        opening.portfolio = TextReference(packed: text(.portfolio, bytes, reader))
        opening.placedOn = reader.date(.placedOn)
      }
    } catch {
      throw RuleError(.malformed, "\(error)")
    }
    entry.reference = Int64(openings.count)
    openings.append(opening)
    return money
  }

  mutating func take(
    items list: ListCursor, _ bytes: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) -> Int64 {
    var list = list
    var money: Int64 = 0
    do {
      while try reader.readNext(.item, from: &list, bytes) {
        let item = StatedItem(
          n: reader.integer(.n) ?? 0, dueOn: reader.date(.dueOn) ?? 0,
          amounts: Self.amounts(reader))
        for component in Component.allCases {
          money = try checkedSum(money, item.amounts[component])
        }
        items.append(item)
      }
    } catch let error as RuleError {
      throw error
    } catch {
      throw RuleError(.malformed, "items")
    }
    return money
  }

  private mutating func adopt(
    _ seq: Int64, _ effective: CivilDate, _ bytes: Span<UInt8>, _ reader: inout FieldReader
  ) throws(RuleError) {
    var list = reader.list(.holidays)
    var holidays: [CivilDate] = []
    do {
      while let range = try list.next(in: bytes) {
        let contents = range.lowerBound + 1..<range.upperBound - 1
        guard let date = CivilDate(parsing: bytes, contents) else {
          throw JSONError(.unexpectedByte, at: range.lowerBound)
        }
        holidays.append(date)
      }
    } catch {
      throw RuleError(.malformed, "seq \(seq), holidays")
    }
    adoptions.append(
      CalendarAdoption(
        seq: seq, effective: effective.days,
        jurisdiction: reader.range(.jurisdiction).map { Self.text(bytes, $0) } ?? "",
        year: Int(reader.integer(.year) ?? 0), holidays: holidays))
  }
}

// The fields of inner objects, as the fold wants them.
extension AccountBook {
  static func amounts(_ reader: borrowing FieldReader) -> Amounts {
    Amounts(
      penalty: reader.integer(.penalty) ?? 0, interest: reader.integer(.interest) ?? 0,
      cost: reader.integer(.cost) ?? 0, principal: reader.integer(.principal) ?? 0)
  }

  /// The terms of the event just read.
  private static func terms(
    _ bytes: Span<UInt8>, _ reader: borrowing FieldReader
  ) throws(RuleError) -> Terms {
    guard let range = reader.valueRange(.terms) else { throw RuleError(.malformed, "terms") }
    var inner = FieldReader()
    do {
      try inner.read(.terms, bytes, range)
    } catch {
      throw RuleError(.malformed, "terms")
    }
    let yearDays = inner.integer(.yearDays) ?? 360
    func rate(_ yearly: FieldName, _ daily: FieldName) -> DailyRate {
      if let daily = inner.integer(daily) { return DailyRate(daily: daily) }
      return DailyRate(basisPoints: inner.integer(yearly) ?? 0, yearDays: yearDays)
    }
    var terms = Terms()
    terms.compensatory = rate(.compensatoryBp, .compensatoryDaily)
    terms.penal = rate(.defaultBp, .defaultDaily)
    terms.rolls = inner.choice(.roll, as: RollRule.self) == .following
    terms.materiality = inner.integer(.materiality) ?? 0
    return terms
  }

  /// The allocation profile just read.
  private static func profile(
    _ bytes: Span<UInt8>, _ reader: borrowing FieldReader
  ) throws(JSONError) -> AllocationProfile {
    var profile = AllocationProfile()
    var list = reader.list(.order)
    var place = 0
    while let index = try reader.nextChoice(of: .order, from: &list, bytes) {
      guard place < 4, let component = Component(rawValue: UInt8(index)) else { break }
      profile.order[place] = component
      place += 1
    }
    profile.spread = reader.choice(.spread, as: AllocationProfile.Spread.self) ?? .item
    profile.advance = reader.choice(.advance, as: AllocationProfile.Advance.self) ?? .next
    return profile
  }

  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    decodeCanonicalString(range, in: bytes)
  }
}
