internal import CanonicalJSON
internal import Collections
internal import Projections

/// What a rule derived, in a line: `plan L1 is in default: 16 days past due, more than 15 (section 6)`.
struct ChangeText {
  private let digits: Int
  /// The types of the events, by position.
  private let types: [Int64: EventType]

  init(_ history: AccountHistory, digits: Int) {
    let types = history.events.map { ($0.seq, $0.type) }
    self.init(Dictionary(types, uniquingKeysWith: { first, _ in first }), digits: digits)
  }

  /// With the types of the events that may have led to a change.
  init(_ types: [Int64: EventType], digits: Int) { (self.types, self.digits) = (types, digits) }

  /// The change, the rule and what it went by.
  func line(_ change: AccountChange) -> Text {
    let rule = Text(" (section \(change.section))", " (sección \(change.section))")
    return text(change) + cause(change) + rule
  }

  private func cause(_ change: AccountChange) -> Text {
    guard let cause = change.cause else { return "" }
    let name = types[cause].map { " \($0.name)" } ?? ""
    return Text(", by event #\(cause)\(name)", ", por el evento #\(cause)\(name)")
  }

  private func text(_ change: AccountChange) -> Text {
    let id = change.id
    switch change.kind {
    case .planCompleted:
      return Text(
        "plan \(id) is completed: nothing scheduled on its items is outstanding",
        "el plan \(id) está cumplido: nada programado en sus cuotas está pendiente")
    case .planReplaced:
      return Text("plan \(id) is replaced", "el plan \(id) queda sustituido")
    case .planCancelled:
      return Text("plan \(id) is cancelled", "el plan \(id) queda cancelado") + fall(change)
    case .planDefault:
      let (days, limit) = (number(change, "daysPastDue"), number(change, "defaultAfterDays"))
      let late = counted(days, Text("day", "día"), Text("days", "días"))
      return Text("plan \(id) is in default: ", "el plan \(id) está incumplido: ") + late
        + Text(" past due, more than \(limit)", " de atraso, más de \(limit)") + fall(change)
    case .promiseKept, .promiseBroken, .promiseCancelled, .promiseCuredLate:
      return promise(change)
    case .creditUsed:
      let sum = money(change, "amount")
      return Text(
        "credit paid \(sum) of what was due", "el saldo a favor pagó \(sum) de lo vencido")
    case .paid: return Text("nothing is outstanding any more", "ya no hay saldo pendiente")
    case .writtenOff:
      return Text(
        "written off: still owed, and money after it is recovery",
        "castigada: se sigue debiendo, y lo que se cobre después es recuperación")
    case .closed:
      return Text(
        "closed: nothing accrues, and a payment becomes credit",
        "cerrada: nada se devenga, y un pago queda a favor")
    }
  }

  private func fall(_ change: AccountChange) -> Text {
    guard change["fallsAway"] == .bool(true) else {
      return Text("; it stands, and its items age", "; sigue en pie, y sus cuotas envejecen")
    }
    let fallen = Text(
      "; it falls away, as if it had never been agreed",
      "; queda sin efecto, como si nunca se hubiera acordado")
    guard let from = change["from"]?.stringValue, let to = change["to"]?.stringValue else {
      return fallen
    }
    return fallen
      + Text(
        ", but \(from) to \(to) neither accrue nor count as past due",
        ", pero del \(from) al \(to) nada se devenga ni cuenta como atraso")
  }

  private func promise(_ change: AccountChange) -> Text {
    let (id, paid, amount) = (change.id, money(change, "paid"), money(change, "amount"))
    let end = change["graceEndsOn"]?.stringValue ?? ""
    let tolerance = number(change, "toleranceBp")
    switch change.kind {
    case .promiseKept:
      let (english, spanish) =
        tolerance == 0
        ? ("", "") : (", \(tolerance) bp may be missing", ", pueden faltar \(tolerance) pb")
      return Text(
        "promise \(id) is kept: \(paid) of \(amount) paid in its window\(english)",
        "la promesa \(id) está cumplida: \(paid) de \(amount) pagados en su plazo\(spanish)")
    case .promiseBroken:
      return Text(
        "promise \(id) is broken: \(paid) of \(amount) paid by the end of its grace, \(end)",
        "la promesa \(id) está rota: \(paid) de \(amount) pagados al fin de su gracia, \(end)")
    case .promiseCuredLate:
      return Text(
        "promise \(id), broken, was made up for too late",
        "la promesa \(id), rota, se completó demasiado tarde")
    default:
      return Text(
        "promise \(id) is cancelled: \(paid) of \(amount) paid before",
        "la promesa \(id) queda cancelada: \(paid) de \(amount) pagados antes")
    }
  }

  private func number(_ change: AccountChange, _ name: String) -> Int64 {
    change[name]?.integerValue ?? 0
  }

  private func money(_ change: AccountChange, _ name: String) -> String {
    amountText(number(change, name), digits: digits)
  }

  /// What an event of a type does that no line of money shows.
  static func effect(of type: EventType) -> Text? {
    switch type {
    case .accountReopened:
      Text(
        "open again: what is owed accrues, and credit pays what is due (section 9)",
        "abierta de nuevo: lo adeudado devenga y el saldo a favor paga lo vencido (sección 9)")
    case .delinquencyPaused, .moratoriumStarted:
      Text(
        "its days do not count as past due (section 6)",
        "sus días no cuentan como atraso (sección 6)")
    case .gracePeriodGranted:
      Text(
        "what is due from its first day on moves later, and its days do not count (section 6)",
        "lo que vence desde su primer día se corre, y sus días no cuentan (sección 6)")
    case .termsChanged:
      Text(
        "holds from its effective date on; items that stand do not move (section 4)",
        "rige desde su fecha efectiva; las cuotas existentes no se mueven (sección 4)")
    case .paymentReversed:
      Text(
        "the payment counts as never received, for every day (section 5)",
        "el pago cuenta como nunca recibido, para todo día (sección 5)")
    case .writeOffReversed:
      Text("back in the books (section 9)", "de vuelta en los libros (sección 9)")
    case .limitationInterrupted:
      Text(
        "the period of limitation begins anew: a fact, no figure changes (section 9)",
        "el plazo de prescripción se reinicia: un hecho, ninguna cifra cambia (sección 9)")
    default: nil
    }
  }
}
