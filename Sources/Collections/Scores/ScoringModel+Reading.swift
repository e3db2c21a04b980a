package import CanonicalJSON

//     {"format":"quipu-model/1","kind":"scorecard","model":"pays30","version":1,
//      "title":{"en":…,"es":…},"target":{"kind":"paysWithin",…},"favourable":true,
//      "knowledge":"recorded","scaling":{"basePoints":600,"baseOddsBp":10000,"pointsToDouble":20},
//      "base":512,"features":[
//        {"feature":"daysPastDue","reason":{"en":…,"es":…},"missing":0,
//         "bins":[{"below":1,"points":40},{"below":31,"points":10},{"points":-25}]},
//        {"feature":"product","reason":{…},"missing":0,
//         "groups":[{"values":["card","telecom"],"points":4}],"other":0}],
//      "calibration":[{"from":400,"bp":900},…],"distribution":[{"from":400,"rows":1200},…],
//      "training":{…}}
//
//     {…,"kind":"trees","scale":1000000000,"base":0,"inputs":[{"feature":…,"reason":{…}},…],
//      "trees":[[{"feature":0,"below":31,"yes":1,"no":2,"missing":"yes","value":120000},
//                {"leaf":800000},{"leaf":-400000}],…],
//      "points":{"offset":600,"numerator":…,"denominator":…},…}
extension ScoringModel {
  /// Reads the text of a document: every key, name and figure of it is checked. O(bytes).
  ///
  /// - Throws: ``DocumentError``, with the JSON path of the fault.
  package init(parsing bytes: Span<UInt8>) throws(DocumentError) {
    try self.init(
      DocumentNode.parse(
        bytes, longest: Self.longestDocument, depth: 12, tooLong: .modelTooLong))
  }

  /// Reads a document.
  package init(_ document: JSONValue) throws(DocumentError) {
    let root = DocumentNode(value: document, path: "$")
    guard let given = document["format"]?.stringValue, given == Self.format else {
      throw DocumentError(
        .unsupportedFormat, "$.format", value: document["format"]?.canonicalText ?? "",
        expected: "\"\(Self.format)\"")
    }
    let common = [
      "format", "kind", "model", "version", "title", "target", "favourable", "knowledge",
      "calibration", "training", "base",
    ]
    guard let stated = document["kind"] else {
      throw DocumentError(.missingKey, "$", expected: "a member \"kind\"")
    }
    let kind = try DocumentNode(value: stated, path: "$.kind").choice(Kind.self)
    let own =
      switch kind {
      case .scorecard: ["scaling", "features"]
      case .trees: ["scale", "inputs", "trees", "points"]
      }
    let members = try root.members(required: common + own, optional: ["distribution"])
    id = try members.required("model").id()
    version = try members.required("version").integer(1...1_000_000)
    title = try BilingualText(members.required("title"), atMost: 200)
    target = try Target(members.required("target"))
    isFavourable = try members.required("favourable").bool()
    knowledge = try members.required("knowledge").choice(Knowledge.self)
    body =
      switch kind {
      case .scorecard: .scorecard(try Scorecard(members))
      case .trees: .trees(try TreeEnsemble(members))
      }
    calibration = try Self.calibration(members.required("calibration"))
    distribution = try members["distribution"].map(Self.distribution) ?? []
    let training = members.required("training")
    guard training.value.objectValue != nil else { throw training.wrongType("an object") }
    self.training = training.value
  }

  /// How a model comes to its points.
  private enum Kind: CaseIterable {
    case scorecard, trees
  }

  private static func calibration(_ node: DocumentNode) throws(DocumentError) -> [Step] {
    var steps: [Step] = []
    for element in try node.elements(atMost: 1_000) {
      let members = try element.members(required: ["from", "bp"])
      let step = Step(
        from: try members.required("from").integer(Score.range),
        bp: try members.required("bp").integer(0...10_000))
      if let last = steps.last {
        guard step.from > last.from else {
          throw DocumentError(
            .unsorted, members.required("from").path, value: "\(step.from)",
            expected: "more than \(last.from), the points of the step before")
        }
        guard step.bp >= last.bp else {
          throw DocumentError(
            .unsorted, members.required("bp").path, value: "\(step.bp)",
            expected: "at least \(last.bp): more points never mean less probability")
        }
      }
      steps.append(step)
    }
    guard !steps.isEmpty else { throw node.invalid("[]", "at least one step") }
    return steps
  }

  private static func distribution(_ node: DocumentNode) throws(DocumentError) -> [Share] {
    var shares: [Share] = []
    for element in try node.elements(atMost: 1_000) {
      let members = try element.members(required: ["from", "rows"])
      let share = Share(
        from: try members.required("from").integer(Score.range),
        rows: try members.required("rows").integer(0...1_000_000_000_000))
      if let last = shares.last, share.from <= last.from {
        throw DocumentError(
          .unsorted, members.required("from").path, value: "\(share.from)",
          expected: "more than \(last.from), the points of the span before")
      }
      shares.append(share)
    }
    guard shares.contains(where: { $0.rows > 0 }) else {
      throw node.invalid("no rows", "at least one span with rows, or no distribution at all")
    }
    return shares
  }
}

extension Feature {
  /// Reads the name of a feature that a score may go by. Throws ``DocumentError``.
  init(_ node: DocumentNode) throws(DocumentError) {
    let name = try node.text(80)
    guard !Self.isForbidden(name) else {
      throw DocumentError(
        .forbiddenFeature, node.path, value: name,
        expected:
          "a feature of what was owed, paid, promised or said; never one of the person herself")
    }
    guard let feature = Feature(named: name) else {
      throw DocumentError(
        .unknownFeature, node.path, value: name,
        expected: "a feature, as `quipu score features` lists them",
        nearest: nearest(to: name, among: Feature.all.map(\.name)))
    }
    self = feature
  }

  /// Whether a name is, whatever its case and its dashes, one that no score may go by.
  package static func isForbidden(_ name: String) -> Bool {
    func plain(_ name: String) -> [UInt8] {
      name.lowercased().utf8.filter { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }
    let wanted = plain(name)
    return forbidden.contains { plain($0) == wanted }
  }
}
