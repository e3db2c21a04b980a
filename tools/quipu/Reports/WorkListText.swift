internal import CanonicalJSON
internal import Collections
internal import Projections

// A work list for a reader at a terminal.
extension WorkListWords {
  /// What it is of, and how much it holds.
  func heading(_ list: WorkList) -> Text {
    let used = ContactChannel.allCases.compactMap { channel in
      list.used[channel].map { "\(channel) \($0)" }
    }
    let by = used.isEmpty ? "" : " (\(used.joined(separator: ", ")))"
    let size = rules.knownAt
    return Text(
      "\(strategy.id) \(strategy.version) for \(rules.date.text), by the first \(size) events: "
        + "\(list.rows.count) actions\(by) of \(list.overdue) accounts with something overdue",
      "\(strategy.id) \(strategy.version) para el \(rules.date.text), según los primeros \(size) "
        + "eventos: \(list.rows.count) acciones\(by) de \(list.overdue) cuentas con algo vencido")
  }

  /// The actions, best first.
  func table(_ rows: ArraySlice<WorkList.Row>, _ language: Language) -> Table {
    let digits = strategy.currency.minorDigits
    var table = Table([
      Table.Column(Text("account", "cuenta")), Table.Column(Text("action", "acción")),
      Table.Column(Text("by", "por")), Table.Column(Text("between", "entre")),
      Table.Column(Text("tone", "tono")), Table.Column(Text("overdue", "vencido"), .right),
      Table.Column(Text("may bring", "puede traer"), .right), Table.Column(Text("why", "por qué")),
    ])
    for row in rows {
      guard let way = way(row) else { continue }
      table.add([
        account(row.action), name(row.action), "\(way.channel)",
        "\(timeText(way.from))–\(timeText(way.to))", way.tone,
        amountText(row.action.overdue, digits: digits),
        amountText(row.action.expected, digits: digits),
        row.action.reasons(strategy, by: way).map { reason($0)[language] }.joined(separator: "; "),
      ])
    }
    return table
  }

  /// Who needs care, the gravest first.
  func careTable(_ rows: ArraySlice<WorkList.Row>, _ language: Language) -> Table {
    let digits = strategy.currency.minorDigits
    var table = Table([
      Table.Column(Text("account", "cuenta")), Table.Column(Text("person", "persona")),
      Table.Column(Text("by", "por")), Table.Column(Text("between", "entre")),
      Table.Column(Text("overdue", "vencido"), .right), Table.Column(Text("why", "por qué")),
    ])
    for row in rows {
      let way = way(row)
      table.add([
        account(row.action), subject(row.action),
        way.map { "\($0.channel)" }
          ?? Text("not to be called", "no se la llama")[language],
        way.map { "\(timeText($0.from))–\(timeText($0.to))" } ?? "",
        amountText(row.action.overdue, digits: digits),
        row.action.reasons(strategy, by: way).map { reason($0)[language] }.joined(separator: "; "),
      ])
    }
    return table
  }

  /// Why, or why not, of one account, a line each.
  func explanation(_ action: NextAction) -> [Text] {
    let digits = strategy.currency.minorDigits
    var lines = [
      Text(same: "\(account(action))  \(rules.date.text)  ")
        + Text(
          "\(amountText(action.overdue, digits: digits)) overdue, \(action.daysPastDue) days past due",
          "\(amountText(action.overdue, digits: digits)) vencido, \(action.daysPastDue) días de atraso"
        )
    ]
    if let hold = action.hold {
      lines.append(Text("nothing is proposed: ", "no se propone nada: ") + hold.text)
    } else {
      let what =
        action.isCare
        ? Text("a trained person sees to her", "la atiende una persona capacitada")
        : Text(same: name(action))
      lines.append(Text("proposed: ", "se propone: ") + what)
      let way = action.ways.first
      for reason in action.reasons(strategy, by: way) {
        lines.append(Text(same: "  ") + self.reason(reason))
      }
    }
    for way in action.ways {
      lines.append(
        Text(
          "may be reached by \(way.channel) from \(timeText(way.from)) to \(timeText(way.to)) (\(way.zone))",
          "se puede contactar por \(way.channel) de \(timeText(way.from)) a \(timeText(way.to)) (\(way.zone))"
        ))
    }
    for blocked in action.blocked {
      let rules = blocked.rules.joined(separator: ", ")
      lines.append(
        Text("not by \(blocked.channel): \(rules)", "no por \(blocked.channel): \(rules)"))
    }
    return lines
  }

  /// A reason in words, with the strategy's own name for a segment.
  func reason(_ id: String) -> Text {
    if id.hasPrefix("segment."),
      let segment = strategy.segments.first(where: { "segment.\($0.id)" == id })
    {
      return segment.title.text
    }
    return ActionReasonText.text(id)
  }
}

