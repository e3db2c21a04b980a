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
      UnidentifiedPaymentReceived PaymentIdentified
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
      LetterReturned PortalVisited BotHandedOff
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
      RequestReceived RequestInfoAsked RequestExtended RequestAnswered ProcessingBlocked \
      ProcessingUnblocked SubjectErased ErasureRefused LegalHoldPlaced LegalHoldLifted \
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
      "ContactOutcome": ["notes"],
      "MessageReceived": ["text"],
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
}
