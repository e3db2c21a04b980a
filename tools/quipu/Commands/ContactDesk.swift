internal import Collections
internal import EventStore
internal import Projections

/// A question to the contact rules, as an operator or a line of a batch asks it.
struct ContactRequest: Sendable {
  var subject: String
  var channel: ContactChannel
  /// When; now where nil.
  var at: StatedMoment?
  var account: String?
  var point: String?
  var template: String?
  var agent: String?
}

/// Answers such questions, one after another, by the policies in force or by one that is not.
struct ContactDesk: Sendable {
  /// An answer: what each rule of each policy found.
  struct Answer {
    var isAllowed = true
    var question: ContactQuestion
    /// The local time it holds for: its offset, and the zone it is that of.
    var offsetMinutes: Int
    var zone: String
    /// The policies asked, by their places in ``ContactDesk/policies``, and where the findings of each
    /// begin.
    var policies: [(place: Int, first: Int)] = []
    var findings: [RuleFinding] = []

    /// How bad it is: 0 for nothing, 1 for a warning, 2 where something blocks.
    var weight: Int {
      isAllowed ? (findings.contains { $0.verdict == .warn } ? 1 : 0) : 2
    }
  }

  private let model: ReadModel
  private let size: Int64
  private let ledgerZone: String
  private let now: Instant
  private let adopted: AdoptedPolicies
  private let isWhatIf: Bool
  private var judge: ContactJudge
  private var offsets = ZoneOffsets()
  /// The policies it may ask.
  let policies: [ContactPolicy]

  /// Only events before it count.
  var knownAt: Int64 { size }
  /// Policies whose documents cannot be read.
  var unreadable: [(policy: String, seq: Int64, reason: String)] { adopted.unreadable }
  /// The ids of the policies adopted.
  var adoptedIDs: [String] { adopted.ids }

  /// A desk by what is known before a position; `proposed` is asked in place of what is in force. One
  /// that is asked about a single person alone is made sooner: `only`.
  init(
    _ model: ReadModel, knownAt size: Int64, zone: String, now: Instant,
    proposed: ContactPolicy?, only subject: String? = nil
  ) {
    self.model = model
    self.size = size
    self.now = now
    ledgerZone = zone
    adopted = AdoptedPolicies(model, knownAt: size)
    isWhatIf = proposed != nil
    policies = proposed.map { [$0] } ?? adopted.adoptions.map(\.policy)
    let history = ContactHistory(model, on: CivilDate(days: .max), knownAt: size, only: subject)
    judge = ContactJudge(model, history, for: policies, knownAt: size)
  }

  /// Why a question cannot be answered.
  enum Refusal: Error {
    case unknownSubject
    case unknownAccount
    case unknownPoint(nearest: String?)
    case noPolicy(CivilDate)
    case zone(Failure)
  }

  /// Answers one question: in every place where the person may be, and the worst of those.
  mutating func answer(_ request: ContactRequest) throws(Refusal) -> Answer {
    guard model.people.subjects.find(request.subject) != nil else { throw .unknownSubject }
    if let account = request.account, model.accounts.accounts.find(account) == nil {
      throw .unknownAccount
    }
    let moment = request.at ?? .instant(now)
    // Points hardly change within a day: which are there is looked up on the ledger's own.
    let today = try local(moment, in: ledgerZone).date
    let person = judge.facts(of: request.subject, account: nil, agent: nil, on: today).person
    let points = try points(request, person?.points ?? [])
    var zones: [String] = []
    for point in points.all where !zones.contains(point.localZone) { zones.append(point.localZone) }
    if zones.isEmpty { zones = [ledgerZone] }
    let point = request.point ?? (points.fit.count == 1 ? points.fit.first?.id : nil)
    var worst: Answer?
    for zone in zones {
      let answer = try answer(request, moment, in: zone, point)
      if worst.map({ $0.weight < answer.weight }) ?? true { worst = answer }
    }
    guard let worst else { throw .unknownSubject }
    return worst
  }

