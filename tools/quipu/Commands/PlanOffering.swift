internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// What the strategy allows to be offered on an account on a day, whoever asks: a colleague by `strategy
/// offer`, or the debtor in the portal.
struct PlanOffering: Sendable {
  let strategy: Strategy
  let account: String
  let day: CivilDate
  let currency: Currency
  /// What is owed at the end of the day, accrual included.
  let outstanding: Amounts
  /// What came in in the 180 days up to the day, in minor units.
  let paid180Days: Int64
  /// What the strategy allows the account, from what gives up least; never empty.
  let allowed: [StrategyOffer]
}

extension PlanOffering {
  /// Throws ``Failure`` where nothing may be offered: `unknown_account`, `nothing_owed`,
  /// `not_to_be_offered`, `wrong_currency`, `no_offer_allowed`.
  init(
    _ account: String, by chosen: ChosenStrategy, in model: ReadModel, zone: String,
    on day: CivilDate, knownAt size: Int64
  ) throws(Failure) {
    (strategy, self.account, self.day) = (chosen.strategy, account, day)
    guard let number = model.accounts.accounts.find(account) else {
      throw Failure(
        .refused, "unknown_account", Text("there is no such account", "no existe la cuenta"),
        [
          Failure.Detail("field", "account"), Failure.Detail("value", account),
          Failure.Detail("expected", "an account opened by AccountOpened"),
        ])
    }
    let rules = ActionRules(
      strategy, adoption: chosen.adoption, policies: [], on: day, knownAt: size, zone: zone
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
    (currency, outstanding) = (found.currency, found.outstanding)
    (paid180Days, allowed) = (found.paid180Days, found.offers)
  }

  /// What is allowed, made for what she can pay; from what gives up least.
  func offers(for affordable: AffordableAmount) -> [PlanOffer] {
    allowed.compactMap { $0.made(for: outstanding, affordable: affordable, on: day) }
  }

  /// The events by which an offer is made, and taken. `act` tells this offer from another of the same day,
  /// and is the beginning of the events' keys; nil for the one offer of its kind that there is on a day.
  func drafts(_ offer: PlanOffer, act: String? = nil) -> [OwnDraft] {
    let stream = "account/\(account)"
    let name = act ?? "\(strategy.id):\(strategy.version):\(offer.offer.id)"
    let id = "\(day.text)-\(Digest(hashing: name).hex.prefix(12))"
    func key(_ kind: String, _ standard: String) -> String {
      act.map { "\($0):\(kind)" } ?? "\(kind):\(account):\(standard)"
    }
    switch offer.offer.terms {
    case .grace(_, let pausesAccrual):
      return [
        OwnDraft(
          .gracePeriodGranted, stream, key: key("offer", "grace-\(id)"), on: day,
          [
            "from": .string(day.text), "pausesAccrual": .bool(pausesAccrual),
            "reason": .string("offer \(offer.offer.id)"),
            "to": .string(offer.graceTo?.text ?? ""),
          ])
      ]
    case .plan(let terms):
      let (items, haircut) = (Self.items(offer), Self.haircut(offer))
      let valid = day + offer.offer.validDays
      return [
        OwnDraft(
          .offerMade, stream, key: key("offer", id), on: day,
          [
            "offer": .string("offer-\(id)"), "strategy": .string(strategy.id),
            "terms": JSONValue(
              members: [
                JSONMember(key: "conditional", value: .bool(terms.isConditional)),
                JSONMember(
                  key: "defaultAfterDays", value: .integer(Int64(terms.defaultAfterDays))),
                JSONMember(key: "items", value: items),
                JSONMember(key: "kind", value: .string("\(terms.kind)")),
                JSONMember(key: "validUntil", value: .string(valid.text)),
              ] + (haircut.map { [JSONMember(key: "haircut", value: $0)] } ?? [])),
          ]),
        OwnDraft(
          .planAgreed, stream, key: key("plan", id), on: day,
          [
            "conditional": .bool(terms.isConditional),
            "defaultAfterDays": .integer(Int64(terms.defaultAfterDays)), "haircut": haircut,
            "items": items, "kind": .string("\(terms.kind)"), "plan": .string("plan-\(id)"),
          ]),
      ]
    }
  }

  /// Instalments as an event states them.
  static func items(_ offer: PlanOffer) -> JSONValue {
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

  private static func haircut(_ offer: PlanOffer) -> JSONValue? {
    offer.haircut.total > 0 ? amounts(offer.haircut) : nil
  }

  /// Amounts as an event states them.
  static func amounts(_ amounts: Amounts) -> JSONValue {
    JSONValue(
      members: Component.allCases.map {
        JSONMember(key: $0.name, value: .integer(amounts[$0]))
      })
  }
}
