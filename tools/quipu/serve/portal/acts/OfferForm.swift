internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

/// What people of the house offered her on an account (`OfferMade`): she accepts it or declines it.
///
/// What is agreed is what the event states, never what the form says; it is agreed as it stands or not at
/// all, and the ledger's own rules judge it then.
enum OfferForm {
  static let form = PortalForm(
    path: "/accounts/{n}/offers", name: "Offer",
    doc: Text("answer an offer", "responder una oferta"),
    page: { try page($0) }, act: { try act($0) })

  private static let answers = [
    FormChoice("accepted", "I accept this offer", "Acepto esta oferta"),
    FormChoice("declined", "I do not want it", "No la quiero"),
  ]

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    _ = try occasion.ownAccount()
    let account = try PortalAccount(occasion.visit, occasion.number)
    let offers = PortalOffer.standing(on: account)
    return try occasion.page(
      Text("Offers for you", "Ofertas para usted"),
      lead: offers.isEmpty
        ? Text("There is no offer for you now.", "Ahora no hay ninguna oferta para usted.")
        : Text(
          "Nothing is agreed until you say so.", "Nada se acuerda hasta que usted lo diga.")
    ) { html in
      for offer in offers { try write(offer, occasion, &html) }
      if offers.isEmpty {
        try account.writeActions(
          [PortalForms.plan, PortalForms.promise, PortalForms.move, PortalForms.hardship], &html)
      }
    }
  }

  private static func write(
    _ offer: PortalOffer, _ occasion: PortalOccasion, _ html: inout HTMLWriter
  ) throws {
    let account = offer.account
    html.element("h2", offer.title[occasion.language])
    if let last = offer.validUntil {
      html.paragraph(
        account.say(
          "It holds until \(last.spoken(.english)).", "Vale hasta el \(last.spoken(.spanish))."))
    }
    offer.plan?.write(&html)
    let path = "\(occasion.accountPath)/offers"
    func form(_ answer: FormChoice, _ mark: String) throws {
      try html.act(path, occasion.visit, answer.words[occasion.language]) { html in
        html.hidden("offer", offer.id)
        html.hidden("answer", answer.value)
        html.hidden("seen", mark)
      }
    }
    do {
      try form(answers[0], try offer.agreeable().mark)
    } catch let fault as FormFault {
      html.notice(fault.words[occasion.language], isBad: true)
    }
    try form(answers[1], "")
    html.paragraph(account.origin(offer.made.seq), isNote: true)
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let name = try occasion.ownAccount()
    let account = try PortalAccount(occasion.visit, occasion.number)
    guard
      let offer = PortalOffer.all(on: account).first(where: { $0.id == occasion.fields["offer"] })
    else {
      throw FormFault("", Text("There is no such offer.", "No existe esa oferta."))
    }
    try offer.requireStanding()
    let answer = try occasion.fields.choice("answer", answers)
    let answered = occasion.draft(
      .offerAnswered, on: name, at: account.nextPosition,
      ["answer": .string(answer.value), "offer": .string(offer.id)])
    guard answer.value == "accepted" else {
      return PortalAct(
        drafts: [answered],
        what: Text("You declined the offer.", "Rechazó la oferta."),
        whatFollows: [
          Text(
            "What you owe stays as it is. You can tell us what you can pay.",
            "Lo que debe queda como está. Puede decirnos cuánto puede pagar.")
        ])
    }
    let plan = try offer.agreeable()
    guard occasion.fields["seen"] == plan.mark else { throw PlanForm.otherFigures }
    let terms = offer.made.data["terms"]
    let agreed = plan.agreed([
      answered,
      occasion.draft(
        .planAgreed, on: name,
        [
          "conditional": .bool(plan.isConditional),
          "defaultAfterDays": .integer(plan.defaultAfterDays), "haircut": terms?["haircut"],
          "items": terms?["items"], "kind": terms?["kind"],
          "plan": .string(occasion.id("plan")),
        ]),
    ])
    guard let agreed else { throw PortalOffer.onlyByPerson }
    return agreed
  }
}

/// An offer as it was made, and what became of it.
struct PortalOffer {
  let account: PortalAccount
  let made: AccountHistory.Event
  let id: String
  /// The day she answered it.
  let answeredOn: CivilDate?

  /// All that were made on an account, in the order they were; of several of one name the last.
  static func all(on account: PortalAccount) -> [PortalOffer] {
    let answers = account.standing(.offerAnswered)
    var offers: [PortalOffer] = []
    for made in account.standing(.offerMade) where !made.isLater {
      guard let id = made.data["offer"]?.stringValue else { continue }
      let answer = answers.first { $0.seq > made.seq && $0.data["offer"]?.stringValue == id }
      offers.removeAll { $0.id == id }
      offers.append(
        PortalOffer(account: account, made: made, id: id, answeredOn: answer?.effective))
    }
    return offers
  }

