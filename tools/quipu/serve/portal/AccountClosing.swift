internal import Collections
internal import Projections

extension AccountReport {
  /// That the account is closed, since when and why, in plain words; nil where it is not. A debt that was sold
  /// is owed to another, and nobody who is asked here may say how much.
  var closing: Text? {
    guard let closure = life.closure else { return nil }
    let (english, spanish) = (closure.on.spoken(.english), closure.on.spoken(.spanish))
    if closure.isSale {
      return Text(
        "This debt was sold to \(closureText) on \(english): it is not owed to \(creditor) any more, and "
          + "nothing is to be paid here. What is left of it, \(closureText) can say.",
        "Esta deuda se vendió a \(closureText) el \(spanish): ya no se debe a \(creditor) y aquí no hay nada "
          + "que pagar. Cuánto queda de ella, lo dice \(closureText).")
    }
    func why(_ language: Language) -> String {
      closureText.isEmpty ? "" : " (\(choiceText(closureText, language)))"
    }
    return Text(
      "This account was closed on \(english)\(why(.english)): nothing is to be paid here.",
      "Esta cuenta se cerró el \(spanish)\(why(.spanish)): aquí no hay nada que pagar.")
  }
}
