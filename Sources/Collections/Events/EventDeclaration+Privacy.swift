// Which fields may stand in clear. What names a person, or was typed freely, is sealed; the rest of an
// erased person's events stays readable for ever, so a declaration is checked before any event is.
extension EventDeclaration {
  /// What is wrong with where a declaration keeps personal data, in words; nothing if all is right.
  ///
  /// - A field named as personal data is, or an object that holds one, is sealed.
  /// - A text in clear names nobody (``FieldDeclaration/namesNobody``), or is an office, a firm, a place
  ///   of the ledger itself or a public document: one of ``publicTexts``.
  package var privacyFaults: [String] {
    fields.flatMap { $0.privacyFaults(in: name) }
  }

  /// Texts in clear that may hold any characters, each with the reason why.
  package static let publicTexts: [String: String] = [
    "LedgerOpened.origin": "the ledger's own name",
    "LedgerOpened.timeZone": "an IANA zone",
    "LogRecovered.reason": "written by the event store",
    "DocumentPart.text": "a public document: a policy, a model",
    "ContactPointAdded.localZone": "an IANA zone",
    "SuitFiled.court": "an office's name",
    "SuitFiled.case": "a number of the court's, public with it",
    "EvidenceExported.recipient": "an office's or firm's name",
    "DataDisclosed.recipient": "an office's or firm's name",
    "BreachNotified.to": "an authority's name",
    "ContactAuthorized.checks.inputs": "written by the engine of the contact rules",
    "ContactAuthorized.checks.citation": "the source of a rule",
  ]
}

extension FieldDeclaration {
  /// Names of fields that are personal data whatever their type; `document` is so unless a digest.
  private static let personal: Set<FieldName> = [
    .identity, .name, .document, .documentType, .birthDate, .address, .payer, .notes, .text, .value,
    .detail, .category,
  ]

  fileprivate func privacyFaults(in path: String) -> [String] {
    let path = "\(path).\(name.text)"
    if isSealed { return [] }
    let isPublic = EventDeclaration.publicTexts[path] != nil
    if Self.personal.contains(name), type != .sha256, !isPublic {
      return ["\(path) is personal data and is not sealed"]
    }
    switch type {
    case .text: return isPublic || namesNobody ? [] : ["\(path) is free text and is not sealed"]
    case .object(let shape), .list(of: .object(let shape), count: _, distinct: _):
      return shape.fields.flatMap { $0.privacyFaults(in: path) }
    default: return []
    }
  }
}
