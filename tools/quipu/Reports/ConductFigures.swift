internal import CanonicalJSON
internal import Collections
internal import Projections

/// The contacts of a span judged, and the duties beside them, for a command and for the service.
struct ConductFigures {
  let scope: ConductReport.Scope
  let adopted: ConductReport
  let proposal: ConductComparison?
  let duties: DutyReport
  private let rule: String?

  /// Judges contacts that were placed in their zones. Throws ``Failure`` `unknown_rule`, exit 3, for a
  /// rule that no policy asked has: of a misspelt one nothing would be found.
  init(
    _ model: ReadModel, _ scope: ConductReport.Scope, under policy: ContactPolicy? = nil,
    rule: String? = nil
  ) throws(Failure) {
    (self.scope, self.rule) = (scope, rule)
    let adopted = ConductReport(model, scope)
    self.adopted = adopted
    proposal = policy.map {
      ConductComparison(
        policy: $0, adopted: adopted, proposed: ConductReport(model, scope, under: $0))
    }
    duties = DutyReport(model, scope, under: policy)
    guard let rule else { return }
    let asked =
      AdoptedPolicies(model, knownAt: scope.knownAt).adoptions.map(\.policy)
      + (policy.map { [$0] } ?? [])
    guard asked.contains(where: { $0.rules.contains { $0.id == rule } }) else {
      throw Failure(
        .refused, "unknown_rule",
        Text(
          "no policy asked has a rule \(rule)", "ninguna política consultada tiene la regla \(rule)"
        ),
        [
          Failure.Detail("field", "rule"), Failure.Detail("value", rule),
          Failure.Detail("expected", "an id that `quipu policy show` lists"),
        ])
    }
  }

  /// Whether a rule or duty was broken that blocks.
  var isBlocked: Bool {
    (proposal?.proposed ?? adopted).total.blocked > 0
      || duties.breaches.contains { $0.verdict == .block }
  }

  /// For a reader: the contacts, and the duties.
  func texts(_ model: ReadModel, limit: Int) -> (contacts: ConductText, duties: DutyText) {
    (
      ConductText(adopted, scope, model, proposal, rule: rule, limit: limit),
      DutyText(duties, rule: rule, limit: limit)
    )
  }

  /// All of it as JSON.
  func json(_ model: ReadModel) -> JSONValue {
    let (contacts, duties) = texts(model, limit: 0)
    return contacts.json.adding("duties", duties.json)
  }
}
