/// What a person can do in the portal.
enum PortalForms {
  static let routes: [Route] =
    ([
      PlanForm.form, OfferForm.form, PromiseForms.promise, PromiseForms.move, PaymentForm.form,
      PersonForm.form, DataForm.form, DecisionForm.form, ContactForms.preference,
    ] + TroubleForms.all + StopForms.all).flatMap(\.routes) + AskForm.routes

  /// About the person, in the order the first page shows them.
  static let menu: [(path: String, words: Text)] = [
    ("/contact", Text("How and when to reach me", "Cómo y cuándo contactarme")),
    ("/contact/stop", StopForms.words),
    ("/data", Text("My rights about my data", "Mis derechos sobre mis datos")),
  ]

  /// What can be done about an account, at `/accounts/{n}/SUFFIX`.
  struct Action: Sendable {
    let suffix: String
    let words: Text
    /// Whether it would be accepted as the account stands.
    var isOpen: @Sendable (PortalAccount) throws -> Bool = { _ in true }
  }

  static let plan = Action(
    suffix: "plan", words: Text("Pay in instalments", "Pagar en cuotas"),
    isOpen: { try PlanForm.isOpen($0) })
  static let promise = Action(
    suffix: "promise", words: Text("Promise to pay", "Prometer un pago"),
    isOpen: { $0.isOwn && !$0.isClosed && $0.owed > 0 && $0.openPromise == nil })
  static let move = Action(
    suffix: "promise/move", words: Text("Move my promise", "Cambiar la fecha de mi promesa"),
    isOpen: { $0.isOwn && !$0.isClosed && $0.openPromise != nil })
  static let hardship = Action(
    suffix: "hardship", words: Text("I cannot pay", "No puedo pagar"))

  /// Where a form comes to its end.
  static let person = Action(
    suffix: "person", words: Text("Talk to a person", "Hablar con una persona"))

  /// In the order the account's page shows them.
  static let actions: [Action] = [
    plan, promise, move,
    Action(suffix: "payment", words: Text("I have paid", "Ya pagué")),
    hardship,
    Action(suffix: "dispute", words: Text("This is not right", "Esto no es correcto")),
    Action(suffix: "complaint", words: Text("I want to complain", "Quiero reclamar")),
    Action(
      suffix: "ask", words: Text("Ask something", "Preguntar algo"),
      isOpen: { AskForm.isManned($0.visit) }),
  ]
}
