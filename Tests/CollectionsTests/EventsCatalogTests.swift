import CanonicalJSON
import Collections
import Testing

/// The catalogue against the design's list, written out here so that a renamed case is seen.
struct EventsCatalogTests {
  static let names: [(group: String, types: String)] = [
    (
      "Ledger",
      """
      LedgerOpened SigningKeyChanged LogRecovered DocumentPart PolicyAdopted CalendarAdopted \
      EventVoided
      """
    ),
    (
      "Accounts",
      """
      AccountOpened TermsChanged ScheduleSet ChargeAssessed ChargeWaived DebtForgiven \
      DelinquencyPaused WrittenOff WriteOffReversed AccountClosed AccountReopened PortfolioSold \
      AgencyPlaced AgencyRecalled AssignmentNotified SuitFiled JudgmentEntered \
      LimitationInterrupted BureauReported BureauRectified
      """
    ),
    (
      "Payments",
      """
      PaymentReceived PaymentReversed PaymentChargedBack RefundIssued DebtorPaymentReceived \
      UnidentifiedPaymentReceived PaymentIdentified PaymentReported
      """
    ),
    ("Promises", "PromiseMade PromiseRescheduled PromiseCancelled"),
    (
      "Restructurings", "OfferMade OfferAnswered PlanAgreed GracePeriodGranted PlanCancelled"
    ),
    (
      "Contacts",
      """
      ContactPlanned ContactAuthorized ContactBlocked ContactAttempted ContactDelivered \
      ContactFailed ContactConnected ContactOutcome MessageReceived CallRecorded VisitPerformed \
      LetterReturned PortalVisited BotHandedOff AnswerGiven
      """
    ),
    (
      "People",
      """
      SubjectRegistered SubjectUpdated SubjectLinked ContactPointAdded ContactPointInvalidated \
      ConsentGranted ConsentRevoked ChannelOptedOut PreferenceSet CeaseContactRequested \
      RepresentativeAppointed SubjectDeceased
      """
    ),
    (
      "Hardship, disputes",
      """
      HardshipDeclared VulnerabilityDisclosed VulnerabilitySignalled VulnerabilityReviewed \
      SupportApplied MoratoriumStarted MoratoriumEnded DisputeOpened DisputeResolved HoldPlaced \
      HoldLifted ComplaintFiled ComplaintAnswered
      """
    ),
    (
      "Scores and decisions",
      """
      ModelRegistered ModelRetired ScoreRecorded StrategyAdopted ArmAssigned ActionProposed \
      DecisionMade DecisionContested DecisionOverridden
      """
    ),
    (
      "Data protection",
      """
      RequestReceived RequestInfoAsked RequestInfoReceived RequestExtended RequestAnswered \
      ProcessingBlocked ProcessingUnblocked SubjectErased ErasureRefused LegalHoldPlaced LegalHoldLifted \
      PersonalDataAccessed EvidenceExported BreachDetected BreachNotified RetentionApplied \
      DataDisclosed
      """
    ),
    ("Operations", "CostIncurred AgentCertified ClearanceIssued"),
  ]

  @Test func everyTypeOfTheDesignIsDeclaredInItsGroup() {
    for (group, types) in Self.names {
      let expected = types.split(separator: " ").map(String.init)
      let declared = EventType.allCases.filter { $0.declaration.group.title == group }
      #expect(Set(declared.map(\.name)) == Set(expected), "\(group)")
    }
    let all = Self.names.flatMap { $0.types.split(separator: " ") }
    #expect(EventType.allCases.count == all.count)
    #expect(EventCatalog.groups.map(\.group) == EventGroup.allCases)
  }

  @Test func everyTypeIsWhatItsDeclarationSays() {
    for type in EventType.allCases {
      let declaration = type.declaration
      #expect(declaration.type == type)
      #expect(declaration.version == 1)
      #expect(!declaration.streams.isEmpty, "\(type.name)")
      #expect(declaration.meaning.hasSuffix("."), "\(type.name)")
    }
  }

  @Test func noObjectHasAFieldTwice() {
    let objects =
      EventType.allCases.map { ($0.name, $0.declaration.fields) }
      + ObjectShape.allCases.map { ($0.name, $0.fields) }
    for (name, fields) in objects {
      #expect(Set(fields.map(\.name)).count == fields.count, "\(name)")
    }
  }

  @Test func everyFieldNameIsUsedAndSpelledAsAKey() {
    let fields = EventType.allCases.flatMap(\.declaration.fields)
    let used = Set((fields + ObjectShape.allCases.flatMap(\.fields)).map(\.name))
    #expect(used == Set(FieldName.allCases))
    for name in FieldName.allCases {
      #expect(name.text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "_") }, "\(name.text)")
      #expect(name.text.first?.isLowercase == true, "\(name.text)")
    }
  }

  @Test func sealedAreTheFieldsTheDesignSeals() {
    let expected: [String: [String]] = [
      "PaymentReceived": ["payer"],
      "UnidentifiedPaymentReceived": ["payer", "reference"],
      "PaymentReported": ["reference"],
      "ContactOutcome": ["notes"],
      "MessageReceived": ["text"],
      "AnswerGiven": ["text"],
      "SubjectRegistered": ["identity"],
      "SubjectUpdated": ["identity"],
      "ContactPointAdded": ["value"],
      "HardshipDeclared": ["kind"],
      "VulnerabilityDisclosed": ["category", "detail"],
      "VulnerabilitySignalled": ["category", "rule"],
    ]
    for type in EventType.allCases {
      #expect(type.sealedFields.map(\.text) == expected[type.name] ?? [], "\(type.name)")
    }
  }

