extension Command {
  static let show = Command(
    "show", Text("what an account owes", "cuánto debe una cuenta"),
    details: Text(
      "Outstanding by component, what is overdue and since when, payments with their allocation, "
        + "promises and plans: at the end of a day, and by what was known at some moment.",
      "Saldo por componente, lo vencido y desde cuándo, pagos con su imputación, promesas y "
        + "planes: al cierre de un día y según lo que se sabía en algún momento."),
    arguments: [.account], options: [.on, .knownAt],
    examples: [
      Example("quipu show A-1", Text("now", "ahora")),
      Example(
        "quipu show A-1 --on 2026-03-02 --known-at 4711",
        Text(
          "2 March, by the first 4711 events alone",
          "el 2 de marzo, solo según los primeros 4711 eventos")),
    ]
  ) { _ in throw Failure.notBuilt }
}
