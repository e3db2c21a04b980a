extension Command {
  static let history = Command(
    "history",
    Text(
      "an account's events, and what each changed",
      "los eventos de una cuenta y lo que cambió cada uno"),
    details: Text(
      "In the order in which they take effect, naming the rule that did what; a payment recorded "
        + "late shows what it restated.",
      "En el orden en que surten efecto, nombrando la regla que hizo qué; un pago registrado tarde "
        + "muestra lo que recalculó."),
    arguments: [.account], options: [.on, .knownAt],
    examples: [
      Example("quipu history A-1 --json", Text("one JSON object", "un objeto JSON"))
    ]
  ) { _ in throw Failure.notBuilt }
}
