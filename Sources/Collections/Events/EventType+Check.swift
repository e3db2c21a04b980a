package import CanonicalJSON

/// What to do with personal data (§ fields) in a draft.
package enum SealedFieldRule: Sendable {
  /// It is refused: there is no vault to seal it in.
  case refused
  /// It is checked like any other field; the caller seals it before anything reaches a disk.
  case accepted
}

extension EventType {
  /// The type of that name; an error with the nearest right name for any other.
  package static func named(_ name: String) throws(FieldError) -> EventType {
    if let type = EventType(named: name) { return type }
    throw FieldError(
      .unknownType, at: "type", value: shortened(.string(name)),
      expected: "the name of an event type",
      suggestion: nearest(to: name, among: EventCatalog.names))
  }

  /// Checks the form of a draft's `data`: its fields and what must hold between them.
  ///
  /// What depends on the state of an account is not asked here. An unknown field is named before a
  /// missing one, so that a misspelt key is told as what it is; then fields in declared order.
  package func check(
    data: JSONValue, sealed: SealedFieldRule = .refused
  ) throws(FieldError) {
    let declaration = declaration
    do throws(FieldError) {
      try checkObject(data, declaration.fields, declaration.rules, sealed)
    } catch {
      throw error.inside("data")
    }
  }

  /// Checks a draft's `data` and that it stands where it may: on a stream of a right kind, with the
  /// ids of its stream and subject, from its effective date on.
  ///
  /// - Parameters:
  ///   - data: the fields.
  ///   - stream: the stream's name.
  ///   - subject: the envelope's `subject`, if it has one.
  ///   - effective: the effective date, if it is known yet.
  ///   - sealed: what to do with personal data.
  /// - Throws: what is wrong, where, and what would be accepted.
  package func check(
    data: JSONValue, stream: String, subject: String? = nil, effective: CivilDate? = nil,
    sealed: SealedFieldRule = .refused
  ) throws(FieldError) {
    let (kind, id) = try checkStream(stream)
    if let subject {
      guard isIdentifier(subject) else {
        throw FieldError(
          .notAnID, at: "subject", value: shortened(.string(subject)),
          expected: FieldType.id.expectation)
      }
      guard kind != .subject || subject == id else {
        throw FieldError(
          .idMismatch, at: "subject", value: shortened(.string(subject)),
          expected: "\(id), the subject of the stream, or none")
      }
    }
    try check(data: data, sealed: sealed)
    if let name = kind.idField, let stated = data[name.text]?.stringValue, stated != id {
      throw FieldError(
        .idMismatch, at: "data.\(name.text)", value: shortened(.string(stated)),
        expected: "\(id), the id of the stream")
    }
    if let effective, spanBeginsOnEffectiveDate, let from = data[FieldName.from.text]?.stringValue,
      from != effective.text
    {
      throw FieldError(
        .notEffectiveDate, at: "data.from", value: from,
        expected: "\(effective.text), the effective date")
    }
  }

  /// Whether `from` has to be the effective date (ledger rules, section 6).
  package var spanBeginsOnEffectiveDate: Bool {
    switch self {
    case .gracePeriodGranted, .delinquencyPaused, .moratoriumStarted: true
    default: false
    }
  }

  private func checkStream(_ stream: String) throws(FieldError) -> (StreamKind, String) {
    let declaration = declaration
    let bytes = Array(stream.utf8)
    guard let name = StreamName(parsing: bytes.span, 0..<bytes.count) else {
      throw FieldError(
        .notAStream, at: "stream", value: shortened(.string(stream)),
        expected: declaration.streamExpectation)
    }
    let id = String(decoding: bytes[name.id], as: UTF8.self)
    guard declaration.streams.contains(StreamKinds(name.kind)), declaration.streamID ?? id == id
    else {
      throw FieldError(
        .wrongStream, at: "stream", value: shortened(.string(stream)),
        expected: declaration.streamExpectation)
    }
    return (name.kind, id)
  }
}

extension StreamKind {
  /// The field that, in an event on a stream of this kind, holds the stream's own id.
  ///
  /// A ledger's stream may be named otherwise than the ledger.
  var idField: FieldName? {
    switch self {
    case .account: .account
    case .subject: .subject
    case .portfolio: .portfolio
    case .policy: .policy
    case .model: .model
    case .ledger: nil
    }
  }
}

extension EventDeclaration {
  /// The names of stream the type is recorded on, in words.
  var streamExpectation: String {
    let names = streams.kinds.map { "\($0.word)/\(streamID ?? "ID")" }
    return names.joined(separator: " or ")
  }
}
