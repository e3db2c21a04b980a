internal import CanonicalJSON

/// What an entry keeps of each type's fields.
extension PeopleBook {
  /// Fills an entry from the fields just read.
  mutating func fill(
    _ entry: inout Entry, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(JSONError) {
    switch entry.type {
    case .accountOpened: entry.choice = Int8(SubjectRole.debtor.rawValue)
    case .subjectRegistered, .subjectUpdated:
      entry.from = Int32(truncatingIfNeeded: reader.integer(.birthDecade) ?? 0)
      entry.name = keep(line, reader.range(.region))
      entry.word = keep(line, reader.range(.language))
    case .subjectLinked: entry.choice = Int8(reader.choice(.role) ?? -1)
    case .contactPointAdded, .contactPointInvalidated, .consentGranted, .consentRevoked,
      .channelOptedOut, .preferenceSet, .ceaseContactRequested, .representativeAppointed,
      .subjectDeceased:
      try fillReach(&entry, line, &reader)
    case .requestReceived, .requestInfoAsked, .requestInfoReceived, .requestExtended,
      .requestAnswered,
      .processingBlocked, .processingUnblocked, .subjectErased, .erasureRefused,
      .legalHoldPlaced, .legalHoldLifted:
      fillRights(&entry, line, reader)
    default: fillHardship(&entry, line, reader)
    }
  }

  private mutating func fillReach(
    _ entry: inout Entry, _ line: Span<UInt8>, _ reader: inout FieldReader
  ) throws(JSONError) {
    switch entry.type {
    case .contactPointAdded:
      entry.name = keep(line, reader.range(.point))
      entry.word = keep(line, reader.range(.localZone))
      entry.detail = keep(line, reader.range(.source))
      entry.choice = Int8(reader.choice(.kind) ?? -1)
      entry.flag = reader.flag(.agreed) ?? false
    case .contactPointInvalidated: entry.name = keep(line, reader.range(.point))
    case .consentGranted, .consentRevoked:
      entry.name = keep(line, reader.range(.purpose))
      entry.choice = Int8(reader.choice(.channel) ?? -1)
      guard entry.type == .consentGranted else { return }
      entry.word = keep(line, reader.range(.evidence))
      entry.detail = keep(line, reader.range(.informedText))
    case .channelOptedOut:
      entry.name = keep(line, reader.range(.point))
      entry.choice = Int8(reader.choice(.channel) ?? -1)
    case .preferenceSet:
      entry.choice = Int8(reader.choice(.channel) ?? -1)
      entry.from = Int32(windows.count)
      var list = reader.list(.windows)
      while try reader.readNext(.window, from: &list, line) {
        keep(try ContactWindow(reader, line))
        entry.to += 1
      }
    case .ceaseContactRequested: entry.choice = Int8(reader.choice(.channel) ?? -1)
    case .representativeAppointed: entry.name = keep(line, reader.range(.representative))
    default: entry.from = reader.date(.on) ?? 0
    }
  }

  private mutating func fillRights(
    _ entry: inout Entry, _ line: Span<UInt8>, _ reader: borrowing FieldReader
  ) {
    switch entry.type {
    case .legalHoldPlaced, .legalHoldLifted:
      entry.name = keep(line, reader.range(.hold))
      return
    default: entry.name = keep(line, reader.range(.request))
    }
    switch entry.type {
    case .requestReceived:
      entry.word = keep(line, reader.range(.via))
      entry.choice = Int8(reader.choice(.right) ?? -1)
      entry.from = reader.date(.dueOn) ?? 0
    case .requestAnswered:
      entry.word = keep(line, reader.range(.decision))
      entry.detail = keep(line, reader.range(.package))
      entry.flag = reader.range(.ground) != nil
    case .subjectErased: entry.detail = keep(line, reader.range(.receipt))
    default: break
    }
  }

  private mutating func fillHardship(
    _ entry: inout Entry, _ line: Span<UInt8>, _ reader: borrowing FieldReader
  ) {
    switch entry.type {
    case .hardshipDeclared:
      entry.from = reader.date(.from) ?? entry.effective
      entry.to = reader.date(.to) ?? 0
    case .vulnerabilityDisclosed:
      entry.choice = Int8(reader.choice(.level) ?? -1)
      entry.flag = reader.flag(.consent) ?? false
    case .vulnerabilitySignalled: entry.choice = Int8(reader.choice(.level) ?? -1)
    case .vulnerabilityReviewed:
      entry.word = keep(line, reader.range(.outcome))
      entry.to = reader.date(.nextReview) ?? 0
    case .supportApplied: entry.word = keep(line, reader.range(.measure))
    case .moratoriumStarted:
      entry.word = keep(line, reader.range(.kind))
      entry.from = reader.date(.from) ?? entry.effective
      entry.to = reader.date(.to) ?? 0
      entry.flag = reader.flag(.stopsAccrual) ?? false
    case .moratoriumEnded: entry.word = keep(line, reader.range(.kind))
    case .disputeOpened:
      entry.name = keep(line, reader.range(.dispute))
      entry.word = keep(line, reader.range(.scope))
    case .disputeResolved:
      entry.name = keep(line, reader.range(.dispute))
      entry.word = keep(line, reader.range(.decision))
    case .holdPlaced:
      entry.name = keep(line, reader.range(.hold))
      entry.word = keep(line, reader.range(.kind))
    case .holdLifted: entry.name = keep(line, reader.range(.hold))
    case .complaintFiled:
      entry.name = keep(line, reader.range(.complaint))
      entry.word = keep(line, reader.range(.channel))
    case .complaintAnswered:
      entry.name = keep(line, reader.range(.complaint))
      entry.word = keep(line, reader.range(.decision))
    default: break
    }
  }
}
