/// What the measures of a portfolio are called, and how they are defined: printed with the figures, so
/// that nobody has to guess what a rate is of.
struct Measure {
  let name: Text
  let definition: Text
  /// The member of the JSON report.
  let key: String

  init(_ key: String, _ name: Text, _ definition: Text) {
    (self.key, self.name, self.definition) = (key, name, definition)
  }

  static let rollForward = Measure(
    "rollForward", Text("forward", "avanzan"),
    Text(
      "of the accounts in the bucket on the first day, those in a later one on the last; by number, "
        + "and by what they owed on the first day",
      "de las cuentas del tramo el primer día, las que el último están en uno posterior; por número y "
        + "por lo que debían el primer día"))

  static let rollBack = Measure(
    "rollBack", Text("back", "retroceden"),
    Text(
      "of the same, those in an earlier bucket, the cured among them",
      "de las mismas, las que están en un tramo anterior, incluidas las curadas"))

  static let cure = Measure(
    "cure", Text("cured", "curadas"),
    Text(
      "of the same, those that were past due on the first day and have 0 days past due on the last",
      "de las mismas, las que tenían atraso el primer día y tienen 0 días de atraso el último"))

  static let left = Measure(
    "left", Text("left", "salen"),
    Text(
      "of the same, those closed or sold, paid in full or not",
      "de las mismas, las cerradas o vendidas, pagadas por completo o no"))

  static let redefault = Measure(
    "redefault", Text("re-default", "reincidencia"),
    Text(
      "of the accounts cured in the time before the first day, as long as from the first day to the "
        + "last, those past due again on the last",
      "de las cuentas curadas en el lapso anterior al primer día, igual de largo que el que va del "
        + "primer día al último, las que el último vuelven a tener atraso"))

  static let contactRate = Measure(
    "contactRate", Text("contact rate", "tasa de contacto"),
    Text(
      "outbound attempts that reached anybody, of outbound attempts",
      "intentos salientes que alcanzaron a alguien, de los intentos salientes"))

  static let rightPartyRate = Measure(
    "rightPartyRate", Text("right-party contact rate", "tasa de contacto con el titular"),
    Text(
      "outbound attempts that reached the debtor, of outbound attempts",
      "intentos salientes que alcanzaron al deudor, de los intentos salientes"))

  static let promiseRate = Measure(
    "promiseRate", Text("promise rate", "tasa de promesas"),
    Text(
      "promises made, of contacts with the debtor that went out",
      "promesas hechas, de los contactos salientes con el deudor"))

  static let keptRate = Measure(
    "keptRate", Text("kept promises", "promesas cumplidas"),
    Text(
      "promises kept, of those whose grace ended in the time, cancelled ones left out",
      "promesas cumplidas, de aquellas cuya gracia terminó en el lapso, sin contar las canceladas"))

  static let keptAmountRate = Measure(
    "keptAmountRate", Text("kept promises, by amount", "promesas cumplidas, por monto"),
    Text(
      "what was paid towards the same promises in their time, of what was promised",
      "lo pagado a tiempo por esas mismas promesas, de lo prometido"))

  static let costToCollect = Measure(
    "costToCollect", Text("cost to collect", "costo de cobranza"),
    Text(
      "cost incurred, of payments in force with a value date in the time, charge-backs taken off: what a "
        + "unit recovered costs",
      "costo incurrido, de los pagos vigentes con fecha valor en el lapso, menos contracargos: lo que "
        + "cuesta cada unidad recuperada"))

  static let recoveryRate = Measure(
    "recoveryRate", Text("recovery", "recupero"),
    Text(
      "money with a value date in the time that came in while accounts were written off, of what all "
        + "accounts written off at some time in it owed on the day they were, even long before",
      "dinero con fecha valor en el lapso ingresado mientras las cuentas estaban castigadas, de lo "
        + "que todas las castigadas en algún momento de él debían el día del castigo, aun anterior")
  )

  static let liquidation = Measure(
    "liquidation", Text("liquidation", "liquidación"),
    Text(
      "payments in force by the end of the month of opening or placement (M0), of the next (M1) and so "
        + "on, of what the accounts of that month were opened with; months that are over alone",
      "pagos vigentes hasta fin del mes de apertura o asignación (M0), del siguiente (M1), etc., de lo "
        + "que tenían al abrirse las cuentas de ese mes; solo meses terminados"))

  static let provision = Measure(
    "provision", Text("provision", "provisión"),
    Text(
      "outstanding principal × the rate of the class, by days past due alone (SBS Res. 11356-2008)",
      "capital pendiente × la tasa de la clase, solo por días de atraso (Res. SBS 11356-2008)"))

  static let all =
    [
      rollForward, rollBack, cure, left, redefault, contactRate, rightPartyRate, promiseRate,
      keptRate, keptAmountRate, costToCollect, liquidation, recoveryRate, provision,
    ] + dealings
}
