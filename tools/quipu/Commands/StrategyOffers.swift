internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

extension Option {
  static let instalment = Option(
    "instalment", Text("AMOUNT", "MONTO"), .integer(1...largestAmount),
    doc: Text(
      "with offer: the most she can pay an instalment, in minor units",
      "con offer: lo más que puede pagar por cuota, en unidades menores"))

  static let income = Option(
    "income", Text("AMOUNT", "MONTO"), .integer(1...largestAmount),
    doc: Text(
      "with offer: her monthly income in minor units; the strategy says what share of it is asked for",
      "con offer: su ingreso mensual en unidades menores; la estrategia dice qué parte se le pide"))

  static let draftsFile = Option(
    "drafts", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "with offer: write the first affordable one to FILE as a draft of the offer",
      "con offer: escribir la primera asequible en ARCHIVO como borrador de la oferta"))

  static let agreedFile = Option(
    "agreed", Text("FILE", "ARCHIVO"), .file,
    doc: Text(
      "with offer: write to FILE what is agreed if she takes it, to be recorded only then",
      "con offer: escribir en ARCHIVO lo acordado si la acepta, para registrarlo solo entonces"))
}

/// What may be offered on an account.
struct StrategyOffers {
  private let invocation: Invocation
  private var console: Console { invocation.console }

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// What the offers are made from.
  private struct Occasion {
    var strategy: Strategy
    var account: String
    var day: CivilDate
    var currency: Currency
    var outstanding: Amounts
    var affordable: AffordableAmount
    var offers: [PlanOffer]
  }

  /// Prints the offers, and writes the drafts of the first that is affordable where that is asked for.
  func offer(_ account: String) throws -> ExitCode {
    let occasion = try occasion(account)
    let best = occasion.offers.first(where: \.isAffordable)
    for (option, isOffer) in [(Option.draftsFile, true), (.agreedFile, false)] {
      guard let path = invocation.value(option) else { continue }
      guard let best else { throw noneAffordable(occasion) }
      let lines = try drafts(best, occasion).filter { ($0.type == .offerMade) == isOffer }
        .map { $0.json.canonicalText + "\n" }
      guard !lines.isEmpty else {
        throw Failure(
          .refused, "nothing_to_offer",
          Text(
            "days of grace are granted, not offered", "los días de gracia se otorgan, no se ofrecen"
          ),
          [Failure.Detail("expected", "--agreed FILE")])
      }
      try OutputFile.write(Array(lines.joined().utf8), to: path)
    }
    if console.json {
      try console.print(
        .object([
          "account": .string(account), "currency": .string(occasion.currency.code),
          "offers": .array(
            try occasion.offers.map { offer in
              try json(offer, occasion, isBest: offer == best)
            }),
          "on": .string(occasion.day.text), "outstanding": amounts(occasion.outstanding),
          "strategy": .string(occasion.strategy.id),
          "version": .integer(occasion.strategy.version),
        ]))
    } else {
      try print(occasion, best)
    }
    return best == nil ? .foundWrong : .done
  }

