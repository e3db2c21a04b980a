internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// A plan she makes herself, within what the strategy allows: simulated by what she can pay an instalment
/// or by how many there are to be, looked over with its exact figures, and agreed.
///
/// What is agreed is computed again from what she asked for, never taken from the form; where it has come
/// out otherwise than what she looked at, she is shown it anew.
enum PlanForm {
  static let form = PortalForm(
    path: "/accounts/{n}/plan", name: "Plan",
    doc: Text("simulate a plan, and agree it", "simular un plan y acordarlo"),
    page: { occasion in
      do { return try page(occasion) } catch let none as Problem where none.status == 422 {
        return try noPlan(occasion, none)
      }
    }, act: { try act($0) })

  /// What she asks for.
  enum Wish: Equatable {
    case amount(Int64)
    case count(Int)
  }

  private static let ways = [
    FormChoice("amount", "What I can pay each time", "Lo que puedo pagar cada vez"),
    FormChoice("count", "How many instalments", "En cuántas cuotas"),
  ]

  /// The most instalments that are asked about.
  private static let mostInstalments = 600

  static func wish(_ fields: PortalFields, in currency: Currency) throws(FormFault) -> Wish {
    guard try fields.choice("by", ways).value == "count" else {
      return .amount(try fields.amount("amount", in: currency))
    }
    guard let count = Int(fields["count"]), (1...mostInstalments).contains(count) else {
      throw FormFault(
        "count",
        Text(
          "Write how many instalments, such as 6.", "Escriba en cuántas cuotas, por ejemplo 6."))
    }
    return .count(count)
  }

  /// The plan that answers a wish and gives nothing up: what she says she can pay is her word alone, and
  /// whether part of a debt is given up is for a person to say. Throws ``FormFault`` where none does, saying
  /// what is possible.
  static func plan(
    _ wish: Wish, of offering: PlanOffering, _ money: (Int64) -> String
  ) throws(FormFault) -> PlanOffer {
    switch wish {
    case .amount(let amount):
      if let offer = offering.offer(ofAtMost: amount) { return offer }
      guard let longest = offering.instalmentCounts?.upperBound,
        let least = offering.offer(inInstalments: longest)?.instalment
      else { throw nothingPossible }
      throw FormFault(
        "amount",
        Text(
          "The least we can agree here is \(money(least)) each time. If that is too much, tell us "
            + "with “I cannot pay”.",
          "Lo menos que podemos acordar aquí es \(money(least)) cada vez. Si es demasiado, "
            + "díganoslo en «No puedo pagar»."))
    case .count(let count):
      if let offer = offering.offer(inInstalments: count) { return offer }
      guard let counts = offering.instalmentCounts else { throw nothingPossible }
      throw FormFault(
        "count",
        Text(
          "We can agree from \(counts.lowerBound) to \(counts.upperBound) instalments here.",
          "Aquí podemos acordar de \(counts.lowerBound) a \(counts.upperBound) cuotas."))
    }
  }

  private static let nothingPossible = FormFault(
    "",
    Text(
      "We cannot agree a plan for this account here. Write or call us.",
      "No podemos acordar un plan para esta cuenta aquí. Escríbanos o llámenos."))

  /// What may be offered now. Throws ``Problem`` in plain words where nothing may.
  private static func offering(_ occasion: PortalOccasion) throws -> PlanOffering {
    _ = try occasion.ownAccount()
    return try offering(try PortalAccount(occasion.visit, occasion.number))
  }

  /// Whether a plan can be seen and agreed on an account.
  static func isOpen(_ account: PortalAccount) throws -> Bool {
    guard account.isOwn else { return false }
    do { return try offering(account).instalmentCounts != nil } catch let none
      as Problem where none.status == 422
    { return false }
  }

  private static func offering(_ standing: PortalAccount) throws -> PlanOffering {
    let (visit, report) = (standing.visit, standing.report)
    let account = report.account
    if report.plans.contains(where: { $0.outcome.state == .active && $0.progress.outstanding > 0 })
    {
      throw Problem(
        422, "plan_active",
        Text(
          "a plan is running on this account: to change it, write or call us",
          "esta cuenta tiene un plan vigente: para cambiarlo, escríbanos o llámenos"))
    }
    let zone = visit.service.books.identity.timeZone
    let (found, failure) = visit.service.books.read { model in
      allowed(account, in: copy model, zone: zone, on: visit.today, knownAt: visit.size)
    }
    if let found {
      let limit = found.strategy.selfService
      let broken = standing.brokenPlans(since: visit.today + -limit.days)
      guard broken < limit.brokenPlans else { throw onlyWithPerson(broken, limit.days) }
      return found
    }
    throw Problem(
      422, failure.code,
      failure.code == "nothing_owed"
        ? Text("nothing is owed on this account", "no se debe nada en esta cuenta")
        : Text(
          "no plan can be agreed here for this account; you can promise a day, or tell us that you "
            + "cannot pay, and a person will see to it",
          "no se puede acordar un plan aquí para esta cuenta; puede prometer una fecha, o decirnos que "
            + "no puede pagar, y lo verá una persona"))
  }

