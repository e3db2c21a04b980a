package import Collections

/// An account of the double-entry books: what an amount is posted to.
///
///     assets       receivable:ACCOUNT:COMPONENT   written off:…   sold:…   cash:METHOD   cash:sale
///     liabilities  credit:ACCOUNT   unidentified   collection
///     equity       opened:COMPONENT   rescheduled:COMPONENT   restructured:COMPONENT (nothing is left on it)
///     income       charged:COMPONENT   accrued:COMPONENT   plan interest   recovery   unearned   sale
///     expenses     waiver:COMPONENT   forgiveness:COMPONENT   haircut:COMPONENT   write-off   collection:KIND
///
/// A write-off and a sale take a debt off the books, not from the debtor: the receivable stands, and a
/// contra account beside it (`written off`, `sold`) makes its book value zero.
package enum LedgerAccount: Hashable, Sendable {
  /// What the debtor owes.
  case receivable(Component)
  /// The contra accounts of a receivable.
  case writtenOff(Component)
  case sold(Component)
  /// Money that came or went, by how it was paid.
  case cash(PaymentMethod)
  /// What a buyer paid for the debt.
  case saleProceeds
  /// Money no item took, owed back to the debtor.
  case credit
  /// Money that came in for no known account.
  case unidentified
  /// What collecting cost and is to be paid.
  case collectionPayable
  /// What an account's opening, a later schedule, and a plan put down.
  case opened(Component)
  case rescheduled(Component)
  case restructured(Component)
  /// What charges and time added.
  case charged(Component)
  case accrued(Component)
  case planInterest
  /// Money that paid a debt written off before.
  case recovery
  /// Scheduled interest lost to a prepayment.
  case unearned
  /// The price of debts sold less their book value.
  case saleResult
  /// What was given up, by itself or in a plan, and taken off the books.
  case waiver(Component)
  case forgiveness(Component)
  case haircut(Component)
  case writeOff
  /// What collecting cost, by kind.
  case collection(String)

  /// Whether each account of the portfolio has one of its own.
  package var isPerAccount: Bool {
    switch self {
    case .receivable, .writtenOff, .sold, .credit: true
    default: false
    }
  }

  /// The full name, parts joined by colons.
  ///
  /// A colon in the id becomes a slash, which no id has, so that it opens no level of its own.
  package func name(of account: String) -> String {
    let id = account.contains(":") ? String(account.map { $0 == ":" ? "/" : $0 }) : account
    return switch self {
    case .receivable(let component): "assets:receivable:\(id):\(component.name)"
    case .writtenOff(let component): "assets:written off:\(id):\(component.name)"
    case .sold(let component): "assets:sold:\(id):\(component.name)"
    case .cash(let method): "assets:cash:\(method)"
    case .saleProceeds: "assets:cash:sale"
    case .credit: "liabilities:credit:\(id)"
    case .unidentified: "liabilities:unidentified"
    case .collectionPayable: "liabilities:collection"
    case .opened(let component): "equity:opened:\(component.name)"
    case .rescheduled(let component): "equity:rescheduled:\(component.name)"
    case .restructured(let component): "equity:restructured:\(component.name)"
    case .charged(let component): "income:charged:\(component.name)"
    case .accrued(let component): "income:accrued:\(component.name)"
    case .planInterest: "income:plan interest"
    case .recovery: "income:recovery"
    case .unearned: "income:unearned"
    case .saleResult: "income:sale"
    case .waiver(let component): "expenses:waiver:\(component.name)"
    case .forgiveness(let component): "expenses:forgiveness:\(component.name)"
    case .haircut(let component): "expenses:haircut:\(component.name)"
    case .writeOff: "expenses:write-off"
    case .collection(let kind): "expenses:collection:\(kind.replacing(":", with: "/"))"
    }
  }
}
