internal import CanonicalJSON
internal import Collections
internal import EventStore

/// What needs the ledger's state to be refused (ledger-rules, section 11).
extension Intake {
  /// The effective date: stated, or a pause's first day, or today.
  func effective(of draft: Draft, today: CivilDate) throws(Refusal) -> CivilDate {
    var effective = draft.effective ?? today
    if draft.effective == nil, draft.type.spanBeginsOnEffectiveDate,
      let from = draft.fields["from"]?.stringValue.flatMap(CivilDate.init)
    {
      effective = from
    }
    if effective > today + 1 {
      throw Refusal(
        "in_the_future", field: "effective", value: effective.text,
        expected: "at most one day after today, \(today.text)")
    }
    return effective
  }

  /// Checks what an event refers to and what stands on its account on its effective date.
  func checkState(_ draft: Draft, _ event: PendingEvent, today: CivilDate) throws(Refusal) {
    switch draft.type {
    case .ledgerOpened, .signingKeyChanged, .logRecovered:
      throw Refusal(
        "not_recordable", field: "type", value: draft.type.name,
        expected: "an event of the business; the event store itself records this one")
    case .subjectErased, .personalDataAccessed, .evidenceExported:
      throw Refusal(
        "not_recordable", field: "type", value: draft.type.name,
        expected: "an event of the business; this one is recorded by the command that does what it "
          + "tells: erase, unseal, evidence")
    case .eventVoided: try checkVoid(draft, event)
    case .policyAdopted: try checkApproval(draft, event)
    case .vulnerabilityReviewed: try requirePerson(event)
    case .modelRegistered, .strategyAdopted:
      // The commands ask for a second person; a draft that names one has to be approved by him.
      if draft.fields["approver"] != nil { try checkApproval(draft, event) }
    case .unidentifiedPaymentReceived: try checkUnidentified(draft)
    case .paymentIdentified: try checkIdentification(draft)
    default: break
    }
    let stream = Array(draft.stream.utf8)
    guard let name = StreamName(parsing: stream.span, 0..<stream.count), name.kind == .account
    else { return }
    let account = book.accounts.find(stream.span, name.id)
    let opening = account.flatMap { book.opening(of: $0) }
    let id = String(decoding: stream[name.id], as: UTF8.self)
    if draft.type == .accountOpened {
      guard opening == nil else {
        throw Refusal(
          "account_exists", field: "data.account", value: id,
          expected: "an account that is not open yet")
      }
      return
    }
    guard let account, let (opened, stated) = opening else {
      throw Refusal(
        "unknown_account", field: "stream", value: id,
        expected: "an account opened by AccountOpened; money without one is recorded as "
          + "UnidentifiedPaymentReceived on portfolio/unidentified")
    }
    guard let effective = CivilDate(event.effective) else { return }
    if effective.days < opened.effective {
      throw Refusal(
        "before_opening", field: "effective", value: effective.text,
        expected: "on or after \(CivilDate(days: opened.effective).text), when the account opened")
    }
    if draft.type.declaration.onClosedAccount == .refused, book.isClosed(account, on: effective) {
      throw Refusal(
        "account_closed", field: "stream", value: id,
        expected: "payments, reopening and corrections only, on or after the closing")
    }
    try checkReferences(draft, on: account, stated, effective)
  }

  /// Refuses what a person alone may decide where a machine records it.
  private func requirePerson(_ event: PendingEvent) throws(Refusal) {
    let actor = try? JSONValue(parsing: event.actor.span, as: .event)
    let kind = actor?["kind"]?.stringValue ?? ""
    guard kind == "person" else {
      throw Refusal(
        "needs_a_person", field: "actor.kind", value: kind,
        expected: "person: a sign of vulnerability stands until somebody has looked")
    }
  }

  private func checkReferences(
    _ draft: Draft, on account: Int, _ opening: Opening, _ effective: CivilDate
  ) throws(Refusal) {
    let data = draft.fields
    switch draft.type {
    case .paymentReceived:
      if let currency = data["currency"]?.stringValue, currency != opening.currency.code {
        throw Refusal(
          "wrong_currency", field: "data.currency", value: currency,
          expected: "\(opening.currency.code), the account's currency")
      }
      try requireNew(.payment, data["payment"], "data.payment", on: account)
      try requireKnown(.promiseMade, data["promise"], "data.promise", on: account)
    case .paymentReversed, .paymentChargedBack:
      try requireKnown(.payment, data["payment"], "data.payment", on: account)
      if let id = data["payment"]?.stringValue,
        let payment = position(.payment, named: id, of: account),
        position(.reversed, named: id, of: account) ?? -1 > payment
      {
        throw Refusal(
          "payment_already_reversed", field: "data.payment", value: id,
          expected: "a payment that is in force")
      }
    case .promiseMade:
      try requireNew(.promiseMade, data["promise"], "data.promise", on: account)
      try checkDue(data["dueOn"], effective)
    case .planAgreed: try requireNew(.planAgreed, data["plan"], "data.plan", on: account)
    case .promiseRescheduled, .promiseCancelled:
      try requireKnown(.promiseMade, data["promise"], "data.promise", on: account)
      try checkGrace(data["promise"], on: account, effective)
      try checkDue(data["dueOn"], effective)
    case .planCancelled: try requireKnown(.planAgreed, data["plan"], "data.plan", on: account)
    case .chargeAssessed, .chargeWaived: try checkItem(data["item"], on: account, effective)
    case .writtenOff, .writeOffReversed:
      try checkBooks(
        isWrittenOff: draft.type == .writeOffReversed, draft, on: account, effective)
    case .refundIssued: try checkRefund(data["amount"], on: account, effective)
    case .accountReopened:
      guard book.isClosed(account, on: effective) else {
        throw Refusal(
          "not_closed", field: "type", value: draft.type.name,
          expected: "an account that is closed on \(effective.text)")
      }
    default: break
    }
  }

