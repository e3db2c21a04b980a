// The rules that look at what is known of the person, and of who makes the contact.
extension ContactPolicy {
  /// What one such rule says.
  func judge(
    _ place: Int, _ question: ContactQuestion, _ facts: ContactFacts
  ) -> RuleFinding {
    let say = Sayings(rule: place, verdict: rules[place].verdict)
    switch rules[place].test {
    case .templateReviewed: return template(question, say)
    case .certifiedAgent(let course): return certificate(facts, question, course, say)
    case .limitationExpired(let years):
      guard question.account != nil else { return say.unclear(.noAccount) }
      guard let from = facts.limitationFrom else { return say.kept() }
      let last = from.adding(years: years)
      return say.that(question.localDate <= last, .until, -1, Int64(last.days))
    default: break
    }
    // Of a person nobody has heard of there is nothing that forbids, but no consent and no link either.
    guard let person = facts.person else { return stranger(rules[place].test, question, say) }
    switch rules[place].test {
    case .optOut: return refusal(person.optOuts, question, say)
    case .ceaseContact: return refusal(person.ceaseContact, question, say)
    case .consentRequired(let purpose):
      let found = person.consents.first {
        $0.isGiven && $0.purpose == purpose
          && ($0.channel == nil || $0.channel == question.channel)
      }
      guard let found else { return say.broken(.noConsent) }
      return say.that(true, .fact, found.seq, Int64(found.on.days))
    case .preferenceWindows: return preference(person, question, say)
    case .thirdParty(let neutral, let disclosing):
      return thirdParty(person, question, neutral, disclosing, say)
    case .pointNotAgreed: return point(person, question, say)
    case .moratorium(let kinds):
      let found = person.moratoriums.first {
        (kinds.isEmpty || kinds.contains($0.kind)) && question.isAbout($0.account)
      }
      guard let found else { return say.kept() }
      return say.broken(.until, found.seq, Int64(found.to.days))
    case .disputeHold:
      return stands(
        hold(person.disputes, question) ?? hold(person.collectionHolds, question), say)
    case .legalHold: return stands(hold(person.legalHolds, question), say)
    case .representative:
      return say.stands(person.representative?.seq, person.representative?.on)
    case .deceased: return say.stands(person.deceased?.seq, person.deceased?.on)
    case .processingBlocked:
      // Of somebody erased there is nothing left to reach her by, nor any ground to.
      let block = person.erased ?? person.processingBlocked
      return say.stands(block?.seq, block?.on)
    case .vulnerabilityReview: return review(person, question, say)
    default: return say.kept()
    }
  }

  private func stranger(
    _ test: RuleTest, _ question: ContactQuestion, _ say: Sayings
  ) -> RuleFinding {
    switch test {
    case .consentRequired: say.broken(.noConsent)
    case .thirdParty where question.account != nil: say.broken(.notLinked)
    case .pointNotAgreed:
      question.point == nil ? say.unclear(.noPoint, -1) : say.broken(.unknownPoint)
    default: say.kept()
    }
  }

  /// A wish not to be reached by the channel, or at a point that is, or may be, the one asked about.
  private func refusal(
    _ wishes: [PersonFacts.OptOut], _ question: ContactQuestion, _ say: Sayings
  ) -> RuleFinding {
    var possible: PersonFacts.OptOut?
    for wish in wishes where wish.channel == nil || wish.channel == question.channel {
      if wish.point == nil || wish.point == question.point {
        return say.broken(.fact, wish.seq, Int64(wish.on.days))
      }
      if question.point == nil { possible = possible ?? wish }
    }
    return possible.map { say.unclear(.noPoint, $0.seq) } ?? say.kept()
  }

  private func preference(
    _ person: PersonFacts, _ question: ContactQuestion, _ say: Sayings
  ) -> RuleFinding {
    guard let found = person.preferences.first(where: { $0.channel == question.channel }) else {
      return say.kept()
    }
    let suits = found.windows.contains {
      $0.contains(question.localDate, minute: question.localSecond / 60)
    }
    return say.that(suits, .wish, found.seq)
  }

