internal import Collections

extension EventType {
  /// What happened, in few words, as a heading in a timeline.
  var title: Text {
    switch declaration.group {
    case .ledger: ledgerTitle
    case .accounts: accountTitle
    case .payments, .promises, .restructurings: moneyTitle
    case .contacts: contactTitle
    case .people: personTitle
    case .hardship: hardshipTitle
    case .scores: scoreTitle
    case .dataProtection: protectionTitle
    case .operations: operationTitle
    }
  }

  private var ledgerTitle: Text {
    switch self {
    case .ledgerOpened: Text("Ledger opened", "Libro abierto")
    case .signingKeyChanged: Text("Signing key changed", "Clave de firma cambiada")
    case .logRecovered: Text("Log recovered", "Registro recuperado")
    case .documentPart: Text("Part of a document", "Parte de un documento")
    case .policyAdopted: Text("Contact policy adopted", "Política de contacto adoptada")
    case .calendarAdopted: Text("Calendar adopted", "Calendario adoptado")
    case .eventVoided: Text("Event voided", "Evento anulado")
    default: Text(same: name)
    }
  }

  private var accountTitle: Text {
    switch self {
    case .accountOpened: Text("Account opened", "Cuenta abierta")
    case .termsChanged: Text("Terms changed", "Condiciones cambiadas")
    case .scheduleSet: Text("Schedule set", "Cronograma fijado")
    case .chargeAssessed: Text("Charge assessed", "Cargo aplicado")
    case .chargeWaived: Text("Charge waived", "Cargo exonerado")
    case .debtForgiven: Text("Debt forgiven", "Deuda condonada")
    case .delinquencyPaused: Text("Delinquency paused", "Mora en pausa")
    case .writtenOff: Text("Written off", "Castigada")
    case .writeOffReversed: Text("Write-off reversed", "Castigo revertido")
    case .accountClosed: Text("Account closed", "Cuenta cerrada")
    case .accountReopened: Text("Account reopened", "Cuenta reabierta")
    case .portfolioSold: Text("Portfolio sold", "Cartera vendida")
    case .agencyPlaced: Text("Placed with an agency", "Asignada a una agencia")
    case .agencyRecalled: Text("Recalled from the agency", "Retirada de la agencia")
    case .assignmentNotified: Text("Assignment notified", "Cesión notificada")
    case .suitFiled: Text("Suit filed", "Demanda presentada")
    case .judgmentEntered: Text("Judgment entered", "Sentencia dictada")
    case .limitationInterrupted: Text("Limitation interrupted", "Prescripción interrumpida")
    case .bureauReported: Text("Reported to a bureau", "Reportada a una central de riesgo")
    case .bureauRectified: Text("Bureau rectified", "Central de riesgo rectificada")
    default: Text(same: name)
    }
  }

  private var moneyTitle: Text {
    switch self {
    case .paymentReceived: Text("Payment received", "Pago recibido")
    case .paymentReversed: Text("Payment reversed", "Pago extornado")
    case .paymentChargedBack: Text("Payment charged back", "Pago contracargado")
    case .refundIssued: Text("Refund issued", "Devolución emitida")
    case .debtorPaymentReceived: Text("Debtor's payment received", "Pago del deudor recibido")
    case .unidentifiedPaymentReceived: Text("Unidentified payment", "Pago sin identificar")
    case .paymentIdentified: Text("Payment identified", "Pago identificado")
    case .paymentReported: Text("Debtor says he paid", "El deudor dice que pagó")
    case .promiseMade: Text("Promise to pay", "Promesa de pago")
    case .promiseRescheduled: Text("Promise rescheduled", "Promesa reprogramada")
    case .promiseCancelled: Text("Promise cancelled", "Promesa cancelada")
    case .offerMade: Text("Offer made", "Oferta hecha")
    case .offerAnswered: Text("Offer answered", "Oferta respondida")
    case .planAgreed: Text("Plan agreed", "Plan acordado")
    case .gracePeriodGranted: Text("Grace period granted", "Periodo de gracia otorgado")
    case .planCancelled: Text("Plan cancelled", "Plan cancelado")
    default: Text(same: name)
    }
  }

  private var contactTitle: Text {
    switch self {
    case .contactPlanned: Text("Contact planned", "Contacto previsto")
    case .contactAuthorized: Text("Contact authorised", "Contacto autorizado")
    case .contactBlocked: Text("Contact blocked", "Contacto bloqueado")
    case .contactAttempted: Text("Contact attempted", "Contacto intentado")
    case .contactDelivered: Text("Message delivered", "Mensaje entregado")
    case .contactFailed: Text("Contact failed", "Contacto fallido")
    case .contactConnected: Text("Somebody answered", "Alguien respondió")
    case .contactOutcome: Text("Outcome of a contact", "Resultado de un contacto")
    case .messageReceived: Text("Message received", "Mensaje recibido")
    case .callRecorded: Text("Call recorded", "Llamada grabada")
    case .visitPerformed: Text("Visit made", "Visita realizada")
    case .letterReturned: Text("Letter returned", "Carta devuelta")
    case .portalVisited: Text("Portal visited", "Portal visitado")
    case .botHandedOff: Text("Bot handed over", "Bot derivó a una persona")
    case .answerGiven: Text("Assistant answered", "El asistente respondió")
    default: Text(same: name)
    }
  }