  /// The code of ``onlyWithPerson(_:_:)``.
  private static let brokenPlans = "plans_broken"

  /// So many plans that she made within so many days were not kept.
  private static func onlyWithPerson(_ count: Int, _ days: Int) -> Problem {
    Problem(
      422, brokenPlans,
      Text(
        "in the last \(days) days you agreed \(count) plans here that did not work out; the next one is "
          + "made with a person, who looks with you for one that you can keep",
        "en los últimos \(days) días acordó aquí \(count) planes que no funcionaron; el siguiente se hace "
          + "con una persona, que busca con usted uno que pueda cumplir"))
  }

  /// What the first of the strategies in force allows that allows anything; else why the last does not.
  private static func allowed(
    _ account: String, in model: ReadModel, zone: String, on day: CivilDate, knownAt size: Int64
  ) -> (PlanOffering?, Failure) {
    let adopted = AdoptedStrategies(model, knownAt: size)
    var failure = Failure.strategyNotAdopted(nil, [], on: day)
    for id in adopted.ids {
      guard let found = adopted.inForce(id, on: day, before: size) else { continue }
      do {
        let offering = try PlanOffering(
          account, by: ChosenStrategy(strategy: found.strategy, adoption: found.seq), in: model,
          zone: zone, on: day, knownAt: size)
        return (offering, failure)
      } catch {
        failure = error
      }
    }
    return (nil, failure)
  }

  /// The page where there is no plan to see: why, and what she can do instead.
  private static func noPlan(_ occasion: PortalOccasion, _ why: Problem) throws -> HTTPResponse {
    func sentence(_ language: Language) -> String {
      let words = why.message[language]
      return words.prefix(1).uppercased() + words.dropFirst() + "."
    }
    return try occasion.page(
      Text("Pay in instalments", "Pagar en cuotas"),
      lead: Text(sentence(.english), sentence(.spanish))
    ) { html in
      let account = try PortalAccount(occasion.visit, occasion.number)
      try account.writeActions(
        why.code == brokenPlans
          ? [PortalForms.person, PortalForms.hardship]
          : [PortalForms.promise, PortalForms.move, PortalForms.hardship], &html)
    }
  }

  private static func page(_ occasion: PortalOccasion) throws -> HTTPResponse {
    let offering = try offering(occasion)
    let money = PortalMoney(try occasion.visit.report(offering.account))
    var occasion = occasion
    var made: (wish: Wish, offer: PlanOffer)?
    if occasion.fault == nil, !occasion.fields["by"].isEmpty {
      do {
        let wish = try wish(occasion.fields, in: offering.currency)
        made = (wish, try plan(wish, of: offering, money.text))
      } catch let fault {
        occasion = occasion.with(fault)
      }
    }
    if let made {
      return try review(occasion, made.wish, made.offer)
    }
    return occasion.page(
      Text("Pay in instalments", "Pagar en cuotas"),
      lead: Text(
        "You owe \(money.text(offering.outstanding.total)). See how a plan would be: nothing is agreed "
          + "until you say so.",
        "Debe \(money.text(offering.outstanding.total)). Vea cómo sería un plan: nada se acuerda hasta "
          + "que usted lo diga.")
    ) { html in
      html.element("form", ["method": "get", "action": "\(occasion.accountPath)/plan"]) { html in
        occasion.choice(
          &html, "by", occasion.say("How do you want to see it?", "¿Cómo lo quiere ver?"), ways,
          standard: "amount")
        occasion.field(
          &html, "amount", occasion.say("What I can pay each time", "Lo que puedo pagar cada vez"),
          hint: occasion.say("For example 150.00.", "Por ejemplo 150.00."),
          [("inputmode", "decimal"), ("autocomplete", "off"), ("maxlength", "24")])
        occasion.field(
          &html, "count", occasion.say("How many instalments", "En cuántas cuotas"),
          hint: counts(offering, occasion),
          [("inputmode", "numeric"), ("autocomplete", "off"), ("maxlength", "3")])
        html.element("button", [:], occasion.say("See the plan", "Ver el plan"))
      }
    }
  }

