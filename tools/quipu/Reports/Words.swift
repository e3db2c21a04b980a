internal import Collections

// What the rules' own names are called before a reader; JSON and CSV keep the names.

extension AccountStatus {
  var text: Text {
    switch self {
    case .open: Text("open", "abierta")
    case .paid: Text("paid", "pagada")
    case .writtenOff: Text("written off", "castigada")
    case .closed: Text("closed", "cerrada")
    }
  }
}

extension Component {
  var text: Text {
    switch self {
    case .penalty: Text("penalty", "mora")
    case .interest: Text("interest", "interés")
    case .cost: Text("cost", "gastos")
    case .principal: Text("principal", "capital")
    }
  }
}

extension AppliedPayment.State {
  var text: Text {
    switch self {
    case .applied: Text("applied", "aplicado")
    case .chargedBack: Text("charged back", "contracargado")
    case .reversed: Text("reversed", "extornado")
    case .voided: Text("voided", "anulado")
    }
  }
}

extension Settlement.Cause {
  var text: Text {
    switch self {
    case .payment: Text("payment", "pago")
    case .credit: Text("credit", "saldo a favor")
    case .waiver: Text("waiver", "exoneración")
    case .forgiveness: Text("forgiveness", "condonación")
    case .unearned: Text("interest lost to a prepayment", "interés no devengado por prepago")
    case .haircut: Text("given up by a plan", "quita de un plan")
    case .plan: Text("replaced by a plan", "sustituido por un plan")
    case .schedule: Text("replaced by a schedule", "sustituido por un cronograma")
    }
  }
}

extension Restatement.Kind {
  /// As the object of a sentence.
  var text: Text {
    switch self {
    case .payment: Text("payment", "el pago")
    case .waiver: Text("waiver", "la exoneración")
    case .forgiveness: Text("forgiveness", "la condonación")
    }
  }
}

extension PlanOutcome.State {
  var text: Text {
    switch self {
    case .active: Text("active", "vigente")
    case .completed: Text("completed", "cumplido")
    case .replaced: Text("replaced", "sustituido")
    case .cancelled: Text("cancelled", "cancelado")
    case .inDefault: Text("in default", "incumplido")
    }
  }
}

extension PlanKind {
  var text: Text {
    switch self {
    case .paymentPlan: Text("payment plan", "plan de pagos")
    case .refinancing: Text("refinancing", "refinanciación")
    case .reprogramming: Text("reprogramming", "reprogramación")
    case .restructuring: Text("restructuring", "reestructuración")
    case .settlement: Text("settlement", "transacción")
    case .consolidation: Text("consolidation", "consolidación")
    }
  }
}

extension PromiseOutcome.Outcome {
  var text: Text {
    switch self {
    case .kept: Text("kept", "cumplida")
    case .cancelled: Text("cancelled", "cancelada")
    case .broken: Text("broken", "rota")
    case .open: Text("open", "pendiente")
    }
  }
}

extension AccountFact.Kind {
  var text: Text {
    switch self {
    case .dispute: Text("dispute", "disputa")
    case .hold: Text("hold", "retención")
    case .placement: Text("placed with an agency", "asignada a agencia")
    case .assignment: Text("assignment notified", "cesión notificada")
    case .suit: Text("suit filed", "demanda")
    case .judgment: Text("judgment", "sentencia")
    case .limitation: Text("limitation interrupted", "prescripción interrumpida")
    }
  }
}
