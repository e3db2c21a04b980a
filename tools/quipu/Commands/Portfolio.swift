extension Option {
  static let by = Option(
    "by", Text("COLUMN", "COLUMNA"),
    .choices(["bucket", "classification", "currency", "product", "status"]), standard: "bucket",
    doc: Text("what to group by", "por qué agrupar"))
}

extension Command {
  static let portfolio = Command(
    "portfolio", Text("all accounts, summed up", "todas las cuentas, en resumen"),
    details: Text(
      "Accounts and what they owe by days past due, or by another column.",
      "Cuentas y lo que deben según días de atraso, o según otra columna."),
    options: [.on, .knownAt, .by],
    examples: [
      Example(
        "quipu portfolio --on 2026-03-31 --by product",
        Text("the end of March, by product", "el cierre de marzo, por producto"))
    ]
  ) { _ in throw Failure.notBuilt }
}