  private func thirdParty(
    _ person: PersonFacts, _ question: ContactQuestion, _ neutral: [String],
    _ disclosing: [String], _ say: Sayings
  ) -> RuleFinding {
    if let account = question.account, !person.accounts.contains(where: { $0.account == account }) {
      return say.broken(.notLinked)
    }
    guard question.result.party == .third else { return say.kept() }
    if disclosing.contains(question.result.code) { return say.broken(.disclosed) }
    if neutral.contains(question.result.code) { return say.that(true, .neutral) }
    return say.unclear(.noOutcome)
  }

  private func point(
    _ person: PersonFacts, _ question: ContactQuestion, _ say: Sayings
  ) -> RuleFinding {
    guard let id = question.point else { return say.unclear(.noPoint, -1) }
    guard let point = person.points.last(where: { $0.id == id }) else {
      return say.broken(.unknownPoint)
    }
    if let end = point.invalidatedBy { return say.broken(.invalidPoint, end) }
    return say.that(point.isAgreed, .point, point.seq)
  }

  private func hold(_ holds: [PersonFacts.Hold], _ question: ContactQuestion) -> PersonFacts.Hold? {
    holds.first { question.isAbout($0.account) }
  }

  private func stands(_ hold: PersonFacts.Hold?, _ say: Sayings) -> RuleFinding {
    say.stands(hold?.seq, hold?.on)
  }

  private func review(
    _ person: PersonFacts, _ question: ContactQuestion, _ say: Sayings
  ) -> RuleFinding {
    guard let found = person.vulnerability, !found.isCleared else { return say.kept() }
    guard let next = found.nextReview else { return say.broken(.unreviewed, found.seq) }
    return say.that(
      !found.isReviewDue(on: question.localDate), .until, found.reviewedBy ?? found.seq,
      Int64(next.days))
  }

  private func template(_ question: ContactQuestion, _ say: Sayings) -> RuleFinding {
    guard let id = question.template else { return say.kept() }
    guard let template = templates.first(where: { $0.id == id }) else {
      return say.broken(.unknownTemplate)
    }
    return template.isReviewed ? say.kept() : say.broken(.rejectedTemplate)
  }

  private func certificate(
    _ facts: ContactFacts, _ question: ContactQuestion, _ course: String?, _ say: Sayings
  ) -> RuleFinding {
    guard question.agent == .person else {
      return say.that(true, question.agent == .machine ? .none : .noAgent)
    }
    let held = facts.certificates.filter { course == nil || $0.course == course }
    guard let best = held.max(by: { $0.until < $1.until }) else {
      return say.broken(.noCertificate)
    }
    return say.that(question.localDate <= best.until, .until, best.seq, Int64(best.until.days))
  }
}

extension ContactQuestion {
  /// Whether what stands on an account, or on the person (nil), bears on the contact.
  func isAbout(_ account: String?) -> Bool {
    account == nil || self.account == nil || account == self.account
  }
}

/// The ways in which a rule may answer.
private struct Sayings {
  let rule: Int
  let verdict: RuleVerdict

  func kept() -> RuleFinding { RuleFinding(rule: rule, .pass, .none) }

  func that(
    _ isKept: Bool, _ reason: RuleFinding.Reason, _ first: Int64 = 0, _ second: Int64 = 0
  ) -> RuleFinding {
    RuleFinding(rule: rule, isKept ? .pass : verdict, reason, first, second)
  }

  func broken(
    _ reason: RuleFinding.Reason, _ first: Int64 = 0, _ second: Int64 = 0
  ) -> RuleFinding {
    RuleFinding(rule: rule, verdict, reason, first, second)
  }

  /// What cannot be judged warns, whatever the rule's verdict.
  func unclear(_ reason: RuleFinding.Reason, _ first: Int64 = 0) -> RuleFinding {
    RuleFinding(rule: rule, .warn, reason, first)
  }

  /// Broken by a fact, if there is one.
  func stands(_ seq: Int64?, _ on: CivilDate?) -> RuleFinding {
    guard let seq, let on else { return kept() }
    return broken(.fact, seq, Int64(on.days))
  }
}
