import Collections

/// What is told of people, where it is asked for: who they are, how they may be reached, what they wish,
/// what befalls them. None of it draws from an account's chance, so the money stays what it is without.
struct PeopleTold {
  let seed: UInt64
  /// How many events of each person were told; −1 of those not known yet.
  var events: [Int32]

  init(seed: UInt64, people count: Int) {
    self.seed = seed
    events = Array(repeating: -1, count: count)
  }
}

/// What may happen to a person after she is known; a step's number is its raw value.
enum PersonStep: Int32, CaseIterable {
  case death, representative, move, deadPoint, cease, revocation, disclosure
  case request, requestAnswer, vulnerability, review

  /// How many of a thousand people it happens to, and how many days later.
  var odds: (perMille: Int, days: ClosedRange<Int>) {
    switch self {
    case .death: (4, 60...300)
    case .representative: (12, 20...200)
    case .move: (40, 40...250)
    case .deadPoint: (50, 20...200)
    case .cease: (8, 60...240)
    case .revocation: (15, 60...240)
    case .disclosure: (120, 90...200)
    case .request: (60, 30...260)
    case .vulnerability: (20, 40...200)
    case .requestAnswer, .review: (0, 1...1)
    }
  }
}

extension PortfolioGenerator {
  /// The person of a number; her region is that of the account of the same number.
  func person(_ number: Int32) -> InventedPerson? {
    people.map { told in
      InventedPerson(seed: told.seed, number: number, region: accounts[Int(number)].region)
    }
  }

  /// Registers a person with her contact points, and plans what befalls her; nothing the second time.
  mutating func know(_ number: Int32) {
    guard let told = people, told.events[Int(number)] < 0, var person = person(number) else {
      return
    }
    people?.events[Int(number)] = 0
    let town = Market.regions[Int(accounts[Int(number)].region)].town
    tell("SubjectRegistered", number) { draft in
      draft.integer("birthDecade", Int64(person.birthDate.year / 10 * 10))
      draft.identity(person, address: person.address)
      draft.string("language", person.language)
      draft.string("region", town)
      draft.subject("subject", number)
    }
    point(number, "mobile", person.mobile, source: "contract", agreed: true)
    if let email = person.email {
      point(number, "email", email, source: "contract", agreed: true)
    }
    point(number, "address", person.address, source: "contract", agreed: true)
    if let work = person.work {
      point(number, "phone", work, source: "bureau", agreed: false)
    }
    if person.random.chance(perMille: 700) {
      let evidence = person.digest()
      tell("ConsentGranted", number) { draft in
        draft.string("channel", "whatsapp")
        draft.string("evidence", evidence)
        draft.string("informedText", String(repeating: "5eedc0de", count: 8))
        draft.string("purpose", "collection")
      }
    }
    for step in PersonStep.allCases where person.random.chance(perMille: step.odds.perMille) {
      let day = days.rolled(today + person.random.within(step.odds.days))
      queue.add(DayQueue.Step(account: number, kind: .person, number: step.rawValue), on: day)
    }
  }

  private mutating func point(
    _ number: Int32, _ kind: String, _ value: String, source: String, agreed: Bool
  ) {
    tell("ContactPointAdded", number) { draft in
      draft.bool("agreed", agreed)
      draft.string("kind", kind)
      draft.string("localZone", "America/Lima")
      draft.string("point", Self.pointID(number, kind))
      draft.string("source", source)
      draft.string("value", value)
    }
  }

  private static func pointID(_ number: Int32, _ kind: String) -> String {
    "\(kind)-\(number + 1)"
  }

  /// The contact point a channel uses; nil where people are not told or have none.
  func pointID(_ number: Int32, channel: String) -> String? {
    guard let person = person(number) else { return nil }
    switch channel {
    case "call", "whatsapp", "sms": return Self.pointID(number, "mobile")
    case "email": return person.email == nil ? nil : Self.pointID(number, "email")
    case "letter", "visit": return Self.pointID(number, "address")
    default: return nil
    }
  }

  /// Writes one draft about a person, on her own stream or on that of an account.
  mutating func tell(
    _ type: StaticString, _ number: Int32, by actor: SimulatedActor = .core,
    onAccount account: Int? = nil, _ fields: (inout DraftBuffer) -> Void
  ) {
    guard let event = people?.events[Int(number)] else { return }
    drafts.begin(by: actor)
    fields(&drafts)
    drafts.end(
      type, effective: today, person: number, event: max(0, event),
      onAccount: account.map { Int32($0) })
    people?.events[Int(number)] = max(0, event) + 1
  }

  // MARK: What befalls people