/// The reasons of proposals in words.
enum ActionReasonText {
  /// A reason that a proposal in the log names.
  static func text(_ id: String) -> Text {
    let parts = id.split(separator: ".", maxSplits: 1).map(String.init)
    let rest = parts.count > 1 ? parts[1] : ""
    switch parts.first ?? "" {
    case "segment": return Text("segment \(rest)", "segmento \(rest)")
    case "step": return Text("step \(rest) of its ladder", "paso \(rest) de su escalera")
    case "try": return Text("try \(rest)", "intento \(rest)")
    case "arm": return Text("arm \(rest)", "brazo \(rest)")
    case "chance":
      return rest == "score"
        ? Text("chance of payment by its score", "probabilidad de pago según su puntaje")
        : Text(
          "chance of payment by the strategy's table",
          "probabilidad de pago según la tabla de la estrategia")
    case "promise": return Text("a promise falls due on \(rest)", "una promesa vence el \(rest)")
    case "due":
      return Text("an instalment falls due on \(rest)", "una cuota vence el \(rest)")
    case "thanks": return Text("paid on \(rest)", "pagó el \(rest)")
    case "tone": return ToneChoice.Reason(rawValue: rest)?.text ?? Text(same: id)
    case "by": return Text("decided by event \(rest)", "lo decide el evento \(rest)")
    case "instead":
      return Text(
        "there is no text in tone \(rest)",
        "no hay texto en tono \(choiceText(rest, .spanish))")
    case "channel": return choice(rest, Text("channel", "canal"))
    case "hours": return choice(rest, Text("hours", "horario"))
    case "vulnerable":
      return rest == "specialist"
        ? Text("vulnerable, a specialist is due", "vulnerable, le corresponde un especialista")
        : Text("vulnerable, support is due", "vulnerable, le corresponde apoyo")
    case "review": return Text("a review is due", "toca revisar su situación")
    case "hardship":
      return Text("said that she cannot pay as agreed", "dijo que no puede pagar lo pactado")
    case "not":
      return Text(
        "not to be contacted: \(rest)", "no se la contacta: \(choiceText(rest, .spanish))")
    default: return Text(same: id)
    }
  }

  private static func choice(_ by: String, _ what: Text) -> Text {
    switch by {
    case "wish": what + Text(" as she wishes", " como ella pidió")
    case "answers": what + Text(" she has answered to", " al que ha respondido")
    case "habit": what + Text(" usual in her generation", " usual en su generación")
    default: what + Text(" of the step", " del paso")
    }
  }
}

extension ToneChoice.Reason {
  /// In words.
  fileprivate var text: Text {
    switch self {
    case .hardship:
      Text(
        "the gentlest tone: she cannot pay as agreed",
        "el tono más suave: no puede pagar lo pactado")
    case .complaint:
      Text("the gentlest tone: she complained", "el tono más suave: presentó un reclamo")
    case .stop:
      Text(
        "the gentlest tone: she asked not to be contacted",
        "el tono más suave: pidió que no la contacten")
    case .answered: Text("the tone she answered to", "el tono al que respondió")
    case .silence:
      Text("the next tone: she did not answer", "el tono siguiente: no respondió")
    case .habit: Text("the tone usual in her generation", "el tono usual en su generación")
    case .usual: Text("the usual tone", "el tono usual")
    }
  }
}

extension ActionHold {
  /// In words.
  var text: Text {
    switch self {
    case .notOverdue: Text("nothing is overdue", "no hay nada vencido")
    case .closed: Text("closed", "cerrada")
    case .otherCurrency:
      Text("another currency than the strategy's", "otra moneda que la estrategia")
    case .uncomputable: Text("its figures cannot be computed", "sus cifras no se pueden calcular")
    case .unknownPerson: Text("nothing is known of who owes it", "no se sabe nada de quien la debe")
    case .deceased: Text("the person died", "la persona falleció")
    case .erased: Text("the person's data is erased", "los datos de la persona fueron suprimidos")
    case .processingBlocked:
      Text("the person's data may not be used", "los datos de la persona no se pueden usar")
    case .representative: Text("somebody speaks for her", "alguien la representa")
    case .ceaseContact: Text("she asked to be left alone", "pidió que no la contacten")
    case .dispute: Text("a dispute is open", "hay una disputa abierta")
    case .held: Text("collection is held", "la cobranza está retenida")
    case .legalHold: Text("a legal hold stands", "hay una retención legal")
    case .moratorium: Text("a moratorium runs", "hay una moratoria")
    case .paid: Text("she paid since the last contact", "pagó desde el último contacto")
    case .promiseOpen: Text("a promise is open", "hay una promesa pendiente")
    case .planActive: Text("a plan is active", "hay un plan vigente")
    case .answered:
      Text("she answered since the last contact", "respondió desde el último contacto")
    case .agency: Text("an agency collects", "cobra una agencia")
    case .suit: Text("it is in court", "está en juicio")
    case .waiting: Text("the next step's day has not come", "no llegó el día del próximo paso")
    case .ladderDone: Text("no step is left", "no quedan pasos")
    case .notWorthIt:
      Text("it would cost more than it may bring", "costaría más de lo que puede traer")
    case .noWay: Text("no channel is left to her", "no queda canal para contactarla")
    case .noCapacity: Text("the day's capacity is used up", "la capacidad del día se agotó")
    case .samePerson: Text("another of her accounts is seen to", "se atiende otra de sus cuentas")
    case .proposed: Text("proposed for that day already", "ya se propuso para ese día")
    case .care:
      Text("a trained person sees to her", "la atiende una persona capacitada")
    case .sent: Text("sent already", "ya se envió")
    }
  }
}