  private func occasion(_ account: String) throws -> Occasion {
    let view = try invocation.openView()
    let (size, day) = (try invocation.size(of: view), try invocation.day(of: view))
    let model = try invocation.readModel(of: view, at: size).model
    let chosen = try invocation.strategy(
      named: invocation.value(.strategy), in: model, on: day, knownAt: size)
    let strategy = chosen.strategy
    guard let number = model.accounts.accounts.find(account) else {
      throw Failure(
        .refused, "unknown_account", Text("there is no such account", "no existe la cuenta"),
        [
          Failure.Detail("field", "account"), Failure.Detail("value", account),
          Failure.Detail("expected", "an account opened by AccountOpened"),
        ])
    }
    let rules = ActionRules(
      strategy, adoption: chosen.adoption, policies: [], on: day, knownAt: size,
      zone: view.identity.timeZone
    ) { _ in 0 }
    var reader = ActionReader(model, rules)
    guard let found = reader.offerBasis(of: number) else {
      throw Failure(
        .refused, "nothing_owed",
        Text("nothing is owed on \(day.text)", "no se debe nada el \(day.text)"),
        [Failure.Detail("value", account)])
    }
    if let hold = found.hold {
      throw Failure(
        .refused, "not_to_be_offered",
        Text("nothing is offered: ", "no se ofrece nada: ") + hold.text,
        [Failure.Detail("value", account), Failure.Detail("hold", hold.rawValue)])
    }
    guard found.currency == strategy.currency else {
      throw Failure(
        .refused, "wrong_currency",
        Text("the strategy is about another currency", "la estrategia es de otra moneda"),
        [
          Failure.Detail("value", found.currency.code),
          Failure.Detail("expected", strategy.currency.code),
        ])
    }
    guard !found.offers.isEmpty else {
      throw Failure(
        .refused, "no_offer_allowed",
        Text(
          "the strategy offers nothing to segment \(found.segment)",
          "la estrategia no ofrece nada al segmento \(found.segment)"),
        [
          Failure.Detail("value", account),
          Failure.Detail("expected", "a planOffer step in the segment's ladder"),
        ])
    }
    let affordable = try affordable(strategy, found.paid180Days)
    let offers = found.offers.compactMap {
      $0.made(for: found.outstanding, affordable: affordable, on: day)
    }
    return Occasion(
      strategy: strategy, account: account, day: day, currency: found.currency,
      outstanding: found.outstanding, affordable: affordable, offers: offers)
  }

  /// What she can pay: as stated, a share of what she earns, or of what she has paid.
  private func affordable(_ strategy: Strategy, _ paid: Int64) throws -> AffordableAmount {
    if let stated = invocation.integer(.instalment) {
      guard invocation.value(.income) == nil else {
        throw invocation.wrongUsage(
          Text("--instalment or --income, not both", "--instalment o --income, no ambos"))
      }
      return .instalment(stated)
    }
    if let income = invocation.integer(.income) {
      return .monthly(Int64(Int128(income) * Int128(strategy.means.incomeShareBp) / 10_000))
    }
    guard paid > 0 else {
      throw Failure(
        .refused, "unknown_means",
        Text(
          "what she can pay is not known: nothing was paid in 180 days",
          "no se sabe cuánto puede pagar: no hubo pagos en 180 días"),
        [Failure.Detail("expected", "--instalment AMOUNT or --income AMOUNT, in minor units")])
    }
    return .monthly(Int64(Int128(paid) * Int128(strategy.means.historyShareBp) / 60_000))
  }

  private func noneAffordable(_ occasion: Occasion) -> Failure {
    let nearest = occasion.offers.map(\.instalment).min() ?? 0
    return Failure(
      .refused, "not_affordable",
      Text(
        "nothing the strategy allows is affordable",
        "nada de lo que permite la estrategia es asequible"),
      [
        Failure.Detail("expected", "an instalment of at least \(nearest), or another strategy")
      ])
  }
}

extension StrategyOffers {
  /// The events by which an offer is made, and taken.
  private func drafts(_ offer: PlanOffer, _ occasion: Occasion) throws -> [OwnDraft] {
    let stream = "account/\(occasion.account)"
    let text = Array("\(occasion.strategy.id):\(occasion.strategy.version):\(offer.offer.id)".utf8)
    let id = "\(occasion.day.text)-\(Digest(hashing: text.span).hex.prefix(12))"
    switch offer.offer.terms {
    case .grace(_, let pausesAccrual):
      return [
        OwnDraft(
          .gracePeriodGranted, stream, key: "offer:\(occasion.account):grace-\(id)",
          on: occasion.day,
          [
            "from": .string(occasion.day.text), "pausesAccrual": .bool(pausesAccrual),
            "reason": .string("offer \(offer.offer.id)"),
            "to": .string(offer.graceTo?.text ?? ""),
          ])
      ]
    case .plan(let terms):
      let (items, haircut) = (items(offer), haircut(offer))
      let valid = occasion.day + offer.offer.validDays
      return [
        OwnDraft(
          .offerMade, stream, key: "offer:\(occasion.account):\(id)", on: occasion.day,
          [
            "offer": .string("offer-\(id)"), "strategy": .string(occasion.strategy.id),
            "terms": JSONValue(
              members: [
                JSONMember(key: "items", value: items),
                JSONMember(key: "kind", value: .string("\(terms.kind)")),
                JSONMember(key: "validUntil", value: .string(valid.text)),
              ] + (haircut.map { [JSONMember(key: "haircut", value: $0)] } ?? [])),
          ]),
        OwnDraft(
          .planAgreed, stream, key: "plan:\(occasion.account):\(id)", on: occasion.day,
          [
            "conditional": .bool(terms.isConditional),
            "defaultAfterDays": .integer(Int64(terms.defaultAfterDays)), "haircut": haircut,
            "items": items, "kind": .string("\(terms.kind)"), "plan": .string("plan-\(id)"),
          ]),
      ]
    }
  }