  private mutating func answer(
    _ request: ContactRequest, _ moment: StatedMoment, in zone: String, _ point: String?
  ) throws(Refusal) -> Answer {
    let local = try local(moment, in: zone)
    var question = ContactQuestion(
      channel: request.channel, moment: local.instant.milliseconds, localDate: local.date,
      localSecond: local.second)
    question.account = request.account
    question.point = point
    question.template = request.template
    if request.agent != nil { question.agent = .person }
    let subject = model.conduct.subjects.find(request.subject)
    if let account = request.account {
      question.accountNumber = Int32(model.conduct.accounts.find(account) ?? -1)
    }
    let before =
      subject.map { judge.history.before(local.instant.milliseconds, of: $0) } ?? 0..<0
    let facts = judge.facts(
      of: request.subject, account: request.account, agent: request.agent, on: local.date)
    var answer = Answer(question: question, offsetMinutes: local.minutes, zone: zone)
    let inForce = isWhatIf ? [0] : adopted.inForce(on: local.date, before: size)
    guard !inForce.isEmpty else { throw .noPolicy(local.date) }
    for place in inForce {
      answer.policies.append((place, answer.findings.count))
      let calendar = judge.calendar(of: policies[place].jurisdiction, on: local.date)
      let isAllowed = policies[place].judge(
        question, facts, past: judge.history.past, before: before, calendar,
        into: &answer.findings)
      answer.isAllowed = answer.isAllowed && isAllowed
    }
    return answer
  }

  private mutating func local(
    _ moment: StatedMoment, in zone: String
  ) throws(Refusal) -> (instant: Instant, date: CivilDate, second: Int, minutes: Int) {
    do {
      let (instant, minutes) = try offsets.resolve(moment, in: zone)
      let local = Instant(milliseconds: instant.milliseconds + Int64(minutes) * 60_000)
      let date = local.date
      let second = Int((local.milliseconds - Int64(date.days) * 86_400_000) / 1_000)
      return (instant, date, second, minutes)
    } catch {
      throw .zone(error)
    }
  }

  /// The points the channel may reach the person at; and those that tell where she is, which are all
  /// of hers where none is fit. Either way the one named.
  private func points(
    _ request: ContactRequest, _ known: [PersonFacts.ContactPoint]
  ) throws(Refusal) -> (fit: [PersonFacts.ContactPoint], all: [PersonFacts.ContactPoint]) {
    if let id = request.point {
      guard let point = known.last(where: { $0.id == id }) else {
        throw .unknownPoint(nearest: nearest(to: id, among: known.map(\.id)))
      }
      return ([point], [point])
    }
    let valid = known.filter(\.isValid)
    let kinds: [ContactPointKind]
    switch request.channel {
    case .call: kinds = [.phone, .mobile]
    case .whatsapp: kinds = [.whatsapp, .mobile]
    case .sms: kinds = [.mobile]
    case .email: kinds = [.email]
    case .letter, .visit: kinds = [.address]
    case .push: kinds = [.push]
    case .portal, .chatbot: kinds = []
    }
    let fit = valid.filter { kinds.contains($0.kind) }
    return (fit, fit.isEmpty ? valid : fit)
  }
}

extension ContactDesk {
  /// Answers a question; a refusal is a failure that names what would be right.
  mutating func answerOrFail(_ request: ContactRequest) throws(Failure) -> Answer {
    do {
      return try answer(request)
    } catch {
      throw failure(error, request)
    }
  }

  /// Why a question cannot be answered, as a failure.
  private func failure(_ error: Refusal, _ request: ContactRequest) -> Failure {
    switch error {
    case .unknownSubject:
      return Failure(
        .refused, "unknown_subject",
        Text("no event tells of this person", "ningún evento habla de esta persona"),
        [
          Failure.Detail("field", "subject"), Failure.Detail("value", request.subject),
          Failure.Detail("expected", "the id of a person registered, or named by an account"),
        ])
    case .unknownAccount:
      return Failure(
        .refused, "unknown_account", Text("there is no such account", "no existe la cuenta"),
        [
          Failure.Detail("field", "account"), Failure.Detail("value", request.account ?? ""),
          Failure.Detail("expected", "an account opened by AccountOpened"),
        ])
    case .unknownPoint(let nearest):
      var details = [
        Failure.Detail("field", "point"), Failure.Detail("value", request.point ?? ""),
        Failure.Detail("expected", "a contact point of the person's"),
      ]
      if let nearest { details.append(Failure.Detail("nearest", nearest)) }
      return Failure(
        .refused, "unknown_point",
        Text("the person has no such contact point", "la persona no tiene ese punto de contacto"),
        details)
    case .noPolicy(let day): return .notAdopted(nil, adoptedIDs, on: day)
    case .zone(let failure): return failure
    }
  }
}
