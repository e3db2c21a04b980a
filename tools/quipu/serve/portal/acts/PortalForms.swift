/// What a person can do in the portal.
enum PortalForms {
  static let routes: [Route] =
    ([PlanForm.form, PromiseForms.promise, PromiseForms.move, PaymentForm.form, DataForm.form]
    + TroubleForms.all + ContactForms.all).flatMap(\.routes) + AskForm.routes

  /// About the person, in the order the first page shows them.
  static let menu: [(path: String, words: Text)] = [
    ("/contact", Text("How and when to reach me", "Cómo y cuándo contactarme")),
    ("/contact/stop", Text("Stop writing to me", "Dejen de escribirme")),
    ("/data", Text("My rights about my data", "Mis derechos sobre mis datos")),
  ]

  /// About one account, in the order its page shows them.
  static let actions: [(suffix: String, words: Text)] = [
    ("plan", Text("Pay in instalments", "Pagar en cuotas")),
    ("promise", Text("Promise to pay", "Prometer un pago")),
    ("payment", Text("I have paid", "Ya pagué")),
    ("hardship", Text("I cannot pay", "No puedo pagar")),
    ("dispute", Text("This is not right", "Esto no es correcto")),
    ("complaint", Text("I want to complain", "Quiero reclamar")),
    ("ask", Text("Ask something", "Preguntar algo")),
  ]
}