  /// One step of a person's life.
  mutating func live(_ number: Int32, _ step: DayQueue.Step) {
    guard let kind = PersonStep(rawValue: step.number), let person = person(number) else { return }
    var random = person.random
    _ = random.next()
    let day = today
    switch kind {
    case .death:
      tell("SubjectDeceased", number) { $0.date("on", day - random.within(2...20)) }
    case .representative:
      let other = number == 0 ? Int32(accounts.count) - 1 : number - 1
      guard other != number, accounts[Int(other)].subject == other else { return }
      know(other)
      tell("RepresentativeAppointed", number) { $0.subject("representative", other) }
    case .move:
      let fresh = InventedPerson(
        seed: (people?.seed ?? 0) &+ 1, number: number, region: accounts[Int(number)].region)
      tell("SubjectUpdated", number) { $0.identity(person, address: fresh.address) }
    case .deadPoint:
      let point = Self.pointID(number, person.work == nil ? "mobile" : "phone")
      tell("ContactPointInvalidated", number) { draft in
        draft.string("point", point)
        draft.string("reason", "numero-fuera-de-servicio")
      }
    case .cease: tell("CeaseContactRequested", number) { $0.string("reason", "pedido-por-escrito") }
    case .revocation: tell("ConsentRevoked", number) { $0.string("purpose", "commercial-offers") }
    case .disclosure:
      tell("DataDisclosed", number) { draft in
        draft.string("country", "PE")
        draft.array("fields") { fields in
          for word in ["name", "document", "debt"] { fields.word(word) }
        }
        draft.string("ground", "reporte a central de riesgos, Ley 27489")
        draft.string("recipient", "Central de Riesgos Quilla")
      }
    case .request: ask(number, &random)
    case .requestAnswer: answer(number, right: step.amount)
    case .vulnerability: disclose(number, &random)
    case .review:
      tell("VulnerabilityReviewed", number, by: .agent(region: 0, number: 9)) { draft in
        draft.date("nextReview", day + 180)
        draft.string("outcome", "support")
      }
    }
  }

  /// A request about her data, answered in its term but for one in ten.
  private mutating func ask(_ number: Int32, _ random: inout SplitMix64) {
    guard let terms = RequestTerms(jurisdiction: "PE") else { return }
    let weights = [10, 45, 20, 15, 8, 2, 0]
    let right = DataRight.allCases[random.index(ofWeights: weights)]
    guard case .businessDays(let term) = terms.term(of: right).length else { return }
    let due = days.adding(term, to: today)
    let via = ["web", "email", "carta", "agencia"][random.below(4)]
    tell("RequestReceived", number, by: desk(number)) { draft in
      draft.date("dueOn", due)
      draft.string("request", "sol-\(number + 1)")
      draft.string("right", "\(right)")
      draft.string("via", via)
    }
    let taken = random.chance(perMille: 100) ? term + random.within(1...6) : random.within(2...term)
    queue.add(
      DayQueue.Step(
        account: number, kind: .person, number: PersonStep.requestAnswer.rawValue,
        amount: Int64(right.rawValue)), on: days.adding(taken, to: today))
  }

  private mutating func answer(_ number: Int32, right: Int64) {
    let right = DataRight(rawValue: UInt8(right))
    let isRefused = right == .cancellation
    var person = person(number)
    let package = right == .access || right == .portability ? person?.digest() : nil
    tell("RequestAnswered", number, by: desk(number)) { draft in
      draft.string("decision", isRefused ? "refused" : "granted")
      if isRefused { draft.string("ground", "deuda vigente y plazo legal de conservación") }
      if let package { draft.string("package", package) }
      draft.string("request", "sol-\(number + 1)")
    }
  }

  /// A vulnerability that a person tells of, in her own words.
  private mutating func disclose(_ number: Int32, _ random: inout SplitMix64) {
    let (category, detail) = Self.vulnerabilities[random.below(Self.vulnerabilities.count)]
    guard let name = person(number)?.given else { return }
    let isSpecialist = random.chance(perMille: 250)
    tell("VulnerabilityDisclosed", number, by: desk(number)) { draft in
      draft.string("category", category)
      draft.bool("consent", true)
      draft.string("detail", "\(name) cuenta que \(detail)")
      draft.string("level", isSpecialist ? "specialist" : "support")
    }
    queue.add(
      DayQueue.Step(account: number, kind: .person, number: PersonStep.review.rawValue),
      on: days.adding(random.within(5...30), to: today))
  }

  /// Whoever sees to requests and vulnerable people in a branch.
  private func desk(_ number: Int32) -> SimulatedActor {
    .agent(region: accounts[Int(number)].region, number: 8)
  }

  private static let vulnerabilities = [
    ("salud", "está en tratamiento de diálisis tres veces por semana y no puede trabajar"),
    (
      "salud mental", "tiene depresión desde que falleció su esposo; pide que no la llamen de noche"
    ),
    ("lectura", "no sabe leer y firma con su huella; su hija le explica las cartas"),
    ("violencia", "su pareja le quita el dinero y revisa su teléfono"),
    ("duelo", "enterró a su mamá hace un mes y gastó lo que tenía para la cuota"),
  ]
}

extension InventedPerson {
  /// 64 hexadecimal digits, of no document.
  mutating func digest() -> String {
    var text = ""
    for _ in 0..<4 {
      let part = String(random.next(), radix: 16)
      text += String(repeating: "0", count: 16 - part.count) + part
    }
    return text
  }
}

extension DraftBuffer {
  /// A field `identity`.
  mutating func identity(_ person: InventedPerson, address: String) {
    object("identity") { draft in
      draft.string("address", address)
      draft.date("birthDate", person.birthDate)
      draft.string("document", person.document)
      draft.string("documentType", "DNI")
      draft.string("name", person.name)
    }
  }
}
