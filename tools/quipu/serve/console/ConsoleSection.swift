internal import Ledger

/// The pages of the console, in the order of its menu.
enum ConsoleSection: CaseIterable {
  case portfolio, accounts, workList, conduct, dataProtection, integrity, models

  /// Where it is.
  var path: String {
    switch self {
    case .portfolio: "/console/portfolio"
    case .accounts: "/console/accounts"
    case .workList: "/console/worklist"
    case .conduct: "/console/conduct"
    case .dataProtection: "/console/data-protection"
    case .integrity: "/console/integrity"
    case .models: "/console/models"
    }
  }

  /// What the menu calls it.
  var title: Text {
    switch self {
    case .portfolio: Text("Portfolio", "Cartera")
    case .accounts: Text("Accounts", "Cuentas")
    case .workList: Text("Work list", "Lista de trabajo")
    case .conduct: Text("Conduct", "Conducta")
    case .dataProtection: Text("Data protection", "Protección de datos")
    case .integrity: Text("Integrity", "Integridad")
    case .models: Text("Models", "Modelos")
    }
  }

  /// What whoever looks at it must be permitted: what the events say of conduct, data and log is for
  /// those who may see events.
  var permission: Permission {
    switch self {
    case .portfolio, .accounts, .workList, .models: .readProjections
    case .conduct, .dataProtection, .integrity: .readEvents
    }
  }
}