  private static func counts(_ offering: PlanOffering, _ occasion: PortalOccasion) -> String {
    guard let counts = offering.instalmentCounts else { return "" }
    return occasion.say(
      "From \(counts.lowerBound) to \(counts.upperBound).",
      "De \(counts.lowerBound) a \(counts.upperBound).")
  }

  /// The plan with every figure, before she says yes.
  private static func review(
    _ occasion: PortalOccasion, _ wish: Wish, _ offer: PlanOffer
  ) throws -> HTTPResponse {
    let account = try PortalAccount(occasion.visit, occasion.number)
    guard let plan = PortalPlan(offer, account) else { throw nothingPossible }
    return try occasion.page(
      Text("This would be your plan", "Así sería su plan"),
      lead: Text(offer.offer.title.english, offer.offer.title.spanish),
      back: (
        "\(occasion.accountPath)/plan", Text("Another amount or number", "Otro monto o número")
      )
    ) { html in
      plan.write(&html)
      try html.act(
        "\(occasion.accountPath)/plan", occasion.visit,
        occasion.say("I agree to this plan", "Acepto este plan")
      ) { html in
        html.hidden("by", occasion.fields["by"])
        switch wish {
        case .amount: html.hidden("amount", occasion.fields["amount"])
        case .count: html.hidden("count", occasion.fields["count"])
        }
        html.hidden("seen", mark(plan, offer))
      }
    }
  }

  /// What tells one plan from another: the strategy's offer, and what she sees.
  private static func mark(_ plan: PortalPlan, _ offer: PlanOffer) -> String {
    "\(offer.offer.id) \(plan.mark)"
  }

  private static func act(_ occasion: PortalOccasion) throws -> PortalAct {
    let offering = try offering(occasion)
    let account = try PortalAccount(occasion.visit, occasion.number)
    let wish = try wish(occasion.fields, in: offering.currency)
    let offer = try plan(wish, of: offering, account.money.text)
    guard let plan = PortalPlan(offer, account) else { throw nothingPossible }
    guard occasion.fields["seen"] == mark(plan, offer) else { throw otherFigures }
    let drafts = offering.drafts(offer, act: occasion.key).flatMap { draft in
      guard draft.type == .offerMade, let name = draft.data["offer"] else { return [draft] }
      return [
        draft,
        occasion.draft(
          .offerAnswered, on: offering.account, ["answer": .string("accepted"), "offer": name]),
      ]
    }
    guard let agreed = plan.agreed(drafts) else { throw nothingPossible }
    return agreed
  }

  /// What she agrees to is not what she looked at.
  static let otherFigures = FormFault(
    "",
    Text(
      "The figures are not those you saw. See the plan again before you agree.",
      "Las cifras no son las que vio. Vea el plan de nuevo antes de aceptar."))
}

extension PortalAccount {
  /// How many plans she agreed in the portal since a day were given up or in default.
  func brokenPlans(since day: CivilDate) -> Int {
    let own = standing(.planAgreed).filter { $0.actor.canonicalBytes == Portal.actor.canonical }
      .map(\.seq)
    return report.plans.count { plan in
      let outcome = plan.outcome
      return outcome.agreedOn >= day.days && own.contains(outcome.seq)
        && (outcome.state == .cancelled || outcome.state == .inDefault)
    }
  }
}

extension PlanOffering {
  /// How many instalments the plans allowed may have between them; nil where none is a plan.
  var instalmentCounts: ClosedRange<Int>? {
    let ranges = allowed.compactMap { offer -> ClosedRange<Int>? in
      guard case .plan(let terms) = offer.terms else { return nil }
      return terms.instalments
    }
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return nil }
    return first...last
  }

  /// The plan of so many instalments, or fewer where each would be too small; nothing is given up. Nil
  /// where no plan allowed has that many.
  func offer(inInstalments count: Int) -> PlanOffer? {
    let limit = (outstanding.total + Int64(count) - 1) / Int64(count)
    return plain(limit) { $0.instalments.contains(count) }.first
  }

  /// The plan of instalments of at most an amount; nothing is given up. Nil where no plan allowed has
  /// instalments enough.
  func offer(ofAtMost amount: Int64) -> PlanOffer? {
    let count = (outstanding.total + amount - 1) / amount
    return plain(amount) { count <= Int64($0.instalments.upperBound) }.first(where: \.isAffordable)
  }

  /// The plans allowed that are wanted, made for instalments of `limit`, which are enough for all that is owed.
  private func plain(
    _ limit: Int64, _ isWanted: (StrategyOffer.PlanTerms) -> Bool
  ) -> [PlanOffer] {
    allowed.compactMap { offer in
      guard case .plan(let terms) = offer.terms, isWanted(terms) else { return nil }
      return offer.made(for: outstanding, affordable: .instalment(limit), on: day)
    }
  }
}
