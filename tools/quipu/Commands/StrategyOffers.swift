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

  /// What is offered, and for what she can pay.
  private struct Occasion {
    var offering: PlanOffering
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
      let lines = occasion.offering.drafts(best).filter { ($0.type == .offerMade) == isOffer }
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
          "account": .string(account), "currency": .string(occasion.offering.currency.code),
          "offers": .array(
            occasion.offers.map { offer in
              json(offer, occasion, isBest: offer == best)
            }),
          "on": .string(occasion.offering.day.text),
          "outstanding": PlanOffering.amounts(occasion.offering.outstanding),
          "strategy": .string(occasion.offering.strategy.id),
          "version": .integer(occasion.offering.strategy.version),
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
    let offering = try PlanOffering(
      account, by: chosen, in: model, zone: view.identity.timeZone, on: day, knownAt: size)
    let affordable = try affordable(offering.strategy, offering.paid180Days)
    return Occasion(
      offering: offering, affordable: affordable, offers: offering.offers(for: affordable))
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
  private func json(
    _ offer: PlanOffer, _ occasion: Occasion, isBest: Bool
  ) -> JSONValue {
    .object([
      "affordable": .bool(offer.isAffordable), "best": .bool(isBest),
      "drafts": .array(occasion.offering.drafts(offer).map(\.json)),
      "graceTo": offer.graceTo.map { .string($0.text) } ?? .null,
      "haircut": PlanOffering.amounts(offer.haircut), "instalment": .integer(offer.instalment),
      "items": PlanOffering.items(offer), "offer": .string(offer.offer.id),
    ])
  }

  private func print(_ occasion: Occasion, _ best: PlanOffer?) throws {
    let offering = occasion.offering
    let digits = offering.currency.minorDigits
    func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }
    let means: Text =
      switch occasion.affordable {
      case .instalment(let amount):
        Text("at most \(money(amount)) an instalment", "a lo más \(money(amount)) por cuota")
      case .monthly(let amount):
        Text("at most \(money(amount)) a month", "a lo más \(money(amount)) al mes")
      }
    let owed = "\(offering.currency.code) \(money(offering.outstanding.total))"
    try console.print(
      Text(
        "\(offering.account) owes \(owed) on \(offering.day.text); ",
        "\(offering.account) debe \(owed) el \(offering.day.text); ") + means)
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
        offer.items.first?.dueOn.text ?? occasion.offering.day.text,
        offer.items.last?.dueOn.text ?? offer.graceTo?.text ?? "", fits[console.language],
      ])
    }
    try console.print(table)
  }
}