  private var personTitle: Text {
    switch self {
    case .subjectRegistered: Text("Person registered", "Persona registrada")
    case .subjectUpdated: Text("Person's data updated", "Datos de la persona actualizados")
    case .subjectLinked: Text("Linked to an account", "Vinculada a una cuenta")
    case .contactPointAdded: Text("Contact point added", "Medio de contacto agregado")
    case .contactPointInvalidated: Text("Contact point invalid", "Medio de contacto inválido")
    case .consentGranted: Text("Consent granted", "Consentimiento otorgado")
    case .consentRevoked: Text("Consent revoked", "Consentimiento revocado")
    case .channelOptedOut: Text("Opted out of a channel", "Canal rechazado")
    case .preferenceSet: Text("Preference set", "Preferencia fijada")
    case .ceaseContactRequested: Text("Asked not to be contacted", "Pidió no ser contactada")
    case .representativeAppointed: Text("Representative appointed", "Representante designado")
    case .subjectDeceased: Text("Person deceased", "Persona fallecida")
    default: Text(same: name)
    }
  }

  private var hardshipTitle: Text {
    switch self {
    case .hardshipDeclared: Text("Hardship declared", "Dificultad declarada")
    case .vulnerabilityDisclosed: Text("Vulnerability disclosed", "Vulnerabilidad informada")
    case .vulnerabilitySignalled: Text("Vulnerability signalled", "Vulnerabilidad señalada")
    case .vulnerabilityReviewed: Text("Vulnerability reviewed", "Vulnerabilidad revisada")
    case .supportApplied: Text("Support applied", "Apoyo aplicado")
    case .moratoriumStarted: Text("Moratorium started", "Moratoria iniciada")
    case .moratoriumEnded: Text("Moratorium ended", "Moratoria terminada")
    case .disputeOpened: Text("Dispute opened", "Disputa abierta")
    case .disputeResolved: Text("Dispute resolved", "Disputa resuelta")
    case .holdPlaced: Text("Collection held", "Cobranza retenida")
    case .holdLifted: Text("Hold lifted", "Retención levantada")
    case .complaintFiled: Text("Complaint filed", "Reclamo presentado")
    case .complaintAnswered: Text("Complaint answered", "Reclamo respondido")
    default: Text(same: name)
    }
  }

  private var scoreTitle: Text {
    switch self {
    case .modelRegistered: Text("Model registered", "Modelo registrado")
    case .modelRetired: Text("Model retired", "Modelo retirado")
    case .scoreRecorded: Text("Score recorded", "Puntaje registrado")
    case .strategyAdopted: Text("Strategy adopted", "Estrategia adoptada")
    case .armAssigned: Text("Arm assigned", "Brazo asignado")
    case .actionProposed: Text("Action proposed", "Acción propuesta")
    case .decisionMade: Text("Decision made", "Decisión tomada")
    case .decisionContested: Text("Decision contested", "Decisión impugnada")
    case .decisionOverridden: Text("Decision overridden", "Decisión revertida por una persona")
    default: Text(same: name)
    }
  }

  private var protectionTitle: Text {
    switch self {
    case .requestReceived: Text("Rights request received", "Solicitud de derechos recibida")
    case .requestInfoAsked: Text("More information asked", "Información adicional pedida")
    case .requestInfoReceived: Text("Information received", "Información recibida")
    case .requestExtended: Text("Term extended", "Plazo ampliado")
    case .requestAnswered: Text("Request answered", "Solicitud respondida")
    case .processingBlocked: Text("Processing blocked", "Tratamiento bloqueado")
    case .processingUnblocked: Text("Processing unblocked", "Tratamiento desbloqueado")
    case .subjectErased: Text("Personal data erased", "Datos personales suprimidos")
    case .erasureRefused: Text("Erasure refused", "Supresión denegada")
    case .legalHoldPlaced: Text("Legal hold placed", "Conservación legal ordenada")
    case .legalHoldLifted: Text("Legal hold lifted", "Conservación legal levantada")
    case .personalDataAccessed: Text("Personal data accessed", "Acceso a datos personales")
    case .evidenceExported: Text("Evidence exported", "Evidencia entregada")
    case .breachDetected: Text("Breach detected", "Incidente detectado")
    case .breachNotified: Text("Breach notified", "Incidente notificado")
    case .retentionApplied: Text("Retention applied", "Conservación aplicada")
    case .dataDisclosed: Text("Data disclosed", "Datos comunicados a un tercero")
    default: Text(same: name)
    }
  }

  private var operationTitle: Text {
    switch self {
    case .costIncurred: Text("Cost incurred", "Gasto incurrido")
    case .agentCertified: Text("Agent certified", "Gestor certificado")
    case .clearanceIssued: Text("Clearance issued", "Constancia de no adeudo emitida")
    default: Text(same: name)
    }
  }
}