  /// Those that she can still answer; none on an account that is not hers to agree about.
  static func standing(on account: PortalAccount) -> [PortalOffer] {
    guard account.isOwn, !account.isClosed else { return [] }
    return all(on: account).filter { $0.answeredOn == nil && !$0.isOver }
  }

  /// The last day on which it may be taken; nil where it has none.
  var validUntil: CivilDate? {
    made.data["terms"]?["validUntil"]?.stringValue.flatMap { CivilDate($0) }
  }

  private var isOver: Bool { validUntil.map { $0 < account.visit.today } ?? false }

  var title: Text {
    let stated = made.data["terms"]?["kind"]?.stringValue
    let kind = PlanKind.allCases.first { "\($0)" == stated }?.text ?? Text(same: "")
    let day = made.effective
    return Text(
      "Offer of \(day.spoken(.english)): \(kind.english)",
      "Oferta del \(day.spoken(.spanish)): \(kind.spanish)")
  }

  /// The plan it states; nil where it states no instalments, or not when the plan would fall away.
  var plan: PortalPlan? {
    let terms = made.data["terms"]
    let items = (terms?["items"]?.arrayValue ?? []).compactMap { item in
      item["dueOn"]?.stringValue.flatMap { CivilDate($0) }.map {
        PlanOffer.Item(dueOn: $0, amounts: Self.amounts(item))
      }
    }
    guard !items.isEmpty, let isConditional = terms?["conditional"]?.boolValue,
      let days = terms?["defaultAfterDays"]?.integerValue
    else { return nil }
    return PortalPlan(
      account: account, items: items, haircut: Self.amounts(terms?["haircut"] ?? .null),
      isConditional: isConditional, defaultAfterDays: days)
  }

  private static func amounts(_ value: JSONValue) -> Amounts {
    var amounts = Amounts()
    for component in Component.allCases {
      amounts[component] = value[component.name]?.integerValue ?? 0
    }
    return amounts
  }

  /// What cannot be agreed by a form.
  static let onlyByPerson = FormFault(
    "",
    Text(
      "This offer is agreed with a person: write or call us.",
      "Esta oferta se acuerda con una persona: escríbanos o llámenos."))

  /// Throws ``FormFault`` where it was answered, or is over.
  func requireStanding() throws(FormFault) {
    if let answeredOn {
      throw FormFault(
        "",
        Text(
          "This offer was answered on \(answeredOn.spoken(.english)).",
          "Esta oferta ya se respondió el \(answeredOn.spoken(.spanish))."))
    }
    if isOver, let validUntil {
      throw FormFault(
        "",
        Text(
          "This offer held until \(validUntil.spoken(.english)). Ask us for another one.",
          "Esta oferta valía hasta el \(validUntil.spoken(.spanish)). Pídanos otra."))
    }
  }

  /// The plan, which can be agreed today as it stands. Throws ``FormFault``, saying why it cannot.
  func agreeable() throws(FormFault) -> PortalPlan {
    guard let plan else { throw Self.onlyByPerson }
    var sum = plan.haircut
    for item in plan.items {
      do { try sum.add(item.amounts) } catch { throw Self.onlyByPerson }
    }
    guard sum == account.report.row.outstanding else {
      let (then, now) = (account.money.text(sum.total), account.money.text(account.owed))
      throw FormFault(
        "",
        Text(
          "This offer was made for \(then), and today you owe \(now) or owe it otherwise: ask us for it anew.",
          "Esta oferta se hizo para \(then), y hoy debe \(now) o se compone de otro modo: pídala de nuevo."
        ))
    }
    return plan
  }
}

extension PortalAccount {
  /// The offers there are for her, each with what it is, until when, and the way to it; nothing where there
  /// are none.
  func writeOffers(_ html: inout HTMLWriter, class name: String = "card") {
    for offer in PortalOffer.standing(on: self) {
      html.element("a", ["class": name, "href": "\(path)/offers"]) { html in
        html.element("strong", offer.title[visit.language])
        if let plan = offer.plan, let total = plan.total {
          html.element(
            "p",
            say(
              "\(plan.items.count) instalments, \(money.text(total)) in all",
              "\(plan.items.count) cuotas, \(money.text(total)) en total"))
        }
        if let last = offer.validUntil {
          html.element("small", say("until \(day(last))", "hasta el \(day(last))"))
        }
        html.element("span", ["class": "go"], say("See it and answer", "Verla y responder"))
      }
    }
  }
}