  private func items(_ offer: PlanOffer) -> JSONValue {
    .array(
      offer.items.enumerated().map { place, item in
        var members = [
          JSONMember(key: "n", value: .integer(Int64(place + 1))),
          JSONMember(key: "dueOn", value: .string(item.dueOn.text)),
          JSONMember(key: "principal", value: .integer(item.amounts.principal)),
        ]
        for component in [Component.interest, .cost, .penalty]
        where item.amounts[component] > 0 {
          members.append(
            JSONMember(key: component.name, value: .integer(item.amounts[component])))
        }
        return JSONValue(members: members)
      })
  }

  private func haircut(_ offer: PlanOffer) -> JSONValue? {
    offer.haircut.total > 0 ? amounts(offer.haircut) : nil
  }

  private func amounts(_ amounts: Amounts) -> JSONValue {
    JSONValue(
      members: Component.allCases.map {
        JSONMember(key: $0.name, value: .integer(amounts[$0]))
      })
  }

  private func json(
    _ offer: PlanOffer, _ occasion: Occasion, isBest: Bool
  ) throws -> JSONValue {
    .object([
      "affordable": .bool(offer.isAffordable), "best": .bool(isBest),
      "drafts": .array(try drafts(offer, occasion).map(\.json)),
      "graceTo": offer.graceTo.map { .string($0.text) } ?? .null,
      "haircut": amounts(offer.haircut), "instalment": .integer(offer.instalment),
      "items": items(offer), "offer": .string(offer.offer.id),
    ])
  }

  private func print(_ occasion: Occasion, _ best: PlanOffer?) throws {
    let digits = occasion.currency.minorDigits
    func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }
    let means: Text =
      switch occasion.affordable {
      case .instalment(let amount):
        Text("at most \(money(amount)) an instalment", "a lo más \(money(amount)) por cuota")
      case .monthly(let amount):
        Text("at most \(money(amount)) a month", "a lo más \(money(amount)) al mes")
      }
    try console.print(
      Text(
        "\(occasion.account) owes \(occasion.currency.code) \(money(occasion.outstanding.total)) on "
          + "\(occasion.day.text); ",
        "\(occasion.account) debe \(occasion.currency.code) \(money(occasion.outstanding.total)) el "
          + "\(occasion.day.text); ") + means)
    var table = Table([
      Table.Column(Text("offer", "oferta")), Table.Column(Text("what", "qué")),
      Table.Column(Text("instalments", "cuotas"), .right),
      Table.Column(Text("each at most", "cada una a lo más"), .right),
      Table.Column(Text("given up", "se condona"), .right),
      Table.Column(Text("from", "desde")), Table.Column(Text("to", "hasta")),
      Table.Column(Text("affordable", "asequible")),
    ])
    for offer in occasion.offers {
      let isBest = offer == best
      let fits =
        isBest
        ? Text("yes, the least given up", "sí, la que menos condona")
        : offer.isAffordable ? Text("yes", "sí") : Text("no", "no")
      table.add([
        offer.offer.id, offer.offer.title.text[console.language],
        offer.items.isEmpty ? "" : "\(offer.items.count)",
        offer.items.isEmpty ? "" : money(offer.instalment), money(offer.haircut.total),
        offer.items.first?.dueOn.text ?? occasion.day.text,
        offer.items.last?.dueOn.text ?? offer.graceTo?.text ?? "", fits[console.language],
      ])
    }
    try console.print(table)
  }
}
