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
