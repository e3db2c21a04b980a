internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Where strategies come from: the program, a file, or a ledger that adopted them.
enum StrategyDocuments {
  /// A strategy and the canonical text of its document.
  struct Document {
    var strategy: Strategy
    var text: String
  }

  /// The documents that come with the program, by the name a command line gives.
  private static var builtIn: [(name: String, bytes: [UInt8])] {
    [("pe-empathetic", PackageResources.pe_empathetic_json)]
  }

  /// Their names, sorted.
  static var builtInNames: [String] { builtIn.map(\.name) }

  /// The strategy a name means: a built-in one, else a file. Throws ``Failure``: exit 4 where there is no
  /// such file, 3 for one that is refused.
  static func document(named name: String) throws(Failure) -> Document {
    if let found = builtIn.first(where: { $0.name == name }) {
      return try read(found.bytes, name)
    }
    let bytes: [UInt8]
    do {
      bytes = try OutputFile.read(name)
    } catch {
      throw Failure(
        error.exit, "unknown_strategy",
        Text("no strategy and no file has this name", "ninguna estrategia ni archivo se llama así"),
        [
          Failure.Detail("value", name),
          Failure.Detail(
            "expected", "one of \(builtInNames.joined(separator: ", ")), or a file"),
        ])
    }
    return try read(bytes, name)
  }

  private static func read(_ bytes: [UInt8], _ name: String) throws(Failure) -> Document {
    do {
      let strategy = try Strategy(parsing: bytes.span)
      // It was read just now, so it reads.
      let value = try? JSONValue(
        parsing: bytes.span, as: .event,
        limits: JSONLimits(depth: 10, bytes: Strategy.longestDocument))
      return Document(strategy: strategy, text: value?.canonicalText ?? "")
    } catch {
      throw Failure(error, of: Text("the strategy", "la estrategia"), in: name)
    }
  }
}

extension Failure {
  /// No strategy of that id, or none at all, is in force.
  static func strategyNotAdopted(_ id: String?, _ ids: [String], on day: CivilDate) -> Failure {
    var details: [Detail] = []
    if let id { details.append(Detail("value", id)) }
    details.append(
      Detail(
        "expected",
        ids.isEmpty
          ? "adopt one: quipu strategy adopt pe-empathetic --as NAME --approve-as NAME; or try one "
            + "out: --strategy pe-empathetic"
          : "--strategy, one of \(ids.joined(separator: ", "))"))
    return Failure(
      .refused, "no_strategy",
      id == nil && ids.count > 1
        ? Text("several strategies are in force", "rigen varias estrategias")
        : Text(
          "no such strategy is in force on \(day.text)",
          "ninguna estrategia así rige el \(day.text)"),
      details)
  }
}

/// A strategy to work by: one in force in the ledger, or one that is only tried out.
struct ChosenStrategy {
  var strategy: Strategy
  /// The event that adopted it; −1 for one that is tried out.
  var adoption: Int64
}

extension Invocation {
  /// The strategy that `--strategy` names: one in force, else a built-in one or a file, tried out. Without
  /// a name the one in force. Throws ``Failure``.
  func strategy(
    named name: String?, in model: ReadModel, on day: CivilDate, knownAt size: Int64
  ) throws -> ChosenStrategy {
    let adopted = AdoptedStrategies(model, knownAt: size)
    for unread in adopted.unreadable {
      console.warn(
        "strategy_unreadable",
        Text(
          "strategy \(unread.strategy), adopted at seq \(unread.seq), cannot be read",
          "la estrategia \(unread.strategy), adoptada en seq \(unread.seq), no se puede leer"),
        [Failure.Detail("reason", unread.reason)])
    }
    let inForce = adopted.ids.filter { adopted.inForce($0, on: day, before: size) != nil }
    guard let id = name ?? (inForce.count == 1 ? inForce.first : nil) else {
      throw Failure.strategyNotAdopted(nil, inForce, on: day)
    }
    if let found = adopted.inForce(id, on: day, before: size) {
      return ChosenStrategy(strategy: found.strategy, adoption: found.seq)
    }
    guard name != nil, !adopted.ids.contains(id) else {
      throw Failure.strategyNotAdopted(id, inForce, on: day)
    }
    return ChosenStrategy(
      strategy: try StrategyDocuments.document(named: id).strategy, adoption: -1)
  }

  /// What proposes for a day. Throws ``Failure``, exit 3, where no contact policy is in force.
  func actionRules(
    _ chosen: ChosenStrategy, in model: ReadModel, of view: LedgerView, on day: CivilDate,
    knownAt size: Int64, notBefore: Int = 0
  ) throws -> ActionRules {
    let policies: [ContactPolicy]
    if declares(.underPolicy), let name = value(.underPolicy) {
      policies = [try policy(named: name, in: model, on: day, knownAt: size)]
    } else {
      policies = ActionRules.policies(in: model, on: day, knownAt: size)
    }
    return try ActionRules(
      chosen, policies, in: model, zone: view.identity.timeZone, on: day, knownAt: size,
      notBefore: notBefore)
  }
}

extension ActionRules {
  /// What a strategy proposes for a day, by this machine's time zones. Throws ``Failure``, exit 3, where
  /// there is no contact policy.
  init(
    _ chosen: ChosenStrategy, _ policies: [ContactPolicy], in model: ReadModel, zone: String,
    on day: CivilDate, knownAt size: Int64, notBefore: Int = 0
  ) throws(Failure) {
    guard !policies.isEmpty else {
      throw Failure.notAdopted(nil, AdoptedPolicies(model, knownAt: size).ids, on: day)
    }
    // Noon tells the day's offset, but for the days on which a zone changes it, which do so by night.
    let noon = Instant(milliseconds: Int64(day.days) * 86_400_000 + 43_200_000)
    self.init(
      chosen.strategy, adoption: chosen.adoption, policies: policies, on: day, knownAt: size,
      notBefore: notBefore, zone: zone
    ) { zone in try? WallClock.offsetMinutes(of: noon, in: zone) }
  }
}

extension ProposalReplay {
  /// Replays by this machine's time zones.
  init(_ model: ReadModel, of view: LedgerView, knownAt size: Int64, jobs: Int) {
    self.init(model, knownAt: size, zone: view.identity.timeZone, jobs: jobs) { date, zone in
      let noon = Instant(milliseconds: Int64(date.days) * 86_400_000 + 43_200_000)
      return try? WallClock.offsetMinutes(of: noon, in: zone)
    }
  }
}