  /// Free text in clear is no longer than a label, but for the parts of public documents.
  @Test func longTextIsSealed() {
    for type in EventType.allCases where type != .documentPart {
      for field in type.declaration.fields where !field.isSealed {
        if case .text(let most) = field.type {
          #expect(most <= 400, "\(type.name).\(field.name.text)")
        }
      }
    }
  }

  @Test(arguments: [
    (EventType.paymentReceived, true), (.paymentReversed, true), (.paymentChargedBack, true),
    (.refundIssued, true), (.eventVoided, true), (.accountReopened, true),
    (.writeOffReversed, true), (.paymentIdentified, true), (.contactAttempted, true),
    (.disputeOpened, true), (.legalHoldPlaced, true), (.bureauRectified, true),
    (.accountOpened, false), (.chargeAssessed, false), (.chargeWaived, false),
    (.debtForgiven, false), (.scheduleSet, false), (.termsChanged, false), (.planAgreed, false),
    (.promiseMade, false), (.accountClosed, false), (.portfolioSold, false),
    (.gracePeriodGranted, false), (.writtenOff, false),
  ])
  func aClosedAccountTakesWhatDidHappen(_ type: EventType, _ isTaken: Bool) {
    #expect((type.declaration.onClosedAccount == .accepted) == isTaken)
  }

  @Test func theMarkdownTableNamesEveryTypeAndField() {
    let lines = EventCatalog.markdown.split(separator: "\n")
    for type in EventType.allCases {
      let row = lines.first { $0.hasPrefix("| `\(type.name)` |") }
      for field in type.declaration.fields {
        let mark = "`\(field.name.text)`" + (field.isSealed ? "**§**" : "")
        #expect(row?.contains(mark) == true, "\(type.name).\(field.name.text)")
      }
      // A stray bar would make a column more.
      #expect(row?.filter { $0 == "|" }.count == 6, "\(type.name)")
    }
  }

  @Test func noTypeKeepsPersonalDataInClear() {
    for type in EventType.allCases { #expect(type.declaration.privacyFaults == []) }
  }

  @Test(arguments: [
    (FieldDeclaration(.notes, .text(400), "x"), "Made.notes is personal data and is not sealed"),
    (FieldDeclaration(.name, .id, "x"), "Made.name is personal data and is not sealed"),
    (
      FieldDeclaration(.document, .text(40), "x"),
      "Made.document is personal data and is not sealed"
    ),
    (FieldDeclaration(.label, .text(40), "x"), "Made.label is free text and is not sealed"),
    (
      FieldDeclaration(.identity, .object(.identity), "x"),
      "Made.identity is personal data and is not sealed"
    ),
    (
      FieldDeclaration(.inputs, .object(.identity), "x"),
      "Made.inputs.name is personal data and is not sealed"
    ),
    (
      FieldDeclaration(
        .checks, .list(of: .object(.check), count: 0...9, distinct: .unconstrained), "x"),
      "Made.checks.inputs is free text and is not sealed"
    ),
  ])
  func aTypeThatKeepsPersonalDataInClearIsRejected(_ field: FieldDeclaration, _ fault: String) {
    let made = { EventDeclaration(.subjectUpdated, on: .subject, "Made.", [$0]) }
    let found = made(field).privacyFaults.map { $0.replacing("SubjectUpdated", with: "Made") }
    #expect(found.first == fault)
    #expect(made(field.sealed).privacyFaults == [])
    #expect(made(FieldDeclaration(.document, .sha256, "x")).privacyFaults == [])
  }

  @Test(arguments: [
    ("ya pagado", false), ("dismissed on appeal", false), ("NO RECONOCE LA DEUDA", false),
    ("Gasto Notarial", false), ("Venta a Caja Arequipa", false), ("Plaza Norte", false),
    ("San Juan de Lurigancho", false), ("Avenida Rosa Toro", false),
    ("Banco de la Nación", false), ("Ley 29571 art. 62", false), ("desde 2026-03-02", false),
    ("Cancelado. Nuevo plan", false), ("123456", false), ("caso 12 3456", false),
    ("gestor @ campo", false), ("el 02.03.2026 a las 10", false),
    ("lo pidió Juan Pérez", true), ("Rosa María", true), ("María-Elena Quispe", true),
    ("juan@example.pe", true), ("DNI 45678912", true), ("1234567", true), ("999 888 777", true),
    ("+51 (1) 234-5678", true), ("ruc 20-12345678-9", true),
  ])
  func wordsThatNameAPersonAreTold(_ text: String, _ isPersonal: Bool) {
    #expect(looksPersonal(text) == isPersonal, "\(text)")
  }

  @Test func aReasonThatNamesAPersonIsRefusedWithoutRepeatingIt() throws {
    let data = try JSONValue(parsing: #"{"hold":"h","reason":"llamar a Juan Pérez"}"#, as: .event)
    #expect {
      try EventType.legalHoldPlaced.check(
        data: data, stream: "subject/S", subject: nil, effective: nil)
    } throws: { error in
      let error = error as? FieldError
      return error?.code == .looksPersonal && error?.value == "" && error?.path == "data.reason"
    }
  }
}