  private func requireKnown(
    _ kind: AccountEntry.Kind, _ value: JSONValue?, _ field: String, on account: Int
  ) throws(Refusal) {
    guard let id = value?.stringValue else { return }
    guard position(kind, named: id, of: account) == nil else { return }
    throw Refusal(
      "unknown_\(Self.word(kind))", field: field, value: id,
      expected: "a \(Self.word(kind)) recorded on this account")
  }

  func requireNew(
    _ kind: AccountEntry.Kind, _ value: JSONValue?, _ field: String, on account: Int
  ) throws(Refusal) {
    guard let id = value?.stringValue, position(kind, named: id, of: account) != nil else {
      return
    }
    throw Refusal(
      "\(Self.word(kind))_exists", field: field, value: id,
      expected: "a \(Self.word(kind)) id that is new to the account")
  }

  /// The position of the latest event of a kind with that id on an account, voided ones left out.
  ///
  /// The account asked about last is remembered: many drafts on one account cost no more each than one does.
  private func position(
    _ kind: AccountEntry.Kind, named id: String, of account: Int
  ) -> Int64? {
    guard let (last, kept) = named, last == account else {
      named = (account, nil)
      return book.entry(kind, named: id, of: account)?.seq
    }
    var names = kept ?? AccountNames(of: account)
    // Let go of meanwhile, so that it is written in place.
    named = nil
    defer { named = (account, names) }
    return names.position(kind, named: id, in: book)
  }

  private static func word(_ kind: AccountEntry.Kind) -> String {
    switch kind {
    case .promiseMade: "promise"
    case .planAgreed: "plan"
    default: "payment"
    }
  }

  private func checkItem(
    _ value: JSONValue?, on account: Int, _ effective: CivilDate
  ) throws(Refusal) {
    guard let n = value?.integerValue else { return }
    let fold = try state(of: account, on: effective)
    guard fold.itemStates.contains(where: { $0.n == n }) else {
      throw Refusal(
        "unknown_item", field: "data.item", value: String(n),
        expected: "the number of an item that stands on \(effective.text)")
    }
  }

  private func checkRefund(
    _ value: JSONValue?, on account: Int, _ effective: CivilDate
  ) throws(Refusal) {
    guard let amount = value?.integerValue else { return }
    let fold = try state(of: account, on: effective)
    guard amount <= fold.credit else {
      throw Refusal(
        "refund_above_credit", field: "data.amount", value: String(amount),
        expected: "at most the credit on \(effective.text), \(fold.credit)")
    }
  }

  /// An account at the end of a day, as known now.
  ///
  /// The account asked about last is followed: many drafts on one account cost no more each than one does.
  func state(of account: Int, on date: CivilDate) throws(Refusal) -> AccountFold {
    do throws(PassError<RuleError>) { try loadDebtors(of: account) } catch {
      throw Self.refusal(error)
    }
    var timeline = AccountTimeline(account: account)
    if let (last, kept) = followed, last == account { timeline = kept }
    // Let go of meanwhile, so that its columns are written in place.
    followed = nil
    do {
      _ = try timeline.advance(to: .max, of: book, on: date)
    } catch {
      throw Refusal(error.code.rawValue, value: error.context, expected: Self.volumeBound)
    }
    followed = (account, timeline)
    return timeline.fold
  }

  /// A void: its target stands, is no void, is on the same stream (or the void on the ledger's), and a second person approved.
  private func checkVoid(_ draft: Draft, _ event: PendingEvent) throws(Refusal) {
    guard let target = draft.fields["target"]?.integerValue else { return }
    let found = try targetOfVoid(target)
    let isOwn = [
      EventType.eventVoided, .ledgerOpened, .signingKeyChanged, .logRecovered, .subjectErased,
      .personalDataAccessed, .evidenceExported,
    ].contains {
      $0.name == found.type
    }
    if isOwn {
      throw Refusal(
        "not_voidable", field: "data.target", value: "\(target), \(found.type)",
        expected: "any event but a void or one that the program records of itself")
    }
    if found.type == EventType.debtorPaymentReceived.name {
      throw Refusal(
        "not_voidable", field: "data.target", value: "\(target), \(found.type)",
        expected: "each PaymentReceived that it was split into, one by one")
    }
    try loadTarget(found.stream)
    if book.isVoided(target, knownAt: .max) {
      throw Refusal(
        "already_voided", field: "data.target", value: String(target),
        expected: "an event that stands")
    }
    if let moved = book.identification(ofPaymentAt: target) {
      throw Refusal(
        "payment_already_identified", field: "data.target", value: String(target),
        expected: "PaymentIdentified, event \(moved), to be voided first")
    }
    if found.stream != draft.stream, draft.stream != identity.stream {
      throw Refusal(
        "void_elsewhere", field: "stream", value: draft.stream,
        expected: "\(found.stream), the target's stream, or \(identity.stream)")
    }
    try checkApproval(draft, event)
  }

  private func targetOfVoid(_ target: Int64) throws(Refusal) -> (type: String, stream: String) {
    if target < size {
      do {
        let (event, _) = try StatedEvent.read(target, from: log)
        return (event.type, event.stream)
      } catch {
        throw Refusal(unread: error, field: "data.target")
      }
    }
    throw Refusal(
      "unknown_event", field: "data.target", value: String(target),
      expected: "the seq of an event recorded before, below \(size)")
  }
}
